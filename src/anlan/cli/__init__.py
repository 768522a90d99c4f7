"""The `anlan` command: one module for each of ours; every other name is left to Django."""
