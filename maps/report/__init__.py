"""The chapter of the plan as a Word document."""
