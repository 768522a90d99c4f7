"""Releases of radioactive matter: where it goes, what dose it gives, what to do."""
