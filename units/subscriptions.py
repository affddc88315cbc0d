"""What this room hands to the rooms below it at start-up."""

from units import claims

claims.register()
