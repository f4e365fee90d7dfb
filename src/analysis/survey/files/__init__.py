"""What does a survey file hold, whatever wrote it? From cells as written to answers in the codebook's own codes."""
