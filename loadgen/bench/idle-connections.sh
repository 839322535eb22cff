#!/usr/bin/env bash
# Measures what idle SQL sessions cost a node on this machine, and how fast sessions are opened; prints the table of
# docs/benchmarks.md as Markdown.
#
#   loadgen/bench/idle-connections.sh [--connections N] [--out FILE]
#
#   --connections N   how many sessions (default: 10000, the node's limit)
#   --out FILE        where the table goes (default: printed only)
#
# Each session is opened by the real protocol, runs a statement, and then rests. Memory is measured after a collection
# of garbage. Needs a JDK of version 21 or newer, Maven, curl, and as many open files as sessions and some
# (ulimit -n). It listens on loopback only, and removes its data when it ends.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

connections=10000 out=""
while [[ $# -gt 0 ]]; do
  case "$1" in
    --connections) connections=$2; shift ;;
    --out) out=$(realpath -m "$2"); shift ;;
    --help | -h) sed -n '2,12s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) echo "unknown option $1 (see --help)" >&2; exit 64 ;;
  esac
  shift
done

fail() { echo "$*" >&2; exit 69; }
command -v curl >/dev/null || fail "curl is missing (Debian: apt-get install curl)"
files=$((connections + 1000))
ulimit -n "$files" 2>/dev/null || [[ $(ulimit -n) -ge $files ]] ||
  fail "$files open files are needed, $(ulimit -n) are allowed: see ulimit -n"

troupe_base=${TROUPE_BENCH_PORT:-27432}
work=$(mktemp -d)
started=()
cleanup() {
  local status=$? pid
  for pid in "${started[@]}"; do kill "$pid" 2>>"$work/cleanup.log" || true; done
  for pid in "${started[@]}"; do wait "$pid" 2>>"$work/cleanup.log" || true; done
  if [[ $status -ne 0 ]]; then echo "failed; logs are kept in $work" >&2; else rm -rf "$work"; fi
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# shellcheck source=java.sh
. "$here/java.sh"
# shellcheck source=clusters.sh
. "$here/clusters.sh"
java=$(find_java) || fail "no JDK of version 21 or newer found; install one or set TROUPE_JAVA_HOME"
class_path=$(build_class_path "$root" "$work") || fail "the build failed: see above"

"$root/troupe" version >"$work/version.log" 2>&1
require_free "$troupe_base"
"$root/troupe" start-single-node --data "$work/n1" --port-base "$troupe_base" \
  --pid-file "$work/pid" >"$work/n1.log" 2>&1 &
started+=($!)
wait_for "Troupe" test -s "$work/pid"

"$java" -Xmx512m -Xss512k -cp "$class_path" dev.troupe.loadgen.bench.BenchMain idle-connections \
  --port "$troupe_base" --pid "$(cat "$work/pid")" --jcmd "$(dirname "$java")/jcmd" \
  --connections "$connections" >"$work/table.md"

report() {
  echo "Measured $(date -u +%F) with \`loadgen/bench/idle-connections.sh\` at commit $(git -C "$root" rev-parse --short HEAD)."
  echo
  cat "$work/table.md"
}
if [[ -n "$out" ]]; then report >"$out"; fi
report
