"""Which hospitals take whom."""
