# What every tool needs before its own work: packages, environment, keys, database. Sourced after lib.sh.
# shellcheck shell=bash
# shellcheck source=tools/packages.sh
. "$ROOT/tools/packages.sh"
# shellcheck source=tools/python.sh
. "$ROOT/tools/python.sh"
# shellcheck source=tools/cluster.sh
. "$ROOT/tools/cluster.sh"

need_secret_key() {
  [ -n "${SECRET_KEY:-}" ] || [ -s "$SECRETS/secret_key" ] || od -An -N40 -tx1 /dev/urandom | tr -d ' \n' | write_secret "$SECRETS/secret_key"
}

# Everything up to a database that answers; each part is skipped where it is done. Others of this checkout wait meanwhile.
set_up() { # run | dev
  lock
  if [ -z "${DATABASE_URL:-}" ]; then need_postgis; fi
  need_environment "$1"
  need_secret_key
  need_database
  unlock
}
