#!/usr/bin/env bash
# Installs what is missing and runs all tests, on every kind of database that is available here.
#
# usage: deploy/test.sh [Maven arguments]
#   for example deploy/test.sh -Dit.test=WriteIT     runs one integration test
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source-path=SCRIPTDIR source=lib/toolchain.sh
. deploy/lib/toolchain.sh

main() {
  case "${1:-}" in
    --help | -h) sed -n '2,/^set /{s/^# \{0,1\}//p;}' "$0"; exit ;;
  esac
  need_proc
  need_jdk
  need_maven
  need_timescaledb
  need_pglite
  start_child mvn -B verify "$@"
  wait "${children[0]}"
}

# Without one, the tests report the tier as skipped.
need_timescaledb() {
  [ -z "${HARVESTER_TEST_TIMESCALE_URL:-}" ] || return 0
  if ! can_be_root; then
    say "no TimescaleDB for the tests: it needs root; its tests are skipped"
    return
  fi
  at_exit remove_timescaledb
  deploy/timescaledb.sh start || say "no TimescaleDB for the tests: it cannot be started here; its tests are skipped"
}

# The community edition in WebAssembly, for the SQL of the columnar tier. Without it, its test is skipped.
need_pglite() {
  [ ! -d src/test/pglite/node_modules ] || return 0
  command -v npm >/dev/null || { say "no TimescaleDB in WebAssembly: npm is missing; its tests are skipped"; return; }
  npm ci --silent --no-audit --no-fund --prefix src/test/pglite ||
    say "no TimescaleDB in WebAssembly: npm cannot install src/test/pglite; its tests are skipped"
}

remove_timescaledb() { deploy/timescaledb.sh remove; }

main "$@"
