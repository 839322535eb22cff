#!/usr/bin/env bash
# Compares a three-node Troupe cluster with three members of etcd 3.4, side by side on this machine,
# and prints the tables of docs/benchmarks.md as Markdown.
#
#   loadgen/bench/compare-etcd.sh [--quick] [--no-troupe | --no-etcd] [--out FILE] [-- OPTION...]
#
#   --quick      short cells and one repetition: shows that everything works, gives no figures to quote
#   --no-troupe  etcd alone; --no-etcd: Troupe alone
#   --out FILE   where the tables go (default: printed only)
#   OPTION...    handed on to the measurement, for example --clients 1,64 --bulk-rows 0
#
# Needs a JDK of version 21 or newer, Maven, curl and etcd (Debian: apt-get install etcd-server).
# It installs nothing, listens on loopback only, and removes its data when it ends. Nothing else that
# works should run meanwhile: the column "foreign cores" of the table shows what did.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

quick=false with_troupe=true with_etcd=true out="" extra=()
while [[ $# -gt 0 ]]; do
  case "$1" in
    --quick) quick=true ;;
    --no-troupe) with_troupe=false ;;
    --no-etcd) with_etcd=false ;;
    --out) out=$(realpath -m "$2"); shift ;;
    --help | -h) sed -n '2,16s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    --) shift; extra=("$@"); break ;;
    *) echo "unknown option $1 (see --help)" >&2; exit 64 ;;
  esac
  shift
done

troupe_base=${TROUPE_BENCH_PORT:-27432} # as --port-base: SQL, gRPC, HTTP, cluster; ten apart per node
etcd_base=${ETCD_BENCH_PORT:-23790}     # clients; peers one above; ten apart per member
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
if $with_etcd; then
  command -v etcd >/dev/null || fail "etcd is missing (Debian: apt-get install etcd-server)"
fi

# --- the measuring program ---------------------------------------------------------------------
. "$here/java.sh"
java=$(find_java) || fail "no JDK of version 21 or newer found; install one or set TROUPE_JAVA_HOME"
class_path=$(build_class_path "$root" "$work") || fail "the build failed: see above"
jvm=(-Xmx1g -Dslf4j.internal.verbosity=ERROR)
if [[ $(java_version "$java") -ge 24 ]]; then
  jvm+=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
fi
bench() { "$java" "${jvm[@]}" -cp "$class_path" dev.troupe.loadgen.bench.BenchMain "$@"; }

# --- clusters ----------------------------------------------------------------------------------
. "$here/clusters.sh"
systems=()
if $with_troupe; then
  start_troupe 3 "$work/troupe"
  hosts=$(troupe_hosts 3) pids=$(troupe_pids)
  systems+=(--system "Troupe, pipeline=pipeline@$hosts@$pids")
  systems+=(--system "Troupe, unary=unary@$hosts@$pids")
fi
if $with_etcd; then
  start_etcd 3 "$work/etcd"
  systems+=(--system "etcd=etcd@$(etcd_hosts 3)@$(etcd_pids)")
fi

# --- cells -------------------------------------------------------------------------------------
options=()
if $quick; then
  options=(--repetitions 1 --cell-seconds 3 --ramp-seconds 1 --warmup-seconds 5 --idle-seconds 5 --settle-seconds 5
    --bulk-rows 100000)
fi
bench compare "${systems[@]}" "${options[@]}" "${extra[@]}" --output "$work/cells.md"

# --- start to first write ----------------------------------------------------------------------
stop_all
first="$work/first.md"
repetitions=4
$quick && repetitions=2
first_write() { # SYSTEM NODES HOSTS API [OPTION]
  bench first-write --repetitions "$repetitions" --log "$work/first-$1-$2.log" \
    --system "$1, $2 nodes=$4@$3@" \
    --start "exec '$here/clusters.sh' run $1 $2 '$work/first-$1'" \
    --stop "'$here/clusters.sh' stop '$work/first-$1'" "${@:5}" >>"$first"
}
export troupe_base etcd_base
{
  echo "| system | median ms from start to first write | each |"
  echo "| --- | ---: | --- |"
} >"$first"
if $with_troupe; then
  first_write troupe 1 "$(troupe_hosts 1)" pipeline
  first_write troupe 3 "$(troupe_hosts 3)" pipeline --init
fi
if $with_etcd; then
  first_write etcd 1 "$(etcd_hosts 1)" etcd
  first_write etcd 3 "$(etcd_hosts 3)" etcd
fi

# --- what it was measured on -------------------------------------------------------------------
facts() {
  echo "Measured $(date -u +%F) with \`loadgen/bench/compare-etcd.sh\` at commit $(git -C "$root" rev-parse --short HEAD)."
  echo
  echo "- Machine: $(nproc) CPUs ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)), $(awk '/MemTotal/ {printf "%.0f GiB", $2/1048576}' /proc/meminfo), kernel $(uname -r)"
  echo "- JDK: $("$java" -version 2>&1 | head -1)"
  if $with_etcd; then echo "- $(etcd --version | head -1), three members with their defaults"; fi
}
report() { facts; echo; cat "$work/cells.md"; echo; cat "$first"; }
if [[ -n "$out" ]]; then report >"$out"; fi
report
