"""The `anlan` command: serve, demo, account, backup, city, respond, models, journal, doctor; the rest is Django's."""
