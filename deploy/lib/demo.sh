# shellcheck shell=bash
# The demo of quickstart.sh: node_exporter, a Prometheus that writes to the aggregator, and the rows that arrive.

readonly DEMO=$PWD/target/demo
# Seconds until the first rows must have arrived: a scrape takes place every 5 s, a request is sent 5 s later.
readonly DEMO_TIMEOUT=${HARVESTER_TEST_DEMO_TIMEOUT:-60}
readonly DEMO_COLUMNS='SELECT time, node, cpu, mode, value FROM metric.node_cpu_seconds_total'

prepare_demo() {
  mkdir -p "$DEMO"
  choose_demo_address
  find_program prometheus prometheus
  prometheus=$program
  find_program prometheus-node-exporter node_exporter prometheus-node-exporter
  node_exporter=$program
}

choose_demo_address() {
  listen=${HARVESTER_LISTEN:-127.0.0.1:$(free_port 9201)}
  [[ $listen =~ ^(127\.[0-9.]+|localhost):[0-9]+$ ]] ||
    die "the demo listens on loopback only, not on $listen: unset HARVESTER_LISTEN, or set it to 127.0.0.1:PORT"
  ! is_listening "${listen##*:}" || die "port ${listen##*:} is in use: set HARVESTER_LISTEN to another one"
}

# find_program PACKAGE NAME…: sets program to one that runs: from the PATH, else the package's, unpacked.
find_program() {
  local package=$1 name
  shift
  for name; do
    program=$(command -v "$name") || continue
    ! "$program" --version >/dev/null 2>&1 || return 0
  done
  program=$DEMO/usr/bin/$package
  [ -x "$program" ] || unpack_package "$package" "$1"
}

# Installed, Debian's packages would start at boot and listen on all interfaces; so they are only unpacked.
unpack_package() {
  say "unpacking Debian's package $1 into ${DEMO#"$PWD"/}"
  download_package "$1" || { fetch_private_lists && download_package "$1"; } || {
    tail -n 5 "$DEMO/apt.log" >&2
    die "there is no $2 on the PATH, and the Debian package $1 cannot be downloaded: put a $2 on the PATH (https://prometheus.io/download/), or run as root: apt-get install $1"
  }
  (cd "$DEMO" && dpkg -x "$1"_*.deb . && rm "$1"_*.deb) || die "cannot unpack the Debian package $1 in $DEMO"
}

apt_options=(-q)
download_package() { (cd "$DEMO" && apt-get "${apt_options[@]}" download "$1") >"$DEMO/apt.log" 2>&1; }

# Package lists of our own: those of the machine may be absent, and only root may update them.
fetch_private_lists() {
  mkdir -p "$DEMO/apt/lists/partial" "$DEMO/apt/cache/archives/partial"
  apt_options=(-q -o "Dir::State::Lists=$DEMO/apt/lists" -o "Dir::Cache=$DEMO/apt/cache" -o APT::Sandbox::User=)
  say "fetching the package lists into ${DEMO#"$PWD"/}/apt"
  apt-get "${apt_options[@]}" update >"$DEMO/apt.log" 2>&1
}

run_demo() {
  # Options override the environment and a properties file.
  start_child deploy/harvester --listen "$listen" --authentication optional --management-listen= --node-label node \
    --tls-certificate= --tls-key= --tls-client-ca=
  await_aggregator
  local exporter_port prometheus_port since
  exporter_port=$(free_port 9100)
  prometheus_port=$(free_port 9090)
  since=$(date +%s)
  prometheus_configuration "$exporter_port" >"$DEMO/prometheus.yml"
  rm -rf "$DEMO/prometheus" # another version may not be able to read it
  start_logged node_exporter "$node_exporter" --web.listen-address="127.0.0.1:$exporter_port"
  start_logged prometheus "$prometheus" --config.file="$DEMO/prometheus.yml" \
    --storage.tsdb.path="$DEMO/prometheus" --storage.tsdb.retention.time=2h --storage.remote.flush-deadline=5s \
    --web.listen-address="127.0.0.1:$prometheus_port"
  say "node_exporter on 127.0.0.1:$exporter_port, Prometheus on 127.0.0.1:$prometheus_port (logs in ${DEMO#"$PWD"/})"
  await_rows "$since"
  ask_promql
  show_rows
}

# start_logged NAME COMMAND…
start_logged() { start_child "${@:2}" >"$DEMO/$1.log" 2>&1; }

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
    metric_relabel_configs:
      - {source_labels: [node], regex: (.+), target_label: exported_node}
      - {regex: node, action: labeldrop}
remote_write:
  - url: http://$listen/api/v1/write
END
}

await_aggregator() {
  until is_ready; do
    # shellcheck disable=SC2154 # set by start_child of toolchain.sh
    is_alive "${children[0]}" || wait_for_exit
    sleep 0.5
  done
}

is_ready() { [[ $(http_get /-/ready) == *' 200 '* ]]; }

# http_get PATH: the answer of the aggregator, head and body; empty: none. A machine may have no curl.
http_get() {
  (
    exec 3<>"/dev/tcp/${listen%:*}/${listen##*:}" || exit 0
    printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$1" "$listen" >&3
    cat <&3
  ) 2>/dev/null || true
}

# Sets answer to what PromQL says of the load, or to why not.
ask_promql() {
  # The body is one line, between the lengths of a chunked answer.
  answer=$(http_get '/api/v1/query?query=node_load1' | tr -d '\r' | grep '^{') || answer="no answer: see the log above"
}

# Waits for rows of this run; rows of an earlier one prove nothing. Sets rows.
await_rows() {
  local query deadline=$((SECONDS + DEMO_TIMEOUT)) child
  query="$DEMO_COLUMNS WHERE node = 'demo' AND time >= to_timestamp($1) ORDER BY time DESC LIMIT 8"
  say "waiting for the first samples"
  while [ "$SECONDS" -lt "$deadline" ]; do
    for child in "${children[@]}"; do
      is_alive "$child" || no_rows "a program of the demo has ended" prometheus node_exporter
    done
    rows=$(deploy/harvester sql "$query" 2>"$DEMO/sql.log") && [[ $rows == *demo* ]] && return
    sleep 1
  done
  no_rows "no sample of this run has arrived within $DEMO_TIMEOUT s" prometheus sql
}

# no_rows MESSAGE LOG…: ends the demo; shows what each log has last that sounds like a reason.
no_rows() {
  local log
  for log in "${@:2}"; do
    { grep -iE 'level=(warn|error)|error|panic|usage' "$DEMO/$log.log" || true; } | tail -n 1 | sed "s/^/$log: /" >&2
  done
  die "$1: see the messages above, and the logs in ${DEMO#"$PWD"/}"
}

show_rows() {
  cat <<END

$rows

These rows of this run arrived by remote_write. Query more in another terminal (times are in UTC):

  cd $PWD
  deploy/harvester sql "$DEMO_COLUMNS ORDER BY time DESC LIMIT 8"
  deploy/harvester sql "SELECT count(*) FROM metric.node_cpu_seconds_total"

PromQL, for Grafana and every other client of Prometheus (docs/promql.md):

  http://$listen/api/v1/query?query=node_load1
  $answer

Ctrl-C stops everything; the rows are kept.

END
}
