#!/usr/bin/env bash
# Runs the unit tests of the alert rules: with promtool, of the PATH or of Debian's package, which is only unpacked; and with
# vmalert-tool if it is in the PATH.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source-path=SCRIPTDIR source=../lib/toolchain.sh
. deploy/lib/toolchain.sh
# shellcheck source-path=SCRIPTDIR source=../lib/demo.sh
. deploy/lib/demo.sh

mkdir -p "$DEMO"
find_program prometheus promtool
# The unpacked package is found by the name of its first program.
program=${program%/*}/promtool
"$program" check rules deploy/alerts/*.yml
"$program" test rules deploy/alerts/tests/*.yml
if command -v vmalert-tool >/dev/null; then
  vmalert-tool unittest --disableAlertgroupLabel --files="$PWD/deploy/alerts/tests/*.yml"
else
  say "not run: the alert rules in vmalert: no vmalert-tool in the PATH"
fi
