"""What can be done to this room's things, described once for pages and calls."""
