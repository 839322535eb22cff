#!/usr/bin/env bash
# Gives real node processes directories, ports, bytes and arguments that they must refuse.
#
#   chaos/processes/bad-input.sh [--port-base P]
#
# Three nodes on this machine under a checked load. A node that is started on a directory in use, a foreign
# or damaged directory, one of another cluster, or on ports that are taken must end within 20 seconds, with
# one error and the right exit code. Commands with wrong keys, values, spans, ranges and nodes must say so
# and change nothing. Random bytes, the wrong protocol, very long lines and connections that never say
# anything, on every port, must not disturb the load, and the nodes must be as idle afterwards as before.
# The one known exception, bytes made to look like Artery's, is shown and not counted. Exits non-zero when
# anything of that is not so.
base=17432
while [[ $# -gt 0 ]]; do
  case "$1" in
    --port-base) base=$2; shift 2 ;;
    --help | -h) sed -n '2,12s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) echo "unknown option $1 (see --help)" >&2; exit 64 ;;
  esac
done
# shellcheck source=cluster.sh
source "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"
readonly RANGE=2 # of the API's keys
readonly LIMIT=20

# ---- What must end with an error --------------------------------------------------------------------

must_end() { # WHAT CODES PATTERN COMMAND...
  local what=$1 codes=$2 pattern=$3 begin took code=0 errors
  shift 3
  begin=$(now_ms)
  timeout -k 1 "$LIMIT" "$@" >"$work/out" 2>&1 </dev/null || code=$?
  took=$(($(now_ms) - begin))
  errors=$(grep -c '^\(error\|fatal\):' "$work/out" || true)
  if [[ " $codes " != *" $code "* ]]; then
    fail "$what: exit code $code, not $codes, after $took ms: $(head -c 600 "$work/out")"
  elif [[ $errors != 1 ]]; then
    fail "$what: $errors errors: $(head -c 600 "$work/out")"
  elif ! grep -q "^\(error\|fatal\):.*$pattern" "$work/out"; then
    fail "$what: it does not say \"$pattern\": $(head -c 600 "$work/out")"
  else
    pass "$what: exit code $code after $took ms: $(grep '^\(error\|fatal\):' "$work/out" | cut -c1-110)"
  fi
}
begun() { # DIRECTORY PORT-BASE FLAG...: a node that is expected not to come up
  local directory=$1 ports=$2
  shift 2
  echo "$root/troupe" start --data "$directory" --port-base "$ports" "$@"
}

directories() {
  local spare=$((base + 60)) copy=$work/copy kind file
  # Words are what is wanted here.
  # shellcheck disable=SC2046
  must_end "directory in use" 12 'in use by process' $(begun "$(data 1)" "$spare" --join "$hosts")
  mkdir "$work/foreign" && echo mine >"$work/foreign/letter.txt"
  # shellcheck disable=SC2046
  must_end "foreign directory" 12 'not empty' $(begun "$work/foreign" "$spare" --join "$hosts")
  [[ $(<"$work/foreign/letter.txt") == mine && $(find "$work/foreign" | wc -l) == 2 ]] ||
    fail "foreign directory: something was changed in it"
  echo file >"$work/file"
  # shellcheck disable=SC2046
  must_end "a file as directory" 12 'cannot be used' $(begun "$work/file" "$spare" --join "$hosts")

  stop 3 TERM
  for kind in STORE state/CURRENT state/MANIFEST log/MANIFEST state/.sst log/.log; do
    rm -rf "$copy"
    cp -r "$(data 3)" "$copy"
    file=$(find "$copy/${kind%/*}" -path "$copy/$kind*" -type f -o -path "$copy/${kind%/*}/*${kind##*/}" -type f | sort | head -1)
    if [[ -z $file ]]; then
      skip "damaged ${kind}: there is no such file"
      continue
    fi
    damage "$file"
    # It must not find its peers: a copy that came up after all would be a second node 3.
    find "$copy" -maxdepth 1 -iname '*peer*' -delete
    # shellcheck disable=SC2046
    must_end "damaged ${file#"$copy"/}" "13" '' $(begun "$copy" "$spare")
  done
  start 3
  await 60 "the return of node 3" ready 3
}
damage() { # FILE: turns over 8 bytes in its last third
  local size at
  size=$(stat -c %s "$1")
  at=$((size < 100 ? size / 2 : size - 40))
  if [[ $1 == *.log ]]; then at=$((size / 3)); fi
  printf '\x5a\xa5\x5a\xa5\x5a\xa5\x5a\xa5' | dd of="$1" bs=1 seek="$at" conv=notrunc 2>/dev/null
}

