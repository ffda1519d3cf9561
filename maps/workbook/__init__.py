"""The annex tables and other workbooks."""
