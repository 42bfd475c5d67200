#!/usr/bin/env bash
# The tests of harvester-ansible and of deploy/install_harvester.sh.
#   run.sh                        style: ansible-lint (production), yamllint, shellcheck; seconds
#   run.sh machines [SCENARIO…]   scenarios in disposable Debian machines with systemd; minutes, needs root
#   run.sh desktop [SCENARIO…]    the desktop in such machines, with a real browser; minutes, needs root and chromium
#   run.sh all                    all three
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")" || exit

case ${1:-style} in
  style) exec ./style.sh ;;
  machines) shift; exec ./machines.sh "$@" ;;
  desktop) shift; exec ./desktop/run.sh "$@" ;;
  all)
    failed=0
    for part in ./style.sh ./machines.sh ./desktop/run.sh; do "$part" || failed=1; done
    exit "$failed"
    ;;
  *) sed -n '2,6s/^# //p' "$0"; exit 64 ;;
esac
