#!/usr/bin/env bash
# Writes fixtures/SHA256SUMS anew, for a change of fixtures that is meant.
# shellcheck source=tools/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

cd fixtures
sums=$(find . -type f ! -path './published/*' ! -name '*.md' ! -name SHA256SUMS -printf '%P\0' | LC_ALL=C sort -z | xargs -0 -r sha256sum)
printf '%s\n' "$sums" >SHA256SUMS
