# shellcheck shell=bash
# The stub aggregator and the samples it received.
STUB=$(readlink -f "$(dirname "${BASH_SOURCE[0]}")/stub_aggregator.py")
AGGREGATOR=http://$MACHINE_GATEWAY:9201

# aggregator_start PORT [--cert FILE --key FILE] [--clock SECONDS]: it accepts all nodes enrolled so far, and the enrolment keys
# "let-me-in" for new nodes and "again" for known ones, too.
aggregator_start() {
  local port=$1
  shift
  [ -f "$MACHINE_STATE/nodes.json" ] || echo '{"keys": {"let-me-in": 1000, "again": 1000}, "tokens": {}}' >"$MACHINE_STATE/nodes.json"
  python3 "$STUB" "$MACHINE_GATEWAY:$port" "$MACHINE_STATE/nodes.json" "$@" >/dev/null &
  echo $! >"$MACHINE_STATE/aggregator-$port"
  within 10 bash -c "exec 3<>/dev/tcp/$MACHINE_GATEWAY/$port" 2>/dev/null
}

aggregator_stop() {
  local pid
  pid=$(cat "$MACHINE_STATE/aggregator-$1")
  rm "$MACHINE_STATE/aggregator-$1"
  kill "$pid" && wait "$pid" 2>/dev/null
}
aggregator_stop_all() { local file; for file in "$MACHINE_STATE"/aggregator-*; do [ ! -f "$file" ] || aggregator_stop "${file##*-}"; done; }

# times METRIC NODE [URL]: the received timestamps in ms, ascending.
times() {
  python3 - "$1" "$2" "${3:-$AGGREGATOR}" <<'P'
import json, ssl, sys, urllib.request
url = f"{sys.argv[3]}/stub/series?metric={sys.argv[1]}"
seen = json.load(urllib.request.urlopen(url, context=ssl._create_unverified_context()))
print(*sorted(seen.get(sys.argv[2], [])), sep="\n")
P
}

count() { times "$@" | grep -c .; }
has_arrived() { [ "$(count node_load1 "$1")" -gt 0 ]; }
grows() { local before; before=$(count "$@"); within "$RESUMED" bash -c '[ "$(count "$@")" -gt "$0" ]' "$before" "$@"; }

# newest_is_after METRIC NODE MS: Prometheus sends in order, so all older samples have arrived, too.
newest_is_after() { [ "$(times "$1" "$2" | tail -n 1)" -gt "$3" ]; }

stub() { python3 -c 'import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1]).read().decode())' "$AGGREGATOR/stub/$1"; }
refused_samples() { stub refused | python3 -c 'import json, sys; print(sum(json.load(sys.stdin).values()))'; }

# collected MACHINE QUERY: the timestamps in ms of the samples that its Prometheus has stored.
collected() {
  machine "$1" python3 -c '
import json, sys, urllib.parse, urllib.request
query = urllib.parse.urlencode({"query": sys.argv[1] + "[1d]"})
series = json.load(urllib.request.urlopen("http://localhost:9090/api/v1/query?" + query))["data"]["result"]
print(*sorted(round(float(time) * 1000) for one in series for time, _ in one["values"]), sep="\n")' "$2"
}

# complete COLLECTED ARRIVED: files of timestamps in ms. Fails if a sample between the first and the last that arrived is missing or
# doubled. What a slow host does not collect is not missing.
complete() {
  python3 -c '
import sys
collected, arrived = ([int(line) for line in open(path) if line.strip()] for path in sys.argv[1:])
expected = {time for time in collected if min(arrived) <= time <= max(arrived)}
missing, doubled = len(expected - set(arrived)), len(arrived) - len(set(arrived))
print(f"{len(expected)} samples in {(max(arrived) - min(arrived)) / 1000:.0f} s, {missing} missing, {doubled} doubled")
sys.exit(len(expected) < 3 or missing > 0 or doubled > 0)' "$1" "$2"
}

# expect_complete WHAT MACHINE COMMAND…: COMMAND prints the timestamps in ms of the samples of node_load1 that arrived.
expect_complete() {
  local what=$1 machine=$2
  shift 2
  collected "$machine" node_load1 >"$MACHINE_STATE/collected"
  "$@" >"$MACHINE_STATE/arrived"
  expect "$what: $(complete "$MACHINE_STATE/collected" "$MACHINE_STATE/arrived" 2>&1 | tail -n 1)" complete "$MACHINE_STATE/collected" "$MACHINE_STATE/arrived"
}
export AGGREGATOR
export -f times count within
