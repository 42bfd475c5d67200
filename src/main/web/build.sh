#!/bin/sh
# Builds the page: Maven calls this. Without npm the jar has no page, and everything else.
#
# usage: build.sh FOLDER     the folder for its files, emptied before
#
# HARVESTER_PAGE=required makes a page that cannot be built an error; HARVESTER_PAGE=none leaves it out.
set -eu
out=$1
cd "$(dirname "$0")"

without() {
  echo "the page is not built: $1" >&2
  [ "${HARVESTER_PAGE:-}" != required ] || exit 1
  rm -rf "$out"
  exit 0
}

[ "${HARVESTER_PAGE:-}" != none ] || without "HARVESTER_PAGE=none"
if [ -f "$out/files.txt" ] && [ -z "$(find . -name node_modules -prune -o -type f -newer "$out/files.txt" -print)" ]; then
  exit 0
fi
for program in node npm; do
  command -v "$program" >/dev/null || without "it needs Node.js 20.19 or newer, and npm"
done
node -e 'const [a, b] = process.versions.node.split(".").map(Number);
         process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)' ||
  without "it needs Node.js 20.19 or newer (not 21, nor 22 before 22.12), and this is $(node --version)"
if [ -z "$(find node_modules/.package-lock.json -newer package-lock.json 2>/dev/null)" ]; then
  npm ci --loglevel=error --no-audit --no-fund || without "npm cannot fetch its packages (src/main/web/package-lock.json)"
fi
HARVESTER_PAGE_OUT=$out npm run --silent build
