#!/usr/bin/env bash
# Runs every style check whose program is installed, the tests of the roles' programs, and lists the checks that are missing. If CI is set, a missing program is a failure.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/.." || exit

failed=0

check() {
  local program=$1
  shift
  if command -v "$program" >/dev/null; then
    "$program" "$@" && echo "ok: $program" || failed=1
  else
    echo "skipped: $program is not installed (Debian: apt-get install $program)"
    [ -z "${CI:-}" ] || failed=1
  fi
}

mapfile -t scripts < <(find . ../deploy -name '*.sh' -not -path '*/files/*.j2' -not -path '*/node_modules/*' | sort)
check ansible-lint --profile production --offline -q
check yamllint --strict .
check python3 tests/programs.py
check python3 tests/installer.py
if command -v ansible-playbook >/dev/null; then
  check python3 tests/enrolment.py
  check python3 tests/collection.py
fi
check shellcheck --external-sources "${scripts[@]}"
exit "$failed"
