"""Forest fire: danger, rate of spread, arrival, intensity, what a firebreak changes."""
