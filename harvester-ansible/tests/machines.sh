#!/usr/bin/env bash
# Runs the scenarios in disposable machines, each on every base:  machines.sh [SCENARIO…]
#   HARVESTER_TEST_BASES     root directories of Debian machines (default: built once by mmdebstrap in the user's cache)
#   HARVESTER_TEST_ARCHIVES  a directory with two prometheus-*.tar.gz and a node_exporter-*.tar.gz, for the scenario releases
#   HARVESTER_TEST_CUT       seconds without network in the scenarios fleet and aggregator (default 60)
#   HARVESTER_TEST_JAR, HARVESTER_TEST_DATABASE   the real aggregator, see lib/real.sh
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")" || exit
. lib/machine.sh
. lib/check.sh
. lib/listed.sh
. lib/aggregator.sh
. lib/real.sh

# Prints the bases; creates the missing ones.
bases() {
  local suite dir cache=${XDG_CACHE_HOME:-$HOME/.cache}/harvester-tests
  if [ -n "${HARVESTER_TEST_BASES:-}" ]; then echo "$HARVESTER_TEST_BASES"; return; fi
  for suite in bookworm trixie; do
    dir=$cache/$suite
    [ -d "$dir/etc" ] || mmdebstrap --quiet --variant=minbase --include=systemd,systemd-sysv,dbus,python3,iproute2,ca-certificates \
      "$suite" "$dir" >&2 || return 1
    echo "$dir"
  done
}

# fresh NAME ADDRESS: starts a new machine on the current base with the project in /root/source.
fresh() {
  machine_up "$1" "$BASE" "$2"
  tar -C ../.. -cf - deploy/install_harvester.sh deploy/lib harvester-ansible |
    machine "$1" sh -c 'mkdir -p /root/source && tar -C /root/source --no-same-owner -xf -'
}

# install NAME [OPTION…]: runs the installer without the desktop.
install() {
  local name=$1
  shift
  machine "$name" /root/source/deploy/install_harvester.sh --unattended --no-remote-desktop "$@"
}

main() {
  local reason scenario scenarios=("$@")
  reason=$(machine_supported) || { echo "skipped: the machines $reason"; exit 0; }
  if [ -z "${HARVESTER_TEST_BASES:-}" ] && ! command -v mmdebstrap >/dev/null; then echo "skipped: needs mmdebstrap, or HARVESTER_TEST_BASES"; exit 0; fi
  [ $# -gt 0 ] || scenarios=(unattended interactive credentials delivery tls refusals check_mode playbooks offline watchdog choices releases control fleet aggregator)
  trap 'aggregator_stop_all; machine_cleanup' EXIT
  machine_network || exit 1
  for BASE in $(bases); do
    for scenario in "${scenarios[@]}"; do
      printf '\n== %s on %s\n' "$scenario" "$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' "$BASE/etc/os-release")"
      . "scenarios/$scenario.sh"
      aggregator_start 9201 && "scenario_$scenario"
      machine_down_all
      aggregator_stop_all
      rm -f "$MACHINE_STATE/nodes.json"
    done
  done
  printf '\n%s\n' "$failures failures"
  [ "$failures" -eq 0 ]
}

main "$@"
