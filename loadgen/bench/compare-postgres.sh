#!/usr/bin/env bash
# Compares SQL on three Troupe nodes with PostgreSQL and two synchronous replicas, and SQL on one node with plain
# PostgreSQL, side by side on this machine by pgbench, and scans, count(*) and COPY of many rows; prints the tables of
# docs/benchmarks.md as Markdown.
#
#   loadgen/bench/compare-postgres.sh [--quick] [--nodes 1|3] [--clients N,N..] [--scale N] [--seconds N] [--out FILE]
#
#   --quick      short cells: shows that everything works, gives no figures to quote
#   --nodes N    1: one node beside plain PostgreSQL; 3 (default): three beside a primary with two replicas,
#                of which one has to have each commit on its disk
#   --out FILE   where the table goes (default: printed only)
#
# Needs a JDK of version 21 or newer, Maven, curl, and PostgreSQL 15 with pgbench (Debian: apt-get install
# postgresql-15 postgresql-contrib), whose server runs as the user postgres. It listens on loopback only, and removes
# its data when it ends. Nothing else that works should run meanwhile.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

nodes=3 clients=1,16,64 scale=10 seconds=15 warmup=60 out="" # a JVM needs about a minute to come to its speed
while [[ $# -gt 0 ]]; do
  case "$1" in
    --quick) seconds=4 warmup=4 scale=1 ;;
    --nodes) nodes=$2; shift ;;
    --clients) clients=$2; shift ;;
    --scale) scale=$2; shift ;;
    --seconds) seconds=$2; shift ;;
    --out) out=$(realpath -m "$2"); shift ;;
    --help | -h) sed -n '2,16s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) echo "unknown option $1 (see --help)" >&2; exit 64 ;;
  esac
  shift
done

fail() { echo "$*" >&2; exit 69; }
postgres=/usr/lib/postgresql/15/bin
[[ -x $postgres/initdb && -x $postgres/pgbench ]] ||
  fail "PostgreSQL 15 is missing (Debian: apt-get install postgresql-15)"
command -v curl >/dev/null || fail "curl is missing (Debian: apt-get install curl)"

troupe_base=${TROUPE_BENCH_PORT:-27432} # SQL of the first node; ten apart per node
pg_port=${PG_BENCH_PORT:-25432}         # primary; replicas above it
work=$(mktemp -d)
chmod 755 "$work"
started=() pg_homes=()

as_postgres() { if [[ $(id -u) -eq 0 ]]; then runuser -u postgres -- "$@"; else "$@"; fi; }
cleanup() {
  local status=$? home pid
  for home in "${pg_homes[@]}"; do
    as_postgres "$postgres/pg_ctl" -D "$home" -m immediate stop >>"$work/cleanup.log" 2>&1 || true
  done
  for pid in "${started[@]}"; do kill "$pid" 2>>"$work/cleanup.log" || true; done
  for pid in "${started[@]}"; do wait "$pid" 2>>"$work/cleanup.log" || true; done
  if [[ $status -ne 0 ]]; then echo "failed; logs are kept in $work" >&2; else rm -rf "$work"; fi
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# --- servers -----------------------------------------------------------------------------------
# shellcheck source=clusters.sh
. "$here/clusters.sh"
start_postgres() {
  local home="$work/pg0" i
  mkdir "$work/pg" && chmod 777 "$work/pg" && home="$work/pg/0"
  as_postgres "$postgres/initdb" -D "$home" --auth trust -U root >"$work/initdb.log"
  cat >>"$work/pg.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
port = $pg_port
shared_buffers = 1GB
max_wal_size = 4GB
max_connections = 200
CONF
  as_postgres tee -a "$home/postgresql.conf" <"$work/pg.conf" >/dev/null
  as_postgres "$postgres/pg_ctl" -D "$home" -w -l "$home/log" start >/dev/null
  pg_homes+=("$home")
  [[ $nodes -eq 3 ]] || return 0
  for i in 1 2; do
    as_postgres "$postgres/pg_basebackup" -h 127.0.0.1 -p "$pg_port" -U root -D "$work/pg/$i" -R -X stream \
      --checkpoint=fast -d "application_name=s$i host=127.0.0.1 port=$pg_port user=root"
    echo "port = $((pg_port + i))" | as_postgres tee -a "$work/pg/$i/postgresql.conf" >/dev/null
    as_postgres "$postgres/pg_ctl" -D "$work/pg/$i" -w -l "$work/pg/$i/log" start >/dev/null
    pg_homes+=("$work/pg/$i")
  done
  echo "synchronous_standby_names = 'ANY 1 (s1, s2)'" | as_postgres tee -a "$home/postgresql.conf" >/dev/null
  as_postgres "$postgres/pg_ctl" -D "$home" reload >/dev/null
}

# CPU of processes and of those of their children that have ended, and of those that live; in ticks.
ticks() { # PID...
  local pid all=("$@") sum=0 line
  for pid in "$@"; do mapfile -t -O "${#all[@]}" all < <(pgrep -P "$pid" || true); done
  for pid in "${all[@]}"; do
    line=$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null) || continue
    read -r -a f <<<"$line"
    sum=$((sum + f[11] + f[12] + f[13] + f[14]))
  done
  echo "$sum"
}
server_pids() {
  if [[ $1 == troupe ]]; then troupe_pids | tr , ' '; else
    local home
    for home in "${pg_homes[@]}"; do head -n 1 "$home/postmaster.pid"; done | paste -sd' '
  fi
}

