#!/usr/bin/env bash
# Sets up what tests need (packages, database, browser), then runs pytest with the given arguments.
# shellcheck source=tools/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tools/setup.sh
. "$ROOT/tools/setup.sh"

set_up dev
need_chromium
exec "$PYTHON" -m pytest "$@"
