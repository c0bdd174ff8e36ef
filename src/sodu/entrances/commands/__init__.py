"""The `sodu` command line: one file a command; each says what it takes, and runs."""
