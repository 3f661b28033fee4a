#!/usr/bin/env bash
# Lets the formatters put right what they can.
# shellcheck source=tools/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tools/setup.sh
. "$ROOT/tools/setup.sh"
# shellcheck source=tools/node.sh
. "$ROOT/tools/node.sh"

lock
need_environment dev
unlock
"$PYTHON" -m ruff check --fix --quiet . || true
"$PYTHON" -m ruff format --quiet .
need_node_tools
node_tool biome check --write
