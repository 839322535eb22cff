#!/usr/bin/env bash
# Runs transactions on real node processes while these are killed, stopped and moved about, and lets the
# checkers judge what the clients saw.
#
#   chaos/processes/transactions.sh [--minutes N] [--users N] [--seed N] [--port-base P]
#
# Four nodes on this machine, every range on three of them. List-append, bank and register run at once for N
# minutes (default 10) over ranges that were split between their keys. Meanwhile, again and again and by
# chance: a node is killed with SIGKILL and started again, a node is stopped for one to five seconds, the
# leadership of a range goes to another node, a replica moves to another node, two ranges are merged, a range
# is split where it was before. At the end every node is up, each workload looks for what it wrote, and the
# histories are checked: list-append for strict serializability, registers for linearizability, the bank for
# its total and its balances.
# With HISTORIES=DIR in the environment the histories are kept there. Exits non-zero when anything is wrong.
# shellcheck source=cluster.sh
source "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"
# shellcheck source=nemesis.sh
source "$(dirname "${BASH_SOURCE[0]}")/nemesis.sh"
users=4
options "$@"
readonly WORKLOADS=(list-append bank register)
hosts=$(targets 1 2 3 4)

# A load that outlives the death of nodes: what it cannot know it says so.
begin() { # WORKLOAD
  "$root/troupe" workload run "$1" --host "$hosts" --duration "$((minutes * 60))s" --concurrency "$users" \
    --connections 4 --verify --history "$work/$1.jsonl" --max-errors 100000000 --timeout 5s --format json \
    >"$work/$1.json" 2>"$work/$1.err" &
  loaders+=("$!")
  running[$1]=$!
}
declare -A running=()

build_checker
form 4
for border in b c d m; do troupe 1 range split "$border" >/dev/null; done
await 60 "replicas of the new ranges" replicated 1 3
"$root/troupe" workload init bank --host "$hosts" >/dev/null
for workload in "${WORKLOADS[@]}"; do begin "$workload"; done
disturb_for "$((minutes * 60 - 10))"

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
