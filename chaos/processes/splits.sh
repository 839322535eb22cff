#!/usr/bin/env bash
# Lets ranges split, spread and merge by themselves while readers and writers run.
#
#   chaos/processes/splits.sh [--megabytes N] [--port-base P] [--only size|load]
#
# By size: a table on three processes is filled with N MiB (default 1024; ranges split at 64 MiB, or at the same part of a
# smaller N), until replicas and leaders are even to within 10 % of the average; a fourth node is added, until they
# are again; 95 % of the rows are deleted, until merges have brought the number of ranges down to a half at most. Meanwhile
# pgbench reads and writes other rows of the table, and a checked load writes keys: no operation may fail.
# By load: clients ask for keys by Zipf's law until their range has split at its median, then all for one key, which
# gets a range of its own, once, and is named. Needs psql and pgbench.
megabytes=1024 base=17432 only=''
while [[ $# -gt 0 ]]; do
  case "$1" in
    --megabytes) megabytes=$2; shift 2 ;;
    --port-base) base=$2; shift 2 ;;
    --only) only=$2; shift 2 ;;
    --help | -h) sed -n '2,12s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) echo "unknown option $1 (see --help)" >&2; exit 64 ;;
  esac
done
# shellcheck source=chaos/processes/cluster.sh
source "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"

count_ranges() { sql 1 "select count(*) from troupe_internal.ranges"; }
events() { # CONDITION: how many there are
  sql 1 "select count(*) from troupe_internal.events where $1"
}
happened() { [[ $(events "$1") -gt 0 ]]; } # CONDITION
last_event() { # CONDITION
  sql 1 "select message from troupe_internal.events where $1 order by at desc limit 1"
}
took() { echo "$((($(now_ms) - begun) / 1000)) s"; }

# ---- By size --------------------------------------------------------------------------------------

rows_per_mib=3000
rows=$((megabytes * rows_per_mib))
batch=$((4 * rows_per_mib))
split_size=$((megabytes * 65536))

clients() { # NODE SCRIPT NAME: runs until it is ended
  pgbench -n -h "$(host "$1")" -p "$(port "$1" 0)" -U root -f "$2" -c 2 -T 36000 -R 100 \
    --max-tries=1 defaultdb >"$work/$3.txt" 2>&1 &
  loaders+=($!)
  benches+=($!)
}
# What does not compress: a range's size is what is stored.
fill() {
  local from to
  for ((from = 1000; from < rows; from += batch)); do
    to=$((from + batch < rows ? from + batch : rows))
    sql 1 "insert into t select i, 0, decode(md5(i::text) || md5((-i)::text) || md5((i * 7)::text)
        || md5((i * 11)::text) || md5((i * 13)::text) || md5((i * 17)::text) || md5((i * 19)::text)
        || md5((i * 23)::text) || md5((i * 29)::text) || md5((i * 31)::text) || md5((i * 37)::text)
        || md5((i * 41)::text) || md5((i * 43)::text) || md5((i * 47)::text) || md5((i * 53)::text)
        || md5((i * 59)::text) || md5((i * 61)::text) || md5((i * 67)::text) || md5((i * 71)::text)
        || md5((i * 73)::text), 'hex')
      from generate_series($from, $((to - 1))) i" || fail "an insert failed"
  done
}
delete_most() {
  local from
  for ((from = 1000; from < rows; from += batch)); do
    sql 1 "delete from t where id between $from and $((from + batch - 1)) and id % 20 <> 0" ||
      fail "a deletion failed"
  done
}
all_there() { # CONDITION: of the numbers from 0 on that are there, each once: so many, and their sum
  local wanted found
  wanted=$(sql 2 "select count(*), sum(i) from generate_series(0, $((rows - 1))) i where $1")
  found=$(sql 2 "select count(*), sum(id) from t")
  [[ $found == "$wanted" ]] && pass "${found%|*} rows are there, each once" || fail "rows: $found, not $wanted"
}
settled() { [[ $(sql 1 "select max(bytes) <= 1.5 * $split_size from troupe_internal.ranges where range_id > 1") == t ]]; }
halved() { [[ $(count_ranges) -le $((most / 2)) ]]; }

