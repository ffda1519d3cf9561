"""Facilities from several sources: what each is, whether it is in operation, and which of them are one place."""
