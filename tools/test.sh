#!/usr/bin/env bash
# Sets up what tests need (packages, database, browser, Java), then runs pytest with the given arguments: without any, all tests, a file to
# a core, each core with a database of its own.
# shellcheck source=tools/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tools/setup.sh
. "$ROOT/tools/setup.sh"

set_up dev
need_chromium
need_java
[ $# -gt 0 ] || set -- --numprocesses auto --dist loadfile
# As in manage.py: threads over small matrices wait for each other most of the time, and here a test runs on every core already.
export OPENBLAS_NUM_THREADS=1
exec "$PYTHON" -m pytest "$@"
