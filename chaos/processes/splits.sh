#!/usr/bin/env bash
# A table that grows on three processes until its ranges have split by themselves, while readers and
# writers run: no statement fails, every row is there once, and the events say why. With the defaults
# ranges hold 64 MiB and the table gets 1 GiB, which takes some ten minutes.
#   chaos/processes/splits.sh
# Needs psql and pgbench. MIB sets how much is loaded, SPLIT_SIZE when ranges split (16MiB).
set -euo pipefail
# shellcheck source=chaos/processes/cluster.sh
source "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"
mib=${MIB:-1024}
split_size=${SPLIT_SIZE:-64MiB}
rows_per_mib=3000
rows=$((mib * rows_per_mib))
batch=$((10 * rows_per_mib))

export TROUPE_RANGES_SPLIT_SIZE=$split_size
export TROUPE_RANGES_LOOK=${LOOK:-2s}

sql() { # NODE STATEMENT
  psql -X -q -At -v ON_ERROR_STOP=1 -h "$(host "$1")" -p "$(port "$1" 0)" -U root defaultdb -c "$2"
}
clients() { # NODE SCRIPT NAME: runs until it is ended
  pgbench -n -h "$(host "$1")" -p "$(port "$1" 0)" -U root -f "$2" -c 4 -T 36000 \
    --max-tries=1 defaultdb >"$work/$3.txt" 2>&1 &
  loaders+=($!)
}
count_ranges() { sql 1 "select count(*) from troupe_internal.ranges"; }

form 3
sql 1 "create table t (id bigint primary key, a int, pad text)"
sql 1 "insert into t select i, 0, '' from generate_series(0, 999) i"
cat >"$work/read.sql" <<SQL
\set id random(0, 999)
select a from t where id = :id;
select count(*) from t where id between :id and :id + 100;
SQL
cat >"$work/write.sql" <<SQL
\set id random(0, 999)
update t set a = a + 1 where id = :id;
SQL
before=$(count_ranges)
clients 2 "$work/read.sql" read
clients 3 "$work/write.sql" write

# What does not compress: a range's size is what is stored.
begun=$SECONDS
for ((from = 1000; from < rows; from += batch)); do
  to=$((from + batch < rows ? from + batch : rows))
  sql 1 "insert into t select i, 0, md5(i::text) || md5((-i)::text) || md5((i * 7)::text)
      || md5((i * 11)::text) || md5((i * 13)::text) || md5((i * 17)::text) || md5((i * 19)::text)
      || md5((i * 23)::text) || md5((i * 29)::text) || md5((i * 31)::text)
    from generate_series($from, $((to - 1))) i" || fail "an insert failed"
done
printf '%d rows loaded in %d s\n' "$rows" $((SECONDS - begun))
largest() { sql 1 "select max(bytes) <= 1.5 * $1 from troupe_internal.ranges where range_id > 1"; }
limit=$(numfmt --from=iec-i --suffix=B "$split_size")
settled() { [[ $(largest "${limit%B}") == t ]]; }
await 120 "the end of splitting" settled

for loader in "${loaders[@]}"; do kill -INT "$loader" 2>/dev/null || true; done
for name in read write; do
  grep -Eq 'aborted|ERROR|error:' "$work/$name.txt" &&
    fail "a client of $name failed: $(grep -Em1 'aborted|ERROR|error:' "$work/$name.txt")"
done
after=$(count_ranges)
printf 'ranges: %d before, %d after\n' "$before" "$after"
[[ $after -gt $before ]] && pass "ranges have split by themselves" || fail "no range has split"
[[ $(sql 2 "select count(*), count(distinct id), min(id), max(id) from t") == \
  "$rows|$rows|0|$((rows - 1))" ]] && pass "every row is there once" ||
  fail "rows: $(sql 2 "select count(*), count(distinct id), min(id), max(id) from t")"
told=$(sql 3 "select count(*) from troupe_internal.events
  where kind = 'range-split' and details->>'strategy' = 'size'")
[[ $told -ge $((after - before)) ]] && pass "each split is told of, with its reason" ||
  fail "$told events tell of $((after - before)) splits"
troupe 2 events --limit 3
conclude
