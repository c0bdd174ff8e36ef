"""An independent ledger that answers the eight reports slowly and plainly, to be compared with Sodu."""
