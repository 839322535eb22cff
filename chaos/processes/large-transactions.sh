#!/usr/bin/env bash
# Goes to the limits of transactions on three real node processes, and prints what it measured.
#
#   chaos/processes/large-transactions.sh [--open-seconds S] [--idle N] [--keys N] [--ranges N] [--rounds N]
#     [--parts LIST] [--port-base P]
#
# 1. A transaction that stays open for S seconds (default 30) commits; one beyond its deadline gets one clear error.
# 2. A client that holds keys is killed: those who wait for them are served within 5 s.
# 3. N idle transactions (default 10000) are open at once, with other traffic beside them, and end; memory is told.
# 4. A transaction writes N keys (default 100000); one beyond the limit is refused and nothing else suffers; the
#    node that coordinates one is killed N times (default 4) while it commits: all or nothing, and whoever meets
#    the locks is served within 5 s.
# 5. A transaction over N ranges (default 50) commits.
# LIST names what is to be done, with commas: long,vanish,idle,large,kill,ranges (default: everything).
# Exits non-zero when anything is wrong.
open_seconds=30 idle=10000 keys=100000 ranges=50 rounds=4 parts=long,vanish,idle,large,kill,ranges base=17432
while [[ $# -gt 0 ]]; do
  case "$1" in
    --open-seconds) open_seconds=$2; shift 2 ;;
    --idle) idle=$2; shift 2 ;;
    --keys) keys=$2; shift 2 ;;
    --ranges) ranges=$2; shift 2 ;;
    --rounds) rounds=$2; shift 2 ;;
    --parts) parts=$2; shift 2 ;;
    --port-base) base=$2; shift 2 ;;
    --help | -h) sed -n '2,16s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) echo "unknown option $1 (see --help)" >&2; exit 64 ;;
  esac
done
# shellcheck source=cluster.sh
source "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"
readonly SERVED_MS_MAX=5000

# shellcheck source=../../loadgen/bench/java.sh
source "$root/loadgen/bench/java.sh"
java=$("$root/.ci/find-jdk")/bin
jvm=(-Xmx1g -Dslf4j.internal.verbosity=ERROR)
if [[ $(java_version "$java/java") -ge 24 ]]; then
  jvm+=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
fi
limits() { # COMMAND OPTION...
  local app=$root/.troupe/$(<"$root/.troupe/current") command=$1
  shift
  "$java/java" "${jvm[@]}" -cp "$app/lib/*" dev.troupe.loadgen.limits.LimitsMain "$command" "$@"
}
wanted() { [[ ,$parts, == *,$1,* ]]; }                        # PART
says() { grep -q "$1" "$2"; }                                 # PATTERN FILE
figure() { sed -n "s/.*$1.*/\1/p" "$2" | head -n 1; }         # PATTERN-WITH-GROUP FILE
resident() { # of each node, in MiB
  local n
  for n in 1 2 3; do awk '/^VmRSS/ { printf "%d ", $2 / 1024 }' "/proc/${pids[$n]}/status"; done
}
live() { # what is reachable in the heap of each node, in MiB
  local n
  for n in 1 2 3; do
    "$java/jcmd" "${pids[$n]}" GC.class_histogram | awk '/^Total/ { printf "%d ", $3 / 1048576 }'
  done
}
memory() { echo "$(live)MiB live, $(resident)MiB resident"; }
sessions() { # streams of transactions that are open at all nodes
  local n
  for n in 1 2 3; do api "$n" /metrics; done | awk '/^troupe_.*sessions/ { sum += $2 } END { print sum + 0 }'
}

long_transactions() {
  local out=$work/long
  limits long --host "$(targets 1 2 3)" --open-seconds "$open_seconds" >"$out" || true
  if says '^committed after' "$out"; then
    pass "open for $open_seconds s: $(figure '\(committed .*\)' "$out")"
  else
    fail "open for $open_seconds s: $(<"$out")"
  fi
  if says 'did not end before its deadline' "$out" && says 'nothing was written' "$out"; then
    pass "beyond its deadline: $(figure '\(expired .*\)' "$out")"
  else
    fail "beyond its deadline: $(<"$out")"
  fi
}

vanished_client() {
  local out=$work/vanish ms
  limits vanish --host "$(targets 1 2 3)" >"$out" || true
  ms=$(figure 'served after \([0-9]*\) ms, 0 before' "$out")
  if [[ -n $ms && $ms -le $SERVED_MS_MAX ]]; then
    pass "client killed while it holds keys: $(<"$out")"
  else
    fail "client killed while it holds keys: $(<"$out")"
  fi
}

