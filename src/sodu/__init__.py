"""Sodu: the reports of a cloud partner portal, exact to the last digit."""

__version__ = "0.1.0"
