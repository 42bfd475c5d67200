# shellcheck shell=bash disable=SC2034,SC2154  # the parts share their variables
# Is this machine fit? Looked at before anything is changed, and before the aggregator is asked for anything.

check_machine() {
  local preflight=$source_dir/harvester-ansible/roles/preflight/files/preflight.sh
  local taking_over=() found='' need
  [ "$take_over" = false ] || taking_over=(--take-over)
  need=$(space_needed)
  found=$(
    bash "$preflight" --name node_exporter --unit node_exporter.service --unit prometheus-node-exporter.service \
      --port "$node_exporter_port" --binary /usr/local/bin/node_exporter "${taking_over[@]}"
    bash "$preflight" --name prometheus --unit prometheus.service --port "$prometheus_port" \
      --binary /usr/local/bin/prometheus --space "/usr:500" --space "/var/lib/prometheus:$need" --space /etc:8 "${taking_over[@]}"
  ) || true
  check_package_manager
  unfit "$found"
}

# The same for the desktop, as soon as it is known that it is wanted. An earlier one is no obstacle to itself.
check_desktop_machine() {
  local preflight=$source_dir/harvester-ansible/roles/preflight/files/preflight.sh
  [ "$remote_desktop" = true ] && ! desktop_is_installed || return 0
  command -v apt-get >/dev/null ||
    { problem "$EXIT_CONFIGURATION" "the desktop in the browser is made for Debian and its relatives. Do without it: --no-remote-desktop."; return; }
  unfit "$(bash "$preflight" --name novnc --port "$(wanted novnc_port 6082)" --space /usr:1100
    bash "$preflight" --name vncserver --port "$((5900 + $(wanted vncserver_display 2)))")"
}

# wanted VARIABLE DEFAULT: what the file of --vars says, if it is a number there.
wanted() {
  local value=''
  [ -z "$vars_file" ] || value=$(sed -n "s/^$1: *\"\{0,1\}\([0-9]\{1,5\}\)\"\{0,1\} *$/\1/p" "$vars_file" | tail -n 1)
  echo "${value:-$2}"
}

unfit() {
  [ -z "$1" ] && return
  problem "$EXIT_CONFIGURATION" "this machine cannot take it as it is:
$(sort -u <<<"$1" | sed 's/^/  - /')
Nothing was changed."
}

# The role's own default, unless the variables say otherwise.
space_needed() {
  local size
  size=$(cat "$source_dir/harvester-ansible/roles/prometheus/defaults/main.yml" ${vars_file:+"$vars_file"} |
    sed -n 's/^prometheus_retention_size: *"\{0,1\}\([0-9]*\)\([MG]\)B.*/\1 \2/p' | tail -n 1)
  case $size in *G) echo $((${size% *} * 1024 + 256)) ;; *) echo $((${size% *} + 256)) ;; esac
}

check_package_manager() {
  ansible_is_there || command -v apt-get >/dev/null || command -v dnf >/dev/null ||
    die "$EXIT_CONFIGURATION" "there is neither Ansible here nor a package manager known to this installer (apt, dnf)." "Install Ansible first."
}

check_http_client() {
  command -v curl >/dev/null || command -v python3 >/dev/null ||
    die "$EXIT_CONFIGURATION" "neither curl nor python3 is here, so the aggregator cannot be asked." "Install one of them: apt-get install curl"
}

# Wrong clocks make samples that the aggregator must refuse.
check_clock() {
  local there here
  there=$(sed -n 's/^[Dd]ate: *//p' "$work/headers" 2>/dev/null | tr -d '\r')
  [ -n "$there" ] || return 0
  there=$(date -d "$there" +%s 2>/dev/null) || return 0
  here=$(date +%s)
  [ $((here - there)) -gt -300 ] && [ $((here - there)) -lt 300 ] && return
  problem "$EXIT_CONFIGURATION" "this machine's clock is $((here - there)) s away from the aggregator's, which refuses samples from the future. Set it: timedatectl set-ntp true"
}
