#!/usr/bin/env bash
# Cuts one of three nodes off the network under checked loads on both sides, and heals the cut.
#
#   chaos/processes/partition.sh [--seconds N] [--port-base P]
#
# Each node runs in a network namespace of its own (needs root and `ip`). Four cuts of N seconds (default
# 10): of the leader and of a follower, once silently (packets vanish) and once with refused connections
# (resets, as behind a firewall that rejects). Meanwhile users write and check on both sides of the cut.
# The cut-off node must refuse writes and linearizable reads with a clear error within the deadline, the
# others must go on; when the cut is healed the node must be back without help, nothing may be lost and no
# read may have been stale. Exits non-zero when anything of that is not so.
seconds=10 base=17432
while [[ $# -gt 0 ]]; do
  case "$1" in
    --seconds) seconds=$2; shift 2 ;;
    --port-base) base=$2; shift 2 ;;
    --help | -h) sed -n '2,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) echo "unknown option $1 (see --help)" >&2; exit 64 ;;
  esac
done
# shellcheck source=cluster.sh
source "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"
export TROUPE_PLACEMENT_LOOK=0s # here nodes go on leading what they are told to lead
readonly RANGE=2                # of the API's keys
readonly DEADLINE=3             # seconds, of a single request
readonly NETWORK=198.18.73      # reserved for tests of networks
readonly bridge=tb$$

space() { echo "troupe-$$-$1"; } # NODE
host() { echo "$NETWORK.$1"; }
inside() { # NODE COMMAND...
  local n=$1
  shift
  ip netns exec "$(space "$n")" "$@"
}
launch() { # NODE FLAG...
  local n=$1
  shift
  exec ip netns exec "$(space "$n")" "$root/troupe" start --data "$(data "$n")" \
    --port-base "$(port "$n" 0)" --listen-addr "$(host "$n")" --insecure "$@"
}
cleanup_more() {
  local n
  for n in 1 2 3; do ip netns del "$(space "$n")" 2>/dev/null || true; done
  ip link del "$bridge" 2>/dev/null || true
}

build_network() {
  local n
  ip link add "$bridge" type bridge && ip addr add "$NETWORK.254/24" dev "$bridge" && ip link set "$bridge" up ||
    return 1
  for n in 1 2 3; do
    ip netns add "$(space "$n")" &&
      ip link add "tv$$-$n" type veth peer name eth0 netns "$(space "$n")" &&
      ip link set "tv$$-$n" master "$bridge" up &&
      inside "$n" ip link set lo up &&
      inside "$n" ip addr add "$(host "$n")/24" dev eth0 &&
      inside "$n" ip link set eth0 up &&
      # For the refusing cut: nobody may answer for the addresses that are put on lo then.
      inside "$n" sysctl -qw net.ipv4.conf.all.arp_ignore=1 || return 1
  done
}

# The refusing cut: each side believes to be the other itself, where nobody listens. Open connections are
# reset and new ones refused.
impersonate() { # add|del NODE OTHER...
  local verb=$1 n=$2 other
  shift 2
  for other in "$@"; do
    inside "$n" ip addr "$verb" "$(host "$other")/32" dev lo
    inside "$other" ip addr "$verb" "$(host "$n")/32" dev lo
  done
}
cut_off() { # KIND NODE OTHER...
  if [[ $1 == silent ]]; then ip link set "tv$$-$2" nomaster; else impersonate add "${@:2}"; fi
}
heal() { # KIND NODE OTHER...
  if [[ $1 == silent ]]; then ip link set "tv$$-$2" master "$bridge"; else impersonate del "${@:2}"; fi
}