idle_transactions() {
  local out=$work/idle before during after idler pause errors
  before=$(memory)
  begin_load 300 "$work/beside.json" beside "$(targets 1 2 3)"
  limits idle --host "$(targets 1 2 3)" --count "$idle" >"$out" &
  idler=$!
  loaders+=("$idler")
  await 120 "the opening of $idle transactions" says '^opened' "$out"
  during="$(memory), $(sessions) sessions"
  wait "$idler" || fail "idle transactions: $(<"$out")"
  after="$(memory), $(sessions) sessions"
  if end_load "$work/beside.json"; then
    pause=$(pause_of "$work/beside.json") errors=$(reasons_of "$work/beside.json")
    pass "traffic beside them: $(written_of "$work/beside.json") writes, longest pause $pause ms, errors $errors"
  else
    fail "traffic beside them: $(tail -c 600 "$work/beside.json")"
  fi
  if says "^opened $idle of .*refused {}" "$out" &&
    says "^ended .* $((idle / 2)) committed, $((idle - idle / 2)) rolled back, refused {}" "$out"; then
    pass "idle: $(paste -sd';' "$out")"
  else
    fail "idle: $(paste -sd';' "$out")"
  fi
  printf '      before: %s\n      open:   %s\n      after:  %s\n' "$before" "$during" "$after"
}

halve() { # PREFIX: so that its keys lie in two ranges
  local border
  printf -v border '%s/%06d' "$1" $((keys / 2))
  troupe 1 range split "$border" >/dev/null || fail "split at $border"
  await 60 "replicas of the new range" replicated 1 3
}
commit_ms=1500 # how long a large commit takes; measured when it can be
counted() { figure 'counted \([0-9]*\) in' "$1"; } # FILE
large_transactions() {
  local out=$work/large
  halve whole
  limits large --host "$(grpc 2)" --keys "$keys" --prefix whole >"$out" || true
  limits count --host "$(grpc 3)" --prefix whole >"$work/counted" || true
  if says "^committed $keys keys" "$out" && [[ $(counted "$work/counted") == "$keys" ]]; then
    pass "$keys keys: $(paste -sd';' "$out"); $(<"$work/counted")"
  else
    fail "$keys keys: $(paste -sd';' "$out"); $(<"$work/counted")"
  fi
  commit_ms=$(figure 'committed .* in \([0-9]*\) ms' "$out")
  commit_ms=${commit_ms:-1500}

  limits large --host "$(grpc 2)" --keys 80000 --value-size 1024 --prefix beyond >"$out" || true
  limits count --host "$(grpc 3)" --prefix beyond >"$work/counted" || true
  if says '^refused TXN_TOO_LARGE' "$out" && [[ $(counted "$work/counted") == 0 ]] && alive 2 && ready 2 >/dev/null; then
    pass "beyond the limit: $(<"$out")"
  else
    fail "beyond the limit: $(<"$out"); $(<"$work/counted")"
  fi
}

killed_coordinator() { # ROUND
  local out=$work/killed$1 prefix=round$1 delay=$((commit_ms * $1 / (rounds + 1))) writer count ms
  halve "$prefix"
  limits large --host "$(targets 2 3 1)" --keys "$keys" --prefix "$prefix" >"$out" 2>&1 &
  writer=$!
  loaders+=("$writer")
  await 60 "the commit of round $1" says '^committing' "$out"
  sleep "$(awk "BEGIN { print $delay / 1000 }")"
  stop 2
  limits count --host "$(grpc 3)" --prefix "$prefix" >"$work/counted" || true
  wait "$writer" || true
  count=$(counted "$work/counted") ms=$(figure 'in \([0-9]*\) ms' "$work/counted")
  if [[ ($count == 0 || $count == "$keys") && $ms -le $SERVED_MS_MAX ]]; then
    pass "coordinator killed $delay ms into the commit: $(<"$work/counted"); the client: $(tail -n 1 "$out" | cut -c 1-160)"
  else
    fail "coordinator killed $delay ms into the commit: $(<"$work/counted"); the client: $(tail -n 1 "$out")"
  fi
  start 2
  await 90 "the return of node 2" ready 2
  await 90 "replicas on three nodes" replicated 1 3
}

many_ranges() {
  local out=$work/spread i border
  for ((i = 1; i < ranges; i++)); do
    printf -v border 'spread/%06d' "$i"
    troupe 1 range split "$border" >/dev/null || fail "split at $border"
  done
  await 120 "replicas of the new ranges" replicated 1 3
  limits spread --host "$(targets 1 2 3)" --ranges "$ranges" >"$out" || true
  if says "^committed $ranges keys" "$out"; then pass "$ranges ranges: $(<"$out")"; else fail "$ranges ranges: $(<"$out")"; fi
}

form 3
troupe 1 range split m >/dev/null
await 60 "replicas of the new range" replicated 1 3
wanted long && long_transactions
wanted vanish && vanished_client
wanted idle && idle_transactions
wanted large && large_transactions
if wanted kill; then
  for ((round = 1; round <= rounds; round++)); do killed_coordinator "$round"; done
fi
wanted ranges && many_ranges
conclude
