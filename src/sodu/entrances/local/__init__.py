"""The door for commands beside a running server: a socket in the home that only its owner can open."""
