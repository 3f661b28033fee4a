#!/usr/bin/env bash
# The worker of background jobs, one process, begun again when it was killed; it ends with the server. What it was making is taken up again.
# Usage: tools/worker.sh PID-of-the-server
# shellcheck source=tools/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Small matrices lose by threads, and the other core serves.
export OPENBLAS_NUM_THREADS=1
exec 9>&-
# One that ends at once, for want of a database perhaps, is begun again ever more seldom.
pause=1
while runs_in "$1" "$ROOT"; do
  began=$SECONDS
  nice -n 5 "$PYTHON" manage.py work --with "$1" || true
  if [ $((SECONDS - began)) -gt 30 ]; then pause=1; elif [ "$pause" -lt 60 ]; then pause=$((pause * 2)); fi
  sleep "$pause"
done
