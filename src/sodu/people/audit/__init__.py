"""Who saw, exported, loaded and changed what."""
