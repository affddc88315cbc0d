"""This room's calls."""

from remediation.api import files, informing

routes = [*informing.routes, *files.routes]
