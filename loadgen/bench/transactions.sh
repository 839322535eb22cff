#!/usr/bin/env bash
# Measures what transactions cost on a three-node cluster on this machine, beside plain puts, and prints the
# table of docs/benchmarks.md as Markdown.
#
#   loadgen/bench/transactions.sh [--quick] [--together] [--out FILE] [-- OPTION...]
#
#   --quick     short cells and one repetition: shows that everything works, gives no figures to quote
#   --together  one node leads both sides of a transfer (default: two nodes)
#   --out FILE  where the table goes (default: printed only)
#   OPTION...   handed on to the measurement, for example --clients 1,64 --cells transfer
#
# Needs a JDK of version 21 or newer, Maven and curl. It listens on loopback only, and removes its data when it
# ends. Nothing else that works should run meanwhile: the column "foreign cores" of the table shows what did.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

quick=false together=false out="" extra=()
while [[ $# -gt 0 ]]; do
  case "$1" in
    --quick) quick=true ;;
    --together) together=true ;;
    --out) out=$(realpath -m "$2"); shift ;;
    --help | -h) sed -n '2,14s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    --) shift; extra=("$@"); break ;;
    *) echo "unknown option $1 (see --help)" >&2; exit 64 ;;
  esac
  shift
done

troupe_base=${TROUPE_BENCH_PORT:-27432} # as --port-base: SQL, gRPC, HTTP, cluster; ten apart per node
work=$(mktemp -d)
started=()

fail() { echo "$*" >&2; exit 69; }

cleanup() {
  local status=$?
  for pid in "${started[@]}"; do kill "$pid" 2>>"$work/cleanup.log" || true; done
  for pid in "${started[@]}"; do wait "$pid" 2>>"$work/cleanup.log" || true; done
  if [[ $status -ne 0 ]]; then echo "failed; logs are kept in $work" >&2; else rm -rf "$work"; fi
}
trap cleanup EXIT
trap 'exit 130' INT TERM

command -v curl >/dev/null || fail "curl is missing (Debian: apt-get install curl)"

# shellcheck source=java.sh
. "$here/java.sh"
java=$(find_java) || fail "no JDK of version 21 or newer found; install one or set TROUPE_JAVA_HOME"
class_path=$(build_class_path "$root" "$work") || fail "the build failed: see above"
jvm=(-Xmx1g -Dslf4j.internal.verbosity=ERROR)
if [[ $(java_version "$java") -ge 24 ]]; then
  jvm+=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
fi

# shellcheck source=clusters.sh
. "$here/clusters.sh"
export TROUPE_RANGE_FOLLOW_LOAD_AFTER=0s # leaders stay where they are put below,
export TROUPE_PLACEMENT_LOOK=0s
export TROUPE_RANGES_SPLIT=off # and ranges as they are cut
start_troupe 3 "$work/troupe"
troupe() { "$root/troupe" "$@" --port $((troupe_base + 1)); }
# Accounts on the left begin with "left", those on the right with "right".
right=$(troupe range split m --format json | grep -o '"id": *[0-9]*' | tail -n 1 | grep -o '[0-9]*')
troupe range transfer-leader 1 1 >>"$work/leaders.log"
troupe range transfer-leader 2 1 >>"$work/leaders.log"
if $together; then where=1; else where=2; fi
troupe range transfer-leader "$right" "$where" >>"$work/leaders.log"

options=()
if $quick; then options=(--repetitions 1 --cell-seconds 3 --ramp-seconds 1 --warmup-seconds 8); fi
"$java" "${jvm[@]}" -cp "$class_path" dev.troupe.loadgen.bench.BenchMain transactions \
  --system "Troupe=unary@$(troupe_hosts 3)@$(troupe_pids)" "${options[@]}" "${extra[@]}" \
  --output "$work/cells.md"

report() {
  echo "Measured $(date -u +%F) with \`loadgen/bench/transactions.sh\` at commit $(git -C "$root" rev-parse --short HEAD);" \
    "node 1 leads the system range and the left side, node $where the right side."
  echo
  cat "$work/cells.md"
}
if [[ -n "$out" ]]; then report >"$out"; fi
report
