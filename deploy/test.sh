#!/usr/bin/env bash
# Installs what is missing and runs all tests, on every kind of database that is available here. At the end it says how
# many tests were skipped, and why.
#
# usage: deploy/test.sh [Maven arguments]
#   for example deploy/test.sh -Dit.test=RetentionIT     runs one integration test
#
# The columnar tier needs TimescaleDB's community edition, which is not in Debian: Docker, or a server of yours
# (-Dharvester.test.database=postgresql://user:password@host/database). Its SQL is also tested in WebAssembly, with npm,
# which also builds the Grafana dashboards.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source-path=SCRIPTDIR source=lib/toolchain.sh
. deploy/lib/toolchain.sh
# shellcheck source-path=SCRIPTDIR source=lib/skipped.sh
. deploy/lib/skipped.sh

main() {
  case "${1:-}" in
    --help | -h) sed -n '2,/^set /{s/^# \{0,1\}//p;}' "$0"; exit ;;
  esac
  need_proc
  need_jdk
  need_maven
  choose_forks "$@"
  need_timescaledb
  need_npm_packages
  run_tests "$@"
}

run_tests() {
  local status=0
  started=$(mktemp)
  at_exit remove_start_mark
  start_child mvn -B -Dstyle.color=never verify "-Dharvester.test.forks=$forks" "$@"
  wait "${children[0]}" || status=$?
  report_skipped "$started" target/surefire-reports target/failsafe-reports
  return "$status"
}

remove_start_mark() { rm -f "$started"; }

# Integration tests wait more than they compute, so two run at a time, each with servers of its own. Tests on a given server
# run one after the other: roles belong to the whole server.
choose_forks() {
  forks=2
  [[ -z "${HARVESTER_TEST_TIMESCALE_URL:-}" && " $*" != *" -Dharvester.test.database="* ]] || forks=1
}

# Without it, the tests of the hypertable tier are skipped.
need_timescaledb() {
  [ -z "${HARVESTER_TEST_TIMESCALE_URL:-}" ] || return 0
  if ! can_be_root; then
    say "no TimescaleDB for the tests: it needs root"
    return
  fi
  at_exit remove_timescaledb
  local fork
  for ((fork = 1; fork <= forks; fork++)); do
    deploy/timescaledb.sh start "$fork" || say "no TimescaleDB for the tests: it cannot be started here"
  done
}

# Two folders need packages of npm: the community edition in WebAssembly, for the SQL of the columnar tier (PgliteIT), and the
# sources of the Grafana dashboards (GrafanaTest). Without them, these tests are skipped.
need_npm_packages() {
  need_npm_folder src/test/pglite "TimescaleDB in WebAssembly"
  need_npm_folder deploy/grafana "build of the Grafana dashboards"
}

# For a folder: what is missing without its packages.
need_npm_folder() {
  local folder=$1 what=$2
  [ ! -d "$folder/node_modules" ] || return 0
  if ! command -v npm >/dev/null; then
    can_install || { say "no $what: the package npm is missing"; return; }
    # In a subshell: a failure does not end the script.
    (need_packages npm) || { say "no $what: the package npm cannot be installed"; return; }
  fi
  [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 18 ] ||
    { say "no $what: it needs Node.js 18, not $(node --version)"; return; }
  say "fetching the packages of $folder with npm"
  npm ci --loglevel=error --no-audit --no-fund --prefix "$folder" ||
    say "no $what: npm cannot fetch the packages of $folder"
}

remove_timescaledb() {
  local fork
  for ((fork = 1; fork <= forks; fork++)); do deploy/timescaledb.sh remove "$fork"; done
}

main "$@"
