"""The `anlan` command."""
