#!/usr/bin/env bash
# Runs the scenarios in disposable machines, each on every base:  machines.sh [SCENARIO…]
#   HARVESTER_TEST_BASES, HARVESTER_TEST_SUITES   the bases, see lib/bases.sh
#   HARVESTER_TEST_ARCHIVES  a directory with two prometheus-*.tar.gz and a node_exporter-*.tar.gz, for the scenario releases
#   HARVESTER_TEST_CUT       seconds without network in the scenarios fleet and aggregator (default 60)
#   HARVESTER_TEST_JAR, HARVESTER_TEST_DATABASE   the real aggregator, see lib/real.sh
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")" || exit
. lib/machine.sh
. lib/bases.sh
. lib/check.sh
. lib/listed.sh
. lib/aggregator.sh
. lib/real.sh

# fresh NAME ADDRESS: starts a new machine on the current base with the project in /root/source.
fresh() {
  machine_up "$1" "$BASE" "$2"
  tar -C ../.. -cf - deploy/install_harvester.sh deploy/install_aggregator.sh deploy/harvester deploy/lib harvester-ansible |
    machine "$1" sh -c 'mkdir -p /root/source && tar -C /root/source --no-same-owner -xf -'
}

# install NAME [OPTION…]: runs the installer without the desktop.
install() {
  local name=$1
  shift
  machine "$name" /root/source/deploy/install_harvester.sh --unattended --no-remote-desktop "$@"
}

main() {
  local reason all scenario scenarios=("$@")
  trap 'aggregator_stop_all; machine_cleanup' EXIT
  reason=$(machine_supported && bases_supported) || { echo "skipped: the machines $reason"; exit 0; }
  # Without "short", the set of CI, whose steps are in others.
  [ $# -gt 0 ] || scenarios=(unattended interactive credentials delivery tls refusals check_mode playbooks offline watchdog choices releases control fleet aggregator server site package)
  for scenario in "${scenarios[@]}"; do [ -r "scenarios/$scenario.sh" ] || { echo "no scenario $scenario: see scenarios/" >&2; exit 64; }; done
  machine_network || exit 1
  all=$(bases) || { echo "mmdebstrap cannot build a base, see above" >&2; exit 1; }
  reason=$(machine_probe "${all%%[[:space:]]*}") || { echo "skipped: the machines $reason"; exit 0; }
  for BASE in $all; do
    for scenario in "${scenarios[@]}"; do
      printf '\n== %s on %s\n' "$scenario" "$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' "$BASE/etc/os-release")"
      . "scenarios/$scenario.sh"
      if aggregator_start 9201; then "scenario_$scenario"; else : >"$MACHINE_STATE/output"; failed "the stub aggregator starts"; fi
      machine_down_all
      aggregator_stop_all
      rm -f "$MACHINE_STATE/nodes.json"
    done
  done
  printf '\n%s\n' "$failures failures"
  [ "$failures" -eq 0 ]
}

main "$@"
