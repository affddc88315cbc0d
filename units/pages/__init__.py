"""Pages of the register: units and people, listed, recorded, corrected, and what is masked shown."""
