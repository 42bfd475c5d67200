#!/usr/bin/env bash
# Is this machine fit to run a component? Looks, changes nothing. Every obstacle is one line on stdout:
# what is wrong, then what to do. Exit 0: fit; 78: not fit.
#
#   preflight.sh --name prometheus [--unit NAME.service]… [--port N]… [--binary PATH]… [--space DIR:MB]… [--take-over]
#
# What an earlier run installed (its folder /var/lib/harvester/NAME exists) is no obstacle to itself.
set -uo pipefail

name='' take_over='' obstacles=0
units=() ports=() binaries=() spaces=()

obstacle() { printf '%s\n' "$*"; obstacles=$((obstacles + 1)); }
ours() { [ -d "/var/lib/harvester/$name" ]; }
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
    obstacle "systemd does not run this machine (process 1 is $(cat /proc/1/comm 2>/dev/null || echo unknown)): the services need it. Use a machine, or a container, that systemd boots."
}

check_unit() {
  local unit=$1 path owner=''
  path=$(systemctl show -p FragmentPath --value "$unit" 2>/dev/null)
  [ -n "$path" ] && [ "$path" != /dev/null ] || return 0
  command -v dpkg >/dev/null && owner=$(dpkg -S "$path" 2>/dev/null | cut -d: -f1)
  obstacle "$unit exists already ($path${owner:+, from the package $owner}). Remove it${owner:+ (apt-get purge $owner)}, or let this installation take its place: --take-over (${name}_take_over: true)."
}

check_port() {
  local port=$1 pid unit
  pid=$(listener "$port") || return 0
  unit=$(unit_of "$pid")
  { ours || [ -n "$take_over" ]; } && [ -n "$unit" ] && one_of_units "$unit" && return 0
  obstacle "port $port is taken by $(cat "/proc/$pid/comm" 2>/dev/null || echo 'a process') (pid $pid${unit:+, $unit}). Stop it, or choose another port: $(port_setting)."
}

# The installer has a flag for each half's port but the desktop's, which follow from its variables.
port_setting() {
  case $name in
    vncserver) echo "vncserver_display, 5900 less (in a file for --vars)" ;;
    novnc) echo "novnc_port (in a file for --vars)" ;;
    *) echo "--${name//_/-}-port (${name}_port)" ;;
  esac
}

check_binary() {
  [ -e "$1" ] && obstacle "$1 exists already and is not from this installer. Move it away, or let it be replaced: --take-over (${name}_take_over: true)."
}

check_space() {
  local dir=${1%:*} need=${1##*:} parent free
  parent=$(existing_parent "$dir")
  [ -w "$parent" ] || { obstacle "$parent is not writable (a read-only file system?). Mount it for writing."; return; }
  ours && need=64
  free=$(df -Pm "$parent" | awk 'NR == 2 { print $4 }')
  [ "$free" -ge "$need" ] ||
    obstacle "$dir has $free MB free, $need MB are needed. Make room on the file system of $parent, or keep less there (prometheus_retention_size)."
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
  if ! ours && [ -z "$take_over" ]; then
    for item in "${units[@]}"; do check_unit "$item"; done
    for item in "${binaries[@]}"; do check_binary "$item"; done
  fi
  for item in "${ports[@]}"; do check_port "$item"; done
  for item in "${spaces[@]}"; do check_space "$item"; done
  [ "$obstacles" -eq 0 ] || exit 78
}

main "$@"
