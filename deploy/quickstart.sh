#!/usr/bin/env bash
# Builds Harvester's aggregator and runs it in the foreground with its data in ./data. See --help.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source-path=SCRIPTDIR source=lib/toolchain.sh
. deploy/lib/toolchain.sh

readonly CPU_ROWS='SELECT time, node, cpu, mode, value FROM metric.node_cpu_seconds_total ORDER BY time DESC LIMIT 8'
readonly DEMO=$PWD/target/demo

usage() {
  cat <<'END'
usage: deploy/quickstart.sh [--demo]

Installs a JDK and Maven if they are missing, builds the aggregator and runs it until Ctrl-C. It accepts
Prometheus remote_write at http://127.0.0.1:9201/api/v1/write and stores samples in its embedded PostgreSQL,
in ./data.

  --demo   also runs node_exporter, and a Prometheus that scrapes it and writes to the aggregator; then shows
           rows. Both are Debian's programs, unpacked into target/demo and not installed.
  --help   prints this text

Settings are environment variables: deploy/harvester --help lists them.
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
  [ "$demo" = false ] || need_demo_programs
  # A requested stop is a success.
  trap 'exit 0' INT TERM
  start_aggregator
  [ "$demo" = false ] || run_demo
  wait_for_exit
}

# Returns the status of the first child that exits; Ctrl-C ends the script here.
wait_for_exit() { wait -n; }

start_aggregator() {
  [ "$demo" = false ] || export HARVESTER_LISTEN="${HARVESTER_LISTEN:-127.0.0.1:$(free_port 9201)}"
  start_child deploy/harvester
}

# Installed, Debian's packages would start at boot and listen on all interfaces; so they are only unpacked.
need_demo_programs() {
  mkdir -p "$DEMO"
  need_program prometheus
  need_program prometheus-node-exporter
}

need_program() {
  [ -x "$DEMO/usr/bin/$1" ] && return
  need_apt "$1"
  say "unpacking Debian's $1 into ${DEMO#"$PWD"/}"
  (cd "$DEMO" && apt-get -q download "$1" >/dev/null 2>&1 && dpkg -x "$1"_*.deb . && rm "$1"_*.deb) ||
    die "cannot download and unpack the Debian package $1"
}

run_demo() {
  await_aggregator
  local exporter_port prometheus_port
  exporter_port=$(free_port 9100)
  prometheus_port=$(free_port 9090)
  prometheus_configuration "$exporter_port" >"$DEMO/prometheus.yml"
  start_quietly "$DEMO/usr/bin/prometheus-node-exporter" --web.listen-address="127.0.0.1:$exporter_port"
  start_quietly "$DEMO/usr/bin/prometheus" --config.file="$DEMO/prometheus.yml" \
    --storage.tsdb.path="$DEMO/prometheus" --storage.tsdb.retention.time=2h --storage.remote.flush-deadline=5s \
    --web.listen-address="127.0.0.1:$prometheus_port"
  say "node_exporter on 127.0.0.1:$exporter_port, Prometheus on 127.0.0.1:$prometheus_port (logs in ${DEMO#"$PWD"/})"
  show_rows
}

start_quietly() { start_child "$@" >"$DEMO/${1##*/}.log" 2>&1; }

prometheus_configuration() {
  cat <<END
global:
  scrape_interval: 5s
  external_labels:
    node: demo
scrape_configs:
  - job_name: node
    static_configs:
      - targets: ['127.0.0.1:$1']
remote_write:
  - url: http://$HARVESTER_LISTEN/api/v1/write
END
}

await_aggregator() {
  until is_ready; do
    kill -0 "${children[0]}" 2>/dev/null || wait_for_exit
    sleep 0.5
  done
}

is_ready() {
  local status=''
  { exec 3<>"/dev/tcp/${HARVESTER_LISTEN%:*}/${HARVESTER_LISTEN##*:}"; } 2>/dev/null || return 1
  printf 'GET /-/ready HTTP/1.0\r\n\r\n' >&3
  read -r status <&3 2>/dev/null || true
  exec 3>&-
  [[ $status == *' 200 '* ]]
}

show_rows() {
  local rows tries
  say "waiting for the first samples"
  for ((tries = 0; tries < 30; tries++)); do
    rows=$(deploy/harvester sql "$CPU_ROWS" 2>/dev/null) && [[ $rows == *demo* ]] && break
    sleep 1
  done
  cat <<END

$rows

These rows arrived by remote_write. Query more in another terminal:

  cd $PWD
  deploy/harvester sql "$CPU_ROWS"
  deploy/harvester sql "SELECT count(*) FROM metric.node_cpu_seconds_total"

Ctrl-C stops everything; the rows are kept in ${HARVESTER_DATA_DIR:-./data}.

END
}

main "$@"
