# shellcheck shell=bash disable=SC2034,SC2154  # the parts share their variables
# The two things that this installer does, step by step.

run_action() { case $action in install) install_harvester ;; uninstall) uninstall_harvester ;; esac; }

prepare() {
  work=$(mktemp -d /tmp/harvester-install.XXXXXX) || die "$EXIT_CONFIGURATION" "nothing can be written to /tmp." "Make room there."
  log_file=$work/log
  chmod 0700 "$work"
  trap clean_up EXIT
  exec 9>/run/harvester-install.lock
  flock --nonblock 9 || die "$EXIT_TRY_AGAIN" "another run of this installer is under way." "Wait for it."
}

clean_up() {
  rm -rf "$work" "${HARVESTER_SOURCE_TEMPORARY:-$work}"
}

# From here on things change, and the log outlives the run.
begin_changes() {
  (umask 077 && cat "$log_file" >>/var/log/harvester-install.log 2>/dev/null) || true
  log_file=/var/log/harvester-install.log
}

desktop_is_offered() { [ -f "$source_dir/harvester-ansible/novnc_ansible/install_novnc.sh" ]; }
desktop_is_installed() { compgen -G '/etc/systemd/system/novnc.*' >/dev/null || [ -e /etc/systemd/system/vncserver.service ]; }

interactive() { [ "$unattended" = false ] && terminal_is_there; }

install_harvester() {
  desktop_is_offered || remote_desktop=false
  check_http_client
  require check_machine
  if interactive; then ask_for_settings; else check_settings; fi
  [ "$dry_run" = false ] || { dry_run; return; }
  obtain_credential
  local before
  before=$(samples_seen)     # of this credential: another name begins at nothing
  begin_changes
  save_settings
  save_source
  install_ansible
  install_collection
  require wait_for_samples "${before:-0}"
  say "The aggregator at $(base_url "$endpoint") has the samples of $node."
  [ "$remote_desktop" = false ] || install_remote_desktop
  say "Done. Run $OPT/deploy/install_harvester.sh again to change something, with --uninstall to remove it."
}

check_settings() {
  [ -n "$endpoint" ] || misused "--endpoint is missing."
  require valid_node
  require check_desktop_machine
  require check_endpoint
  require check_credential
  warn_about_plain_http
}

ask_for_settings() {
  say "This makes $(uname -n) a harvester. Nothing is changed before the last question."
  ask endpoint "Address of the aggregator" "${endpoint:-https://}" check_endpoint_or_authority
  ask node "Name of this machine there" "$node" valid_node
  warn_about_plain_http
  check_credential || ask_for_credential
  ask_for_desktop
  [ "$dry_run" = true ] || yes_or_no "Install now?" y || die "$EXIT_USAGE" "nothing was changed, as you wished."
}

ask_for_desktop() {
  desktop_is_offered || return 0
  if [ "$desktop_decided" = false ]; then
    local usual=n
    [ "$remote_desktop" = false ] || usual=y
    remote_desktop=false
    ! yes_or_no "Also a desktop in the browser, for remote maintenance?" "$usual" || remote_desktop=true
  fi
  require check_desktop_machine
}

# A certificate that nobody here trusts may be the private authority's: ask for that once.
check_endpoint_or_authority() {
  check_endpoint && return
  case $problem in *'is not trusted here'*) ;; *) return 1 ;; esac
  printf '  %s\n' "$problem" >/dev/tty
  ask ca_file "File with the certificate of its authority" "" readable_ca_file
  check_endpoint
}

readable_ca_file() { [ -r "$ca_file" ] || problem "$EXIT_USAGE" "$ca_file cannot be read."; }

# Which credential will serve, tried as far as trying changes nothing. credential: token, kept, key or none.
check_credential() {
  credential=token
  if [ -n "$token" ]; then check_token "$token"; return; fi
  credential=kept
  if [ -r "$TOKEN_FILE" ]; then check_token "$(cat "$TOKEN_FILE")" && return; fi
  credential=key
  [ -z "$enrol_key" ] || return 0
  [ ! -r "$TOKEN_FILE" ] || return 1
  credential=none
  open_to_everybody ||
    problem "$EXIT_PERMISSION" "the aggregator wants a credential. Give --enrol-key, --enrol-key-file or --token-file (or HARVESTER_ENROL_KEY, HARVESTER_TOKEN)."
}

ask_for_credential() {
  say "$problem"
  local secret=''
  if yes_or_no "Have you an enrolment key? (no: a token of this node)" y; then
    ask_secret secret "Enrolment key (not shown)" not_empty secret
    enrol_key=$secret credential=key
  else
    ask_secret token "Token of $node (not shown)" check_typed_token
    credential=token
  fi
}

