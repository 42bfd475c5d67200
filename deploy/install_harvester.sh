#!/usr/bin/env bash
# install_harvester.sh: makes this machine a harvester. It installs node_exporter and Prometheus, sends the metrics
# to the aggregator, and installs a desktop in the browser for remote maintenance.
#
#   install_harvester.sh                                      asks for everything it needs
#   install_harvester.sh --unattended --endpoint URL --enrol-key KEY [--node NAME]
#
#   --endpoint URL           the aggregator, such as https://aggregator.example.org:9201   HARVESTER_ENDPOINT
#   --node NAME              node name of this machine (default: the host name)            HARVESTER_NODE
#   --enrol-key KEY          short-lived enrolment key; the machine gets its token with it HARVESTER_ENROL_KEY
#   --enrol-key-file FILE    file with the enrolment key
#   --token-file FILE        file with the node's token, if it has one                     HARVESTER_TOKEN
#   --ca-file FILE           certificate of a private certificate authority                HARVESTER_CA_FILE
#   --ca-fingerprint SHA256  instead of --ca-file: fetch the aggregator's own certificate, which has this fingerprint
#   --no-remote-desktop      install metrics only
#   --remote-desktop         install metrics and desktop (default of the first run); it listens on port 6082
#   --administrator-desktop  let the user of the desktop become root: its passwords then give root access
#   --prometheus-archive FILE, --node-exporter-archive FILE   releases instead of packages; Ansible must be installed or a package
#   --prometheus-port PORT, --node-exporter-port PORT         ports on localhost (9090, 9100)
#   --take-over              replace an existing Prometheus or node_exporter
#   --vars FILE              further variables of the roles (YAML); see harvester-ansible/README.md
#   --wait SECONDS           longest wait for the first samples at the end (120)
#   --unattended             ask no questions
#   --dry-run                check everything and list the changes without making any
#   --uninstall              remove everything that this script installed, including local samples
#   --source DIR|FILE|URL    location of the project, if only this script was downloaded
#                            (curl … | sudo bash -s -- --source …)
#   --help                   print this text
#
# It can be run again: earlier choices are the defaults then. Log: /var/log/harvester-install.log
# Exit: 0 done, 64 usage, 69 aggregator or packages unavailable, 70 installation failed, 75 try again later,
#       77 no permission or wrong credential, 78 this machine does not meet the requirements (nothing was changed).
set -euo pipefail

# A script that is read from a pipe has no files beside it: fetch the project and run the script in it.
find_source() {
  local script=${BASH_SOURCE[0]:-} arguments=("$@") source='' folder i
  if [ -f "$script" ]; then
    source_dir=$(cd "$(dirname "$(readlink -f "$script")")/.." && pwd)
    [ ! -d "$source_dir/deploy/lib" ] || [ ! -d "$source_dir/harvester-ansible" ] || return 0
  fi
  for ((i = 0; i < $#; i++)); do [ "${arguments[i]}" != --source ] || source=${arguments[i + 1]:-}; done
  [ -n "$source" ] || { echo "install_harvester: only the script was downloaded, without the project. Give the archive of the project with --source." >&2; exit 64; }
  folder=$(mktemp -d /var/tmp/harvester-source.XXXXXX)
  case $source in
    http://* | https://*) curl -fsSL -o "$folder/archive" "$source" && tar -xf "$folder/archive" -C "$folder" ;;
    *) if [ -d "$source" ]; then cp -R "$source" "$folder/source"; else tar -xf "$source" -C "$folder"; fi ;;
  esac || { rm -rf "$folder"; echo "install_harvester: cannot fetch and unpack $source. Correct --source." >&2; exit 69; }
  script=$(find "$folder" -maxdepth 3 -path '*/deploy/install_harvester.sh' | head -n 1)
  [ -n "$script" ] || { rm -rf "$folder"; echo "install_harvester: no deploy/install_harvester.sh in $source. Correct --source." >&2; exit 64; }
  HARVESTER_SOURCE_TEMPORARY=$folder exec bash "$script" "$@"
}

main() {
  find_source "$@"
  # shellcheck disable=SC2034  # the sourced files use them
  readonly program=install_harvester inventory_group=harvesters kept_log=/var/log/harvester-install.log \
    kept_settings=/etc/harvester/settings.yml kept_vars=/etc/harvester/vars.yml
  lib=$source_dir/deploy/lib
  local part
  for part in say arguments options ask http settings aggregator ansible machine desktop changes run actions; do
    # shellcheck source=/dev/null
    . "$lib/$part.sh"
  done
  read_options "$@"
  become_root "$@"
  prepare
  run_action
}

main "$@"
