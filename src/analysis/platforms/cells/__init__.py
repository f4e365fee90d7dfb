"""What does one cell say: numbers, dates, years and zones, as each platform and language writes them?"""
