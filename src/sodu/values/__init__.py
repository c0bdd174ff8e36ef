"""What everything is made of: money, periods, texts, errors, limits. No I/O, no framework."""
