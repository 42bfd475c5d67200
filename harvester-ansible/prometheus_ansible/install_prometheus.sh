#!/usr/bin/env bash
# The collection half alone: installs Ansible if it is missing, asks for the aggregator, runs playbook.yml with the answers.
# Takes every flag of install_harvester.sh; see its --help.
set -euo pipefail

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
exec bash "$here/../../deploy/install_harvester.sh" --no-remote-desktop "$@"
