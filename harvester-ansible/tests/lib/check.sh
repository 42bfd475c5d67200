# shellcheck shell=bash
# expect WHAT COMMAND…: the command succeeds.   expect_refusal CODE TEXT COMMAND…: it exits with CODE and prints TEXT.
failures=0

passed() { printf 'ok    %s\n' "$1"; }
failed() { printf 'FAIL  %s\n' "$1"; failures=$((failures + 1)); sed 's/^/      | /' "$MACHINE_STATE/output" | tail -n 40; }

expect() {
  local what=$1
  shift
  if "$@" >"$MACHINE_STATE/output" 2>&1; then passed "$what"; else failed "$what"; fi
}

expect_refusal() {
  local code=$1 text=$2 result=0
  shift 2
  "$@" >"$MACHINE_STATE/output" 2>&1 || result=$?
  if [ "$result" = "$code" ] && grep -q -- "$text" <<<"$(flat)"; then
    passed "refused ($code): $(flat | grep -o -- "$text.*" | cut -c1-150)"
  else
    failed "exit $result, expected $code and: $text"
  fi
}

# The output on one line: Ansible breaks long lines.
flat() { tr -s '[:space:]' ' ' <"$MACHINE_STATE/output"; }

# printed WHAT TEXT, not_printed WHAT TEXT: the output of the last command contains TEXT, or does not.
printed() { if grep -q -- "$2" <<<"$(flat)"; then passed "$1"; else failed "$1"; fi; }
not_printed() { if grep -q -- "$2" <<<"$(flat)"; then failed "$1"; else passed "$1"; fi; }

# within SECONDS COMMAND…: repeats the command until it succeeds.
within() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do [ "$SECONDS" -lt "$end" ] || return 1; sleep 1; done
}

# Seconds within which samples arrive again after any outage: Prometheus waits at most 60 s before it repeats a request
# (prometheus_queue.max_backoff), gives up one without an answer after 30 s (remote_timeout), scrapes every 15 s and sends within 5 s.
RESUMED=110
export RESUMED
