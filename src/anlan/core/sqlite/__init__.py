"""The embedded database: Django's SQLite engine with fair turns between writers.

`ENGINE = "anlan.core.sqlite"`. Writes belong inside `atomic()`: only a transaction takes its turn,
a bare `save()` polls. Never over a network file system. Never `ATOMIC_REQUESTS` together with
`transaction_mode="IMMEDIATE"`: every page view would be a writer.

`library` chooses the SQLite library before Django is imported, `turn` is the queue of the writers,
`maintenance` the only place that checkpoints, `checks` what `anlan check` says about all of it.
"""