bench() { # SYSTEM PORT ARGS...: prints "tps latency failed ticks"
  local system=$1 port=$2 before after
  shift 2
  local pids
  read -r -a pids <<<"$(server_pids "$system")"
  before=$(ticks "${pids[@]}")
  "$postgres/pgbench" -h 127.0.0.1 -p "$port" -U root -n "$@" "$database" >"$work/bench.out" 2>>"$work/bench.err" ||
    true
  after=$(ticks "${pids[@]}")
  awk -v ticks=$((after - before)) '
    /number of transactions actually processed/ { split($NF, n, "/"); count = n[1] }
    /number of failed/ { failed = $5 }
    /latency average/ { latency = $4 }
    /^tps/ { tps = $3 }
    END { printf "%.0f %.3f %d %.4f\n", tps, latency, failed, count ? ticks * 10 / count : 0 }' "$work/bench.out"
}

start_troupe "$nodes" "$work/troupe"
start_postgres
declare -A ports=([troupe]=$troupe_base [postgres]=$pg_port) databases=([troupe]=defaultdb [postgres]=postgres)
for system in troupe postgres; do
  database=${databases[$system]}
  "$postgres/pgbench" -h 127.0.0.1 -p "${ports[$system]}" -U root -i -q -s "$scale" "$database" \
    >"$work/init-$system.log" 2>&1 || { cat "$work/init-$system.log" >&2; fail "pgbench -i failed on $system"; }
  printf '%s: %s\n' "$system" "$(tail -n 1 "$work/init-$system.log")" >>"$work/init"
  for kind in tpcb-like select-only; do
    bench "$system" "${ports[$system]}" -b "$kind" -M prepared -c 16 -j 2 -T "$warmup" >/dev/null
  done
done

# --- cells -------------------------------------------------------------------------------------
{
  echo "| workload, clients | Troupe tps | PostgreSQL tps | ratio | Troupe ms | PostgreSQL ms |" \
    "Troupe CPU ms per txn | PostgreSQL CPU ms per txn | failed |"
  echo "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
  for kind in tpcb-like simple-update select-only; do
    for count in ${clients//,/ }; do
      declare -A cell=()
      for system in troupe postgres; do
        database=${databases[$system]}
        jobs=$((count < 2 ? 1 : 2))
        cell[$system]=$(bench "$system" "${ports[$system]}" -b "$kind" -M prepared -c "$count" -j "$jobs" -T "$seconds")
      done
      read -r t_tps t_ms t_failed t_cpu <<<"${cell[troupe]}"
      read -r p_tps p_ms p_failed p_cpu <<<"${cell[postgres]}"
      awk -v k="$kind, $count" -v a="$t_tps" -v b="$p_tps" -v c="$t_ms" -v d="$p_ms" -v e="$t_cpu" -v f="$p_cpu" \
        -v g="$t_failed, $p_failed" 'BEGIN {
          printf "| %s | %d | %d | %.2f | %s | %s | %s | %s | %s |\n", k, a, b, b ? a / b : 0, c, d, e, f, g }'
    done
  done
} | tee "$work/cells.md"

