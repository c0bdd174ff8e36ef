"""The processes that serve a portal, of which there may be several on several hosts."""
