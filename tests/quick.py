"""The outputs that take longest, left out where a test is about something else."""

WITHOUT = ("atlas.pdf", "report.docx")
OPTIONS = tuple(part for name in WITHOUT for part in ("--without", name))
