#!/usr/bin/env bash
# Removes what was made here: server, cluster and its data, environment, tools, caches. Asks first; CLEAN=yes answers.
# System packages stay, and so does a database that DATABASE_URL names.
# shellcheck source=tools/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tools/packages.sh
. "$ROOT/tools/packages.sh"
# shellcheck source=tools/cluster.sh
. "$ROOT/tools/cluster.sh"

THINGS=()
add() { if [ -e "$1" ]; then THINGS+=("$1"); fi; }
if ! is_root || getent passwd postgres >/dev/null; then
  CLUSTER=$(cluster_folder)
  if [ "${CLUSTER#"$HIID_DATA"}" = "$CLUSTER" ]; then add "$(dirname "$CLUSTER")"; fi
fi
# A folder that somebody chose may hold other things: of HIID_DATA only what is ours goes.
for name in pg pg.new secrets tools cache static server.log server.pid packages.log initdb.log database.port lock; do add "$HIID_DATA/$name"; done
for name in .venv tools/js/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache; do add "$ROOT/$name"; done

if [ ${#THINGS[@]} = 0 ]; then
  say "There is nothing to remove."
  exit 0
fi
say "This would be removed, with the database and all that was loaded into it:"
du -sh "${THINGS[@]}"
answer=${CLEAN:-}
if [ -z "$answer" ]; then read -r -p "Remove it? (yes/no) " answer || true; fi
[ "$answer" = yes ] || fail "nothing was removed."
bash tools/serve.sh stop
rm -rf "${THINGS[@]}"
rmdir "$HIID_DATA" 2>/dev/null || true
say "Removed."
