# The virtual environment: finds Python, gets uv by pip, installs a lock file with its hashes. Sourced after lib.sh and packages.sh.
# shellcheck shell=bash disable=SC2153

# A Python of 3.11 or newer, as its own path (not that of a version manager's stand-in).
find_python() {
  local name path
  for name in "${HIID_PYTHON:-}" python3 python3.11 python3.12 python3.13 python3.14 /usr/bin/python3; do
    [ -n "$name" ] || continue
    path=$("$name" -c 'import sys; assert sys.version_info >= (3, 11); print(sys.executable)' 2>/dev/null) || continue
    printf '%s' "$path"
    return
  done
  fail "Python 3.11 or newer was not found. Install it, or name it in HIID_PYTHON."
}

digest() { cat "$@" | sha256sum | cut -d' ' -f1; }

# uv, in an environment of its own, from wherever this machine's pip is set to get packages.
need_uv() {
  local folder=$HIID_DATA/tools/uv stamp python
  stamp=$(digest "$ROOT/requirements/uv.txt")
  [ "$(first_line "$folder/.stamp")" = "$stamp" ] && "$folder/bin/uv" --version >/dev/null 2>&1 && return
  python=$(find_python)
  "$python" -c 'import ensurepip, venv' 2>/dev/null || install_packages "Python's venv" python3-venv
  say "Getting uv, which installs the Python packages"
  rm -rf "$folder"
  mkdir -p "$(dirname "$folder")"
  "$python" -m venv "$folder"
  "$folder/bin/pip" install --quiet --quiet --disable-pip-version-check --require-hashes -r "$ROOT/requirements/uv.txt"
  printf '%s\n' "$stamp" >"$folder/.stamp"
}

# Installs requirements/<name>.txt into .venv, exactly, unless that is what is there.
# Where uv cannot reach its source of packages, pip does it: it knows every setting of this machine.
need_environment() { # run | dev
  local file=$ROOT/requirements/$1.txt stamp=$VENV/.stamp want have python
  want=$(digest "$file")
  have=$(first_line "$stamp")
  if "$PYTHON" -c '' 2>/dev/null; then
    [ "$have" = "$want" ] && return
    [ "$1" = run ] && [ "$have" = "$(digest "$ROOT/requirements/dev.txt")" ] && return
  fi
  need_uv
  python=$(find_python)
  local uv=$HIID_DATA/tools/uv/bin/uv
  # Without a stamp the last installation was broken off, and what it left may look whole: begin anew.
  if [ -z "$have" ] || ! "$PYTHON" -c '' 2>/dev/null; then
    "$uv" venv --quiet --clear --python "$python" --no-python-downloads "$VENV"
  fi
  rm -f "$stamp"
  say "Installing $(grep -c '==' "$file") Python packages of requirements/$1.txt"
  use_pip_settings
  "$uv" pip sync --quiet --require-hashes --python "$PYTHON" "$file" || {
    warn "uv could not; pip tries."
    "$HIID_DATA/tools/uv/bin/pip" --python "$PYTHON" install --quiet --quiet --disable-pip-version-check --require-hashes -r "$file"
  }
  printf '%s\n' "$want" >"$stamp"
}

# uv does not read pip's settings: the address of the packages is handed on, and the system's certificates are trusted.
use_pip_settings() {
  local address
  address=$("$HIID_DATA/tools/uv/bin/pip" config get global.index-url 2>/dev/null || true)
  if [ -n "$address" ] && [ -z "${UV_DEFAULT_INDEX:-}" ]; then export UV_DEFAULT_INDEX=$address; fi
  export UV_SYSTEM_CERTS=${UV_SYSTEM_CERTS:-1}
}
