# System packages: which are missing, and their installation from the distribution. Sourced after lib.sh.
# shellcheck shell=bash

# The newest PostgreSQL on this machine that has PostGIS, as its folder of programs; empty when there is none.
postgres_programs() {
  local control
  control=$(find /usr/share/postgresql -path '*/extension/postgis.control' 2>/dev/null | sort -V | tail -n 1)
  [ -n "$control" ] || return 0
  control=/usr/lib/postgresql/$(basename "$(dirname "$(dirname "$control")")")/bin
  if [ -x "$control/initdb" ]; then printf '%s' "$control"; fi
}

chromium_program() {
  local name
  for name in chromium chromium-browser google-chrome; do
    if has "$name"; then
      command -v "$name"
      return
    fi
  done
}

install_packages() { # why, package ...
  local why=$1
  shift
  has apt-get || fail "$why is missing, and this machine has no apt-get. Install $*, or see docs/how-to/install.md for other ways."
  say "Installing $why from the system's packages: $*"
  make_state_folder
  local log=$HIID_DATA/packages.log
  {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q &&
      as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
  } >"$log" 2>&1 </dev/null || {
    tail -n 15 "$log" >&2
    fail "the packages could not be installed; all that was said is in $log"
  }
}

need_postgis() {
  [ -n "$(postgres_programs)" ] || install_packages "PostgreSQL with PostGIS" postgresql-postgis
  [ -n "$(postgres_programs)" ] || fail "PostGIS was installed, but no PostgreSQL that can use it was found below /usr/lib/postgresql."
}

need_chromium() { [ -n "$(chromium_program)" ] || install_packages "a browser for the tests" chromium; }

# Spark runs on Java 17 or newer; the distribution's own is that from Debian 12 on.
need_java() { has java || install_packages "Java, for the tests of Spark" default-jre-headless; }

need_node() { has npm || install_packages "Node, for the checks of scripts" nodejs npm; }
