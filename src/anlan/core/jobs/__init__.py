"""Background jobs in a leased table: no daemon, and a killed worker loses nothing.

A room declares what can run (`registry.job`), services enqueue (`services.enqueue_job`), and
`anlan work` runs it, started by the server or by hand. A worker owns a job until its
lease ends; it renews the lease while it lives. When it is killed, the lease runs out and another
worker takes the job again: so a job must be safe to run twice.
"""
