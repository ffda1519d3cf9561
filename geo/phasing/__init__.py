"""What renewal costs, who pays, what comes back, and what is done in which year."""
