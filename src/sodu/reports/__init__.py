"""What is reported: one declaration a report, one path from a question to its answer. No web framework."""
