#!/usr/bin/env bash
# Runs transactions on real node processes while these are killed, stopped and moved about, and lets the
# checkers judge what the clients saw.
#
#   chaos/processes/transactions.sh [--minutes N] [--users N] [--seed N] [--port-base P]
#
# Four nodes on this machine, every range on three of them. List-append, bank and register run at once for N
# minutes (default 10) over ranges that were split between their keys. Meanwhile, again and again and by
# chance: a node is killed with SIGKILL and started again, a node is stopped for one to five seconds, the
# leadership of a range goes to another node, a replica moves to another node. At the end every node is up,
# each workload looks for what it wrote, and the histories are checked: list-append for strict
# serializability, registers for linearizability, the bank for its total and its balances.
# With HISTORIES=DIR in the environment the histories are kept there. Exits non-zero when anything is wrong.
minutes=10 users=4 seed=$$ base=17432
while [[ $# -gt 0 ]]; do
  case "$1" in
    --minutes) minutes=$2; shift 2 ;;
    --users) users=$2; shift 2 ;;
    --seed) seed=$2; shift 2 ;;
    --port-base) base=$2; shift 2 ;;
    --help | -h) sed -n '2,14s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) echo "unknown option $1 (see --help)" >&2; exit 64 ;;
  esac
done
# shellcheck source=cluster.sh
source "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"
readonly WORKLOADS=(list-append bank register)
hosts=$(targets 1 2 3 4)
RANDOM=$seed

# The checkers are part of the tests: they are not in what the launcher builds.
checker=$root/chaos/target/classes
build_checker() {
  (cd "$root" && mvn -q -B -ntp -Dmaven.test.skip=true -pl chaos -am compile) >"$work/build" 2>&1 ||
    { cat "$work/build" >&2; die "the checkers cannot be built"; }
}
check() { # WORKLOAD FILE
  local app=$root/.troupe/$(<"$root/.troupe/current")
  "$("$root/.ci/find-jdk")/bin/java" -cp "$checker:$app/lib/*" \
    dev.troupe.chaos.ChaosCommand check --workload "$1" "$2"
}

# A load that outlives the death of nodes: what it cannot know it says so.
begin() { # WORKLOAD
  "$root/troupe" workload run "$1" --host "$hosts" --duration "$((minutes * 60))s" --concurrency "$users" \
    --connections 4 --verify --history "$work/$1.jsonl" --max-errors 100000000 --timeout 5s --format json \
    >"$work/$1.json" 2>"$work/$1.err" &
  loaders+=("$!")
  running[$1]=$!
}
declare -A running=()

pick() { echo "${@:RANDOM % $# + 1:1}"; } # WORD...
data_ranges() { ranges 1 | grep '"start"' | grep -o '^{"id":[0-9]*' | cut -d: -f2 | grep -v '^1$'; }
outside() { # RANGE NODE: nodes without a replica of it
  local inside n
  inside=" $(holders "$1" "$2") "
  for n in 1 2 3 4; do [[ $inside == *" $n "* ]] || echo "$n"; done
}

declare -A done_=([kill]=0 [stop]=0 [lead]=0 [move]=0)
disturb() {
  local what n range to from
  what=$(pick kill kill stop lead lead move)
  case $what in
    kill)
      n=$(pick 1 2 3 4)
      stop "$n"
      sleep "$((RANDOM % 3))"
      start "$n"
      await 90 "the return of node $n" ready "$n"
      ;;
    stop)
      n=$(pick 1 2 3 4)
      kill -STOP "${pids[$n]}"
      sleep "$((RANDOM % 5 + 1))"
      kill -CONT "${pids[$n]}"
      ;;
    lead)
      # shellcheck disable=SC2046
      range=$(pick 1 $(data_ranges)) && to=$(pick $(holders "$range" 1)) || return 0
      troupe 1 range transfer-leader "$range" "${ids[$to]}" --timeout 10 >/dev/null 2>&1 || return 0
      ;;
    move)
      # shellcheck disable=SC2046
      range=$(pick $(data_ranges)) && from=$(pick $(holders "$range" 1)) && to=$(pick $(outside "$range" 1)) ||
        return 0
      troupe 1 range move "$range" "${ids[$from]}" "${ids[$to]}" --timeout 30 >/dev/null 2>&1 || return 0
      ;;
  esac
  done_[$what]=$((done_[$what] + 1))
}

build_checker
form 4
for border in b c d m; do troupe 1 range split "$border" >/dev/null; done
await 60 "replicas of the new ranges" replicated 1 3
"$root/troupe" workload init bank --host "$hosts" >/dev/null
for workload in "${WORKLOADS[@]}"; do begin "$workload"; done
end=$((SECONDS + minutes * 60))
while ((SECONDS < end - 10)); do
  disturb
  sleep "$((RANDOM % 3 + 1))"
done
printf 'disturbed: %d kills, %d stops, %d leaders moved, %d replicas moved (seed %d)\n' \
  "${done_[kill]}" "${done_[stop]}" "${done_[lead]}" "${done_[move]}" "$seed"

for workload in "${WORKLOADS[@]}"; do
  if wait "${running[$workload]}"; then
    pass "$workload: $(total operations "$work/$workload.json") operations, everything found again"
  else
    fail "$workload: $(tail -n 3 "$work/$workload.err")"
    tail -c 2000 "$work/$workload.json" >&2
  fi
  [[ -z ${HISTORIES:-} ]] || { mkdir -p "$HISTORIES" && cp "$work/$workload.jsonl" "$HISTORIES"; }
  if verdict=$(check "$workload" "$work/$workload.jsonl" 2>&1); then
    pass "$workload: $(head -n 1 <<<"$verdict")"
  else
    fail "$workload: the history is refused"
    head -n 40 <<<"$verdict" >&2
  fi
done
conclude
