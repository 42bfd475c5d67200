#!/bin/sh
# The side-by-side benchmark: our aggregator, VictoriaMetrics and Prometheus as receivers of the
# same load, one after the other on this machine; prints a Markdown table.
#
#   deploy/bench.sh --database postgresql://user:password@host:port/db [--database …] [option …]
#
# Repeat --database for every storage tier to measure. THE SCHEMAS harvester AND metric IN THESE
# DATABASES ARE DROPPED. victoria-metrics and prometheus are taken from the PATH, or given by
# --victoria PATH and --prometheus PATH; without them their rows are left out. BENCH_SKIP_BUILD=1
# measures what target/ holds. The other options: deploy/bench.sh --help
set -eu
cd "$(dirname "$0")/.."

if [ "${BENCH_SKIP_BUILD:-}" != 1 ]; then
  mvn -q -Pbench -DskipTests package
fi

with_peer() { # option, name of the binary on the PATH
  case " $arguments " in *" $1 "*) return ;; esac
  found=$(command -v "$2" || true)
  if [ -n "$found" ]; then
    peers="$peers $1 $found"
  else
    echo "$2 is not on the PATH and $1 is not given: left out" >&2
  fi
}

arguments=$*
peers=
with_peer --victoria victoria-metrics
with_peer --prometheus prometheus

# $peers is split on purpose: it holds options and paths of commands.
# shellcheck disable=SC2086
exec java -Xmx1g -cp target/test-classes:target/harvester-aggregator.jar \
  io.harvester.bench.receivers.SideBySide "$@" $peers
