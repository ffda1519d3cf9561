"""Measurements against peers; every ratio comes from one run on one machine."""
