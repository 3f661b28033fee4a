# The private PostgreSQL cluster: made once, started when it is down, stopped when asked. Sourced after lib.sh and packages.sh.
# shellcheck shell=bash
# As root the system's user `postgres` owns it (PostgreSQL refuses root); else we do. It listens on 127.0.0.1 alone, has no
# socket file (a deep path is too long for one), and takes only passwords hashed by scram.

DATABASE_PORT_FILE=$HIID_DATA/database.port

as_owner() { # runs as the user who owns the cluster; from its folder's parent, since it may not enter ours
  if is_root; then (cd / && exec runuser -u postgres -- "$@"); else "$@"; fi
}

# Where the cluster lies: in HIID_DATA, or where its owner may not enter that, below /var/lib/hiid, by a hash of our folder.
cluster_folder() {
  local hidden
  hidden=/var/lib/hiid/$(printf '%s' "$HIID_DATA" | sha256sum | cut -c1-16)
  if [ -d "$hidden" ]; then printf '%s/pg' "$hidden"; elif as_owner test -x "$HIID_DATA"; then printf '%s/pg' "$HIID_DATA"; else printf '%s/pg' "$hidden"; fi
}

# The main process of our cluster, if it lives. A process id left behind by a dead one may be somebody else's by now.
cluster_pid() { # folder
  local pid
  pid=$(first_line "$1/postmaster.pid")
  if [[ $'\n'$(cluster_processes "$1")$'\n' == *$'\n'"${pid:-none}"$'\n'* ]]; then printf '%s' "$pid"; fi
}

cluster_processes() { # folder: every process that works in it, the main one or what a killed one left behind
  # Asked as its owner: root in a container may not look at other users' processes. Processes that end meanwhile are no fault.
  local process folder
  while IFS=$'\t' read -r process folder; do
    if [ "$folder" = "$1" ]; then printf '%s\n' "${process#/proc/}"; fi
  done < <(as_owner find /proc -maxdepth 2 -path '/proc/[0-9]*/cwd' -printf '%h\t%l\n' 2>/dev/null || true)
}

free_port() { # from a range that systems do not hand out by themselves
  local port
  for port in $(seq 15432 15999); do
    port_answers "$port" || {
      printf '%s' "$port"
      return
    }
  done
  fail "no free port between 15432 and 15999 for the database"
}

create_cluster() { # folder, programs
  local folder=$1 programs=$2 parent
  parent=$(dirname "$folder")
  say "Making a private PostgreSQL cluster in $folder"
  if [ "$parent" != "$HIID_DATA" ]; then mkdir -p "$parent"; fi
  rm -rf "$folder.new"
  mkdir -m 700 "$folder.new"
  if is_root; then chown postgres: "$folder.new"; fi
  od -An -N24 -tx1 /dev/urandom | tr -d ' \n' | write_secret "$SECRETS/database_password"
  # The password goes in by standard input and a pipe, so that no command line shows it. Interrupted, only <folder>.new is left.
  # shellcheck disable=SC2016
  as_owner bash -c 'read -r password || true
    exec "$1" -D "$2" -U hiid -E UTF8 --locale=C.UTF-8 --auth=scram-sha-256 --pwfile=<(printf "%s\n" "$password")' \
    - "$programs/initdb" "$folder.new" <"$SECRETS/database_password" >"$HIID_DATA/initdb.log" 2>&1 || {
    tail -n 10 "$HIID_DATA/initdb.log" >&2
    fail "the cluster could not be made"
  }
  mv "$folder.new" "$folder"
}

# Who may come in, and how much memory is used; written at every start, so that a changed line takes effect.
configure_cluster() { # folder
  grep -q "^include = 'hiid.conf'" "$1/postgresql.conf" || printf "include = 'hiid.conf'\n" >>"$1/postgresql.conf"
  printf 'host all all 127.0.0.1/32 scram-sha-256\n' >"$1/pg_hba.conf"
  cat >"$1/hiid.conf" <<-'CONF'
	listen_addresses = '127.0.0.1'
	unix_socket_directories = ''
	password_encryption = 'scram-sha-256'
	shared_buffers = 512MB
	maintenance_work_mem = 256MB
	max_wal_size = 4GB
	wal_level = minimal
	max_wal_senders = 0
	jit = off
	CONF
  if is_root; then chown postgres: "$1/hiid.conf" "$1/pg_hba.conf"; fi
}

