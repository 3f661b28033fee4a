#!/usr/bin/env bash
# bench: runs each program of tools/bench/ (minutes). evidence: each of tools/evidence/ (long). Their tables go to docs/evidence/.
# shellcheck source=tools/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tools/setup.sh
. "$ROOT/tools/setup.sh"

[ "${1:-}" = bench ] || [ "${1:-}" = evidence ] || fail "usage: tools/measure.sh bench | evidence"
set_up dev
need_chromium
"$PYTHON" manage.py migrate --verbosity 0
"$PYTHON" manage.py prepare
FAILED=()
for program in tools/"$1"/[a-z]*.py; do
  [ -f "$program" ] || continue
  say "$program"
  PYTHONPATH=$ROOT env "${IN_LARGE_PAGES[@]}" "$PYTHON" "$program" || FAILED+=("$program")
done
[ ${#FAILED[@]} = 0 ] || fail "${FAILED[*]} failed."
