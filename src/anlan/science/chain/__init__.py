"""Consequence chains: what one disaster brings about in the next system, by a table of links."""
