"""Walking networks that are no OpenStreetMap extract: OSMnx graphs and road lines."""
