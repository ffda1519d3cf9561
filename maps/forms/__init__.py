"""Workbooks that are filled in by hand and read again, and reports on them."""
