"""Whom must we tell? Warnings in CAP 1.2, from draft to cancellation, and the public feed."""
