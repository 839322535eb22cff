#!/usr/bin/env bash
# Lets drivers and tools of PostgreSQL that are no part of the build use a server as ordinary programs do.
#
#   chaos/clients/clients.sh [--host HOST] [--port PORT] [--modules DIR]
#
#   --host HOST, --port PORT   of SQL (default 127.0.0.1:7432); tables named node_pg, py and psql_* are dropped there
#   --modules DIR              where `npm install pg pg-cursor` was run (default: the current folder)
#
# psql (Debian: postgresql-client), psycopg2 (Debian: python3-psycopg2) and node-postgres are looked for; what is
# missing is skipped with the reason. Exits non-zero when anything is wrong.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export PGHOST=127.0.0.1 PGPORT=7432 PGUSER=root PGDATABASE=defaultdb PGSSLMODE=disable
modules=$PWD
while [[ $# -gt 0 ]]; do
  case "$1" in
    --host) PGHOST=$2; shift 2 ;;
    --port) PGPORT=$2; shift 2 ;;
    --modules) modules=$2; shift 2 ;;
    --help | -h) sed -n '2,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) echo "unknown option $1 (see --help)" >&2; exit 64 ;;
  esac
done
failed=0 skipped=0
client() { # COMMAND...
  local status=0
  "$@" || status=$?
  case $status in
    0) ;;
    77) skipped=$((skipped + 1)) ;;
    *) failed=$((failed + 1)) ;;
  esac
}
client "$here/psql.sh"
# The system's own interpreter is the one that Debian's packages are for.
python=/usr/bin/python3
[[ -x $python ]] || python=python3
if command -v "$python" >/dev/null; then client "$python" "$here/psycopg2_use.py"; else
  echo "SKIP  psycopg2: python3 is not installed"
  skipped=$((skipped + 1))
fi
if command -v node >/dev/null; then NODE_PATH=$modules/node_modules client node "$here/node-postgres.js"; else
  echo "SKIP  node-postgres: node is not installed"
  skipped=$((skipped + 1))
fi
echo "$failed failed, $skipped skipped"
[[ $failed -eq 0 ]]
