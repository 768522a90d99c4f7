"""`python -m benchmarks [NAME …]`."""

from __future__ import annotations

import sys

from benchmarks.harness import run_all

run_all(sys.argv[1:])
