#!/usr/bin/env bash
# Runs SQL on real node processes while these are killed, stopped and moved about, and lets the checkers judge what
# the clients saw.
#
#   chaos/processes/sql.sh [--minutes N] [--users N] [--seed N] [--port-base P]
#
# Four nodes on this machine, every range on three of them. List-append and bank run at once by PostgreSQL's JDBC
# driver for N minutes (default 10) with so many users each (default 6), over tables and indexes that lie in ranges
# of their own: single statements and transactions, simple and extended protocol, reads and writes by primary keys
# and by secondary indexes. Meanwhile, again and again and by chance: a node is killed with SIGKILL and started
# again, a node is stopped for one to five seconds, the leadership of a range goes to another node, a replica moves
# to another node, two ranges are merged, a range is split where it was before. At the end every node is up,
# everything is read, and
# - the histories are checked: list-append for strict serializability, the bank for its total and its balances;
# - each index holds what its table does, and the bank's books explain its balances;
# - no client saw an error but conflicts (40001, 40P01), lost connections (08xxx), nodes that end or cannot serve
#   (57P01, 57P03), outcomes that nobody knows (40003), and the constraint against debts (23514).
# With HISTORIES=DIR in the environment the histories are kept there. Exits non-zero when anything is wrong.
# shellcheck source=cluster.sh
source "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"
# shellcheck source=nemesis.sh
source "$(dirname "${BASH_SOURCE[0]}")/nemesis.sh"
users=6
options "$@"
declare -A tables=([list-append]="lists entries" [bank]="accounts transfers") running=()

sql_hosts() { # all nodes
  local n
  for n in 1 2 3 4; do echo "$(host "$n"):$(port "$n" 0)"; done | paste -sd,
}
begin() { # WORKLOAD
  "${chaos[@]}" sqlload --workload "$1" --host "$(sql_hosts)" --seconds 86400 --users "$users" \
    --seed "$seed" "$work/$1.jsonl" >"$work/$1.out" 2>&1 &
  loaders+=("$!")
  running[$1]=$!
}
has_begun() { grep -q '^begun$' "$work/$1.out"; } # WORKLOAD

# Splits at the beginning of a table and at its first secondary index: /t, the table's id, the index's id, with ids
# as TableKeys writes them: 0x80 and the number of bytes, then these.
spread() { # TABLE
  local id key
  id=$("$root/troupe" sql --host "$(host 1)" --port "$(port 1 0)" --format csv \
    -e "select oid::bigint from pg_class where relname = '$1'" | tail -n 1)
  key=$(printf '\\x03\\x82\\x%02x\\x%02x' "$((id / 256))" "$((id % 256))")
  for suffix in '' '\x02'; do
    # shellcheck disable=SC2059
    troupe 1 range split --raw --base64 "$(printf "$key$suffix" | base64)" >/dev/null ||
      die "$1 cannot be split"
  done
}

build_checker
form 4
for workload in "${!tables[@]}"; do
  begin "$workload"
  await 60 "the beginning of $workload" has_begun "$workload"
  for table in ${tables[$workload]}; do spread "$table"; done
done
await 60 "replicas of the new ranges" replicated 1 3
disturb_for "$((minutes * 60))"
for workload in "${!tables[@]}"; do kill -TERM "${running[$workload]}"; done

for workload in "${!tables[@]}"; do
  wait "${running[$workload]}" || true
  if grep -q '^no fault$' "$work/$workload.out"; then
    pass "$workload: $(grep committed "$work/$workload.out")"
    pass "$workload: $(grep compared "$work/$workload.out")"
  else
    fail "$workload: $(tail -n 20 "$work/$workload.out")"
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
