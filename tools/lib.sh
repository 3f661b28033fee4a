# Words and folders that the tools share; sourced, not run. Each tool begins with: . "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck shell=bash disable=SC2034
set -euo pipefail
umask 022

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$ROOT"
# Local state: cluster, secrets, logs, cache. Absolute, for tools change folders.
HIID_DATA=$(realpath -m "${HIID_DATA:-$ROOT/.hiid}")
PORT=${PORT:-8000}
VENV=$ROOT/.venv
PYTHON=$VENV/bin/python
SECRETS=$HIID_DATA/secrets
export HIID_DATA PORT
export PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=hiid.settings
# Commands begin processes of their own, and without bytecode each compiles every module anew: seconds a process.
unset PYTHONDONTWRITEBYTECODE
# Long steps keep the memory they have had, in large pages where they can: a tenth of their time. Arrow takes its from the C library, Polars
# gives none back. Other C libraries than GNU's pass over it.
IN_LARGE_PAGES=(
  "GLIBC_TUNABLES=${GLIBC_TUNABLES:-glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=1073741824:glibc.malloc.trim_threshold=2147483648}"
  "ARROW_DEFAULT_MEMORY_POOL=${ARROW_DEFAULT_MEMORY_POOL:-system}"
  "_RJEM_MALLOC_CONF=${_RJEM_MALLOC_CONF:-dirty_decay_ms:-1,muzzy_decay_ms:-1}"
)

say() { printf '\033[1m%s\033[0m\n' "$*"; }
warn() { printf '%s\n' "$*" >&2; }
fail() {
  warn "Stopped: $*"
  exit 1
}
is_root() { [ "$(id -u)" = 0 ]; }
has() { command -v "$1" >/dev/null 2>&1; }

# Runs a command as root: as it is where we are root, else with sudo, which may ask for the password.
as_root() {
  if is_root; then "$@"; elif has sudo; then sudo "$@"; else fail "\`$*\` needs root, and there is no sudo. Run it as root, then repeat."; fi
}

# A folder of ours whose parents others may pass (the database's user must reach its own folder), but only we may list the secrets.
make_state_folder() {
  mkdir -p "$HIID_DATA" "$SECRETS"
  chmod 700 "$SECRETS"
}

# Writes standard input to a file that only we can read, whole or not at all.
write_secret() { # path
  (umask 077 && cat >"$1.new")
  mv "$1.new" "$1"
}

# Set-up steps of one checkout never run twice at once. The lock ends with the process, or with `unlock`.
lock() {
  make_state_folder
  exec 9>"$HIID_DATA/lock"
  flock -n 9 || {
    say "Another make of this checkout is setting up; waiting for it."
    flock 9
  }
}
unlock() { exec 9>&-; }

port_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Whether the process runs with this folder as its own: how we tell our server and cluster from everybody else's.
runs_in() { # pid, folder
  [ -n "$1" ] && [ "$(readlink "/proc/$1/cwd" 2>/dev/null)" = "$2" ]
}

first_line() { head -n 1 "$1" 2>/dev/null || true; }

server_pid() {
  local pid
  pid=$(first_line "$HIID_DATA/server.pid")
  if runs_in "$pid" "$ROOT" && grep -qa gunicorn "/proc/$pid/cmdline"; then printf '%s' "$pid"; fi
}

worker_pid() {
  local pid
  pid=$(first_line "$HIID_DATA/worker.pid")
  if runs_in "$pid" "$ROOT" && grep -qza -- "manage.py" "/proc/$pid/cmdline"; then printf '%s' "$pid"; fi
}
