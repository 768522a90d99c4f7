"""Which stocks go where, and what is missing."""
