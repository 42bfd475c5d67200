#!/usr/bin/env bash
# Builds Harvester's aggregator and runs it in the foreground with its data in ./data. See --help.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source-path=SCRIPTDIR source=lib/toolchain.sh
. deploy/lib/toolchain.sh
# shellcheck source-path=SCRIPTDIR source=lib/demo.sh
. deploy/lib/demo.sh

usage() {
  cat <<'END'
usage: deploy/quickstart.sh [--demo]

Installs a JDK and Maven if they are missing, builds the aggregator and runs it until Ctrl-C. It accepts
Prometheus remote_write at http://127.0.0.1:9201/api/v1/write and stores samples in its embedded PostgreSQL,
in ./data.

  --demo   also runs node_exporter, and a Prometheus that scrapes it and writes to the aggregator as node "demo";
           then shows rows of this run, or says why none arrive. It uses prometheus and node_exporter from the PATH.
           Where they are missing, it unpacks Debian's packages into target/demo, which needs no root.
  --help   prints this text

Settings are environment variables: deploy/harvester --help lists them. The demo always listens on loopback, without
TLS and authentication.
END
}

main() {
  case "$*" in
    '') demo=false ;;
    --demo) demo=true ;;
    --help | -h) usage; exit ;;
    *) usage >&2; exit 64 ;;
  esac
  need_jar
  [ "$demo" = false ] || prepare_demo
  # A requested stop is a success.
  trap 'exit 0' INT TERM
  if [ "$demo" = true ]; then run_demo; else start_child deploy/harvester; fi
  wait_for_exit
}

# Returns the status of the first child that exits; Ctrl-C ends the script here.
wait_for_exit() { wait -n; }

main "$@"
