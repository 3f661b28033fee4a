#!/usr/bin/env bash
# A synthetic release of linked records, from nothing to published: PEOPLE, SYSTEMS, SEED, ENGINE say of whom and how;
# NEVER_PUBLISHED, that nobody has seen earlier editions. What stands is skipped.
# shellcheck source=tools/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tools/setup.sh
. "$ROOT/tools/setup.sh"

set_up run
"$PYTHON" manage.py migrate --verbosity 0 --skip-checks
env "${IN_LARGE_PAGES[@]}" "$PYTHON" manage.py demo_data --people "${PEOPLE:-1000000}" --systems "${SYSTEMS:-ncl,nenc}" --seed "${SEED:-1}" --engine "${ENGINE:-duckdb}" ${NEVER_PUBLISHED:+--never-published}
