#!/usr/bin/env bash
# Runs a corpus of sqllogictest files, SQL tests that were written for other databases, on three node processes.
#
#   chaos/sqllogictest.sh CORPUS [--least PERCENT] [--failures N] [--url URL] [--port-base P] [FILE...]
#
# CORPUS is a folder with tests below `test`; its postgresql-fails.txt, if there, lists records that PostgreSQL does
# not pass either: these do not count. FILE names tests or folders of tests in CORPUS (default: test). With --url
# the tests go to a server that runs already, whose tables they drop. Prints figures per file with the first N
# failures (default 20), then the total; exits non-zero when less than PERCENT (default 99.5) of the records passed.
least=99.5 failures=20 url='' base=17432 corpus='' files=()
while [[ $# -gt 0 ]]; do
  case "$1" in
    --least) least=$2; shift 2 ;;
    --failures) failures=$2; shift 2 ;;
    --url) url=$2; shift 2 ;;
    --port-base) base=$2; shift 2 ;;
    --help | -h) sed -n '2,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    -*) echo "unknown option $1 (see --help)" >&2; exit 64 ;;
    *)
      if [[ -z $corpus ]]; then corpus=$1; else files+=("$1"); fi
      shift
      ;;
  esac
done
[[ -n $corpus ]] || { echo "say where the tests are (see --help)" >&2; exit 64; }
# shellcheck source=processes/cluster.sh
source "$(dirname "${BASH_SOURCE[0]}")/processes/cluster.sh"

# The runner is part of the tests: it is not in what the launcher builds.
(cd "$root" && mvn -q -B -ntp -Dmaven.test.skip=true -pl chaos -am package) >"$work/build" 2>&1 ||
  { cat "$work/build" >&2; die "the runner cannot be built"; }

sql_answers() { (exec 3<>"/dev/tcp/$(host 1)/$(port 1 0)"); }
if [[ -z $url ]]; then
  form 3
  await 30 "the SQL door" sql_answers
  url="jdbc:postgresql://$(host 1):$(port 1 0)/defaultdb?user=root&sslmode=disable"
fi
known=()
[[ ! -r $corpus/postgresql-fails.txt ]] || known=(--known "$corpus/postgresql-fails.txt")
"$("$root/.ci/find-jdk")/bin/java" -Xmx512m -cp "$root/chaos/target/classes:$root/chaos/target/lib/*" \
  dev.troupe.chaos.ChaosCommand sqllogic --url "$url" "${known[@]}" --least "$least" --failures "$failures" \
  "$corpus" "${files[@]:-test}"
