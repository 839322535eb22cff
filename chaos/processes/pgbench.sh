#!/usr/bin/env bash
# Runs pgbench on three node processes: every built-in script in every protocol mode, then with a node that is
# killed and comes back; no transaction may fail, and the sums must agree afterwards.
#
#   chaos/processes/pgbench.sh [--scale N] [--seconds N] [--clients N,N..] [--kills N] [--port-base P] [--out FILE]
#
#   --scale N     of `pgbench -i` (default 10: a million accounts)
#   --seconds N   per cell (default 5)
#   --clients N,N..  default 1,16,64; 0 leaves the cells out
#   --kills N     how often a node is killed with SIGKILL, each time another one (default 3)
#   --out FILE    where the table of figures goes, as Markdown (default: printed)
#
# pgbench never tries again here (--max-tries is 1): a serialization failure counts as a failed transaction, and any
# other error ends its client. When a node is killed, which leads all ranges then, its clients lose their connections,
# and no other client sees anything of it but a pause. After its return leaders move away from it, which nobody sees.
# Needs pgbench and psql (Debian: apt-get install postgresql-client postgresql-contrib); without them nothing is
# checked, and the script says so. Exits non-zero when anything is wrong.
scale=10 seconds=5 clients=1,16,64 kills=3 base=17432 out=''
while [[ $# -gt 0 ]]; do
  case "$1" in
    --scale) scale=$2; shift 2 ;;
    --seconds) seconds=$2; shift 2 ;;
    --clients) clients=$2; shift 2 ;;
    --kills) kills=$2; shift 2 ;;
    --port-base) base=$2; shift 2 ;;
    --out) out=$(realpath -m "$2"); shift 2 ;;
    --help | -h) sed -n '2,18s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) echo "unknown option $1 (see --help)" >&2; exit 64 ;;
  esac
done
# shellcheck source=cluster.sh
source "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"
export TROUPE_PLACEMENT_LOOK=0s # here nodes go on leading what they are told to lead
for tool in pgbench psql; do
  command -v "$tool" >/dev/null || {
    skip "$tool is not installed (Debian: apt-get install postgresql-client postgresql-contrib)"
    conclude
    exit
  }
done

on() { echo -h "$(host "$1")" -p "$(port "$1" 0)" -U root; } # NODE
bench() { # NODE FILE ARGS...
  local n=$1 file=$2
  shift 2
  # shellcheck disable=SC2046
  pgbench $(on "$n") "$@" defaultdb >"$work/$file.out" 2>"$work/$file.err"
}
ask() { # NODE SQL: one row, its values with blanks between them
  # shellcheck disable=SC2046
  psql $(on "$1") -d defaultdb -XAtq -F ' ' -v ON_ERROR_STOP=1 -c "$2"
}
failed_in() { awk '/number of failed/ { print $5 }' "$work/$1.out"; }             # FILE
done_in() { awk '/actually processed/ { split($NF, n, "/"); print n[1] }' "$work/$1.out"; } # FILE
tps_of() { awk '/^tps/ { printf "%.0f", $3 }' "$work/$1.out"; }                   # FILE
ms_of() { awk '/latency average/ { print $4 }' "$work/$1.out"; }                  # FILE

# Whether a run ended well: no client ended early, nothing failed, something was done.
clean() { # FILE STATUS
  [[ $2 -eq 0 && ! -s $work/$1.err && $(failed_in "$1") == 0 && $(done_in "$1") -gt 0 ]]
}
blame() { # FILE STATUS
  printf 'exit code %d, %s failed; %s' "$2" "$(failed_in "$1")" "$(sort "$work/$1.err" | uniq -c | head -n 5)"
}

# What every committed transaction has added: to the accounts and the history always, to tellers and branches both
# or neither.
check_sums() { # NODE WHEN
  local accounts history tellers branches
  read -r accounts history tellers branches <<<"$(ask "$1" "
    select (select sum(abalance) from pgbench_accounts), (select coalesce(sum(delta), 0) from pgbench_history),
      (select sum(tbalance) from pgbench_tellers), (select sum(bbalance) from pgbench_branches)")"
  if [[ -n $accounts && $accounts == "$history" && $tellers == "$branches" ]]; then
    pass "sums agree $2: accounts and history $accounts, tellers and branches $tellers"
  else
    fail "sums $2: accounts $accounts, history $history, tellers $tellers, branches $branches"
  fi
}

