"""This room's calls. Each file names its own `routes`."""
