#!/usr/bin/env bash
# Plays the life of the StatefulSet of k8s/base with node processes in place of pods.
#
#   chaos/processes/statefulset.sh [--parts LIST] [--port-base P]
#
# Every pod has a name that it keeps and, each time it starts, another address; a file in place of DNS says which, and
# what the headless service stands for. Pods run with the settings of k8s/base/troupe.conf and end as preStop and the
# signal end them. First comes the first start: all at once, the order to form a cluster comes before anybody is there
# and is given to every pod, and then again. Then, each under a checked load, what LIST names, with commas (default:
# everything):
#   roll     a rolling restart
#   scale    3 to 5 pods, until replicas are even; then back, each pod decommissioned before its turn comes
#   replace  the founder's pod dies with its disk and comes back with an empty one, while the order is given once more;
#            its former node is decommissioned, until all ranges have three replicas again
# Prints times and the longest pause of writes; exits non-zero when there were two clusters, an acknowledged write was
# lost, an operation failed that its client could not send again, or a state was not reached.
parts=roll,scale,replace base=17432
while [[ $# -gt 0 ]]; do
  case "$1" in
    --parts) parts=$2; shift 2 ;;
    --port-base) base=$2; shift 2 ;;
    --help | -h) sed -n '2,18s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
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
  # terminationGracePeriodSeconds
  [[ $took -lt 75000 ]] || fail "pod $pod took $took ms to end"
  # Whatever a node gives up at the end it gives up after a limit.
  ! grep 'took longer than' "$work/n$pod.log" || fail "pod $pod did not end in an orderly way"
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
  local ambiguous refused
  ambiguous=$(total ambiguous "$1") && refused=$(total refused "$1") || { echo "$1 has no figures"; return; }
  echo $((ambiguous + refused))
}
wanted() { [[ ,$parts, == *,$1,* ]]; } # PART
ids_of() { # POD: the nodes that had its name, the oldest first
  api 1 /api/v1/nodes | tr '{' '\n' | grep "\"grpc_address\":\"$(grpc "$1")\"" | grep -o '"id":[0-9]*' | cut -d: -f2 | sort -n
}
ended() { ! alive "$1"; } # POD
must_be_out() { # POD WHEN: its process ends by itself and says that it never comes back
  local code=0
  await 60 "the end of pod $1, $2" ended "$1"
  wait "${pids[$1]}" || code=$?
  [[ $code == "$DECOMMISSIONED" ]] || fail "pod $1, $2, ended with exit code $code"
}
spread_over() { # COUNT: so many nodes have replicas, as many as each other
  [[ $(counts replicas | wc -l) == "$1" ]] && is_even replicas
}
settled_without() { # NODE_ID: three replicas of every range that answer, none on that node
  local all
  all=$(ranges 1) && ! grep -q "\"node\":$1," <<<"$all" && replicated 1 3
}
begin_part() { # NAME POD...: a load on some pods
  local name=$1
  shift
  failed_before=$failed
  begin_load 900 "$work/$name" "$name" "$(hosts_of "$@")" --rate 400
  sleep 3
  kill -0 "$loader" 2>/dev/null || die "$name: the load ended by itself: $(<"$work/$name")"
}
end_part() { # NAME
  end_load "$work/$1" || fail "$1: the check of the load failed: $(<"$work/$1")"
  [[ $(unanswered "$work/$1") == 0 ]] ||
    fail "$1: operations failed that cannot be sent again: $(reasons_of "$work/$1")"
}
part_passes() { # TEXT...
  [[ $failed -gt $failed_before ]] || pass "$@"
}
told() { # NAME: of its load
  echo "$(written_of "$work/$1") acknowledged writes all there, longest pause of writes $(pause_of "$work/$1") ms," \
    "to be sent again: $(reasons_of "$work/$1")"
}

# The settings of the manifests, but for the directory, the address and the ports.
sed -e '/data-dir =\|listen-address =\|insecure =/d' -e "s/:7433\"/:$((base + 1))\"/" "$root/k8s/base/troupe.conf" \
  >"$work/troupe.conf"
: >"$work/hosts"
readonly DECOMMISSIONED=16 # exit code
failed_before=0

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

