"""Whose facts a person may see: the one door to a Scope."""
