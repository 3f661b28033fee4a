#!/usr/bin/env bash
# run: everything, then serves until Ctrl-C. up: the same in the background, and returns when the map answers. stop: ends what these began.
# shellcheck source=tools/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tools/setup.sh
. "$ROOT/tools/setup.sh"

ADDRESS="http://127.0.0.1:$PORT"
LOG=$HIID_DATA/server.log
WORKER_LOG=$HIID_DATA/worker.log

already_serving() {
  local pid
  pid=$(server_pid)
  if [ -z "$pid" ]; then return 1; fi
  if grep -qza -- "127.0.0.1:$PORT" "/proc/$pid/cmdline"; then
    lock
    need_database # which may have been killed meanwhile
    unlock
    say "HIID is being served already at $ADDRESS/ (\`make stop\` ends it)."
    return 0
  fi
  fail "HIID is being served already at another port, by process $pid. \`make stop\` ends it."
}

check_port() {
  if port_answers "$PORT"; then fail "port $PORT is in use by another program. Choose another: make $1 PORT=$((PORT + 1))"; fi
}

prepare() {
  set_up run
  say "Bringing tables up to date"
  "$PYTHON" manage.py migrate --verbosity 0 --skip-checks
  env "${IN_LARGE_PAGES[@]}" "$PYTHON" manage.py prepare --or-last
  "$PYTHON" manage.py collectstatic --noinput --verbosity 0
}

SERVER=("$PYTHON" -m gunicorn hiid.wsgi --config python:hiid.server --bind "127.0.0.1:$PORT" --pid "$HIID_DATA/server.pid" --name hiid)

# Background jobs are worked on for as long as this server is there.
begin_worker() { # pid of the server
  setsid bash "$ROOT/tools/worker.sh" "$1" </dev/null >>"$WORKER_LOG" 2>&1 &
  disown
}

answer_of() { # path: the status of the answer, 000 when there is none
  "$PYTHON" - "$ADDRESS$1" <<'PY'
import sys, urllib.error, urllib.request
try:
    print(urllib.request.urlopen(sys.argv[1], timeout=10).status)
except urllib.error.HTTPError as error:
    print(error.code)
except OSError:
    print("000")
PY
}

run() {
  if already_serving; then return; fi
  check_port run
  prepare
  check_port run
  say "Serving at $ADDRESS/ (Ctrl-C ends it; the database goes on until \`make stop\`)"
  begin_worker $$
  exec "${SERVER[@]}"
}

up() {
  if already_serving; then return; fi
  check_port up
  prepare
  check_port up
  # In a session of its own, so that closing this terminal does not end it.
  setsid "${SERVER[@]}" </dev/null >>"$LOG" 2>&1 &
  local pid=$! tries
  disown
  begin_worker "$pid"
  for tries in $(seq 120); do
    if [ "$(answer_of /readyz)" = 200 ]; then
      say "Serving at $ADDRESS/ (\`make stop\` ends it; its log is $LOG)"
      return
    fi
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.5
  done
  tail -n 20 "$LOG" >&2
  kill "$pid" 2>/dev/null || true
  fail "the server did not become ready in $((tries / 2)) s; its log is $LOG"
}

stop() {
  local pid tries
  pid=$(server_pid)
  if [ -n "$pid" ]; then
    say "Stopping the server"
    kill "$pid"
    for tries in $(seq 70); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.5
    done
    if kill -0 "$pid" 2>/dev/null; then fail "the server, process $pid, did not end within $((tries / 2)) s"; fi
  fi
  rm -f "$HIID_DATA/server.pid"
  # It would end by itself, but not before the database.
  pid=$(worker_pid)
  if [ -n "$pid" ]; then
    kill "$pid" 2>/dev/null || true
    for tries in $(seq 20); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.25
    done
  fi
  stop_cluster
}

case ${1:-} in
  run | up | stop) "$1" ;;
  *) fail "usage: tools/serve.sh run | up | stop" ;;
esac
