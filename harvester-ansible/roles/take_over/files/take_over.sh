#!/usr/bin/env bash
# Saves an installation before a role replaces it, and gives it back afterwards: unit states, files, local samples.
#
#   take_over.sh save RECORD [--unit NAME.service]… [--file PATH]… [--user NAME] [--data DIR]
#   take_over.sh restore RECORD
#
# RECORD is a directory. A second save changes nothing. Samples in --data are moved to DIR/before-harvester, because the retention
# of the new installation would delete them. Prints "changed" if it changed something.
set -euo pipefail

action=$1 record=$2
shift 2
aside=before-harvester
others=(metrics2 node-exporter "$aside")     # what Debian's packages keep there

state() { systemctl show --property="$2" --value "$1"; }

save_unit() {
  [ "$(state "$1" LoadState)" = loaded ] || return 0
  echo "$1 $(state "$1" ActiveState) $(state "$1" UnitFileState)" >>"$record/units"
}

save_file() {
  [ -e "$1" ] || [ -L "$1" ] || return 0
  mkdir -p "$record/files$(dirname "$1")"
  cp -a "$1" "$record/files$1"
}

# All entries of a directory except the packages' and the saved ones.
entries() {
  local name except=()
  for name in "${others[@]}"; do except+=(! -name "$name"); done
  find "$1" -mindepth 1 -maxdepth 1 "${except[@]}" -print0
}

save_data() {
  echo "$1" >"$record/data"
  [ -d "$1/wal" ] || return 0
  awk '{ print $1 }' "$record/units" 2>/dev/null | xargs -r systemctl stop
  mkdir "$1/$aside"
  entries "$1" | xargs -0r mv -t "$1/$aside"
}

save() {
  [ ! -e "$record" ] || return 0
  mkdir -p "$record"
  while [ $# -gt 0 ]; do
    case $1 in
      --unit) save_unit "$2" ;;
      --file) save_file "$2" ;;
      --user) ! getent passwd "$2" >/dev/null || echo "$2" >>"$record/users" ;;
      --data) save_data "$2" ;;
    esac
    shift 2
  done
  echo changed
}

restore_data() {
  local dir
  dir=$(cat "$record/data")
  [ -d "$dir" ] || return 0
  entries "$dir" | xargs -0r rm -rf
  [ -d "$dir/$aside" ] || return 0
  find "$dir/$aside" -mindepth 1 -maxdepth 1 -print0 | xargs -0r mv -t "$dir"
  rmdir "$dir/$aside"
}

restore_unit() {
  case $3 in enabled) systemctl enable --quiet "$1" ;; esac
  case $2 in active | activating | reloading) systemctl start "$1" ;; esac
}

restore() {
  local unit active enabled
  [ -d "$record" ] || return 0
  [ ! -f "$record/data" ] || restore_data
  [ ! -d "$record/files" ] || cp -a --remove-destination "$record/files/." /
  systemctl daemon-reload
  [ ! -f "$record/units" ] || while read -r unit active enabled; do restore_unit "$unit" "$active" "$enabled"; done <"$record/units"
  rm -rf "$record"
  rmdir --ignore-fail-on-non-empty -p "$(dirname "$record")" 2>/dev/null || true
  echo changed
}

"$action" "$@"
