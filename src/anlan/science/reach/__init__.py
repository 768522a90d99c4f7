"""Who can be where, and how soon: road graphs, travel times, routes, isochrones."""
