#!/bin/sh
# The exactly-once trials: each injects faults under load, then checks that no acknowledged sample
# is missing, duplicate or changed. Exit status: 0 all passed, 1 a trial failed, 2 usage.
#
#   DATABASE_URL=postgresql://user:password@host:port/db \
#   DATABASE_KILL='command that kills PostgreSQL with SIGKILL' \
#   DATABASE_START='command that starts it and returns when it accepts connections' \
#   deploy/trial.sh [aggregator|database|connection|twins|outage|steady …]
#
# aggregator, database, connection: kill the aggregator, the database, or a connection at COMMIT
# twins:   two aggregators on one database; kills connections and aggregators
# outage:  stops the database for a while; every response must be a 503
# steady:  no faults
# Without arguments: all except 'steady'. Environment:
#   TRIAL_TIMES   number of faults in each trial (20)
#   TRIAL_OUTAGE  length of the outage (3m)
#   TRIAL_PORT    the aggregators listen on this port of 127.0.0.1 and the next one (29301)
#   TRIAL_OPTIONS further options for every trial: 'java … io.harvester.bench.trial.TrialMain --help'
#   BENCH_SKIP_BUILD=1  uses the existing build in target/
set -eu
cd "$(dirname "$0")/.."

case "${1:-}" in
  --help | -h) sed -n '2,/^set /{s/^# \{0,1\}//p;}' deploy/trial.sh; exit ;;
esac

: "${DATABASE_URL:?set it to postgresql://user:password@host:port/db}"
times=${TRIAL_TIMES:-20}
port=${TRIAL_PORT:-29301}
jar=$PWD/target/harvester-aggregator.jar

if [ "${BENCH_SKIP_BUILD:-}" != 1 ]; then
  mvn -q -Pbench -DskipTests package
fi

aggregator() { # port
  echo "env HARVESTER_LISTEN=127.0.0.1:$1 HARVESTER_DATABASE_URL={database}" \
    "HARVESTER_JAVA_OPTS=-Xmx512m $PWD/deploy/harvester"
}

trial() { # number of aggregators, options of the trial …
  count=$1
  shift
  while [ "$count" -gt 0 ]; do
    count=$((count - 1))
    set -- "$@" --url "http://127.0.0.1:$((port + count))/api/v1/write" \
      --aggregator-start "$(aggregator $((port + count)))"
  done
  # TRIAL_OPTIONS is split on purpose.
  # shellcheck disable=SC2086
  java -Xmx1g -cp "target/test-classes:$jar" io.harvester.bench.trial.TrialMain \
    --database "$DATABASE_URL" --database-kill "${DATABASE_KILL:-}" \
    --database-start "${DATABASE_START:-}" "$@" ${TRIAL_OPTIONS:-}
}

run() {
  case $1 in
    aggregator | database | connection) trial 1 --kill "$1" --times "$times" --version 2 ;;
    twins) trial 2 --kill connection,aggregator,none --times "$times" ;;
    outage) trial 1 --kill outage --times 1 --outage "${TRIAL_OUTAGE:-3m}" --connections 200 --rate 50000 ;;
    steady) trial 1 --kill none --times "$times" ;;
    *) echo "unknown trial: $1" >&2 && exit 2 ;;
  esac
}

[ $# -gt 0 ] || set -- aggregator database connection twins outage
failed=
for name in "$@"; do
  echo "== $name"
  run "$name" || failed="$failed $name"
done
if [ -n "$failed" ]; then
  echo "failed:$failed" >&2
  exit 1
fi
echo "all passed"
