"""People, eligibility, thresholds, gaps, and whether the data can carry them."""
