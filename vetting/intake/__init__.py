"""Intake, the pure part: bytes or JSON in, checked candidates or problems out. No models, no database.

`check` reads the REST body, `sheet` reads a file into rows, `columns` turns rows into the same body,
`template` gives the file to fill in, `out` writes CSV that no spreadsheet will run.
"""
