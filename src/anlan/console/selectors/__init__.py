"""What pages need, read from the rooms below. Nothing is decided here."""
