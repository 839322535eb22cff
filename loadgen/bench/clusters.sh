#!/usr/bin/env bash
# Starts and stops the clusters of the comparison. Sourced by compare-etcd.sh, which sets root, work,
# troupe_base, etcd_base and the array started; and run by itself to measure starts:
#
#   clusters.sh run troupe|etcd NODES FOLDER   starts nodes with data in FOLDER and waits for their end
#   clusters.sh stop FOLDER                    ends them and removes the folder

etcd_start_one() { # I N FOLDER
  local client=$((etcd_base + 10 * ($1 - 1))) peers="" i
  for ((i = 1; i <= $2; i++)); do
    peers+="${peers:+,}n$i=http://127.0.0.1:$((etcd_base + 10 * (i - 1) + 1))"
  done
  etcd --name "n$1" --data-dir "$3/n$1" --logger zap --log-level warn \
    --listen-client-urls "http://127.0.0.1:$client" --advertise-client-urls "http://127.0.0.1:$client" \
    --listen-peer-urls "http://127.0.0.1:$((client + 1))" \
    --initial-advertise-peer-urls "http://127.0.0.1:$((client + 1))" \
    --initial-cluster "$peers" --initial-cluster-state new >>"$3/n$1.log" 2>&1 &
  started+=($!)
}

start_etcd() { # N FOLDER
  mkdir -p "$2"
  local i
  require_free "$etcd_base"
  etcd_started=()
  for ((i = 1; i <= $1; i++)); do
    etcd_start_one "$i" "$1" "$2"
    etcd_started+=("${started[-1]}")
  done
  wait_for "etcd" curl -sf "http://127.0.0.1:$etcd_base/health"
}

etcd_hosts() { hosts "$1" "$etcd_base"; }
etcd_pids() { local IFS=,; echo "${etcd_started[*]}"; }

start_troupe() { # N FOLDER
  mkdir -p "$2"
  # The launcher may have to build and to prepare fast starts: that is no part of any measurement.
  "$root/troupe" version >"$2/version.log" 2>&1
  require_free $((troupe_base + 2))
  (cd "$2" && exec "$root/troupe" demo --empty --nodes "$1" --port-base "$troupe_base") >"$2/demo.log" 2>&1 &
  started+=($!)
  wait_for "Troupe" curl -sf "http://127.0.0.1:$((troupe_base + 2))/readyz"
  wait_for "three live nodes" live_nodes "$1"
}

# N nodes are known, and their processes are there.
live_nodes() {
  local pids
  IFS=, read -r -a pids <<<"$(troupe_pids)"
  [[ ${#pids[@]} -eq $1 ]] && kill -0 "${pids[@]}"
}

# Another cluster on the port would be measured instead of ours.
require_free() { # PORT
  if (: <"/dev/tcp/127.0.0.1/$1") 2>>"$work/ports.log"; then
    echo "port $1 is taken; choose others by TROUPE_BENCH_PORT and ETCD_BENCH_PORT" >&2
    return 1
  fi
}

troupe_hosts() { hosts "$1" $((troupe_base + 1)); }
troupe_pids() {
  curl -sf "http://127.0.0.1:$((troupe_base + 2))/api/v1/nodes" |
    grep -o '"pid" *: *[0-9]*' | grep -o '[0-9]*' | paste -sd,
}

hosts() { # N FIRST_PORT
  local i list=""
  for ((i = 0; i < $1; i++)); do list+="${list:+,}127.0.0.1:$(($2 + 10 * i))"; done
  echo "$list"
}

wait_for() { # WHAT COMMAND...
  local what=$1 i
  shift
  for ((i = 0; i < 600; i++)); do
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep 0.2
  done
  echo "$what did not come up" >&2
  return 1
}

stop_all() {
  local pid
  for pid in "${started[@]}"; do kill "$pid" || true; done
  for pid in "${started[@]}"; do wait "$pid" || true; done
  started=()
}

run_troupe() { # N FOLDER: real starts from nothing, without the demo's sample data
  local i join=""
  if [[ $1 -eq 1 ]]; then
    "$root/troupe" start-single-node --data "$2/n1" --port-base "$troupe_base" >>"$2/n1.log" 2>&1 &
    started+=($!)
    return
  fi
  for ((i = 1; i <= $1; i++)); do
    join+="${join:+,}127.0.0.1:$((troupe_base + 10 * (i - 1) + 1))"
  done
  for ((i = 1; i <= $1; i++)); do
    "$root/troupe" start --join "$join" --data "$2/n$i" --port-base $((troupe_base + 10 * (i - 1))) \
      >>"$2/n$i.log" 2>&1 &
    started+=($!)
  done
}

main() {
  set -euo pipefail
  root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
  started=()
  case "$1" in
    run)
      mkdir -p "$4"
      echo $$ >"$4/pid"
      trap 'stop_all; exit 0' TERM INT
      if [[ $2 == etcd ]]; then
        local i
        for ((i = 1; i <= $3; i++)); do etcd_start_one "$i" "$3" "$4"; done
      else
        run_troupe "$3" "$4"
      fi
      wait "${started[@]}" || true
      ;;
    stop)
      local pid
      pid=$(cat "$2/pid")
      kill "$pid"
      while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
      rm -rf "$2"
      ;;
  esac
}

if [[ "${BASH_SOURCE[0]}" == "$0" ]]; then main "$@"; fi
