"""Read files institutes have: vector layers, shapefiles, point tables, sheets."""
