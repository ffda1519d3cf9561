"""One figure taken apart."""
