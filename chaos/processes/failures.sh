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
rounds=20 base=17432
while [[ $# -gt 0 ]]; do
  case "$1" in
    --rounds) rounds=$2; shift 2 ;;
    --port-base) base=$2; shift 2 ;;
    --help | -h) sed -n '2,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) echo "unknown option $1 (see --help)" >&2; exit 64 ;;
  esac
done
# shellcheck source=cluster.sh
source "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"
readonly RANGE=2 # of the API's keys
hosts=$(targets 1 2 3)

for n in 1 2 3; do start "$n"; done
await 60 "the first node's answer" api 1 /livez
troupe 1 init >/dev/null
for n in 1 2 3; do await 60 "readiness of node $n" ready "$n"; done
await 60 "replication to three nodes" replicated 1 3
learn_ids 3

pauses=()
for ((round = 1; round <= rounds; round++)); do
  begin_load 8 "$work/report" "round$round" "$hosts"
  sleep 3
  # Only now: leaders go where requests come from, and are spread over the nodes.
  victim=$(leader "$RANGE" 1 || leader "$RANGE" 2)
  stop "$victim"
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
  await 60 "catching up of node $victim" replicated "$victim" 3
done
sorted=$(printf '%s\n' "${pauses[@]}" | sort -n)
printf 'pause of writes after a leader was killed: median %.0f ms, worst %.0f ms, %d kills\n' \
  "$(sed -n "$(((rounds + 1) / 2))p" <<<"$sorted")" "$(tail -n 1 <<<"$sorted")" "$rounds"

begin_load 20 "$work/report" roundstop "$hosts"
sleep 3
victim=$(leader "$RANGE" 1)
kill -STOP "${pids[$victim]}"
sleep 10
kill -CONT "${pids[$victim]}"
wait "$loader" || { echo "the check failed after a pause of node $victim" >&2; cat "$work/report" >&2; exit 1; }
printf 'leader stopped for 10 s: nothing lost, nothing stale, longest pause of writes %.0f ms\n' \
  "$(number longest_write_pause ms "$work/report")"
await 60 "the return of node $victim" ready "$victim"

# With all nodes gone this run cannot check anything: the ledgers are verified below instead.
begin_load 6 "$work/report" roundall "$hosts" 2>"$work/unchecked"
sleep 3
kill -9 "${pids[@]}"
for n in 1 2 3; do wait "${pids[$n]}" 2>/dev/null || true; done
wait "$loader" || true
for n in 1 2 3; do start "$n"; done
for n in 1 2 3; do await 90 "readiness of node $n after all were killed" ready "$n"; done
for ledger in "$work"/ledger-*; do
  verify_again "${ledger##*/ledger-}" "$hosts" ||
    { echo "acknowledged writes are missing:" >&2; cat "$work/verified" >&2; exit 1; }
done
echo "all nodes killed at once and started again: every acknowledged write of all rounds is there"
