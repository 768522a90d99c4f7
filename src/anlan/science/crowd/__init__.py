"""Mass gatherings: density, flow, egress, crowd pressure, warning levels."""
