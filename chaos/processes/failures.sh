#!/usr/bin/env bash
# Kills, pauses and restarts real node processes under load and checks that no acknowledged write is lost.
#
#   chaos/processes/failures.sh [--rounds N] [--port-base P]
#
# Three nodes on this machine; needs nothing but the launcher and curl. In each of N rounds (default 20)
# the node that leads the data is killed with SIGKILL while eight users write and check, the longest time
# without a successful write is taken, and the node is started again. Then the leader is stopped for ten
# seconds and goes on. At last all nodes are killed at once, started again, and every write that was ever
# acknowledged is looked for. Exits non-zero when anything is missing.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
rounds=20 base=17432
while [[ $# -gt 0 ]]; do
  case "$1" in
    --rounds) rounds=$2; shift 2 ;;
    --port-base) base=$2; shift 2 ;;
    --help | -h) sed -n '2,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) echo "unknown option $1 (see --help)" >&2; exit 64 ;;
  esac
done
work=$(mktemp -d)
declare -A pids=()
cleanup() {
  local pid
  for pid in "${pids[@]}"; do kill -9 "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap cleanup EXIT

port() { echo $((base + 10 * ($1 - 1) + $2)); }
join=$(for n in 1 2 3; do echo "127.0.0.1:$(port "$n" 1)"; done | paste -sd,)
hosts=$join

start() { # NODE
  "$root/troupe" start --join "$join" --data "$work/n$1" --port-base "$(port "$1" 0)" >>"$work/n$1.log" 2>&1 &
  pids[$1]=$!
}

api() { # NODE PATH
  curl -sf -m 3 "http://127.0.0.1:$(port "$1" 2)$2"
}

await() { # SECONDS WHAT COMMAND...
  local limit=$1 what=$2 end=$((SECONDS + $1))
  shift 2
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS > end)); then
      echo "$what did not happen within $limit s; logs end with:" >&2
      tail -n 5 "$work"/n*.log >&2
      exit 1
    fi
    sleep 0.2
  done
}

ready() { api "$1" /readyz; }
voters() { # every range has three replicas
  local json
  json=$(api "$1" /api/v1/ranges) || return 1
  [[ $(grep -o '"role" *: *"\(leader\|follower\)"' <<<"$json" | wc -l) -ge 9 ]]
}
leader() { # which of ours leads the range of the API's keys, seen from NODE; ids follow the order of joining
  local id port
  id=$("$root/troupe" range ls --port "$(port "$1" 1)" --format json |
    grep -o '"id":2,.*' | grep -o '"leader":[0-9]*' | head -1 | grep -o '[0-9]*')
  port=$("$root/troupe" node ls --port "$(port "$1" 1)" --format json |
    grep "\"id\":$id," | grep -o '"address":"[^"]*:[0-9]*"' | grep -o '[0-9]*"' | tr -d '"')
  echo $(((port - base - 3) / 10 + 1))
}
number() { # FIELD of the object NAME in FILE
  tr -d '\n ' <"$3" | grep -o "\"$1\":{[^}]*}" | grep -o "\"$2\":[0-9.]*" | head -1 | cut -d: -f2
}

load() { # SECONDS FILE
  "$root/troupe" workload run kv --host "$hosts" --duration "$1s" --concurrency 8 --read-percent 20 \
    --keys 2000 --namespace "round$3" --verify --ledger "$work/ledger-$3" --max-errors 1000000 \
    --timeout 2s --format json >"$2"
}

for n in 1 2 3; do start "$n"; done
await 60 "the first node's answer" api 1 /livez
"$root/troupe" init --port "$(port 1 1)" >/dev/null
for n in 1 2 3; do await 60 "readiness of node $n" ready "$n"; done
await 60 "replication to three nodes" voters 1

pauses=()
for ((round = 1; round <= rounds; round++)); do
  victim=$(leader 1 || leader 2)
  load 8 "$work/report" "$round" &
  loader=$!
  sleep 3
  kill -9 "${pids[$victim]}"
  wait "${pids[$victim]}" 2>/dev/null || true
  if ! wait "$loader"; then
    echo "round $round: the check failed" >&2
    cat "$work/report" >&2
    exit 1
  fi
  pause=$(number longest_write_pause ms "$work/report")
  pauses+=("${pause:?no pause in the report}")
  printf 'round %2d: node %d killed, longest pause of writes %.0f ms\n' "$round" "$victim" "$pause"
  start "$victim"
  await 60 "the return of node $victim" ready "$victim"
  await 60 "catching up of node $victim" voters "$victim"
done
sorted=$(printf '%s\n' "${pauses[@]}" | sort -n)
printf 'pause of writes after a leader was killed: median %.0f ms, worst %.0f ms, %d kills\n' \
  "$(sed -n "$(((rounds + 1) / 2))p" <<<"$sorted")" "$(tail -n 1 <<<"$sorted")" "$rounds"

victim=$(leader 1)
load 20 "$work/report" stop &
loader=$!
sleep 3
kill -STOP "${pids[$victim]}"
sleep 10
kill -CONT "${pids[$victim]}"
wait "$loader" || { echo "the check failed after a pause of node $victim" >&2; cat "$work/report" >&2; exit 1; }
printf 'leader stopped for 10 s: nothing lost, nothing stale, longest pause of writes %.0f ms\n' \
  "$(number longest_write_pause ms "$work/report")"
await 60 "the return of node $victim" ready "$victim"

# With all nodes gone this run cannot check anything: the ledgers are verified below instead.
load 6 "$work/report" all 2>"$work/unchecked" &
loader=$!
sleep 3
kill -9 "${pids[@]}"
for n in 1 2 3; do wait "${pids[$n]}" 2>/dev/null || true; done
wait "$loader" || true
for n in 1 2 3; do start "$n"; done
for n in 1 2 3; do await 90 "readiness of node $n after all were killed" ready "$n"; done
for ledger in "$work"/ledger-*; do
  "$root/troupe" workload verify --host "$hosts" --ledger "$ledger" --namespace "round${ledger##*-}" >"$work/verified" ||
    { echo "acknowledged writes are missing:" >&2; cat "$work/verified" >&2; exit 1; }
done
echo "all nodes killed at once and started again: every acknowledged write of all rounds is there"
