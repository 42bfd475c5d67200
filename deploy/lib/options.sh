# shellcheck shell=bash disable=SC2034,SC2154  # the files share their variables
# The options: flags override the environment, which overrides the choices of the last run.

readonly ENVIRONMENT=HARVESTER_ENDPOINT,HARVESTER_NODE,HARVESTER_ENROL_KEY,HARVESTER_TOKEN,HARVESTER_CA_FILE,HARVESTER_SOURCE_TEMPORARY

read_options() {
  action=install unattended=false dry_run=false wait_seconds=120 desktop_decided=false administrator_decided=false desktop_removal=false
  endpoint=${HARVESTER_ENDPOINT:-$(saved prometheus_endpoint)}
  node=${HARVESTER_NODE:-$(saved prometheus_node)}
  ca_file=${HARVESTER_CA_FILE:-$(saved prometheus_ca_file)}
  enrol_key=${HARVESTER_ENROL_KEY:-} token=${HARVESTER_TOKEN:-}
  prometheus_port=$(saved prometheus_port) node_exporter_port=$(saved node_exporter_port)
  prometheus_archive=$(saved prometheus_archive) node_exporter_archive=$(saved node_exporter_archive)
  take_over=$(saved prometheus_take_over) remote_desktop=$(saved harvester_remote_desktop) administrator_desktop=$(saved vncserver_sudo)
  vars_file=''
  [ ! -r "$kept_vars" ] || vars_file=$kept_vars
  ca_fingerprint=''
  local key_on_command_line=false others=()
  while [ $# -gt 0 ]; do
    case $1 in
      --unattended) unattended=true ;;
      --dry-run) dry_run=true ;;
      --uninstall) action=uninstall ;;
      --take-over) take_over=true ;;
      --no-remote-desktop) remote_desktop=false desktop_decided=true ;;
      --administrator-desktop) administrator_desktop=true administrator_decided=true ;;
      --remote-desktop) remote_desktop=true desktop_decided=true ;;
      -h | --help) usage; exit 0 ;;
      --*=*) set -- "${1%%=*}" "${1#*=}" "${@:2}"; continue ;;
      --endpoint | --node | --enrol-key | --enrol-key-file | --token-file | --ca-file | --ca-fingerprint | --vars | --wait | --source | \
        --prometheus-port | --node-exporter-port | --prometheus-archive | --node-exporter-archive)
        [ -n "${2:-}" ] || usage_error "$1 needs a value."
        [ "$1" != --enrol-key ] || { key_on_command_line=true enrol_key=$2; shift 2; continue; }
        option_value "$1" "$2"
        others+=("$1"); shift ;;
      *) usage_error "unknown argument: $1." ;;
    esac
    others+=("$1"); shift
  done
  : "${prometheus_port:=9090}" "${node_exporter_port:=9100}" "${take_over:=false}" "${remote_desktop:=true}" "${administrator_desktop:=false}"
  : "${node:=$(hostname -s 2>/dev/null || uname -n)}"
  # Restart with the key in the environment: ps shows command lines to all users.
  if [ "$key_on_command_line" = true ] && [ -f "$0" ]; then
    export HARVESTER_ENROL_KEY=$enrol_key
    exec bash "$0" "${others[@]}"
  fi
  check_options
}

option_value() {
  case $1 in
    --endpoint) endpoint=$2 ;;
    --node) node=$2 ;;
    --enrol-key-file) enrol_key=$(secret_of "$1" "$2") ;;
    --token-file) token=$(secret_of "$1" "$2") ;;
    --ca-file) ca_file=$(file_of "$1" "$2") ;;
    --ca-fingerprint) ca_fingerprint=$2 ;;
    --vars) vars_file=$(file_of "$1" "$2") ;;
    --wait) wait_seconds=$2 ;;
    --prometheus-port) prometheus_port=$2 ;;
    --node-exporter-port) node_exporter_port=$2 ;;
    --prometheus-archive) prometheus_archive=$(file_of "$1" "$2") ;;
    --node-exporter-archive) node_exporter_archive=$(file_of "$1" "$2") ;;
  esac
}

check_options() {
  local number
  for number in "$wait_seconds" "$prometheus_port" "$node_exporter_port"; do
    [[ $number =~ ^[0-9]+$ ]] || usage_error "'$number' is not a number (--wait, --prometheus-port, --node-exporter-port)."
  done
  [[ $enrol_key$token =~ ^[[:graph:]]*$ ]] || usage_error "a key or token must not contain blanks."
  [ -z "$ca_fingerprint" ] || [[ ${ca_fingerprint//:/} =~ ^[0-9A-Fa-f]{64}$ ]] ||
    usage_error "--ca-fingerprint: '$ca_fingerprint' is not a SHA-256 fingerprint, which has 64 hexadecimal digits."
  [ -z "$ca_file" ] || [ -r "$ca_file" ] || usage_error "--ca-file: $ca_file is not readable."
}
