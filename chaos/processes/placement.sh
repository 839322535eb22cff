#!/usr/bin/env bash
# Lets replicas and leaders find their places by themselves while a checked load writes and reads.
#
#   chaos/processes/placement.sh [--ranges N] [--megabytes N] [--port-base P]
#
# Three nodes on this machine hold N ranges (default 40) with some megabytes (default 50). Then, under load:
# a fourth node is added, until replicas and leaders are even to within 10 % of the average or the next whole
# number; one of the first three is decommissioned, until its process has ended; a fifth is added and one is
# killed for good, until every range has three replicas on nodes that are up (here a node is dead after 10 s).
# Prints how long each took, and exits non-zero when an operation failed while nobody was killed, when a write
# was lost or a read was stale, or when a state was not reached.
ranges=40 megabytes=50 base=17432
while [[ $# -gt 0 ]]; do
  case "$1" in
    --ranges) ranges=$2; shift 2 ;;
    --megabytes) megabytes=$2; shift 2 ;;
    --port-base) base=$2; shift 2 ;;
    --help | -h) sed -n '2,12s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) echo "unknown option $1 (see --help)" >&2; exit 64 ;;
  esac
done
# shellcheck source=cluster.sh
source "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"

keys=$((megabytes * 1000))
launch() { # NODE FLAG...
  local n=$1
  shift
  exec "$root/troupe" start --data "$(data "$n")" --port-base "$(port "$n" 0)" --config "$work/troupe.conf" "$@"
}
configure() {
  local i splits=()
  for ((i = 1; i < ranges - 2; i++)); do splits+=("$(printf '"user%012d"' $((keys * i / (ranges - 2))))"); done
  cat >"$work/troupe.conf" <<END
troupe {
  init.kv-splits = [$(IFS=,; echo "${splits[*]}")]
  placement { look = 2s, rest = 5s, time-until-dead = 10s }
}
END
}

state() { listed | grep "\"id\":$1," | grep -o '"state":"[a-z]*"' | cut -d'"' -f4; } # ID
three_live() { # replicas of every range, and no others
  local all live
  all=$(ranges 1) || return 1
  live=$(listed | grep '"state":"live"' | grep -o '"id":[0-9]*' | cut -d: -f2 | paste -sd' ')
  awk -v live=" $live " '
    /"start"/ { if (seen && have != 3) bad = 1; seen = 1; have = 0 }
    /"role"/ { match($0, /"node":[0-9]+/); id = substr($0, RSTART + 7, RLENGTH - 7)
               if (index(live, " " id " ")) have++; else bad = 1 }
    END { exit !(seen && have == 3 && !bad) }' <<<"$all"
}
ended() { ! alive "$1"; }
no_errors() { # NAME
  local errors
  errors=$(total errors "$work/$1")
  [[ $errors == 0 ]] || fail "$1: $errors operations failed: $(reasons_of "$work/$1")"
}
took() { echo "$((($(now_ms) - begun) / 100))" | sed 's/\(.\)$/.\1 s/'; }

configure
form 3
echo "three nodes; loading $megabytes MB into $ranges ranges ..."
"$root/troupe" workload init kv --host "$(targets 1 2 3)" --keys "$keys" --value-size 1000 >"$work/init" 2>&1 ||
  die "loading failed: $(<"$work/init")"

begin_load 900 "$work/added" added "$(targets 1 2)" --rate 300
sleep 3
begun=$(now_ms)
start 4
await 60 "readiness of node 4" ready 4
await 300 "a fourth node's even part" even 4
time=$(took)
learn_ids 4 || die "not all nodes are listed"
end_load "$work/added" || fail "added: the check of the load failed: $(<"$work/added")"
no_errors added
pass "a fourth node has its part after $time: $(spread); longest pause of writes $(pause_of "$work/added") ms"

begin_load 900 "$work/emptied" emptied "$(targets 1 2)" --rate 300
sleep 3
begun=$(now_ms)
troupe 1 node decommission "${ids[3]}" --wait >"$work/said" 2>&1 || fail "decommission: $(<"$work/said")"
await 30 "the end of the process of node 3" ended 3
time=$(took)
end_load "$work/emptied" || fail "emptied: the check of the load failed: $(<"$work/emptied")"
no_errors emptied
[[ $(state "${ids[3]}") == decommissioned ]] || fail "node 3 is $(state "${ids[3]}")"
pass "node 3 is decommissioned and has ended after $time; longest pause of writes $(pause_of "$work/emptied") ms"
start 3
await 60 "the second end of node 3" ended 3
grep -q 'was decommissioned' "$work/n3.log" || fail "node 3 does not say why it ends: $(tail -n 3 "$work/n3.log")"
pass "node 3 says that it was decommissioned when it is started again"

start 5
await 60 "readiness of node 5" ready 5
await 300 "a fifth node's even part" even 4
begin_load 900 "$work/killed" killed "$(targets 1 2)" --rate 300
sleep 3
begun=$(now_ms)
stop 4
await 300 "three replicas of everything without node 4" three_live
time=$(took)
end_load "$work/killed" || fail "killed: the check of the load failed: $(<"$work/killed")"
pass "node 4 was killed for good; all ranges have three replicas again after $time (dead after 10 s)," \
  "$(total errors "$work/killed") operations failed, longest pause of writes $(pause_of "$work/killed") ms"
for name in added emptied killed; do
  verify_again "$name" "$(targets 1 2)" || fail "$name: acknowledged writes are missing: $(<"$work/verified")"
done
conclude
