#!/usr/bin/env bash
# Installs what is missing and runs all tests, against every kind of database that can be had here.
#
# usage: deploy/test.sh [Maven arguments]
#   e.g. deploy/test.sh -Dit.test=WriteIT     one integration test
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

# Without one the tests say which kind of database they could not try.
need_timescaledb() {
  [ -z "${HARVESTER_TEST_TIMESCALE_URL:-}" ] || return 0
  if ! can_be_root; then
    say "a TimescaleDB for the tests needs root: going on without"
    return
  fi
  at_exit remove_timescaledb
  deploy/timescaledb.sh start || say "no TimescaleDB for the tests can be started here: going on without"
}

# The community edition in WebAssembly, for the SQL of the columnar tier. Its test says that it was skipped, otherwise.
need_pglite() {
  [ ! -d src/test/pglite/node_modules ] || return 0
  command -v npm >/dev/null || { say "no npm: going on without the tests on TimescaleDB in WebAssembly"; return; }
  npm ci --silent --no-audit --no-fund --prefix src/test/pglite ||
    say "the packages of src/test/pglite cannot be had: going on without"
}

remove_timescaledb() { deploy/timescaledb.sh remove; }

main "$@"
