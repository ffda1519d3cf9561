"""Neighbours and contiguous clusters."""
