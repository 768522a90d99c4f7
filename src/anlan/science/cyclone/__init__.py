"""Tropical cyclones: best tracks, wind, rain."""
