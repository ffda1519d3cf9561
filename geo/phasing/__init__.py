"""In which year what is done, and how far it is."""
