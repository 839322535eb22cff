#!/usr/bin/env bash
# Fills the disk of one of three nodes under a checked load: the node must stop, the others must go on.
#
#   chaos/processes/full-disk.sh [--megabytes N] [--port-base P]
#
# Node 3 keeps its data on an ext4 file system of its own (default 400 MB, a loop device: needs root). Once
# as the leader of the data and once as a follower its disk is filled up while eight users write and
# check. It must end at once with one error and exit code 15, and refuse to start while the disk is full;
# the other two must serve all the time and lose nothing. With room on the disk it must start, catch up,
# and serve all of it as the leader. Exits non-zero when anything of that is not so.
megabytes=400 base=17432
while [[ $# -gt 0 ]]; do
  case "$1" in
    --megabytes) megabytes=$2; shift 2 ;;
    --port-base) base=$2; shift 2 ;;
    --help | -h) sed -n '2,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) echo "unknown option $1 (see --help)" >&2; exit 64 ;;
  esac
done
# shellcheck source=cluster.sh
source "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"
export TROUPE_PLACEMENT_LOOK=0s # here nodes go on leading what they are told to lead
readonly RANGE=2 # of the API's keys
readonly STORAGE=15 DATA_DIRECTORY=12
disk=$work/disk
data() { [[ $1 == 3 ]] && echo "$disk/data" || echo "$work/n$1"; }
cleanup_more() { umount "$disk" 2>/dev/null || umount -l "$disk"; }

mkdir "$disk"
truncate -s "${megabytes}M" "$work/image"
mkfs.ext4 -q -m 0 "$work/image"
if ! mount -o loop "$work/image" "$disk" 2>"$work/mount"; then
  skip "a file system of its own cannot be mounted here: $(<"$work/mount")"
  conclude
  exit
fi

complaints() { grep -c '^\(fatal\|error\):' "$work/n3.log" || true; }

fill_up() { # ROLE
  local role=$1 begin full code took before
  before=$(complaints)
  begin_load 120 "$work/$role" "$role" "$hosts" --rate 400 --value-size 4000
  sleep 4
  # Some megabytes stay, so that the last one is taken by the node itself.
  fallocate -l "$(($(df --output=avail -B1M "$disk" | tail -n 1) - 6))M" "$disk/filler"
  begin=$(now_ms)
  full=$begin
  while alive 3 && (($(now_ms) - begin < 60000)); do
    # The disk is full from the moment on at which nothing is left on it.
    [[ $(df --output=avail "$disk" | tail -n 1 | tr -d ' ') == 0 ]] || full=$(now_ms)
  done
  took=$(($(now_ms) - full))
  code=0
  alive 3 && code=124 || wait "${pids[3]}" || code=$?
  [[ $code == "$STORAGE" ]] || die "$role: with a full disk the node's exit code was $code after $took ms"
  (($(complaints) - before == 1)) ||
    fail "$role: it complained $(($(complaints) - before)) times: $(grep '^\(fatal\|error\):' "$work/n3.log")"
  grep '^fatal:.*[Nn]o space left' "$work/n3.log" >/dev/null || fail "$role: it did not say that the disk is full"
  sleep 8
  end_load "$work/$role" || fail "$role: the check of the load failed: $(<"$work/$role")"
  ready 1 >/dev/null && ready 2 >/dev/null || fail "$role: nodes 1 and 2 are not ready"
  pass "$role: exit code $code $took ms after the last byte was taken;" \
    "$(written_of "$work/$role") acknowledged writes all there, longest pause $(pause_of "$work/$role") ms," \
    "errors $(reasons_of "$work/$role")"
  echo "      $(grep '^fatal:' "$work/n3.log" | tail -n 1 | cut -c1-300)"
  refuse_to_start "$role"
  recover "$role"
}

refuse_to_start() { # ROLE
  local code=0 begin
  # Not even a byte is left.
  dd if=/dev/zero of="$disk/rest" bs=4k 2>/dev/null || true
  begin=$(now_ms)
  timeout -k 1 60 "$root/troupe" start --data "$(data 3)" --port-base "$(port 3 0)" --join "$(targets 1 2)" \
    >"$work/refused" 2>&1 || code=$?
  if [[ $code == "$STORAGE" || $code == "$DATA_DIRECTORY" ]] &&
    [[ $(grep -c '^\(fatal\|error\):' "$work/refused") == 1 ]]; then
    pass "$1: on the full disk it ends after $(($(now_ms) - begin)) ms with exit code $code"
    echo "      $(grep '^\(fatal\|error\):' "$work/refused" | cut -c1-300)"
  else
    fail "$1: started on a full disk its exit code was $code: $(<"$work/refused")"
  fi
}

recover() { # ROLE
  local begin
  rm "$disk/filler" "$disk/rest"
  begin=$(now_ms)
  start 3
  await 60 "$1: the return of node 3" ready 3
  await 60 "$1: catching up of node 3" level "$RANGE" 3
  pass "$1: with room on the disk it was ready and level again after $(($(now_ms) - begin)) ms"
  lead "$RANGE" 3
  if verify_again "$1" "$hosts"; then
    pass "$1: led by node 3, every acknowledged write is found"
  else
    fail "$1: acknowledged writes are missing: $(<"$work/verified")"
  fi
}

form 3
hosts=$(targets 1 2 3)
lead "$RANGE" 3
fill_up leader
lead "$RANGE" 1
fill_up follower
conclude