# --- many rows ---------------------------------------------------------------------------------
rows=$((scale * 100000))
printf '\\set a random(1, %d)\nSELECT * FROM pgbench_accounts WHERE aid BETWEEN :a AND :a + 9999;\n' \
  $((rows - 9999)) >"$work/scan.sql"
echo 'SELECT count(*) FROM pgbench_accounts;' >"$work/count.sql"
seq -f '%.0f' 1 "$rows" | awk '{ print $1 "\t" $1 % 1000 }' >"$work/copy.tsv"

copy() { # SYSTEM PORT: as bench does, of one COPY of all rows into a table of the same transaction
  local system=$1 port=$2 before after begun ended
  local psql=("$postgres/psql" -X -q -h 127.0.0.1 -p "$port" -U root -d "$database" -v ON_ERROR_STOP=1)
  local pids
  read -r -a pids <<<"$(server_pids "$system")"
  before=$(ticks "${pids[@]}")
  begun=$(date +%s%N)
  "${psql[@]}" -1 -c 'CREATE TABLE narrow (id int PRIMARY KEY, n int)' -c '\copy narrow FROM STDIN' \
    <"$work/copy.tsv" 2>>"$work/copy.err" || { cat "$work/copy.err" >&2; fail "COPY failed on $system"; }
  ended=$(date +%s%N)
  after=$(ticks "${pids[@]}")
  awk -v nanos=$((ended - begun)) -v ticks=$((after - before)) \
    'BEGIN { printf "%.4f %.3f 0 %.4f\n", 1e9 / nanos, nanos / 1e6, ticks * 10 }'
}

{
  echo "| rows, one client | Troupe rows/s | PostgreSQL rows/s | ratio | Troupe ms | PostgreSQL ms |" \
    "Troupe CPU s per 1000 rows | PostgreSQL CPU s per 1000 rows | failed |"
  echo "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
  for kind in scan count copy; do
    declare -A cell=()
    count=$([[ $kind == scan ]] && echo 10000 || echo "$rows")
    for system in troupe postgres; do
      database=${databases[$system]}
      port=${ports[$system]}
      if [[ $kind == copy ]]; then
        cell[$system]=$(copy "$system" "$port")
      else
        # Once to warm up what the cells before have not run.
        bench "$system" "$port" -f "$work/$kind.sql" -M prepared -c 1 -T "$((seconds < 5 ? seconds : 5))" >/dev/null
        cell[$system]=$(bench "$system" "$port" -f "$work/$kind.sql" -M prepared -c 1 -T "$seconds")
      fi
    done
    read -r t_tps t_ms t_failed t_cpu <<<"${cell[troupe]}"
    read -r p_tps p_ms p_failed p_cpu <<<"${cell[postgres]}"
    awk -v k="$kind of $count" -v n="$count" -v a="$t_ms" -v b="$p_ms" -v e="$t_cpu" -v f="$p_cpu" \
      -v g="$t_failed, $p_failed" 'BEGIN {
        printf "| %s | %d | %d | %.2f | %s | %s | %.5f | %.5f | %s |\n", k, a ? n * 1000 / a : 0, b ? n * 1000 / b : 0,
          a ? b / a : 0, a, b, e / n, f / n, g }'
  done
} | tee "$work/rows.md"

report() {
  echo "Measured $(date -u +%F) with \`loadgen/bench/compare-postgres.sh --nodes $nodes\` at commit" \
    "$(git -C "$root" rev-parse --short HEAD); pgbench in prepared mode, scale $scale."
  echo
  cat "$work/cells.md"
  echo
  cat "$work/rows.md"
  echo
  sed 's/^/- `pgbench -i`, /' "$work/init"
}
if [[ -n "$out" ]]; then report >"$out"; fi
report
