"""Users, their sign-in, their settings and their tokens."""
