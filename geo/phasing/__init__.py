"""What renewal costs, who pays, what comes back, what is done in which year, and how far it is."""
