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
exec "$PYTHON" -m pytest "$@"
