#!/usr/bin/env bash
# Thousands of ranges on three processes: how long it takes to split a table into them, what they cost while
# nobody asks for anything (processor, heap), how soon a node that was killed is back with all its replicas, and
# whether a range that sleeps answers at once. Takes some twenty minutes with the defaults, half of them until
# new ranges are led on all nodes, the other half asleep.
#   chaos/processes/many-ranges.sh
# Needs psql, curl and a JDK's jcmd. RANGES sets how many (2000), WATCH how many seconds they are watched (60), REST for
# how many they are left alone before that (600: until the compilers have nothing left to do).
# Fails when the idle cluster takes 5 % of a core, a replica 20 KiB of heap, or the way back 15 s.
set -euo pipefail
# shellcheck source=chaos/processes/cluster.sh
source "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"
# shellcheck source=loadgen/bench/java.sh
source "$root/loadgen/bench/java.sh"
ranges=${RANGES:-2000}
watch=${WATCH:-60}
rest=${REST:-600}
step=250
jcmd=$(dirname "$(find_java)")/jcmd
[[ -x $jcmd ]] || die "no jcmd beside the JDK that was found"

metric() { # NODE NAME: the sum over its labels
  api "$1" /metrics | awk -v name="$2" '$1 == name || index($1, name "{") == 1 { sum += $2 } END { printf "%d\n", sum }'
}
ticks() { # what all three have used, in ticks of the processor's clock
  local n sum=0 used
  for n in 1 2 3; do
    used=$(sed 's/.*) //' "/proc/${pids[$n]}/stat" | awk '{ print $12 + $13 }')
    sum=$((sum + used))
  done
  echo "$sum"
}
percent() { # SECONDS: of one core, used by all three from now on
  local before after per
  per=$(getconf CLK_TCK)
  before=$(ticks)
  sleep "$1"
  after=$(ticks)
  awk -v t=$((after - before)) -v per="$per" -v s="$1" 'BEGIN { printf "%.1f\n", 100 * t / per / s }'
}
live_bytes() { # NODE: what is reachable on its heap
  "$jcmd" "${pids[$1]}" GC.class_histogram >"$work/histogram-$1" && awk '$1 == "Total" { print $3 }' "$work/histogram-$1"
}
below() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a < b) }'; } # A B
asleep() { # nearly all: what the cluster itself writes keeps a range awake
  local n
  for n in 1 2 3; do
    [[ $(metric "$n" troupe_range_replicas_quiesced) -ge $((ranges - 5)) ]] || return 1
  done
}
complete() { # NODE: all its replicas run
  [[ $(metric "$1" troupe_range_replicas) -ge $ranges ]]
}

form 3
sql 1 "create table t (id int primary key, v int)"
sleep 10
few=$(metric 1 troupe_range_replicas)
heap_few=$(live_bytes 1)
cpu_few=$(percent 20)
printf '%d ranges: %s %% of a core idle, %d KiB of live heap on node 1\n' "$few" "$cpu_few" $((heap_few / 1024))

begun=$(now_ms)
for ((from = 1; from < ranges; from += step)); do
  to=$((from + step - 1 < ranges - 1 ? from + step - 1 : ranges - 1))
  since=$(now_ms)
  sql 1 "alter table t split at select i * 10 from generate_series($from, $to) i" || die "splitting failed"
  printf '  to %d ranges: %d ms per split\n' "$to" $((($(now_ms) - since) / (to - from + 1)))
done
printf 'split into %d ranges in %d s\n' "$ranges" $((($(now_ms) - begun) / 1000))
await 120 "that all replicas run on node 2" complete 2
await 120 "that all replicas run on node 3" complete 3
await 900 "even leaders on three nodes" even 3
await 180 "sleep" asleep
sleep "$rest"
if [[ -n ${JFR:-} ]]; then "$jcmd" "${pids[1]}" JFR.start name=idle settings=profile >"$work/jfr"; fi
cpu=$(percent "$watch")
if [[ -n ${JFR:-} ]]; then "$jcmd" "${pids[1]}" JFR.dump name=idle filename="$JFR" >"$work/jfr"; fi
heap=$(live_bytes 1)
replicas=$(metric 1 troupe_range_replicas)
each=$(((heap - heap_few) / (replicas - few)))
printf '%d ranges: %s %% of a core idle over %d s, %d KiB of live heap on node 1, %d bytes per replica\n' \
  "$replicas" "$cpu" "$watch" $((heap / 1024)) "$each"
if [[ -n ${HISTOGRAM:-} ]]; then cp "$work/histogram-1" "$HISTOGRAM"; fi
below "$cpu" 5 && pass "idle they take $cpu % of a core" || fail "idle they take $cpu % of a core"
below "$each" 20480 && pass "an idle replica takes $each bytes" || fail "an idle replica takes $each bytes"

slowest=0
for n in 1 2 3; do
  for ((i = 0; i < 10; i++)); do
    id=$(((RANDOM % ranges) * 10 + n))
    took=$(psql -X -q -At -v ON_ERROR_STOP=1 -h "$(host "$n")" -p "$(port "$n" 0)" -U root defaultdb \
      -c '\timing on' -c "insert into t values ($id, 1) on conflict (id) do update set v = t.v + 1" |
      awk '/^Time:/ { printf "%d", $2 }') || die "a write to a sleeping range failed"
    slowest=$((took > slowest ? took : slowest))
  done
done
((slowest < 1000)) && pass "ranges wake up in at most $slowest ms with a write" || fail "a write took $slowest ms"

stop 2 KILL
since=$(now_ms)
start 2
await 60 "readiness of node 2" ready 2
back=$(($(now_ms) - since))
await 120 "that all replicas run again" complete 2
all=$(($(now_ms) - since))
printf 'node 2 is ready after %d ms, with all its replicas after %d ms\n' "$back" "$all"
((back < 15000)) && pass "a node is back in $back ms" || fail "a node took $back ms to be back"
conclude
