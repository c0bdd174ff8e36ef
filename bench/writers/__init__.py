"""The sides of the measures of files, each a process of its own: `python -m bench.writers.NAME ROWS FILE`."""