not_empty() { [ -n "${!1}" ] || problem "$EXIT_USAGE" "nothing was entered."; }
check_typed_token() { not_empty token && check_token "$token"; }

warn_about_plain_http() {
  case $endpoint in
    http://localhost* | http://127.* | https://*) ;;
    *) warn "$endpoint is not encrypted: whoever listens on the way can read the samples and the credential. Use https." ;;
  esac
}

obtain_credential() {
  case $credential in
    token) keep_token "$token" ;;
    key) step "Enrolling as $node"; interactive_enrol ;;
    none) warn "the aggregator takes samples from everybody: anyone may write as $node." ;;
  esac
}

# A key that was typed may be typed again.
interactive_enrol() {
  local attempt
  for attempt in 1 2 3; do
    enrol && return
    if [ "$http_status" != 401 ] || ! interactive || [ "$attempt" = 3 ]; then die "$problem_code" "$problem"; fi
    printf '  %s\n' "$problem" >/dev/tty
    ask_secret enrol_key "Enrolment key (not shown)" not_empty enrol_key
  done
}

install_collection() {
  step "Installing and starting node_exporter and Prometheus"
  logged_play prometheus_ansible/playbook.yml --extra-vars '{"prometheus_wait_for_delivery": 0}' || play_failed node_exporter and Prometheus
}

install_remote_desktop() {
  step "Installing the desktop in the browser"
  remote_desktop_script || die "$EXIT_FAILED" "the desktop in the browser could not be installed; the collection runs." "Run this again when the cause above is mended."
}

remote_desktop_script() {
  ANSIBLE_HOME=$work/ansible ANSIBLE_LOCAL_TEMP=$work/ansible/tmp ANSIBLE_REMOTE_TEMP=$work/ansible/tmp \
    bash "$source_dir/harvester-ansible/novnc_ansible/install_novnc.sh" ${vars_file:+--settings "$vars_file"} "$@"
}

logged_play() {
  local result=0
  play "$@" >"$work/play" 2>&1 || result=1
  cat "$work/play" >>"$log_file"
  return "$result"
}

play_failed() {
  die "$EXIT_FAILED" "Ansible failed at $*:" "$(play_failure "$work/play")
The whole log: $log_file. Running this again is safe."
}

dry_run() {
  write_settings "$work/settings.yml"
  settings=$work/settings.yml
  say "The aggregator at $(base_url "$endpoint") answers, and this machine is fit. This would be done:"
  case $credential in
    key) say "  - enrol as $node (whether the key is right shows only then)"; echo 'prometheus_enrol_key: unknown' >>"$settings" ;;
    token) say "  - keep the token of $node, which the aggregator knows"; echo 'prometheus_token: unknown' >>"$settings" ;;
    kept) say "  - go on with the token of $node that is here, which the aggregator knows" ;;
    none) say "  - send without a credential, as the aggregator asks for none" ;;
  esac
  ansible_is_there || { say "  - install Ansible, then node_exporter and Prometheus"; say "Nothing was changed."; return; }
  say "  - what the playbook says:"
  play prometheus_ansible/playbook.yml --check --diff
  [ "$remote_desktop" = false ] || remote_desktop_script --dry-run
  say "Nothing was changed."
}

uninstall_harvester() {
  if [ ! -d "$OPT" ] && [ ! -d /var/lib/harvester ]; then say "There is nothing of this installer here."; return; fi
  [ "$dry_run" = false ] || { say "This would stop and remove node_exporter, Prometheus, their samples here, and the desktop."; return; }
  if interactive && ! yes_or_no "Remove the harvester from $(uname -n), with the samples that are still here?" n; then
    die "$EXIT_USAGE" "nothing was changed, as you wished."
  fi
  begin_changes
  install_ansible
  settings=$work/settings.yml
  printf '%s_state: absent\n' prometheus node_exporter vncserver novnc reverse_tunnel >"$settings"
  if desktop_is_offered && desktop_is_installed; then
    step "Removing the desktop in the browser"
    logged_play novnc_ansible/playbook.yml || play_failed the removal of the desktop
  fi
  step "Removing node_exporter and Prometheus"
  logged_play prometheus_ansible/playbook.yml || play_failed the removal of node_exporter and Prometheus
  remove_ansible
  rm -rf "$OPT" "$ETC" /run/harvester-install.lock /var/log/harvester-install.log
  rmdir --ignore-fail-on-non-empty /var/lib/harvester/packages /var/lib/harvester 2>/dev/null || true
  log_file=''
  say "Removed. What the aggregator has of this machine stays there."
}
