"""What is kept of what was read: raw files with their client, readings as Parquet, answers once given."""
