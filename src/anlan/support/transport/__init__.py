"""Which way is open, and how long it takes."""
