#!/usr/bin/env bash
# Moves a range of some hundred megabytes to an empty node while a checked load writes to it.
#
#   chaos/processes/move.sh [--megabytes N] [--port-base P]
#
# Four nodes on this machine, three of which hold the data (default 200 MB, values of 1000 bytes). While
# eight users write and check, first the replica of a follower and then that of the leader is moved to
# the node that has none. Prints megabytes, seconds and the longest time without a successful write, and
# exits non-zero when a write was lost, a read was stale, an operation failed, or a replica is not there.
megabytes=200 base=17432
while [[ $# -gt 0 ]]; do
  case "$1" in
    --megabytes) megabytes=$2; shift 2 ;;
    --port-base) base=$2; shift 2 ;;
    --help | -h) sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) echo "unknown option $1 (see --help)" >&2; exit 64 ;;
  esac
done
# shellcheck source=cluster.sh
source "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"
export TROUPE_PLACEMENT_LOOK=0s # here replicas go where they are told to
readonly RANGE=2 # of the API's keys

move() { # FROM TO NAME
  local from=$1 to=$2 name=$3 begin took on errors
  # The load goes on until it is told to end: nobody knows how long a move takes here.
  begin_load 900 "$work/$name" "$name" "$hosts" --rate 500
  sleep 5
  kill -0 "$loader" 2>/dev/null || die "the load ended by itself: $(<"$work/$name")"
  begin=$(now_ms)
  troupe 1 range move "$RANGE" "${ids[$from]}" "${ids[$to]}" --timeout 600 >"$work/said" 2>&1 ||
    fail "$name: the move was not done: $(<"$work/said")"
  took=$(($(now_ms) - begin))
  sleep 5
  end_load "$work/$name" || fail "$name: the check of the load failed: $(<"$work/$name")"
  on=$(holders "$RANGE" 1)
  [[ " $on " == *" $to "* && " $on " != *" $from "* && $(wc -w <<<"$on") == 3 ]] ||
    fail "$name: the replicas are now on nodes $on"
  errors=$(total errors "$work/$name")
  [[ $errors == 0 ]] || fail "$name: $errors operations failed: $(reasons_of "$work/$name")"
  [[ $failed -gt 0 ]] ||
    pass "$name: $megabytes MB of values ($(stored "$to") MB on disk) from node $from to node $to in $took ms;" \
      "$(written_of "$work/$name") acknowledged writes all there," \
      "longest pause of writes $(pause_of "$work/$name") ms"
}

content() { # of what was loaded; nobody writes to it any more
  troupe 1 kv scan --namespace data --limit 0 --timeout 300 | md5sum
}
stored() { du -sm "$(data "$1")" | cut -f1; } # NODE

form 4
hosts=$(targets 1 2 3 4)
on=$(holders "$RANGE" 1)
empty=$(tr ' ' '\n' <<<"1 2 3 4" | grep -vxF "$(tr ' ' '\n' <<<"$on")")
echo "four nodes, replicas on nodes $on; loading $megabytes MB ..."
"$root/troupe" workload init kv --host "$hosts" --keys "$((megabytes * 1000))" --value-size 1000 --namespace data \
  >"$work/init" 2>&1 || die "loading failed: $(<"$work/init")"
before=$(content)
first=$(leader "$RANGE" 1)
follower=$(tr ' ' '\n' <<<"$on" | grep -vx "$first" | tail -n 1)

move "$follower" "$empty" follower
# The node that has become empty takes the leader's replica back.
await 60 "leadership" leader "$RANGE" 1
move "$(leader "$RANGE" 1)" "$follower" leader
lead "$RANGE" "$empty"
if [[ $(content) == "$before" ]]; then
  pass "read through the moved replica, the $megabytes MB are the same as before"
else
  fail "read through the moved replica, the $megabytes MB are not what they were"
fi
for name in follower leader; do
  verify_again "$name" "$hosts" || fail "$name: acknowledged writes are missing: $(<"$work/verified")"
done
conclude
