"""Standards as data: services, thresholds, classification rules."""