by_size() {
  local benches=() before most name
  export TROUPE_RANGES_SPLIT_SIZE=$split_size TROUPE_RANGES_LOOK=2s TROUPE_RANGES_MERGE_AFTER=15s
  export TROUPE_PLACEMENT_LOOK=2s TROUPE_PLACEMENT_REST=10s
  export TROUPE_GC_RETENTION=60s TROUPE_GC_LOOK=5s TROUPE_GC_REWRITE_FROM=$((split_size / 8))
  form 3
  sql 1 "create table t (id bigint primary key, a int, pad bytea)"
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
  begin_load 36000 "$work/checked" checked "$(targets 1 2 3)" --rate 100

  begun=$(now_ms)
  fill
  echo "$rows rows of $megabytes MiB loaded within $(took)"
  await 120 "the end of splitting" settled
  await 240 "even leaders on three nodes" even 3
  most=$(count_ranges)
  [[ $most -gt $((before + 8)) ]] && pass "$before ranges have become $most within $(took), three nodes are even: $(spread)" ||
    fail "$before ranges have become only $most"
  [[ $(events "kind = 'range-split' and details->>'strategy' = 'size'") -ge $((most - before)) ]] &&
    pass "each split is told of, with its reason" || fail "there are fewer events than splits"
  all_there true

  begun=$(now_ms)
  start 4
  await 60 "readiness of node 4" ready 4
  await 600 "a fourth node's even part" even 4
  pass "a fourth node has its part after $(took): $(spread)"

  begun=$(now_ms)
  delete_most
  echo "95 % deleted within $(took)"
  begun=$(now_ms)
  await 900 "half as many ranges" halved
  pass "merges have brought $most ranges down to $(count_ranges) within $(took):" \
    "$(events "kind = 'range-merge'") merges, $(events "details->>'reason' = 'merge'") replicas moved for them"
  all_there 'i < 1000 or i % 20 = 0'
  # TERM: what a script has put into the background is deaf to INT.
  for name in "${benches[@]}"; do kill -TERM "$name" 2>/dev/null || true; done
  for name in "${benches[@]}"; do wait "$name" 2>/dev/null || true; done
  for name in read write; do
    ! grep -Eq 'aborted|ERROR|error:' "$work/$name.txt" && pass "no operation of pgbench's $name has failed" ||
      fail "a client of $name failed: $(grep -Em1 'aborted|ERROR|error:' "$work/$name.txt")"
  done
  end_load "$work/checked" || fail "the check of the load failed: $(<"$work/checked")"
  [[ $(total errors "$work/checked") == 0 ]] &&
    pass "$(written_of "$work/checked") checked writes are there, none failed, longest pause $(pause_of "$work/checked") ms" ||
    fail "$(total errors "$work/checked") checked operations failed: $(reasons_of "$work/checked")"
  verify_again checked "$(targets 1 2 3)" || fail "acknowledged writes are missing: $(<"$work/verified")"
}

# ---- By load --------------------------------------------------------------------------------------

keys=2000
ask() { # NAMESPACE KEYS FLAG...: clients that go on until `loader` is ended
  local namespace=$1 keys=$2
  shift 2
  "$root/troupe" workload run kv --host "$(targets 1 2 3)" --duration 36000s --concurrency 16 --keys "$keys" \
    --namespace "$namespace" --read-percent 90 --timeout 5s --format json "$@" >"$work/$namespace" 2>&1 &
  loader=$!
  loaders+=("$loader")
}
end_asking() { # NAMESPACE
  kill -TERM "$loader" 2>/dev/null || true
  wait "$loader" 2>/dev/null || true
  [[ $(total errors "$work/$1") == 0 ]] && pass "no operation of $1 has failed" ||
    fail "$1: $(total errors "$work/$1") operations failed: $(reasons_of "$work/$1")"
}

by_load() {
  local window=10 hot="kind = 'range-hot' and details->>'finding' = 'hot-key'"
  local median="kind = 'range-split' and details->>'strategy' = 'load-median'" share
  export TROUPE_RANGES_SPLIT_SIZE=64MiB TROUPE_RANGES_LOOK=2s TROUPE_RANGES_MERGE=off TROUPE_PLACEMENT_LOOK=0s
  # Nodes of one machine cannot relieve each other: here only the load counts.
  export TROUPE_RANGES_SPLIT_REQUESTS=200 TROUPE_RANGES_SPLIT_REQUESTS_FOR=${window}s TROUPE_RANGES_SPLIT_BUSY=0
  form 3
  "$root/troupe" workload init kv --host "$(targets 1 2 3)" --keys "$keys" --namespace zipf >"$work/init" 2>&1 ||
    die "loading failed: $(<"$work/init")"
  "$root/troupe" workload init kv --host "$(targets 1 2 3)" --keys 1 --namespace single >"$work/init" 2>&1 ||
    die "loading failed: $(<"$work/init")"

  begun=$(now_ms)
  ask zipf "$keys" --distribution zipfian
  await 60 "a split by load" happened "$median"
  share=$(sql 1 "select min((details->>'left_percent')::float) from troupe_internal.events where $median")
  pass "a hot spot by Zipf's law was split after $(took) (it has to be hot for $window s)," \
    "with $share % of the requests on the left: $(last_event "$median")"
  awk -v share="$share" 'BEGIN { exit !(share >= 20 && share <= 80) }' || fail "that is no median"
  end_asking zipf

  begun=$(now_ms)
  ask single 1
  await 120 "word of the hot key" happened "$hot"
  pass "a single hot key was named after $(took): $(last_event "$hot")"
  local splits told
  splits=$(events "kind = 'range-split'") told=$(events "$hot")
  sleep $((2 * window))
  [[ $(events "kind = 'range-split'") == "$splits" && $(events "$hot") == "$told" && $told == 1 ]] &&
    pass "it has a range of its own, and that was it: no more splits, told once" ||
    fail "$(events "kind = 'range-split'") splits after $splits, told $(events "$hot") times"
  end_asking single
}

if [[ $only != load ]]; then by_size; fi
if [[ -z $only ]]; then
  for n in 1 2 3 4; do stop "$n"; done
  rm -rf "$work"/n[1-4]
  ids=() nodes=()
fi
if [[ $only != size ]]; then by_load; fi
conclude
