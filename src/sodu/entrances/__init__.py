"""The doors: where words of the outside become questions, and answers become bytes."""
