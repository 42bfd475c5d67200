#!/usr/bin/env bash
# Installs node_exporter and Prometheus without the desktop: install_harvester.sh --no-remote-desktop.
# It accepts all options of install_harvester.sh; see its --help.
set -euo pipefail

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
exec bash "$here/../../deploy/install_harvester.sh" --no-remote-desktop "$@"
