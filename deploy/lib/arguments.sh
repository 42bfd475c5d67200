# shellcheck shell=bash disable=SC2034,SC2154  # the files share their variables
# What the options of all installers share.

usage() { sed -n '2,/^set /s/^# \{0,1\}//p' "$source_dir/deploy/$program.sh"; }
usage_error() { die "$EXIT_USAGE" "$1" "See --help."; }

file_of() {
  [ -r "$2" ] || usage_error "$1: $2 is not readable."
  readlink -f "$2"
}

# The first line of a file, without surrounding blanks.
secret_of() {
  local line=''
  [ -r "$2" ] || usage_error "$1: $2 is not readable."
  read -r line <"$2" || [ -n "$line" ] || usage_error "$1: $2 is empty."
  printf '%s' "$line"
}

become_root() {
  [ "$(id -u)" -ne 0 ] || return 0
  if [ ! -f "$0" ] || ! command -v sudo >/dev/null; then die "$EXIT_PERMISSION" "the installation needs root." "Run it as root or with sudo."; fi
  exec sudo --preserve-env="$ENVIRONMENT" bash "$0" "$@"
}
