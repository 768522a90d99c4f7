#!/usr/bin/env bash
# Everything that must pass before a change lands: `make test`. With `lint`: only what reads code.
set -euo pipefail
cd "$(dirname "$0")/.."

# Hundreds of processes start in the tests; without compiled files each compiles every module again.
unset PYTHONDONTWRITEBYTECODE

step() { printf '\n── %s\n' "$1"; shift; "$@"; }

# Beside what reads code, so that neither tests nor their servers compile the same kernels twice.
if [ "${1:-}" != lint ]; then
  python -c "from pathlib import Path
from anlan.config.kernels import compile_apart; compile_apart(Path())" &
  compiling=$!
fi

step "style" ruff check
step "format" ruff format --check
step "boundaries" lint-imports
step "types" mypy
step "models and migrations" env ANLAN_SECRET_KEY=check anlan makemigrations --check --dry-run
step "system check" env ANLAN_SECRET_KEY=check anlan check --fail-level WARNING
step "types of the browser code" python tools/npm.py run --silent check
step "tests of the browser code" python tools/npm.py test --silent
[ "${1:-}" = lint ] && exit 0
step "compiled kernels" wait "$compiling"
step "tests" pytest -n "${ANLAN_TEST_PROCESSES:-2}" --dist loadfile --no-loadscope-reorder
