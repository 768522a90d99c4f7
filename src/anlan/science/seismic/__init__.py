"""Earthquakes: shaking, damage, casualties, and what the rescue will need."""
