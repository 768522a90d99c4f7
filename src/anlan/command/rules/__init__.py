"""What this room decides, as pure functions that give their reasons."""