# The cut-off node is asked on its own side and must say no, in time, and with a reason.
must_refuse() { # WHAT NODE VERB...
  local what=$1 n=$2 begin took code=0 start
  shift 2
  # A command takes a while to start, here and now.
  begin=$(now_ms)
  "$root/troupe" version >/dev/null
  start=$(($(now_ms) - begin))
  begin=$(now_ms)
  inside "$n" "$root/troupe" kv "$@" --host "$(host "$n")" --port "$(port "$n" 1)" --timeout "$DEADLINE" \
    >"$work/answer" 2>&1 || code=$?
  took=$(($(now_ms) - begin - start))
  if ((code == 0)); then
    fail "$what: the cut-off node answered: $(<"$work/answer")"
  elif ((took > DEADLINE * 1000 + 2000)); then
    fail "$what: the refusal took $took ms"
  elif ! grep -q '^error: .*\[\(RANGE_UNAVAILABLE\|AMBIGUOUS\|DEADLINE_EXCEEDED\)\]' "$work/answer"; then
    fail "$what: not a clear refusal: $(<"$work/answer")"
  else
    pass "$what: refused after $took ms with exit code $code: $(grep -o '\[[A-Z_]*\]' "$work/answer")"
  fi
}

partition() { # KIND ROLE
  local kind=$1 role=$2 name=$1-$2 victim others begin here there wanted=1
  # Node 2 leads when the follower 1 is cut off: another one than at first.
  victim=1
  [[ $role == leader ]] || wanted=2
  others=(2 3)
  lead "$RANGE" "$wanted"
  troupe 2 kv put "$name" old >/dev/null
  # Through one node each: what is measured is the cluster, not how clients look for another node.
  begin_load 120 "$work/$name" "$name" "$(grpc 2)" --no-prefer-leader --rate 300
  there=$loader
  prefix=(ip netns exec "$(space "$victim")")
  begin_load 120 "$work/$name-inside" "$name-inside" "$(grpc "$victim")" --no-prefer-leader --rate 100
  prefix=()
  here=$loader
  await 30 "$name: load" test -e "$work/ledger-$name" -a -e "$work/ledger-$name-inside"
  sleep 3
  cut_off "$kind" "$victim" "${others[@]}"
  begin=$SECONDS
  await 30 "$name: another leader" leader_elsewhere "$RANGE" "$victim" 2
  await 10 "$name: a write on the majority's side" troupe 2 kv put "$name" new
  must_refuse "$name, read " "$victim" get "$name"
  must_refuse "$name, write" "$victim" put "$name-inside" x
  while ((SECONDS < begin + seconds)); do sleep 0.2; done
  heal "$kind" "$victim" "${others[@]}"
  begin=$(now_ms)
  await 90 "$name: readiness of node $victim" inside "$victim" curl -sf -m 3 "http://$(host "$victim"):$(port "$victim" 2)/readyz"
  await 60 "$name: catching up of node $victim" level "$RANGE" "$victim"
  await 60 "$name: all replicas reachable" replicated 2 3
  pass "$name: back without help $(($(now_ms) - begin)) ms after the cut was healed"
  await 30 "$name: service through node $victim" serves_new "$victim" "$name"
  sleep 2
  loader=$here
  end_load "$work/$name-inside" || fail "$name: the check on the cut-off side failed: $(<"$work/$name-inside")"
  loader=$there
  end_load "$work/$name" || fail "$name: the check failed: $(<"$work/$name")"
  pass "$name: longest pause of writes on the majority's side $(pause_of "$work/$name") ms," \
    "$(written_of "$work/$name") + $(written_of "$work/$name-inside") acknowledged writes all there;" \
    "errors there $(reasons_of "$work/$name"), cut off $(reasons_of "$work/$name-inside")"
  lead "$RANGE" "$victim"
  for side in "$name" "$name-inside"; do
    verify_again "$side" "$(targets 1 2 3)" || fail "$name: acknowledged writes are missing: $(<"$work/verified")"
  done
}
serves_new() { [[ $(troupe "$1" kv get "$2") == new ]]; } # NODE KEY

if ! build_network 2>"$work/network"; then
  skip "network namespaces cannot be made here: $(<"$work/network")"
  conclude
  exit
fi
form 3
for kind in silent refused; do
  for role in leader follower; do partition "$kind" "$role"; done
done
conclude
