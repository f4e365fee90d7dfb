"""One writer per format: each takes a `Document` and gives the bytes of a file."""
