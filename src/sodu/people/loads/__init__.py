"""Loads that were tried from a page, with what became of them."""