strangers() {
  local other=$work/other spare=$((base + 60))
  "$root/troupe" start-single-node --data "$other" --port-base "$spare" >"$work/other.log" 2>&1 &
  pids[9]=$!
  await 60 "a cluster of another kind" curl -sf "http://127.0.0.1:$((spare + 2))/readyz"
  stop 9 TERM
  # shellcheck disable=SC2046
  must_end "directory of another cluster" 14 'cluster' $(begun "$other" "$spare" --join "$hosts")
  local door
  for door in 1:grpc 2:http 3:cluster 4:peer; do
    # The other doors may have any port.
    # shellcheck disable=SC2046
    must_end "taken ${door#*:} port" 11 "$(port 1 "${door%:*}")" \
      $(begun "$work/new${door#*:}" "$spare" --join "$hosts" "--${door#*:}-port" "$(port 1 "${door%:*}")")
  done
  # shellcheck disable=SC2046
  must_end "address beyond this machine" 10 'insecure' $(begun "$work/new" "$spare" --listen-addr 0.0.0.0)
  TROUPE_JAVA_OPTS=-Dtroupe.storage.cahce=1 \
    must_end "unknown setting" 10 'cahce' "$root/troupe" start --data "$work/new" --port-base "$spare"
}

arguments() {
  local t="$root/troupe" at
  at=(--port "$(port 1 1)")
  head -c 4194304 /dev/zero | tr '\0' v >"$work/largest"
  { cat "$work/largest" && echo -n v; } >"$work/too-large"
  must_end "empty key" 1 'key is empty' "$t" kv put '' v "${at[@]}"
  must_end "key of 16385 bytes" 1 '16384' "$t" kv put "$(head -c 16385 /dev/zero | tr '\0' k)" v "${at[@]}"
  must_end "value above 4 MiB" 1 '4194304' bash -c '"$0" kv put big - "${@:2}" <"$1"' "$t" "$work/too-large" "${at[@]}"
  must_end "reversed span of a scan" 1 'reversed' "$t" kv scan --from z --to a "${at[@]}"
  must_end "reversed span of a deletion" 1 'reversed' "$t" kv del --from z --to a "${at[@]}"
  must_end "unknown range shown" 1 'no range' "$t" range show 99 "${at[@]}"
  must_end "unknown range led" 1 'UNKNOWN_RANGE' "$t" range transfer-leader 99 "${ids[1]}" "${at[@]}"
  must_end "unknown range moved" 1 'UNKNOWN_RANGE' "$t" range move 99 "${ids[1]}" "${ids[2]}" "${at[@]}"
  must_end "unknown node added" 1 'UNKNOWN_NODE' "$t" range add-replica "$RANGE" 99 "${at[@]}"
  must_end "unknown node leads" 1 'PRECONDITION' "$t" range transfer-leader "$RANGE" 99 "${at[@]}"
  must_end "move to the same node" 1 'same node' "$t" range move "$RANGE" "${ids[1]}" "${ids[1]}" "${at[@]}"
  must_end "absent key" 4 'no key' "$t" kv get absent "${at[@]}"
  must_end "nobody there" 5 '' "$t" kv get a --port "$((base + 99))"
  if "$t" kv put largest - "${at[@]}" <"$work/largest" >"$work/out" 2>&1 &&
    "$t" kv get largest "${at[@]}" | cmp -s - <(cat "$work/largest"; echo); then
    pass "the largest value is written and read back"
  else
    fail "the largest value: $(head -c 300 "$work/out")"
  fi
  [[ $(holders "$RANGE" 1) == "1 2 3" ]] || fail "the replicas are now on nodes $(holders "$RANGE" 1)"
}

# ---- What must not disturb ---------------------------------------------------------------------------