form 3
sql_answers() { ask "$1" 'select 1'; } # NODE
for n in 1 2 3; do await 30 "SQL on node $n" sql_answers "$n"; done
if bench 1 init -i -q -s "$scale"; then
  pass "pgbench -i -s $scale: $(tail -n 1 "$work/init.err")"
else
  tail -n 3 "$work/init.err" >&2
  die "pgbench -i -s $scale"
fi

# ---- Every script, mode and number of clients ---------------------------------------------------

echo "| script | mode | clients | tps | ms | failed |" >"$work/table"
echo "| --- | --- | ---: | ---: | ---: | ---: |" >>"$work/table"
cells=0 bad=0
for script in tpcb-like simple-update select-only; do
  [[ $clients == 0 ]] && break
  for mode in simple extended prepared; do
    for count in ${clients//,/ }; do
      status=0
      bench 1 cell -n --verbose-errors -b "$script" -M "$mode" -c "$count" -j "$((count < 2 ? 1 : 2))" -T "$seconds" || status=$?
      cells=$((cells + 1))
      if ! clean cell "$status"; then
        bad=$((bad + 1))
        fail "$script, $mode, $count clients: $(blame cell "$status")"
      fi
      echo "| $script | $mode | $count | $(tps_of cell) | $(ms_of cell) | $(failed_in cell) |" >>"$work/table"
    done
  done
done
if [[ $clients != 0 ]]; then
  ((bad > 0)) || pass "$cells cells without a failed transaction"
  check_sums 2 "after the cells"
  if [[ -n $out ]]; then cp "$work/table" "$out"; else cat "$work/table"; fi
fi

# ---- A node is killed and comes back ------------------------------------------------------------

all_ranges() { ranges "$1" | grep '"start"' | grep -o '^{"id":[0-9]*' | cut -d: -f2; } # NODE
lead_all() { # NODE: leads everything from now on
  local range
  for range in $(all_ranges "$1"); do lead "$range" "$1"; done
}

# Eight clients on each node; the load outlives the death and the return.
readonly SPAN=16
for ((round = 0; round < kills; round++)); do
  victim=$((round % 3 + 1))
  lead_all "$victim"
  declare -A benches=()
  for n in 1 2 3; do
    bench "$n" "kill$n" -n --verbose-errors -b tpcb-like -M prepared -c 8 -j 1 -T "$SPAN" &
    benches[$n]=$!
    loaders+=("$!")
  done
  sleep 4
  stop "$victim"
  sleep 3
  start "$victim"
  await 90 "the return of node $victim" ready "$victim"
  for n in 1 2 3; do
    status=0
    wait "${benches[$n]}" || status=$?
    if [[ $n == "$victim" ]]; then
      # All its clients have lost their connections, and nothing else happened to them.
      if grep -v 'server closed the connection\|terminated abnormally\|the backend died\|before or while processing\|Run was aborted' \
        "$work/kill$n.err" | grep -qi 'error'; then
        fail "killed node $n: other errors than lost connections: $(blame "kill$n" "$status")"
      fi
    elif clean "kill$n" "$status"; then
      pass "node $victim killed: $(done_in "kill$n") transactions on node $n, none failed"
    else
      fail "node $victim killed, clients of node $n: $(blame "kill$n" "$status")"
    fi
  done
  await 30 "SQL on node $victim" sql_answers "$victim"
  bench "$victim" back -n --verbose-errors -b tpcb-like -M prepared -c 8 -j 1 -T 12 &
  benches[$victim]=$!
  loaders+=("$!")
  lead_all "$victim"
  lead_all "$((victim % 3 + 1))"
  status=0
  wait "${benches[$victim]}" || status=$?
  if clean back "$status"; then
    pass "node $victim is back and leads, until others do: $(done_in back) transactions, none failed"
  else
    fail "node $victim is back: $(blame back "$status")"
  fi
  check_sums "$victim" "after node $victim was killed"
done
conclude
