"""A function for each page."""
