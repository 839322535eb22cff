#!/usr/bin/env bash
# Indexes built on three processes while pgbench writes: one to the end, one whose node is killed in
# the middle, one that cannot be unique. Each must end as the table's, or not be there. About a minute.
#   chaos/processes/online-index.sh
# Needs psql and pgbench. ROWS sets the size of the table.
set -euo pipefail
# shellcheck source=chaos/processes/cluster.sh
source "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"
rows=${ROWS:-200000}

valid() { [[ $(sql "$1" "select indisvalid from pg_index where indexrelid = '$2'::regclass") == t ]]; }
under_way() { [[ $(sql "$1" "select count(*) from pg_stat_progress_create_index where tuples_done > 0") == 1 ]]; }
load() { # NODE SECONDS
  pgbench -n -h "$(host "$1")" -p "$(port "$1" 0)" -U root -f "$work/write.sql" -c 4 -T "$2" \
    --max-tries=100 defaultdb >"$work/load.txt" 2>&1 &
  loader=$!
  loaders+=("$loader")
}
unload() {
  wait "$loader" || true
  grep -E 'transactions actually|tps = ' "$work/load.txt" || fail "pgbench: $(tail -n 3 "$work/load.txt")"
}
same() { # NODE COLUMN INDEX: the same sums by the index and by the rows
  local by_index by_rows
  by_index="select count(*), sum($2::numeric), sum(id) from t where $2 >= 0"
  sql "$1" "explain $by_index" | grep -q "$3" || fail "the plan does not use $3"
  by_rows="select count(*), sum(x::numeric), sum(id) from (select id, $2 + length(pad) - length(pad) as x from t) as r"
  [[ $(sql "$1" "$by_index") == "$(sql "$1" "$by_rows")" ]] && pass "$3 has the rows of the table" ||
    fail "$3 differs: $(sql "$1" "$by_index") by it, $(sql "$1" "$by_rows") by the rows"
}

form 3
sql 1 "create table t (id bigint primary key, a int, b int, c int, pad text)"
sql 1 "insert into t select i, i, i, i, repeat('x', 50) from generate_series(1, $rows) as i"
cat >"$work/write.sql" <<SQL
\set id random(1, $rows)
\set fresh random(1000000, 2000000000)
update t set a = :fresh, b = b + 1 where id = :id;
delete from t where id = :id + 1 and id % 16 = 0;
insert into t values (:fresh, :fresh, 1, :fresh, 'new') on conflict (id) do nothing;
SQL

load 1 20
begun=$(date +%s%N)
sql 3 "create index by_a on t (a)"
printf 'built in %d ms beside four writers\n' $((($(date +%s%N) - begun) / 1000000))
unload
same 2 a by_a

load 1 30
sql 3 "create index by_b on t (b)" >"$work/killed.txt" 2>&1 &
await 30 "progress" under_way 1
stop 3
begun=$(date +%s%N)
await 120 "completion by another node" valid 1 by_b
printf 'completed %d ms after its node was killed\n' $((($(date +%s%N) - begun) / 1000000))
unload
same 1 b by_b
same 2 a by_a

sql 1 "update t set c = 7 where id in (select id from t order by id desc limit 1)"
sql 1 "insert into t values (0, 0, 0, 7, '')" || true
if sql 2 "create unique index by_c on t (c)" >"$work/refused.txt" 2>&1; then
  fail "a unique index over duplicates was made"
elif grep -q 'Key (c)=(7) is duplicated' "$work/refused.txt"; then
  pass "duplicates are named"
else
  fail "$(cat "$work/refused.txt")"
fi
[[ -z $(sql 1 "select 1 from pg_class where relname = 'by_c'") ]] && pass "nothing is left of it" ||
  fail "the refused index is still there"
conclude
