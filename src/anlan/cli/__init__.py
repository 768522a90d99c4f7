"""The `anlan` command: serve, demo, city, respond, models, journal, doctor; the rest is Django's."""
