# Node's tool for the checks of scripts and styles: biome, from tools/js/package-lock.json. Sourced after setup.sh.
# The service itself needs no Node: its browser libraries are in the repository (tools/vendor.sh).
# shellcheck shell=bash

need_node_tools() {
  local folder=$ROOT/tools/js stamp
  need_node
  stamp=$(digest "$folder/package-lock.json")
  [ "$(first_line "$folder/node_modules/.stamp")" = "$stamp" ] && return
  say "Installing the tools that check scripts"
  # Node carries its own list of certificates; the system's are trusted besides, as by all else here.
  if [ -f /etc/ssl/certs/ca-certificates.crt ]; then export NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}; fi
  # Not `npm ci`: it asks that the lock file holds the builds for every other system too, which not every registry has. Versions and
  # hashes of what is installed are those of the lock file all the same.
  rm -rf "$folder/node_modules"
  npm install --no-save --prefix "$folder" --loglevel=error --no-audit --no-fund --ignore-scripts
  printf '%s\n' "$stamp" >"$folder/node_modules/.stamp"
}

# Their settings lie at the root, where editors look for them.
node_tool() { # biome, arguments
  local name=$1
  shift
  "$ROOT/tools/js/node_modules/.bin/$name" "$@"
}
