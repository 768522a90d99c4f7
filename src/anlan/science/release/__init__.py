"""Releases of dangerous substances: how much comes out, where it goes, whom it harms."""
