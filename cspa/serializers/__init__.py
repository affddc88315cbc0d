"""This room's records as they are shown."""
