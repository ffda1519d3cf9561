"""Walks: nearest facilities, all that is in reach, the ways they take, repairs."""
