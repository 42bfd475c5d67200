#!/bin/sh
# The exactly-once trials: what breaks, breaks under load, and then no acknowledged sample may be
# missing, doubled or changed. Runs them one after the other and ends with status 1 if one failed.
#
#   DATABASE_URL=postgresql://user:password@host:port/db \
#   DATABASE_KILL='command that kills PostgreSQL with SIGKILL' \
#   DATABASE_START='command that starts it and returns when it is up' \
#   deploy/trial.sh [aggregator|database|connection|twins|outage|steady …]
#
# Without arguments all but 'steady'. Also read from the environment:
#   TRIAL_TIMES   how often something breaks in each trial (20)
#   TRIAL_OUTAGE  how long the database stays away (3m)
#   TRIAL_PORT    the aggregators listen on 127.0.0.1, this port and the next (29301)
#   TRIAL_OPTIONS more options for every trial, as 'java … io.harvester.bench.trial.TrialMain --help' lists
#   BENCH_SKIP_BUILD=1  try what target/ holds
set -eu
cd "$(dirname "$0")/.."

: "${DATABASE_URL:?the database to try with, postgresql://user:password@host:port/db}"
times=${TRIAL_TIMES:-20}
port=${TRIAL_PORT:-29301}
jar=$PWD/target/harvester-aggregator.jar

if [ "${BENCH_SKIP_BUILD:-}" != 1 ]; then
  mvn -q -Pbench -DskipTests package
fi

aggregator() { # port
  echo "env HARVESTER_LISTEN=127.0.0.1:$1 HARVESTER_DATABASE_URL={database} java -Xmx512m -jar $jar"
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
    *) echo "no such trial: $1" >&2 && exit 2 ;;
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
