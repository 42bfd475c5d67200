#!/usr/bin/env bash
# Purges packages together with the dependencies that nothing else needs afterwards. Dependencies that were
# orphans before stay: they are not ours to judge, as a plain autoremove would.
#   purge.sh PACKAGE…
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive LC_ALL=C

orphans() { apt-get --simulate autoremove | awk '$1 == "Remv" { print $2 }' | sort; }
apt_purge() { apt-get -q -y -o DPkg::Lock::Timeout=300 purge "$@"; }

main() {
  local before after
  before=$(orphans)
  apt_purge "$@"
  after=$(orphans)
  mapfile -t left < <(comm -13 <(echo "$before") <(echo "$after") | sed '/^$/d')
  [ "${#left[@]}" -eq 0 ] || apt_purge "${left[@]}"
}

main "$@"
