"""Addresses for machines: JSON API, OGC API Features, vector tiles, CAP feed."""
