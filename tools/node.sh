# Node's tool for the checks of scripts and styles: biome, from tools/js/package-lock.json. Sourced after setup.sh.
# The service itself needs no Node: its browser libraries are in the repository (tools/vendor.sh).
# shellcheck shell=bash

need_node_tools() {
  local folder=$ROOT/tools/js stamp
  need_node
  stamp=$(digest "$folder/package-lock.json")
  [ "$(first_line "$folder/node_modules/.stamp")" = "$stamp" ] && return
  say "Installing the tools that check scripts"
  npm ci --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts
  printf '%s\n' "$stamp" >"$folder/node_modules/.stamp"
}

# Their settings lie at the root, where editors look for them.
node_tool() { # biome, arguments
  local name=$1
  shift
  "$ROOT/tools/js/node_modules/.bin/$name" "$@"
}
