"""The room's pages: the grid, a country with its records, list years, action plans."""
