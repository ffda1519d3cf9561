"""Where estates and facilities meet the streets, and the way inside the estates."""
