"""This room's pages: what is owed, by whom, by when; and what still bars."""
