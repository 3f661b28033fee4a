#!/usr/bin/env bash
# Everything that a machine can check without running the service. Runs all checks, names those that failed, and fails if one did.
# shellcheck source=tools/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tools/setup.sh
. "$ROOT/tools/setup.sh"
# shellcheck source=tools/node.sh
. "$ROOT/tools/node.sh"

FAILED=()

check() { # name, command ...
  local name=$1 begun=$SECONDS
  shift
  say "$name"
  "$@" || FAILED+=("$name")
  printf '  %s s\n' "$((SECONDS - begun))"
}

templates() {
  if compgen -G 'hiid/pages/templates/pages/*.html' >/dev/null; then "$PYTHON" -m djlint --lint --quiet hiid/pages/templates; fi
}

scripts() { if has shellcheck; then shellcheck -x tools/*.sh .ci/run; else for script in tools/*.sh .ci/run; do bash -n "$script" || return; done; fi; }

set_up dev
check "Format of Python" "$PYTHON" -m ruff format --check --quiet .
check "Lint of Python" "$PYTHON" -m ruff check --quiet .
check "Types" "$PYTHON" -m mypy
check "Direction of imports" "$VENV/bin/lint-imports" --no-cache
check "Templates" templates
check "Migrations" "$PYTHON" manage.py makemigrations --check --dry-run --verbosity 1
check "Shell scripts" scripts
need_node_tools
check "Format and lint of JavaScript" node_tool biome check --diagnostic-level=error
check "Tests of JavaScript" node --test tests/js/*.test.mjs

[ ${#FAILED[@]} = 0 ] || fail "$(printf '%s; ' "${FAILED[@]}")not right."
say "All checks passed."
