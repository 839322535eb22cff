#!/usr/bin/env bash
# Plays the life of the StatefulSet of k8s/base with node processes in place of pods.
#
#   chaos/processes/statefulset.sh [--port-base P]
#
# Every pod has a name that it keeps and, each time it starts, another address; a file in place of DNS says which, and
# what the headless service stands for. Pods run with the settings of k8s/base/troupe.conf and end as preStop and the
# signal end them. Played are: the first start (all at once, the order to form a cluster comes before anybody is there
# and is given to every pod); that order again; a rolling restart under a checked load; 3 to 5 pods and back; a pod with
# an empty disk, that of the founder, while the order comes again. Prints times and the longest pause of writes; exits
# non-zero when there were two clusters, an acknowledged write was lost, or an operation failed that its client could
# not send again.
base=17432
while [[ $# -gt 0 ]]; do
  case "$1" in
    --port-base) base=$2; shift 2 ;;
    --help | -h) sed -n '2,14s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) echo "unknown option $1 (see --help)" >&2; exit 64 ;;
  esac
done
# shellcheck source=cluster.sh
source "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"

# ---- Pods -----------------------------------------------------------------------------------------

# How often each was started; its address follows from that. Absent while there is no such pod.
declare -A starts=() running=()
export TROUPE_JAVA_OPTS="-Djdk.net.hosts.file=$work/hosts -Dnetworkaddress.cache.ttl=1"

host() { echo "127.0.${starts[$1]}.$(($1 + 1))"; } # POD: its address
port() { echo $((base + $2)); }                    # POD DOOR
grpc() { echo "troupe-$1.troupe:$(port "$1" 1)"; } # POD: by name
data() { echo "$work/pvc-$1"; }
troupe() { # POD VERB...
  local pod=$1
  shift
  "$root/troupe" "$@" --host "troupe-$pod.troupe" --port "$(port "$pod" 1)"
}
publish() { # what the name service says
  local pod
  {
    echo '127.0.0.1 localhost'
    for pod in "${!running[@]}"; do echo "$(host "$pod") troupe-$pod.troupe troupe"; done
  } >"$work/hosts.next"
  mv "$work/hosts.next" "$work/hosts"
}
launch() { # POD
  exec "$root/troupe" start --config "$work/troupe.conf" --data "$(data "$1")" --port-base "$base" \
    --listen-address "$(host "$1")" --advertise-address "troupe-$1.troupe"
}
schedule() { # POD: it starts
  local pod=$1
  starts[$pod]=$((${starts[$pod]:-0} + 1))
  running[$pod]=1
  publish
  launch "$pod" >>"$work/n$pod.log" 2>&1 &
  pids[$pod]=$!
}
terminate() { # POD: as Kubernetes does, and not longer than it waits
  local pod=$1 begin
  begin=$(now_ms)
  "$root/troupe" node drain --timeout 20 --host "troupe-$pod.troupe" --port "$(port "$pod" 1)" >>"$work/said" 2>&1 ||
    fail "pod $pod did not drain: $(tail -n 2 "$work/said")"
  sleep 1
  stop "$pod" TERM
  unset "running[$pod]"
  publish
  took=$(($(now_ms) - begin))
  [[ $took -lt 75000 ]] || fail "pod $pod took $took ms to end"
}
order() { # POD SECONDS: the job troupe-init
  "$root/troupe" init --host "troupe-$1.troupe" --port "$(port "$1" 1)" --require-all --wait "$2"
}
clusters() { # how many clusters the disks know
  cat "$work"/pvc-*/STORE 2>/dev/null | grep '^cluster .*-.*-' | sort -u | wc -l
}
members() { # POD COUNT: so many nodes are live, as the pod sees it
  [[ $(api "$1" /api/v1/nodes | grep -o '"state":"live"' | grep -c . || true) -eq $2 ]]
}
hosts_of() { # POD...
  local pod
  for pod in "$@"; do grpc "$pod"; done | paste -sd,
}
unanswered() { # FILE: operations whose client cannot just send them again
  echo $(($(total ambiguous "$1") + $(total refusals "$1")))
}

# The settings of the manifests, but for the directory, the address and the ports.
sed -e '/data-dir =\|listen-address =\|insecure =/d' -e "s/:7433\"/:$((base + 1))\"/" "$root/k8s/base/troupe.conf" \
  >"$work/troupe.conf"
: >"$work/hosts"

# ---- The first start ------------------------------------------------------------------------------

begin=$(now_ms)
for pod in 0 1 2; do
  order "$pod" 120 >"$work/init-$pod" 2>&1 &
  loaders+=($!)
  orders[pod]=$!
