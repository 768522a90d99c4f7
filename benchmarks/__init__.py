"""What Anlan promises in figures, measured: `make bench`, or `python -m benchmarks [NAME …]`.

Each module here has `run() -> dict`. The results of all of them are kept in results.json together
with the machine they were taken on; running one module replaces its part only.
"""