# Each load in a range of its own.
for namespace in roll scale replace; do
  troupe 0 range split --namespace "$namespace" a >"$work/said" 2>&1 || fail "range split: $(<"$work/said")"
done
await 60 "replicas of the new ranges" replicated 0 3

# ---- A rolling restart ----------------------------------------------------------------------------

roll() {
  local pod before begin
  begin_part roll 0 1 2
  begin=$(now_ms)
  for pod in 2 1 0; do
    before=$(host "$pod")
    terminate "$pod"
    echo "      pod $pod ended after $took ms"
    schedule "$pod"
    await 60 "readiness of pod $pod at $(host "$pod") (before: $before)" ready "$pod"
    # As minReadySeconds.
    sleep 10
  done
  rolled=$(($(now_ms) - begin))
  end_part roll
  part_passes "rolling restart of three pods, each at another address, in $rolled ms: $(told roll)"
}

# ---- More pods and fewer --------------------------------------------------------------------------

scale() {
  local pod id begin grown even_after
  begin_part scale 0 1 2
  begin=$(now_ms)
  schedule 3
  schedule 4
  for pod in 3 4; do await 60 "readiness of pod $pod" ready "$pod"; done
  await 30 "five members" members 0 5
  grown=$(($(now_ms) - begin))
  await 180 "an even part for pods 3 and 4" spread_over 5
  even_after=$(($(now_ms) - begin))
  part_passes "3 to 5 pods: ready after $grown ms, replicas $(counts replicas | paste -sd' ') after $even_after ms"
  begin=$(now_ms)
  for pod in 4 3; do
    id=$(ids_of "$pod")
    troupe 0 node decommission "$id" --wait >"$work/said" 2>&1 ||
      fail "pod $pod was not decommissioned: $(<"$work/said")"
    must_be_out "$pod" decommissioned
    # Its container is started again as long as the StatefulSet wants the pod.
    schedule "$pod"
    must_be_out "$pod" "started again"
    unset "running[$pod]"
    publish
    rm -rf "$(data "$pod")"
  done
  shrunk=$(($(now_ms) - begin))
  await 60 "replication to three nodes" replicated 0 3
  members 0 3 || fail "not three members: $(api 0 /api/v1/nodes)"
  end_part scale
  part_passes "5 to 3 pods: decommissioned and ended after $shrunk ms; on the way up and down $(told scale)"
}

# ---- A pod with an empty disk: the one that the order goes to -------------------------------------

replace() {
  local lost again begin joined
  lost=$(ids_of 0 | tail -n 1)
  stop 0 KILL
  unset 'running[0]'
  publish
  rm -rf "$(data 0)"
  # Only now: a write whose leader dies is ambiguous, and is to be.
  begin_part replace 1 2
  begin=$(now_ms)
  order 0 60 >"$work/again" 2>&1 &
  again=$!
  loaders+=("$again")
  schedule 0
  await 60 "readiness of the pod with an empty disk" ready 0
  joined=$(($(now_ms) - begin))
  wait "$again" || fail "the order to the pod with an empty disk ended badly: $(<"$work/again")"
  if [[ $(clusters) == 1 ]] && grep -q 'nothing to do' "$work/again"; then
    pass "the founder's pod with an empty disk: member of the same cluster again after $joined ms"
  else
    fail "$(clusters) clusters on the disks; the order said: $(<"$work/again")"
  fi
  begin=$(now_ms)
  troupe 1 node decommission "$lost" --wait >"$work/said" 2>&1 || fail "node $lost was not decommissioned: $(<"$work/said")"
  await 120 "three replicas of everything without node $lost" settled_without "$lost"
  repaired=$(($(now_ms) - begin))
  end_part replace
  part_passes "the lost node decommissioned, three replicas of everything after $repaired ms: $(told replace)"
}

done_=()
for part in roll scale replace; do
  wanted "$part" || continue
  "$part"
  done_+=("$part")
done
for namespace in "${done_[@]}"; do
  verify_again "$namespace" "$(hosts_of 0 1 2)" || fail "$namespace: acknowledged writes are missing: $(<"$work/verified")"
done
conclude
