"""Writes that cross rooms: a city pack in and out."""
