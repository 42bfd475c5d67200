#!/usr/bin/env bash
# Checks whether this machine meets the requirements of a component, without changing anything. Prints one line for each
# unmet requirement: the cause, then the remedy. Exit 0: all requirements are met; 78: not.
#
#   preflight.sh --name prometheus [--unit NAME.service]… [--port N]… [--binary PATH]… [--space DIR:MB]… [--take-over]
#
# Units, programs and ports of an earlier run (its directory /var/lib/harvester/NAME exists) are accepted.
set -uo pipefail

name='' take_over='' failures=0
units=() ports=() binaries=() spaces=()

unmet() { printf '%s\n' "$*"; failures=$((failures + 1)); }
installed_here() { [ -d "/var/lib/harvester/$name" ]; }
one_of_units() { local unit; for unit in "${units[@]}"; do [ "$unit" = "$1" ] && return 0; done; return 1; }

# The process that listens on a TCP port, found without ss or lsof: port → socket inode → /proc/PID/fd.
listener() {
  local hex inode fd
  printf -v hex ':%04X' "$1"
  inode=$(awk -v port="$hex" '$4 == "0A" && substr($2, length($2) - 4) == port { print $10; exit }' /proc/net/tcp /proc/net/tcp6 2>/dev/null)
  [ -n "$inode" ] || return 1
  for fd in /proc/[0-9]*/fd/*; do
    [ "$(readlink "$fd" 2>/dev/null)" = "socket:[$inode]" ] && { fd=${fd#/proc/}; echo "${fd%%/*}"; return 0; }
  done
  echo unknown
}

unit_of() { grep -o '[^/]*\.service' "/proc/$1/cgroup" 2>/dev/null | head -n 1; }

existing_parent() { local dir=$1; while [ ! -d "$dir" ]; do dir=$(dirname "$dir"); done; echo "$dir"; }

check_systemd() {
  [ -d /run/systemd/system ] ||
    unmet "systemd does not run this machine (process 1 is $(cat /proc/1/comm 2>/dev/null || echo unknown)), but the services need it. Use a machine or container that boots with systemd."
}

check_unit() {
  local unit=$1 path owner=''
  path=$(systemctl show -p FragmentPath --value "$unit" 2>/dev/null)
  [ -n "$path" ] && [ "$path" != /dev/null ] || return 0
  command -v dpkg >/dev/null && owner=$(dpkg -S "$path" 2>/dev/null | cut -d: -f1)
  unmet "$unit already exists ($path${owner:+, from the package $owner}). Remove it${owner:+ (apt-get purge $owner)}, or replace it with --take-over (${name}_take_over: true)."
}

check_port() {
  local port=$1 pid unit
  pid=$(listener "$port") || return 0
  # A process that has ended during the search: look again.
  [ "$pid" != unknown ] || { sleep 1; pid=$(listener "$port") || return 0; }
  unit=$(unit_of "$pid")
  { installed_here || [ -n "$take_over" ]; } && [ -n "$unit" ] && one_of_units "$unit" && return 0
  unmet "port $port is in use by $(cat "/proc/$pid/comm" 2>/dev/null || echo 'a process') (pid $pid${unit:+, $unit}). Stop it, or choose another port: $(port_setting)."
}

# The ports of node_exporter and Prometheus have flags of the installer; those of the desktop follow from its variables.
port_setting() {
  case $name in
    vncserver) echo "vncserver_display, which is the port minus 5900 (in a file for --vars)" ;;
    novnc) echo "novnc_port (in a file for --vars)" ;;
    aggregator) echo "--listen (aggregator_listen)" ;;
    *) echo "--${name//_/-}-port (${name}_port)" ;;
  esac
}

check_binary() {
  [ -e "$1" ] && unmet "$1 already exists and is not from this installer. Move it, or replace it with --take-over (${name}_take_over: true)."
}

check_space() {
  local dir=${1%:*} need=${1##*:} parent free
  parent=$(existing_parent "$dir")
  [ -w "$parent" ] || { unmet "$parent is not writable, perhaps on a read-only file system. Mount it read-write."; return; }
  installed_here && need=64
  free=$(df -Pm "$parent" | awk 'NR == 2 { print $4 }')
  [ "$free" -ge "$need" ] ||
    unmet "$dir has $free MB free, but $need MB are needed. Free space on the file system of $parent$([ "$name" != prometheus ] || echo ', or reduce prometheus_retention_size')."
}

main() {
  while [ $# -gt 0 ]; do
    case $1 in
      --name) name=$2; shift 2 ;;
      --unit) units+=("$2"); shift 2 ;;
      --port) ports+=("$2"); shift 2 ;;
      --binary) binaries+=("$2"); shift 2 ;;
      --space) spaces+=("$2"); shift 2 ;;
      --take-over) take_over=yes; shift ;;
      *) echo "preflight.sh: unknown argument $1" >&2; exit 64 ;;
    esac
  done
  local item
  check_systemd
  if ! installed_here && [ -z "$take_over" ]; then
    for item in "${units[@]}"; do check_unit "$item"; done
    for item in "${binaries[@]}"; do check_binary "$item"; done
  fi
  for item in "${ports[@]}"; do check_port "$item"; done
  for item in "${spaces[@]}"; do check_space "$item"; done
  [ "$failures" -eq 0 ] || exit 78
}

main "$@"
