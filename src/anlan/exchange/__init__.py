"""How do we connect? City packs in and out, open APIs, map layers, feeds."""
