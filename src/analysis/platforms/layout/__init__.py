"""Where in a file do the cells stand: encoding, delimiter, headings, blocks, sheets and rows?"""
