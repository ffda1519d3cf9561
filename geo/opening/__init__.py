"""Gates and passages worth opening."""
