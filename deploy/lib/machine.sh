# shellcheck shell=bash disable=SC2034,SC2154  # the files share their variables
# Checks the requirements of this machine, before anything is changed and before the first request to the aggregator.

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
  unmet_requirements "$found"
}

# Checks the requirements of the desktop, unless it is installed already.
check_desktop_machine() {
  local preflight=$source_dir/harvester-ansible/roles/preflight/files/preflight.sh
  [ "$remote_desktop" = true ] && ! desktop_is_installed || return 0
  command -v apt-get >/dev/null ||
    { problem "$EXIT_CONFIGURATION" "the desktop in the browser requires Debian or a derivative (apt-get). Install without it: --no-remote-desktop."; return; }
  unmet_requirements "$(bash "$preflight" --name novnc --port "$(number_in_vars novnc_port 6082)" --space /usr:1100
    bash "$preflight" --name vncserver --port "$((5900 + $(number_in_vars vncserver_display 2)))")"
}

# number_in_vars VARIABLE DEFAULT: the number in the file of --vars, or the default.
number_in_vars() {
  local value=''
  [ -z "$vars_file" ] || value=$(sed -n "s/^$1: *\"\{0,1\}\([0-9]\{1,5\}\)\"\{0,1\} *$/\1/p" "$vars_file" | tail -n 1)
  echo "${value:-$2}"
}

# text_in_vars VARIABLE DEFAULT: the text of one line in the file of --vars, or the default.
text_in_vars() {
  local value=''
  [ -z "$vars_file" ] || value=$(sed -n "s/^$1: *[\"']\{0,1\}\([^\"'#]*[^\"'# ]\).*/\1/p" "$vars_file" | tail -n 1)
  echo "${value:-$2}"
}

# unmet_requirements LINES: fails with these lines unless they are empty.
unmet_requirements() {
  [ -z "$1" ] && return
  problem "$EXIT_CONFIGURATION" "this machine does not meet the requirements:
$(sort -u <<<"$1" | sed 's/^/  - /')
Nothing was changed."
}

# Space in MB for local samples: from --vars, or the role's default.
space_needed() {
  local size
  size=$(cat "$source_dir/harvester-ansible/roles/prometheus/defaults/main.yml" ${vars_file:+"$vars_file"} |
    sed -n 's/^prometheus_retention_size: *"\{0,1\}\([0-9]*\)\([MG]\)B.*/\1 \2/p' | tail -n 1)
  case $size in *G) echo $((${size% *} * 1024 + 256)) ;; *) echo $((${size% *} + 256)) ;; esac
}

check_package_manager() {
  has_ansible || command -v apt-get >/dev/null || command -v dnf >/dev/null ||
    die "$EXIT_CONFIGURATION" "Ansible is not installed, and neither is apt-get or dnf." "Install Ansible first."
}

check_http_client() {
  command -v curl >/dev/null || command -v python3 >/dev/null ||
    die "$EXIT_CONFIGURATION" "neither curl nor python3 is installed; one is needed for requests to the aggregator." "Install one: apt-get install curl"
}

# The aggregator rejects samples from the future, which a wrong clock produces.
check_clock() {
  local there here
  there=$(sed -n 's/^[Dd]ate: *//p' "$work/headers" 2>/dev/null | tr -d '\r')
  [ -n "$there" ] || return 0
  there=$(date -d "$there" +%s 2>/dev/null) || return 0
  here=$(date +%s)
  [ $((here - there)) -gt -300 ] && [ $((here - there)) -lt 300 ] && return
  problem "$EXIT_CONFIGURATION" "the clock of this machine differs from the aggregator's by $((here - there)) s; at most 300 s are allowed. Set it: timedatectl set-ntp true"
}
