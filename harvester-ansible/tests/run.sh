#!/usr/bin/env bash
# The tests of this folder and of deploy/install_harvester.sh.
#   run.sh                        style: ansible-lint (production), yamllint, shellcheck; seconds
#   run.sh machines [SCENARIO…]   on real systemd, in throw-away Debian machines; minutes, needs root
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")" || exit

case ${1:-style} in
  style) exec ./style.sh ;;
  machines) shift; exec ./machines.sh "$@" ;;
  *) sed -n '2,4s/^# //p' "$0"; exit 64 ;;
esac
