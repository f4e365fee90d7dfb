"""Measure how small businesses take up social networks."""
