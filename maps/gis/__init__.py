"""The layers for GIS programs."""
