#!/usr/bin/env bash
# The desktop in the browser, in machines with systemd and with a real browser:  run.sh [SCENARIO…]
#   HARVESTER_TEST_BASES, HARVESTER_TEST_SUITES   the bases, see ../lib/bases.sh; CHROMIUM (default /usr/bin/chromium)
#   HARVESTER_TEST_JAR, HARVESTER_TEST_DATABASE   the real aggregator, for the scenario both, see ../lib/real.sh
#   HARVESTER_TEST_SHOTS   a directory for screenshots
#   MACHINE_SUBNET, MACHINE_BRIDGE   different for each of several concurrent runs (default 10.79.0, hv-desk0)
# Scenarios, in this order on one machine per base: install access recovery sessions tunnel removal both
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")" || exit
MACHINE_SUBNET=${MACHINE_SUBNET:-10.79.0}
MACHINE_BRIDGE=${MACHINE_BRIDGE:-hv-desk0}
. ../lib/machine.sh
. ../lib/bases.sh
. ../lib/check.sh
. ../lib/aggregator.sh
. ../lib/real.sh
. ./lib.sh
for scenario in scenarios/*.sh; do . "$scenario"; done

main() {
  local reason all base scenario
  trap machine_cleanup EXIT
  reason=$(machine_supported && bases_supported) || { echo "skipped: the machines $reason"; exit 0; }
  reason=$(browser_supported) || { echo "skipped: the browser $reason"; exit 0; }
  [ $# -gt 0 ] || set -- install access recovery sessions tunnel removal both
  for scenario; do [ -r "scenarios/$scenario.sh" ] || { echo "no scenario $scenario: see scenarios/" >&2; exit 64; }; done
  machine_network || exit 1
  all=$(bases) || { echo "mmdebstrap cannot build a base, see above" >&2; exit 1; }
  reason=$(machine_probe "${all%%[[:space:]]*}") || { echo "skipped: the machines $reason"; exit 0; }
  for base in $all; do
    BASE=$base
    NAME=desk ADDRESS=$MACHINE_SUBNET.11
    printf '\n== %s\n' "$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' "$BASE/etc/os-release")"
    fresh "$NAME" "$ADDRESS"
    for scenario; do
      printf -- '-- %s\n' "$scenario"
      "scenario_$scenario"
    done
    machine_down_all
  done
  printf '\n%s\n' "$failures failures"
  [ "$failures" -eq 0 ]
}

main "$@"
