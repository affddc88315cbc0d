"""What tests stand on: their database, a worker, a browser. No tests in here."""