done
for pod in 2 0 1; do
  schedule "$pod"
  sleep 1
done
for pod in 0 1 2; do
  await 120 "readiness of pod $pod" ready "$pod"
  wait "${orders[pod]}" || fail "the order to pod $pod ended badly: $(<"$work/init-$pod")"
done
formed=$(($(now_ms) - begin))
# An order whose answer came too late finds a cluster when it is given again.
made=$(cat "$work"/init-? | grep -c 'begins with node' || true)
if [[ $(clusters) == 1 && $made -le 1 ]]; then
  pass "three pods and an order to each of them at once: one cluster, ready after $formed ms"
else
  fail "$(clusters) clusters on the disks; the orders said: $(cat "$work"/init-?)"
fi
await 60 "replication to three nodes" replicated 0 3
order 0 0 >"$work/again" 2>&1 && grep -q 'nothing to do' "$work/again" ||
  fail "the order given again: $(<"$work/again")"

# ---- A rolling restart under load -----------------------------------------------------------------

began=$(now_ms)
begin_load 900 "$work/rolling" rolling "$(hosts_of 0 1 2)" --rate 400
sleep 3
for pod in 2 1 0; do
  before=$(host "$pod")
  terminate "$pod"
  echo "      pod $pod ended after $took ms"
  schedule "$pod"
  await 60 "readiness of pod $pod at $(host "$pod") (before: $before)" ready "$pod"
  # As minReadySeconds.
  sleep 3
done
rolled=$(($(now_ms) - began))
end_load "$work/rolling" || fail "the check of the load failed: $(<"$work/rolling")"
[[ $(unanswered "$work/rolling") == 0 ]] ||
  fail "operations failed that cannot be sent again: $(reasons_of "$work/rolling")"
[[ $failed -gt 0 ]] ||
  pass "rolling restart of three pods, each at another address, in $rolled ms:" \
    "$(written_of "$work/rolling") acknowledged writes all there, longest pause of writes" \
    "$(pause_of "$work/rolling") ms, to be sent again: $(reasons_of "$work/rolling")"

# ---- More pods and fewer --------------------------------------------------------------------------

begin_load 900 "$work/scaled" scaled "$(hosts_of 0 1 2)" --rate 400
begin=$(now_ms)
schedule 3
schedule 4
for pod in 3 4; do await 60 "readiness of pod $pod" ready "$pod"; done
await 30 "five members" members 0 5
pass "3 to 5 pods: ready after $(($(now_ms) - begin)) ms"
if [[ -n ${TROUPE_PLACEMENT_LOOK:-} ]]; then
  begin=$(now_ms)
  for pod in 4 3; do
    id=$(api 0 /api/v1/nodes | tr '{' '\n' | grep "\"grpc_address\":\"$(grpc "$pod")\"" | grep -o '"id":[0-9]*' | cut -d: -f2)
    troupe 0 node decommission "$id" --wait >"$work/said" 2>&1 ||
      fail "pod $pod was not decommissioned: $(<"$work/said")"
    terminate "$pod"
  done
  await 60 "replication to three nodes" replicated 0 3
  pass "5 to 3 pods: decommissioned and ended after $(($(now_ms) - begin)) ms"
else
  skip "5 to 3 pods: placement is off (TROUPE_PLACEMENT_LOOK=2s switches it on)"
  for pod in 4 3; do terminate "$pod"; done
fi
end_load "$work/scaled" || fail "the check of the load failed: $(<"$work/scaled")"
[[ $(unanswered "$work/scaled") == 0 ]] ||
  fail "operations failed that cannot be sent again: $(reasons_of "$work/scaled")"

# ---- A pod with an empty disk: the one that the order goes to -------------------------------------

stop 0 KILL
unset 'running[0]'
publish
rm -rf "$(data 0)"
begin=$(now_ms)
order 0 60 >"$work/again" 2>&1 &
again=$!
loaders+=($again)
schedule 0
await 60 "readiness of the pod with an empty disk" ready 0
wait "$again" || fail "the order to the pod with an empty disk ended badly: $(<"$work/again")"
if [[ $(clusters) == 1 ]] && grep -q 'nothing to do' "$work/again"; then
  pass "the founder's pod with an empty disk: member of the same cluster again after $(($(now_ms) - begin)) ms"
else
  fail "$(clusters) clusters on the disks; the order said: $(<"$work/again")"
fi
for namespace in rolling scaled; do
  verify_again "$namespace" "$(hosts_of 0 1 2)" || fail "acknowledged writes are missing: $(<"$work/verified")"
done
conclude
