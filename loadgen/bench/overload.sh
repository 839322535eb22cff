#!/usr/bin/env bash
# Gives a cluster of three nodes on this machine ten times the writes that it can do, and prints as Markdown what
# comes of it: goodput, latency of what was let in, and when things are normal again.
#
#   loadgen/bench/overload.sh [--sql] [--cores N] [--factor N] [--seconds N] [--out FILE]
#
#   --sql         transactions of pgbench instead of single writes, by so many times the clients
#   --cores N     what the nodes have together, in hundredths of a core (default: 80)
#   --factor N    how many times what they can do (default: 10)
#   --seconds N   of the overload (default: 15)
#   --out FILE    where the table goes (default: printed only)
#
# Ten times what two cores can do cannot be made on two cores. So the nodes get a small part of one (a control group,
# which takes root), and the load has the rest. Exits non-zero when less than 70 % of the most is done under overload,
# when 99 % of what was let in took longer than a second, or when it takes longer than 10 s to be normal again. It
# listens on loopback only, and removes its data when it ends.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

cores=80 factor=10 seconds=15 out="" sql=false
while [[ $# -gt 0 ]]; do
  case "$1" in
    --sql) sql=true ;;
    --cores) cores=$2; shift ;;
    --factor) factor=$2; shift ;;
    --seconds) seconds=$2; shift ;;
    --out) out=$(realpath -m "$2"); shift ;;
    --help | -h) sed -n '2,18s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) echo "unknown option $1 (see --help)" >&2; exit 64 ;;
  esac
  shift
done

fail() { echo "$*" >&2; exit 69; }
command -v curl >/dev/null || fail "curl is missing (Debian: apt-get install curl)"

