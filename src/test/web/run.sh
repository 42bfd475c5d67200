#!/usr/bin/env bash
# Tests the page in Chromium: an aggregator with an embedded database, two thousand nodes, and page.spec.mjs.
#
# usage: src/test/web/run.sh [FOLDER FOR SCREENSHOTS]
#
# It needs target/harvester-aggregator.jar with the page, Node.js 20.19 or newer, npm and Chromium. HARVESTER_TEST_CLASSPATH
# is used instead of the jar.
set -euo pipefail
cd "$(dirname "$0")"
classpath=${HARVESTER_TEST_CLASSPATH:-$(cd ../../.. && pwd)/target/harvester-aggregator.jar}
chromium=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || true)}

skip() { printf 'skipped: the page in a browser: %s\n' "$1"; exit 0; }
[ -n "$chromium" ] || skip "Chromium is missing (package chromium)"
command -v npm >/dev/null || skip "npm is missing"
[ -d node_modules ] || npm ci --loglevel=error --no-audit --no-fund || skip "npm cannot fetch src/test/web"
[ -n "${HARVESTER_TEST_CLASSPATH:-}" ] || unzip -l "$classpath" web/files.txt >/dev/null 2>&1 || skip "$classpath has no page"

folder=$(mktemp -d)
chmod 755 "$folder"
aggregator=''
finish() {
  if [ -n "$aggregator" ]; then
    kill "$aggregator" 2>/dev/null || true
    wait "$aggregator" || true
  fi
  rm -rf "$folder"
}
trap finish EXIT

port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
harvester() { java -Xmx1g -cp "$classpath" io.harvester.Main "$@" --data-dir="$folder/data"; }
java -Xmx1g -cp "$classpath" io.harvester.Main --listen="127.0.0.1:$port" --data-dir="$folder/data" --embedded-port=0 \
  --authentication=required --warmup=0s >"$folder/log" 2>&1 &
aggregator=$!
for _ in $(seq 120); do
  ! curl -fs "http://127.0.0.1:$port/-/ready" >/dev/null || break
  kill -0 "$aggregator" 2>/dev/null || { cat "$folder/log"; exit 1; }
  sleep 0.5
done

WRITE_TOKEN=$(harvester node add lab-0000 --may-write 'lab-*') # a gateway for all of them
VIEWER_PASSWORD=$(harvester user add person)
LIMITED_PASSWORD=$(harvester user add intern --may-read 'lab-000*')
ADMIN_PASSWORD=$(harvester user add root --admin)
harvester node add lab-0004 >/dev/null
harvester note 'the fan is replaced' --node lab-0004 --at "$(date -u -d '-5 minutes' +%Y-%m-%dT%H:%MZ)" >/dev/null
export WRITE_TOKEN VIEWER_PASSWORD LIMITED_PASSWORD ADMIN_PASSWORD BASE="http://127.0.0.1:$port" CHROMIUM="$chromium" SHOTS="${1:-}"
node --test --test-concurrency=1 page.spec.mjs || { grep -E 'WARN|ERROR' "$folder/log" | tail -20; exit 1; }
