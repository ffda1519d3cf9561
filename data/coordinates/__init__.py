"""Coordinate systems: which one a layer is in, and the way to the analysis."""
