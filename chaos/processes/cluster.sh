# What the scripts beside this one share: a cluster of real node processes on this machine. To be sourced.
#
# Sets root, work (removed at the end together with every process that was started here) and results. With
# LOGS=DIR in the environment the logs of the nodes are kept there; PATIENCE=N waits N times as long for
# everything, for machines that are slow or have other things to do.
# Placement is on, as it is by default: a script that puts replicas or leaders somewhere, and relies on that they stay
# there, has to switch it off (TROUPE_PLACEMENT_LOOK=0s).
# A script may replace `host`, `data` and `launch` before it forms the cluster.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
base=${base:-17432}
work=$(mktemp -d)
failed=0
# shellcheck disable=SC2034
skipped=0
declare -A pids=()
# Processes that make load, the last of them, and what to put before its command.
loaders=() loader='' prefix=()

cleanup() {
  local pid
  for pid in "${pids[@]}" "${loaders[@]}"; do kill -9 "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  # What a script has to undo besides: mounts, namespaces.
  if declare -F cleanup_more >/dev/null; then cleanup_more || true; fi
  if [[ -n ${LOGS:-} ]]; then mkdir -p "$LOGS" && cp "$work"/*.log "$LOGS"; fi
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# ---- Results --------------------------------------------------------------------------------------

pass() { printf 'PASS  %s\n' "$*"; }
fail() {
  printf 'FAIL  %s\n' "$*"
  failed=$((failed + 1))
}
skip() { # a part of a script for which this machine lacks something
  printf 'SKIP  %s\n' "$*"
  skipped=$((skipped + 1))
}
die() { # nothing that follows would mean anything
  fail "$*"
  tail -n 5 "$work"/n*.log >&2 || true
  exit 1
}
conclude() {
  echo "$failed failed, $skipped skipped"
  [[ $failed -eq 0 ]]
}

# ---- Nodes ----------------------------------------------------------------------------------------

host() { echo 127.0.0.1; }                        # NODE
port() { echo $((base + 10 * ($1 - 1) + $2)); }   # NODE DOOR (0 SQL, 1 gRPC, 2 HTTP, 3 cluster, 4 peer)
grpc() { echo "$(host "$1"):$(port "$1" 1)"; }    # NODE
data() { echo "$work/n$1"; }                      # NODE
targets() { # NODE...: gRPC addresses with commas between them
  local n
  for n in "$@"; do grpc "$n"; done | paste -sd,
}
launch() { # NODE FLAG...: runs in the background, as the process itself
  local n=$1
  shift
  exec "$root/troupe" start --data "$(data "$n")" --port-base "$(port "$n" 0)" "$@"
}
start() { # NODE [FLAG...]
  local n=$1
  shift
  launch "$n" --join "$(targets 1 2 3)" "$@" >>"$work/n$n.log" 2>&1 &
  pids[$n]=$!
}
stop() { # NODE [SIGNAL]
  kill "-${2:-KILL}" "${pids[$1]}" 2>/dev/null || true
  wait "${pids[$1]}" 2>/dev/null || true
}
alive() { kill -0 "${pids[$1]}" 2>/dev/null; }
troupe() { # NODE VERB...
  local n=$1
  shift
  "$root/troupe" "$@" --host "$(host "$n")" --port "$(port "$n" 1)"
}
api() { # NODE PATH
  curl -sf -m 3 "http://$(host "$1"):$(port "$1" 2)$2"
}
sql() { # NODE STATEMENT: bare values; needs psql
  psql -X -q -At -v ON_ERROR_STOP=1 -h "$(host "$1")" -p "$(port "$1" 0)" -U root defaultdb -c "$2"
}
ready() { api "$1" /readyz; }
await() { # SECONDS WHAT COMMAND...
  local limit=$(($1 * ${PATIENCE:-1})) what=$2
  local end=$((SECONDS + limit))
  shift 2
  until "$@" >/dev/null 2>&1; do
    ((SECONDS <= end)) || die "$what did not happen within $limit s"
    sleep 0.2
  done
}

# Scripts speak of nodes by their numbers here; ids are the cluster's and may leave some out.
declare -A ids=() nodes=()
learn_ids() { # COUNT
  local n line
  for ((n = 1; n <= $1; n++)); do
    line=$(api 1 /api/v1/nodes | tr '{' '\n' | grep "\"grpc_address\":\"$(grpc "$n")\"") || return 1
    ids[$n]=$(grep -o '"id":[0-9]*' <<<"$line" | cut -d: -f2)
    nodes[${ids[$n]}]=$n
  done
}

# Starts nodes 1 to N.
form() { # N
  local n
  "$root/troupe" version >"$work/version" # builds what has changed, which takes longer than a node is waited for
  start 1
  await 60 "the first node's answer" api 1 /livez
  troupe 1 init >/dev/null || die "the cluster was not formed"
  await 60 "readiness of node 1" ready 1
  for ((n = 2; n <= $1; n++)); do
    start "$n"
    await 60 "readiness of node $n" ready "$n"
  done
  await 60 "replication to $1 nodes" replicated 1 "$(($1 < 3 ? $1 : 3))"
  learn_ids "$1" || die "not all nodes are listed"
}

# ---- Ranges ---------------------------------------------------------------------------------------

ranges() { # NODE: one line per range and per replica, as NODE sees them
  api "$1" /api/v1/ranges | tr -d ' \n' | sed 's/{"id"/\n&/g'
}
range_lines() { # NODE RANGE: that range's line and those of its replicas
  ranges "$1" | awk -v wanted="{\"id\":$2," \
    '/"start"/ { ours = index($0, wanted) == 1 } ours'
}
leader() { # RANGE NODE: who leads, as NODE sees it
  local id
  id=$(range_lines "$2" "$1" | grep -o '"leader":[0-9]\+' | cut -d: -f2) && echo "${nodes[$id]}"
}
holders() { # RANGE NODE: the nodes with a replica that votes
  local id
  range_lines "$2" "$1" | grep '"role":"\(leader\|follower\)"' | grep -o '"node":[0-9]*' | cut -d: -f2 |
    while read -r id; do echo "${nodes[$id]}"; done | sort -n | paste -sd' '
}
replicated() { # NODE COPIES: every range has so many voters, and they answer
  local all
  all=$(ranges "$1") || return 1
  [[ $(grep -c '"start"' <<<"$all") -gt 0 &&
    $(grep -c '"role":"\(leader\|follower\)".*"reachable":true' <<<"$all") -ge \
      $(($2 * $(grep -c '"start"' <<<"$all"))) ]]
}
level() { # RANGE NODE: NODE's own replica has applied all that its leader had committed
  local lines commit mine
  lines=$(range_lines "$2" "$1") || return 1
  commit=$(grep -o '"commit_index":[0-9]*' <<<"$lines" | cut -d: -f2)
  mine=$(grep "\"node\":${ids[$2]}," <<<"$lines" | grep -o '"applied_index":[0-9]*' | cut -d: -f2)
  [[ -n $commit && -n $mine && $mine -ge $commit ]]
}
lead() { # RANGE NODE: makes NODE the leader
  is_leader "$1" "$2" || troupe "$2" range transfer-leader "$1" "${ids[$2]}" --timeout 20 >/dev/null
  await 15 "leadership of node $2" is_leader "$1" "$2"
}
is_leader() { [[ $(leader "$1" "$2") == "$2" ]]; } # RANGE NODE
leader_elsewhere() { # RANGE OLD NODE: as NODE sees it
  local now
  now=$(leader "$1" "$3") && [[ $now != "$2" ]]
}

# ---- Placement ------------------------------------------------------------------------------------

listed() { api 1 /api/v1/nodes | tr '{' '\n' | grep '"id":'; }
counts() { # leaders|replicas: one number for each node that is in use
  listed | grep '"state":"live"' | grep -o "\"$1\":[0-9]*" | cut -d: -f2
}
uneven() { # leaders|replicas: how far off the average the node is that is furthest off, in per cent
  counts "$1" | awk '{ sum += $1; all[NR] = $1 }
    END { if (!sum) exit 1
          for (i in all) { d = all[i] * NR / sum - 1; d = d < 0 ? -d : d; if (d > most) most = d }
          printf "%.1f\n", 100 * most }'
}
is_even() { # leaders|replicas: to within 10 % of the average, or to the next whole number
  counts "$1" | awk '{ sum += $1; all[NR] = $1 }
    END { if (!sum) exit 1
          for (i in all) { d = all[i] - sum / NR; d = d < 0 ? -d : d; if (d > 0.1 * sum / NR && d >= 1) exit 1 } }'
}
even() { # NODES
  [[ $(counts replicas | wc -l) == "$1" ]] && is_even replicas && is_even leaders
}
spread() { # so many nodes, said in a line
  echo "replicas $(counts replicas | paste -sd' ') ($(uneven replicas) % off), leaders $(counts leaders |
    paste -sd' ') ($(uneven leaders) % off)"
}

# ---- Load -----------------------------------------------------------------------------------------

# Begins to write and check, as process `loader` that reports in FILE. It fails when an acknowledged write
# is missing, a read is stale, or something went wrong that must not be retried.
begin_load() { # SECONDS FILE NAMESPACE HOSTS [FLAG...]
  local seconds=$1 file=$2 namespace=$3 targets=$4
  shift 4
  "${prefix[@]}" "$root/troupe" workload run kv --host "$targets" --duration "${seconds}s" --concurrency 8 \
    --read-percent 20 --keys 2000 --namespace "$namespace" --verify --ledger "$work/ledger-$namespace" \
    --max-errors 1000000 --timeout 2s --format json "$@" >"$file" &
  loader=$!
  loaders+=("$loader")
}
# Ends a load that runs in the background early; it still looks for everything it wrote.
end_load() { # FILE
  kill -TERM "$loader" 2>/dev/null || true
  wait "$loader" 2>/dev/null || true
  passed "$1"
}
passed() { tr -d '\n ' <"$1" | grep -q '"verification":{"passed":true'; } # FILE
verify_again() { # NAMESPACE HOSTS: every write that was ever acknowledged is found
  "$root/troupe" workload verify --host "$2" --ledger "$work/ledger-$1" --namespace "$1" >"$work/verified" 2>&1
}
number() { # NAME FIELD FILE: a number of an object of a report
  tr -d '\n ' <"$3" | grep -o "\"$1\":{[^}]*}" | grep -o "\"$2\":[0-9.]*" | head -1 | cut -d: -f2
}
total() { # NAME FILE: a number of a report itself
  tr -d '\n ' <"$2" | grep -o "\"$1\":[0-9.]*" | head -1 | cut -d: -f2
}
pause_of() { printf '%.0f' "$(number longest_write_pause ms "$1")"; } # FILE
written_of() { number verification acknowledged_writes "$1"; }       # FILE
reasons_of() { # FILE: what errors there were
  tr -d '\n ' <"$1" | grep -o '"errors_by_reason":{[^}]*}' | cut -d: -f2-
}

now_ms() { date +%s%3N; }