start_cluster() {
  local programs folder pid port
  make_state_folder
  programs=$(postgres_programs)
  folder=$(cluster_folder)
  [ -f "$folder/PG_VERSION" ] || create_cluster "$folder" "$programs"
  # A cluster made by one release of PostgreSQL is only read by that one.
  programs=/usr/lib/postgresql/$(cat "$folder/PG_VERSION")/bin
  [ -x "$programs/pg_ctl" ] || fail "the cluster in $folder was made by PostgreSQL $(cat "$folder/PG_VERSION"), which is gone. Install it again, or \`make clean\` and begin anew."
  pid=$(cluster_pid "$folder")
  port=$(first_line "$DATABASE_PORT_FILE")
  if [ -z "$pid" ]; then
    clear_remains "$folder"
    if [ -z "$port" ] || port_answers "$port"; then
      if [ -n "$port" ]; then warn "Port $port, the database's until now, is taken by another program; it gets another."; fi
      port=$(free_port)
      printf '%s\n' "$port" >"$DATABASE_PORT_FILE"
    fi
    configure_cluster "$folder"
    # The lock's descriptor is closed for it, or the server would hold the lock as long as it lives.
    as_owner "$programs/pg_ctl" -D "$folder" -l "$folder/server.log" -o "-p $port" -w -t 120 start >/dev/null 9>&- || {
      as_owner tail -n 10 "$folder/server.log" >&2
      fail "PostgreSQL did not start; its log is $folder/server.log"
    }
  fi
  write_database_url "$port"
  create_database "$programs" "$port"
}

# After a killed main process: its children end within moments, and an id file that names nobody of ours goes.
clear_remains() { # folder
  local tries=0
  while [ -n "$(cluster_processes "$1")" ]; do
    if [ "$tries" = 0 ]; then say "PostgreSQL was killed; waiting for what is left of it to end."; fi
    tries=$((tries + 1))
    if [ "$tries" -gt 20 ]; then cluster_processes "$1" | xargs -r kill -QUIT; fi
    [ "$tries" -le 40 ] || fail "processes of a killed PostgreSQL still work in $1: $(cluster_processes "$1" | tr '\n' ' ')"
    sleep 0.5
  done
  rm -f "$1/postmaster.pid"
}

write_database_url() { # port
  local url
  url="postgresql://hiid:$(cat "$SECRETS/database_password")@127.0.0.1:$1/hiid"
  if [ "$(first_line "$SECRETS/database_url")" != "$url" ]; then printf '%s\n' "$url" | write_secret "$SECRETS/database_url"; fi
}

create_database() { # programs, port
  local PGPASSWORD
  PGPASSWORD=$(cat "$SECRETS/database_password")
  export PGPASSWORD
  local ask=("$1/psql" -X -q -t -A -w -h 127.0.0.1 -p "$2" -U hiid -d postgres -v ON_ERROR_STOP=1)
  [ -n "$("${ask[@]}" -c "SELECT 1 FROM pg_database WHERE datname = 'hiid'")" ] || "${ask[@]}" -c "CREATE DATABASE hiid"
}

stop_cluster() {
  local folder pid
  if is_root && ! getent passwd postgres >/dev/null; then return; fi
  folder=$(cluster_folder)
  pid=$(cluster_pid "$folder")
  if [ -n "$pid" ]; then
    say "Stopping PostgreSQL"
    as_owner "/usr/lib/postgresql/$(cat "$folder/PG_VERSION")/bin/pg_ctl" -D "$folder" -m fast -w stop >/dev/null
  fi
}

# A database for whatever runs next: that of DATABASE_URL where the caller names one, else ours.
need_database() {
  if [ -n "${DATABASE_URL:-}" ]; then return; fi
  need_postgis
  start_cluster
}