# Sends standard input to a port and waits until it is closed or a while has passed.
send() { # PORT
  timeout 10 bash -c 'exec 5<>"/dev/tcp/127.0.0.1/$0" && { cat >&5; cat <&5 >/dev/null; }' "$1" 2>/dev/null || true
}
long_line() {
  printf 'GET /'
  head -c 3000000 /dev/zero | tr '\0' a
}
preface() { printf 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0'; }
cpu_ms() { # NODE: processor time so far
  awk -v hertz="$(getconf CLK_TCK)" '{ print int(($14 + $15) * 1000 / hertz) }' "/proc/${pids[$1]}/stat"
}
percent() { # NODE SECONDS: of one processor
  local before
  before=$(cpu_ms "$1")
  sleep "$2"
  echo $((($(cpu_ms "$1") - before) / (10 * $2)))
}

bytes() {
  local door name i victim quiet busy begin slow holder
  sleep 5
  quiet=$(percent 1 8)
  begin_load 200 "$work/load" bytes "$hosts" --rate 200
  sleep 3
  for door in 1 2 3 4; do
    victim=$(port 1 "$door")
    name=$(sed -n "${door}p" <<<$'gRPC\nHTTP\ncluster\npeer')
    begin=$(now_ms)
    for ((i = 0; i < 20; i++)); do head -c $((i * 5000 + 1)) /dev/urandom | send "$victim" & done
    wait_others
    # A port may close before all is said.
    long_line | send "$victim" || true
    preface | send "$victim" || true
    curl -s -m 10 -o /dev/null "http://127.0.0.1:$victim/" || true
    curl -sk -m 10 -o /dev/null "https://127.0.0.1:$victim/" || true
    slow=$(($(now_ms) - begin))
    # Connections that say nothing, or nearly nothing.
    bash -c 'for ((i = 0; i < 300; i++)); do
        exec {fd}<>"/dev/tcp/127.0.0.1/$0" && { ((i % 2)) || printf P >&"$fd"; }
      done; sleep 5' "$victim" 2>/dev/null &
    holder=$!
    sleep 2
    if troupe 1 kv put "during/$door" v >/dev/null && api 1 /livez >/dev/null; then
      pass "$name port: random bytes, wrong protocols and a line of 3 MB were over after $slow ms (10 s each for" \
        "connections that stay open);" \
        "served beside 300 silent connections"
    else
      fail "$name port: not served beside 300 silent connections"
    fi
    wait "$holder" || true
  done
  sleep 2
  end_load "$work/load" || fail "the check of the load failed: $(<"$work/load")"
  [[ $(total errors "$work/load") == 0 ]] || fail "operations failed meanwhile: $(reasons_of "$work/load")"
  sleep 12
  busy=$(percent 1 8)
  if ((busy <= quiet + 5)); then
    pass "idle again: $busy % of a processor, before $quiet %; $(written_of "$work/load") acknowledged writes all there," \
      "longest pause of writes $(pause_of "$work/load") ms; the node logged $(wc -l <"$work/n1.log") lines"
  else
    fail "not idle again: $busy % of a processor, before $quiet %"
  fi
}
wait_others() { # for all of this shell's jobs that are neither nodes nor load
  local job
  for job in $(jobs -p); do
    [[ " ${pids[*]} ${loaders[*]} " == *" $job "* ]] || wait "$job" || true
  done
}

known_weakness() {
  local i busy
  for ((i = 0; i < 5; i++)); do
    { printf 'AKKA\2' && head -c 10000 /dev/urandom; } | send "$(port 1 3)" &
  done
  wait_others
  sleep 3
  busy=$(percent 1 5)
  echo "KNOWN Artery's greeting and then random lengths: $busy % of a processor afterwards"
  { printf 'AKKA\2\374\377\377\377' && head -c 1000 /dev/zero; } | send "$(port 1 3)" || true
  sleep 3
  busy=$(percent 1 5)
  echo "KNOWN Artery's greeting and then the length -4: $busy % of a processor afterwards"
  if troupe 1 kv put after/artery v >/dev/null 2>&1; then echo "KNOWN the node still serves"; else echo "KNOWN the node serves no more"; fi
}

form 3
hosts=$(targets 1 2 3)
"$root/troupe" workload init kv --host "$hosts" --keys 5000 --value-size 1000 --namespace data >"$work/init" 2>&1 ||
  die "loading failed: $(<"$work/init")"
directories
strangers
arguments
bytes
known_weakness
conclude
