# shellcheck shell=bash disable=SC2034,SC2154  # the files share their variables
# Questions. Answers are read from /dev/tty, so that `curl … | sudo bash` can ask, too.

has_terminal() { { : </dev/tty >/dev/tty; } 2>/dev/null; }

# ask VARIABLE QUESTION DEFAULT CHECK…: asks until CHECK accepts the answer, at most 5 times.
ask() {
  local -n answer_=$1
  local question=$2 default=$3 line attempt
  shift 3
  for attempt in 1 2 3 4 5; do
    read -r -p "$question${default:+ [$default]}: " line </dev/tty 2>/dev/tty || die "$EXIT_USAGE" "the terminal was closed."
    answer_=${line:-$default}
    "$@" && return 0
    printf '  %s\n' "$problem" >/dev/tty
  done
  die "$problem_code" "no valid answer in $attempt attempts. $problem"
}

# ask_secret VARIABLE QUESTION CHECK…: like ask, without echo and default.
ask_secret() {
  local -n secret_=$1
  local question=$2
  shift 2
  for _ in 1 2 3 4 5; do
    read -r -s -p "$question: " secret_ </dev/tty 2>/dev/tty || die "$EXIT_USAGE" "the terminal was closed."
    printf '\n' >/dev/tty
    "$@" && return 0
    printf '  %s\n' "$problem" >/dev/tty
  done
  die "$problem_code" "no valid answer in 5 attempts. $problem"
}

# yes_or_no QUESTION DEFAULT(y|n)
yes_or_no() {
  local line hint='y/N'
  [ "$2" = n ] || hint='Y/n'
  read -r -p "$1 [$hint]: " line </dev/tty 2>/dev/tty || die "$EXIT_USAGE" "the terminal was closed."
  case ${line:-$2} in [Yy]*) return 0 ;; *) return 1 ;; esac
}
