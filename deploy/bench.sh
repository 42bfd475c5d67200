#!/bin/sh
# The side-by-side benchmark: sends the same load to Harvester, VictoriaMetrics and Prometheus, one
# after the other on this machine, and prints a Markdown table.
#
#   deploy/bench.sh --database postgresql://user:password@host:port/db [--database …] [option …]
#
# Repeat --database for every storage tier to measure. THE SCHEMAS harvester AND metric IN THESE
# DATABASES ARE DROPPED. victoria-metrics and prometheus are found on the PATH or given by
# --victoria PATH and --prometheus PATH; the table omits the ones that are missing.
# BENCH_SKIP_BUILD=1 measures the existing build in target/. Other options, once it is built:
# deploy/bench.sh --help
set -eu
cd "$(dirname "$0")/.."

case "${1:-}" in
  --help | -h)
    sed -n '2,/^set /{s/^# \{0,1\}//p;}' deploy/bench.sh
    [ ! -d target/test-classes/io/harvester/bench ] ||
      java -cp target/test-classes:target/harvester-aggregator.jar io.harvester.bench.receivers.SideBySide --help
    exit
    ;;
esac

if [ "${BENCH_SKIP_BUILD:-}" != 1 ]; then
  mvn -q -Pbench -DskipTests package
fi

with_peer() { # option, name of the binary on the PATH
  case " $arguments " in *" $1 "*) return ;; esac
  found=$(command -v "$2" || true)
  if [ -n "$found" ]; then
    peers="$peers $1 $found"
  else
    echo "omitting $2: it is not on the PATH and $1 is not given" >&2
  fi
}

arguments=$*
peers=
with_peer --victoria victoria-metrics
with_peer --prometheus prometheus

# $peers is split on purpose: it contains options and paths.
# shellcheck disable=SC2086
exec java -Xmx1g -cp target/test-classes:target/harvester-aggregator.jar \
  io.harvester.bench.receivers.SideBySide "$@" $peers
