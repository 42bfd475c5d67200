# shellcheck shell=bash disable=SC2034,SC2154  # the parts share their variables
# What the person at the terminal reads, and the exit code that a script reads.

readonly EXIT_USAGE=64 EXIT_UNAVAILABLE=69 EXIT_FAILED=70 EXIT_TRY_AGAIN=75 EXIT_PERMISSION=77 EXIT_CONFIGURATION=78

say()  { printf '%s\n' "$*"; log "$*"; }
step() { say "→ $*"; }
warn() { printf 'warning: %s\n' "$*" >&2; log "warning: $*"; }
log()  { [ -z "${log_file:-}" ] || printf '%s %s\n' "$(date +%FT%T%z)" "$*" >>"$log_file"; }

# die CODE WHAT [REMEDY]
die() {
  printf 'install_harvester: %s\n' "$2${3:+ $3}" >&2
  log "failed ($1): $2"
  exit "$1"
}

# A check that fails leaves its reason here and returns 1, so that the terminal may ask again where a script must end.
problem='' problem_code=0
problem() { problem_code=$1 problem="$2"; return 1; }
require() { "$@" || die "$problem_code" "$problem"; }
