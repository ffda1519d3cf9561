"""Scenarios: edits of the inputs, and what they change."""
