"""Two results side by side: what differs, and why."""
