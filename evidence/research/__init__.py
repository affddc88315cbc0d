"""An operator's import of published research: units, people, what links them, sources and incidents, in the
columns that Security Force Monitor and UCDP publish.

`reading` reads files into rows, `dates` turns dates of mixed precision into pairs of ranges, `columns` says
what a row means, `plan` compares that with what was imported before, `write` writes it in few statements.
"""
