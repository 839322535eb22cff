# What happens to a cluster of four nodes while a load runs on it, and who judges the load's history. To be sourced
# after cluster.sh.
minutes=10 seed=$$

# Reads the options of the script that sources this: sets minutes, users, base and seed, which says what faults come.
options() {
  while [[ $# -gt 0 ]]; do
    case "$1" in
      --minutes) minutes=$2; shift 2 ;;
      # shellcheck disable=SC2034
      --users) users=$2; shift 2 ;;
      --seed) seed=$2; shift 2 ;;
      # shellcheck disable=SC2034
      --port-base) base=$2; shift 2 ;;
      --help | -h) sed -n '2,${/^#/!q;/^# shellcheck/q;s/^# \{0,1\}//p;}' "$0"; exit 0 ;;
      *) echo "unknown option $1 (see --help)" >&2; exit 64 ;;
    esac
  done
  RANDOM=$seed
}

# The loads of SQL and the checkers are part of the tests: they are not in what the launcher builds.
build_checker() {
  (cd "$root" && mvn -q -B -ntp -Dmaven.test.skip=true -pl chaos -am package) >"$work/build" 2>&1 ||
    { cat "$work/build" >&2; die "the checkers cannot be built"; }
}
chaos=("$("$root/.ci/find-jdk")/bin/java" -Xmx1g -cp "$root/chaos/target/classes:$root/chaos/target/lib/*"
  dev.troupe.chaos.ChaosCommand)
check() { # WORKLOAD FILE
  "${chaos[@]}" check --workload "$1" "$2"
}

pick() { echo "${@:RANDOM % $# + 1:1}"; } # WORD...
data_ranges() { ranges 1 | grep '"start"' | grep -o '^{"id":[0-9]*' | cut -d: -f2 | grep -v '^1$'; }
outside() { # RANGE NODE: nodes without a replica of it
  local inside n
  inside=" $(holders "$1" "$2") "
  for n in 1 2 3 4; do [[ $inside == *" $n "* ]] || echo "$n"; done
}

# Ranges that can be merged into their left-hand neighbours, with replicas on the same nodes, as ID:KEY.
borders() {
  ranges 1 | awk '
    /"start"/ {
      id = $0; sub(/^{"id":/, "", id); sub(/,.*/, "", id)
      key = $0; sub(/.*"start_base64":"/, "", key); sub(/".*/, "", key)
      border[++count] = id ":" key
      next
    }
    /"node"/ { node = $0; sub(/.*"node":/, "", node); nodes[count] += 2 ^ (node + 0) }
    # The first is the system range, which stays in one piece.
    END { for (i = 3; i <= count; i++) if (nodes[i] == nodes[i - 1]) print border[i] }'
}

declare -A done_=([kill]=0 [stop]=0 [lead]=0 [move]=0 [merge]=0 [split]=0)
gone=() # borders that were merged away
disturb() {
  local what n range to from border
  what=$(pick kill kill kill stop lead lead move merge merge split split)
  case $what in
    kill)
      n=$(pick 1 2 3 4)
      stop "$n"
      sleep "$((RANDOM % 3))"
      start "$n"
      await 90 "the return of node $n" ready "$n"
      ;;
    stop)
      n=$(pick 1 2 3 4)
      kill -STOP "${pids[$n]}"
      sleep "$((RANDOM % 5 + 1))"
      kill -CONT "${pids[$n]}"
      ;;
    lead)
      # shellcheck disable=SC2046
      range=$(pick 1 $(data_ranges)) && to=$(pick $(holders "$range" 1)) || return 0
      troupe 1 range transfer-leader "$range" "${ids[$to]}" --timeout 10 >/dev/null 2>&1 || return 0
      ;;
    move)
      # shellcheck disable=SC2046
      range=$(pick $(data_ranges)) && from=$(pick $(holders "$range" 1)) && to=$(pick $(outside "$range" 1)) ||
        return 0
      troupe 1 range move "$range" "${ids[$from]}" "${ids[$to]}" --timeout 30 >/dev/null 2>&1 || return 0
      ;;
    merge)
      # shellcheck disable=SC2046
      border=$(pick $(borders)) || return 0
      troupe 1 range merge --range "${border%%:*}" --timeout 30 >/dev/null 2>&1 || return 0
      gone+=("${border#*:}")
      ;;
    split)
      [[ ${#gone[@]} -gt 0 ]] || return 0
      troupe 1 range split --raw --base64 "${gone[0]}" --timeout 30 >/dev/null 2>&1 || return 0
      gone=("${gone[@]:1}")
      ;;
  esac
  done_[$what]=$((done_[$what] + 1))
}

# Disturbs again and again, and says how often.
disturb_for() { # SECONDS
  local end=$((SECONDS + $1))
  while ((SECONDS < end)); do
    disturb
    sleep "$((RANDOM % 3 + 1))"
  done
  printf 'disturbed: %d kills, %d stops, %d leaders and %d replicas moved, %d merges, %d splits (seed %d)\n' \
    "${done_[kill]}" "${done_[stop]}" "${done_[lead]}" "${done_[move]}" "${done_[merge]}" "${done_[split]}" "$seed"
}
