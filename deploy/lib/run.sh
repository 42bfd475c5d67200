# shellcheck shell=bash disable=SC2034,SC2154  # the files share their variables
# One run of an installer: its lock, its temporary directory, its log, and its plays.

prepare() {
  work=$(mktemp -d /tmp/harvester-install.XXXXXX) || die "$EXIT_CONFIGURATION" "cannot create a directory in /tmp." "Free some space there."
  log_file=$work/log
  chmod 0700 "$work"
  trap clean_up EXIT
  exec 9>/run/harvester-install.lock
  flock --nonblock 9 || die "$EXIT_TRY_AGAIN" "another run of this installer is in progress." "Wait until it ends."
}

clean_up() {
  rm -rf "$work" "${HARVESTER_SOURCE_TEMPORARY:-$work}"
}

# Called before the first change: from here on, the log is kept.
begin_changes() {
  (umask 077 && cat "$log_file" >>"$kept_log" 2>/dev/null) || true
  log_file=$kept_log
}

interactive() { [ "$unattended" = false ] && has_terminal; }

logged_play() {
  local result=0
  play "$@" >"$work/play" 2>&1 || result=1
  cat "$work/play" >>"$log_file"
  return "$result"
}

play_failed() {
  die "$EXIT_FAILED" "Ansible could not $1:" "$(play_failure "$work/play")
The complete log is $log_file. Correct the cause, then run this again."
}
