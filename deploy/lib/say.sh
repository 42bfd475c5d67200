# shellcheck shell=bash disable=SC2034,SC2154  # the files share their variables
# Messages for the person at the terminal, and exit codes for scripts.

readonly EXIT_USAGE=64 EXIT_UNAVAILABLE=69 EXIT_FAILED=70 EXIT_TRY_AGAIN=75 EXIT_PERMISSION=77 EXIT_CONFIGURATION=78

say()  { printf '%s\n' "$*"; log "$*"; }
step() { say "→ $*"; }
warn() { printf 'warning: %s\n' "$*" >&2; log "warning: $*"; }
log()  { [ -z "${log_file:-}" ] || printf '%s %s\n' "$(date +%FT%T%z)" "$*" >>"$log_file"; }

# die CODE CAUSE [REMEDY]
die() {
  printf '%s: %s\n' "$program" "$2${3:+ $3}" >&2
  log "failed ($1): $2"
  exit "$1"
}

# A failed check stores its reason here and returns 1: an interactive run asks again, a script ends.
problem='' problem_code=0
problem() { problem_code=$1 problem="$2"; return 1; }
require() { "$@" || die "$problem_code" "$problem"; }
