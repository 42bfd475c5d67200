#!/usr/bin/env bash
# install_harvester.sh: makes this machine a harvester. It measures itself with node_exporter and Prometheus, sends
# everything to the aggregator, and can be maintained through a desktop in the browser.
#
#   install_harvester.sh                                      asks what it needs
#   install_harvester.sh --unattended --endpoint URL --enrol-key KEY [--node NAME]
#
#   --endpoint URL           the aggregator, such as https://aggregator.example.org:9201   HARVESTER_ENDPOINT
#   --node NAME              the name of this machine there (default: the host's name)     HARVESTER_NODE
#   --enrol-key KEY          short-lived key; this machine fetches its own token with it   HARVESTER_ENROL_KEY
#   --enrol-key-file FILE    the same from a file
#   --token-file FILE        this node's token, where it has one already                   HARVESTER_TOKEN
#   --ca-file FILE           certificate of a private authority                            HARVESTER_CA_FILE
#   --no-remote-desktop      the collection half only (--remote-desktop: both, the first time's default)
#   --prometheus-archive FILE, --node-exporter-archive FILE   releases, for machines without access to packages
#   --prometheus-port PORT, --node-exporter-port PORT         on localhost (9090, 9100)
#   --take-over              take the place of a Prometheus or node_exporter that is here already
#   --vars FILE              further variables of the roles (YAML); see harvester-ansible/README.md
#   --wait SECONDS           how long to wait at the end for the first samples to arrive (120)
#   --unattended             ask nothing
#   --dry-run                check everything, say what would be done, change nothing
#   --uninstall              remove all that this script installed, the local samples included
#   --source DIR|FILE|URL    where the roles are, when this script came alone (curl … | sudo bash -s -- --source …)
#   --help
#
# Safe to run again: what was chosen before is the default then. A log is at /var/log/harvester-install.log.
# Exit: 0 done, 64 usage, 69 aggregator or packages unavailable, 70 installation failed, 75 try again later,
#       77 no permission or wrong credential, 78 this machine is not fit as it is (nothing was changed).
set -euo pipefail

# Where this script came through a pipe there is nothing beside it: fetch the rest, and go on with the script in there.
find_source() {
  local script=${BASH_SOURCE[0]:-} arguments=("$@") wanted='' folder i
  if [ -f "$script" ]; then
    source_dir=$(cd "$(dirname "$(readlink -f "$script")")/.." && pwd)
    [ ! -d "$source_dir/deploy/lib" ] || [ ! -d "$source_dir/harvester-ansible" ] || return 0
  fi
  for ((i = 0; i < $#; i++)); do [ "${arguments[i]}" != --source ] || wanted=${arguments[i + 1]:-}; done
  [ -n "$wanted" ] || { echo "install_harvester: this script came alone. Say with --source where the archive of the project is." >&2; exit 64; }
  folder=$(mktemp -d /var/tmp/harvester-source.XXXXXX)
  case $wanted in
    http://* | https://*) curl -fsSL -o "$folder/archive" "$wanted" && tar -xf "$folder/archive" -C "$folder" ;;
    *) if [ -d "$wanted" ]; then cp -R "$wanted" "$folder/source"; else tar -xf "$wanted" -C "$folder"; fi ;;
  esac || { rm -rf "$folder"; echo "install_harvester: $wanted cannot be fetched and unpacked. Correct --source." >&2; exit 69; }
  script=$(find "$folder" -maxdepth 3 -path '*/deploy/install_harvester.sh' | head -n 1)
  [ -n "$script" ] || { rm -rf "$folder"; echo "install_harvester: no deploy/install_harvester.sh in $wanted. Correct --source." >&2; exit 64; }
  HARVESTER_SOURCE_TEMPORARY=$folder exec bash "$script" "$@"
}

main() {
  find_source "$@"
  lib=$source_dir/deploy/lib
  local part
  for part in say options ask http settings aggregator ansible machine actions; do
    # shellcheck source=/dev/null
    . "$lib/$part.sh"
  done
  read_options "$@"
  become_root "$@"
  prepare
  run_action
}

main "$@"
