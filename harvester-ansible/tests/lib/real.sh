# shellcheck shell=bash
# The real aggregator with its database, for the scenarios "aggregator" and "both".
#   HARVESTER_TEST_JAR       the jar (default: target/harvester-aggregator.jar of this checkout, built by mvn package);
#                            deploy/harvester starts it
#   HARVESTER_TEST_DATABASE  postgresql://user:password@host:port/database, without tables (default: the embedded one)
REAL_JAR=${HARVESTER_TEST_JAR:-$(readlink -f "$(dirname "${BASH_SOURCE[0]}")/../../../target/harvester-aggregator.jar")}

LAUNCHER=$(readlink -f "$(dirname "${BASH_SOURCE[0]}")/../../../deploy/harvester")

real_supported() {
  [ -r "$REAL_JAR" ] || { echo "needs HARVESTER_TEST_JAR (mvn package)"; return 1; }
  local program
  for program in java curl openssl; do command -v "$program" >/dev/null || { echo "needs $program"; return 1; }; done
}

real_exec() {
  export HARVESTER_DATABASE_URL=${HARVESTER_TEST_DATABASE:-} HARVESTER_DATA_DIR=$MACHINE_STATE/data
  export HARVESTER_JAR=$REAL_JAR HARVESTER_JAVA_OPTS=-Xmx512m
  unset "${!HARVESTER_TEST_@}"
  exec "$LAUNCHER" "$@"
}

# real COMMAND [ARGUMENT]…: node …, sql …
real() { (real_exec "$@"); }

# real_start PORT [SETTING]…: starts it with TLS and waits until it is ready.
real_start() {
  local port=$1
  shift
  real_exec --listen "$MACHINE_GATEWAY:$port" "$@" >>"$MACHINE_STATE/real.log" 2>&1 &
  echo $! >"$MACHINE_STATE/aggregator-$port"
  within 180 real_ready "$port" || { tail -n 15 "$MACHINE_STATE/real.log" >"$MACHINE_STATE/output"; failed "the aggregator is ready"; return 1; }
  passed "the aggregator is ready"
}
real_ready() { curl --silent --insecure --fail "https://$MACHINE_GATEWAY:$1/-/ready" >/dev/null; }

# numbers QUERY: the numbers that it returns.   rows QUERY: the last of them.
numbers() { real sql "$1" 2>>"$MACHINE_STATE/real.log" | grep -Eo '^ *-?[0-9]+ *$' | tr -d ' '; }
rows() { numbers "$1" | tail -n 1; }
samples_of() { rows "SELECT count(*) FROM metric.node_load1 WHERE node = '$1'"; }
samples_grow() { local before; before=$(samples_of "$1"); within "$RESUMED" samples_beyond "$1" "${before:-0}"; }
samples_beyond() { [ "$(samples_of "$1")" -gt "$2" ]; }
# The timestamps in ms of the samples of a node.
times_of() { numbers "SELECT (extract(epoch FROM time) * 1000)::bigint AS ms FROM metric.node_load1 WHERE node = '$1'"; }
# The newest sample is not older than two scrapes: all buffered samples have arrived.
caught_up() { [ "$(rows "SELECT extract(epoch FROM now() - max(time))::int AS age FROM metric.node_load1 WHERE node = '$1'")" -le 30 ]; }
