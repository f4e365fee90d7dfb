"""What is read record by record rather than row by row: JSON lines and the parts of archives."""
