#!/usr/bin/env bash
# Builds this module and runs one of its verbs: simulations, checkers of histories, tests of the SQL.
#
#   chaos/chaos.sh sim --nodes --seed 26 --trace
#   chaos/chaos.sh --help
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
(cd "$root" && mvn -q -B -ntp -Dmaven.test.skip=true -pl chaos -am package) >&2
exec "$("$root/.ci/find-jdk")/bin/java" -Xmx1g -cp "$root/chaos/target/classes:$root/chaos/target/lib/*" \
  dev.troupe.chaos.ChaosCommand "$@"
