"""People: who signs in, what they may see, what they keep, and what they did. Django apps, one a folder."""
