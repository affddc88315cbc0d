#!/usr/bin/env python
"""Django's command line. What changes the schema logs in as its owner, all else as the application."""

import os
import sys

OWNERS_COMMANDS = {"migrate", "makemigrations", "squashmigrations", "sqlmigrate", "showmigrations"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if len(sys.argv) > 1 and sys.argv[1] in OWNERS_COMMANDS:
        os.environ["DATABASE_ROLE"] = "owner"
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
