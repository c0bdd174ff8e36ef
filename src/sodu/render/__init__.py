"""A table of figures becomes bytes: one file a format. Formats know kinds; no format knows a report."""
