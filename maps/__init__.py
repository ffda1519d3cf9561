"""What goes out: web map, tables, GIS layers, problems, manifest."""