troupe_base=${TROUPE_BENCH_PORT:-27432}
work=$(mktemp -d)
group=""
started=()
cleanup() {
  local status=$? pid
  for pid in "${started[@]}"; do kill "$pid" 2>>"$work/cleanup.log" || true; done
  for pid in "${started[@]}"; do wait "$pid" 2>>"$work/cleanup.log" || true; done
  if [[ -n $group ]]; then rmdir "$group" 2>>"$work/cleanup.log" || true; fi
  if [[ $status -ne 0 ]]; then echo "failed; logs are kept in $work" >&2; else rm -rf "$work"; fi
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# A group of processes that have so much together; periods are short, so that nobody stands still for long. They come
# before the load, whose threads would take from them otherwise what they are said to have.
limited_group() {
  local name=troupe-overload-$$ period=10000
  if [[ -w /sys/fs/cgroup/cpu/cpu.shares ]]; then
    group=/sys/fs/cgroup/cpu/$name
    mkdir "$group"
    echo "$period" >"$group/cpu.cfs_period_us"
    echo $((period * cores / 100)) >"$group/cpu.cfs_quota_us"
    echo 10240 >"$group/cpu.shares"
  elif [[ -w /sys/fs/cgroup/cgroup.subtree_control ]]; then
    group=/sys/fs/cgroup/$name
    mkdir "$group"
    echo "$((period * cores / 100)) $period" >"$group/cpu.max"
    echo 1000 >"$group/cpu.weight"
  else
    fail "the control groups of this machine cannot be changed: run as root"
  fi
}

# shellcheck source=java.sh
. "$here/java.sh"
# shellcheck source=clusters.sh
. "$here/clusters.sh"
java=$(find_java) || fail "no JDK of version 21 or newer found; install one or set TROUPE_JAVA_HOME"
class_path=$(build_class_path "$root" "$work") || fail "the build failed: see above"

# ---- warming up -------------------------------------------------------------------------------------

# Nanoseconds of processor time that the nodes' threads have had: those of the compilers, and all.
busy_nanos() {
  local pid task nanos compilers=0 all=0
  for pid in $(troupe_pids | tr , ' '); do
    for task in /proc/"$pid"/task/*; do
      read -r nanos _ <"$task/schedstat" || continue
      all=$((all + nanos))
      [[ $(<"$task/comm") != C[12]\ * ]] || compilers=$((compilers + nanos))
    done 2>>"$work/threads.log"
  done
  echo "$compilers $all"
}

# The compilers of three processes have more to do at the beginning than such a part of a core can do in minutes: what
# they take is no part of what is measured. First with all cores, then with what is left for the nodes.
warm_up() { # LOAD... -- LOAD...: with all cores, and as it will be
  local free=() part compilers all compilers_now all_now share
  while [[ $1 != -- ]]; do free+=("$1"); shift; done
  shift
  for part in 1 2; do "${free[@]}" >"$work/warm-up-$part" 2>&1 || true; done
  for pid in $(troupe_pids | tr , ' '); do echo "$pid" >"$group/cgroup.procs"; done
  for part in 3 4 5 6; do
    read -r compilers all <<<"$(busy_nanos)"
    "$@" >"$work/warm-up-$part" 2>&1 || true
    read -r compilers_now all_now <<<"$(busy_nanos)"
    share=$((100 * (compilers_now - compilers) / (all_now - all)))
    echo "warm-up: the compilers took $share % of what the nodes had" >&2
    [[ $share -ge 10 ]] || break
  done
}

# ---- SQL -------------------------------------------------------------------------------------------

# Clients of pgbench are closed loops: many times as many of them as keep the nodes busy ask at once. A transaction
# that is refused ends its client: pgbench repeats only what conflicted.
sql_clients=24
pg() { pgbench -n -h 127.0.0.1 -p "$troupe_base" -U root "$@" defaultdb; }
of() { awk -F': ' -v row="$1" '$1 == row { print $2 }' "$work/$2.figures"; } # WHAT PHASE

sql_phase() { # PHASE NAME CLIENTS SECONDS: prints a row of the table
  local phase=$1 status=0
  rm -f "$work/$phase".log.*
  # -N: accounts and history; the few rows of branches and tellers would be waited for instead of the nodes.
  pg -M prepared -N -j 2 -c "$3" -T "$4" -l --log-prefix "$work/$phase.log" >"$work/$phase.out" 2>&1 || status=$?
  [[ $status -eq 0 || $status -eq 2 ]] || { cat "$work/$phase.out" >&2; return 1; }
  cat "$work/$phase".log.* | awk '{ print $3 }' | sort -n >"$work/$phase.times"
  {
    echo "tps: $(awk '/^tps/ { print $3 }' "$work/$phase.out")"
    echo "refused: $(grep -c 'wait for too long' "$work/$phase.out" || true)"
    echo "aborted: $(grep -c ' aborted ' "$work/$phase.out" || true)"
    awk '{ all[NR] = $1 } END { printf "median: %.1f\ntail: %.1f\n", all[int(NR * 0.5) + 1] / 1000, all[int(NR * 0.99) + 1] / 1000 }' \
      "$work/$phase.times"
  } >"$work/$phase.figures"
  printf '| %s | %d | %.0f | %d | %d | %.1f | %.1f |\n' "$2" "$3" "$(of tps "$phase")" "$(of refused "$phase")" \
    "$(of aborted "$phase")" "$(of median "$phase")" "$(of tail "$phase")"
}

# Seconds of a phase until 99 % of each further second took at most LIMIT ms, as for single writes.
seconds_until() { # PHASE LIMIT
  cat "$work/$1".log.* | awk '{ print $5, $3 }' | sort -n -k1,1 -k2,2 | awk -v limit="$2" '
    function close_second() { if (n && times[int(n * 0.99) + 1] / 1000 > limit) last = second }
    $1 != second { close_second(); second = $1; n = 0; if (!first) first = second }
    { times[++n] = $2 }
    END { close_second(); print last ? last - first + 1 : 0 }'
}

judge_sql() {
  local limit goodput recovered
  pg -i -s 1 -q >"$work/init.out" 2>&1 || { cat "$work/init.out" >&2; return 1; }
  warm_up sql_phase warm "warm-up" $((4 * sql_clients)) 30 -- \
    sql_phase warm "in the group" $((factor * sql_clients)) 20
  echo "| phase | clients | done/s | refused | clients ended | median ms | 99 % ms |"
  echo "|---|---|---|---|---|---|---|"
  sql_phase peak "as much as it can" "$sql_clients" 12
  sql_phase before "a few" 2 8
  sql_phase over "$factor times" $((factor * sql_clients)) "$seconds"
  sql_phase after "a few again" 2 15
  limit=$(awk -v t="$(of tail before)" 'BEGIN { t *= 3; print (t > 200 ? t : 200) }')
  recovered=$(seconds_until after "$limit")
  goodput=$(awk -v o="$(of tps over)" -v p="$(of tps peak)" 'BEGIN { printf "%.0f", 100 * o / p }')
  printf '\nGoodput under overload: %d %% of the most. Normal again after %d s.\n' "$goodput" "$recovered"
  [[ $goodput -ge 70 && $recovered -le 10 ]]
}

# What the nodes do with ranges by themselves belongs to no phase of some seconds, on a part of a core least of all: three
# ranges, each led by another node, stay as they are.
export TROUPE_RANGE_FOLLOW_LOAD_AFTER=0s TROUPE_PLACEMENT_LOOK=0s TROUPE_RANGES_SPLIT=off
start_troupe 3 "$work/troupe"
troupe() { "$root/troupe" "$@" --port $((troupe_base + 1)); }
if ! $sql; then
  for third in 1 2; do
    right=$(troupe range split "over/00$((third * 33333))" --format json | grep -o '"id": *[0-9]*' | tail -n 1 | grep -o '[0-9]*')
    troupe range transfer-leader "$right" $((third + 1)) >>"$work/leaders.log"
  done
fi
limited_group
if $sql; then
  command -v pgbench >/dev/null || fail "pgbench is missing (Debian: apt-get install postgresql-contrib)"
  judge_sql | tee ${out:+"$out"}
  exit
fi
overload() { "$java" -Xmx2g -cp "$class_path" dev.troupe.loadgen.bench.BenchMain overload --host "$(troupe_hosts 3)" "$@"; }

warm_up overload --factor 8 --seconds 20 -- overload --factor "$factor" --seconds 15
overload --factor "$factor" --seconds "$seconds" | tee ${out:+"$out"}
