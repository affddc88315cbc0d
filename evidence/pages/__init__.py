"""The browser's side of evidence: lists, pages of one thing, and forms that do the acts."""
