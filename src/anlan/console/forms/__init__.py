"""Shapes of what people enter. Whether it makes sense is decided by the rooms below."""
