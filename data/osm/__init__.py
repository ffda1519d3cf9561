"""Read OpenStreetMap extracts: walkways, places, barriers, gates."""
