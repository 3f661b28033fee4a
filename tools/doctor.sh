#!/usr/bin/env bash
# Says what is there and what is missing, and changes nothing. Fails when something is missing that `make run` would not mend.
# shellcheck source=tools/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tools/setup.sh
. "$ROOT/tools/setup.sh"

BAD=0
there() { printf '  ok       %-22s %s\n' "$1" "$2"; }
absent() { printf '  missing  %-22s %s\n' "$1" "$2"; }
broken() {
  BAD=1
  absent "$1" "$2"
}

if python_found=$(find_python 2>/dev/null); then there "Python" "$python_found"; else broken "Python" "install 3.11 or newer, or name it in HIID_PYTHON"; fi
if [ -n "$(postgres_programs)" ]; then there "PostGIS" "$(postgres_programs)"; else absent "PostGIS" "\`make run\` installs it"; fi
if [ -x "$PYTHON" ] && "$PYTHON" -c 'import django' 2>/dev/null; then there "environment" "$VENV"; else absent "environment" "\`make run\` makes it"; fi

if [ -n "${DATABASE_URL:-}" ]; then
  there "database" "that of DATABASE_URL"
elif [ -n "$(postgres_programs)" ] && [ -n "$(cluster_pid "$(cluster_folder)")" ]; then
  there "database" "private cluster in $(cluster_folder), port $(first_line "$DATABASE_PORT_FILE")"
else
  absent "database" "down; \`make run\` starts it"
fi

mirror=$(realpath -m "${HIID_MIRROR:-$ROOT/../shared/data}")
if [ -d "$mirror" ]; then there "published files" "$mirror"; else absent "published files" "no mirror; they are asked of their publishers, else stand-ins make the release synthetic"; fi

pid=$(server_pid)
if [ -n "$pid" ]; then there "server" "process $pid"; else absent "server" "not running; \`make run\` or \`make up\` starts it"; fi
# It begins some seconds after the server.
for _ in $(seq 20); do
  worker=$(worker_pid)
  if [ -n "$worker" ] || [ -z "$pid" ]; then break; fi
  sleep 0.5
done
if [ -n "$worker" ]; then
  there "worker" "process $worker; its log is $HIID_DATA/worker.log"
elif [ -n "$pid" ]; then
  broken "worker" "the server runs without it, so plans wait; see $HIID_DATA/worker.log, or \`make stop\` and \`make up\`"
else
  absent "worker" "begins and ends with the server"
fi
if [ -z "$pid" ] && port_answers "$PORT"; then broken "port $PORT" "in use by another program; choose another with PORT"; fi
if [ -n "$(chromium_program)" ]; then there "Chromium" "$(chromium_program)"; else absent "Chromium" "\`make test\` installs it"; fi
if has java; then there "Java" "$(command -v java)"; else absent "Java" "\`make test\` installs it, for Spark; nothing else needs it"; fi
if has npm; then there "Node" "$(node --version)"; else absent "Node" "\`make check\` installs it; nothing else needs it"; fi

if "$PYTHON" manage.py migrate --check >/dev/null 2>&1; then
  there "tables" "up to date"
  "$PYTHON" manage.py shell --verbosity 0 -c "
from geo.models import Release, Tileset
current = Release.objects.filter(is_current=True).first()
print('  ok       %-22s %s' % ('release', current) if current else '  missing  %-22s %s' % ('release', '\`make run\` builds and publishes one'))
complete = sorted(Tileset.objects.filter(is_complete=True).values_list('geography__slug', flat=True).distinct())
print('  %-8s %-22s %s' % ('ok' if complete else 'missing', 'tiles', ' '.join(complete) or '\`make run\` makes them'))
"
else
  absent "tables" "no database, or not up to date; \`make run\` migrates"
fi
exit "$BAD"
