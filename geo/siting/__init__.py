"""Where what is missing can go: sites that fit, which of them to use, and who is served from there."""
