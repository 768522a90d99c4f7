"""Lifelines: connectivity, cascades of load, failures by dependency, order of restoration."""
