"""What will happen next? Model runs, footprints on the map, and what lies inside them."""
