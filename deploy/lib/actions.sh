# shellcheck shell=bash disable=SC2034,SC2154  # the files share their variables
# The two actions of this installer: install and uninstall.

run_action() { case $action in install) install_harvester ;; uninstall) uninstall_harvester ;; esac; }

install_harvester() {
  desktop_is_offered || remote_desktop=false
  check_http_client
  require check_machine
  if interactive; then ask_for_settings; else check_settings; fi
  list_changes
  [ "$dry_run" = false ] || { dry_run; return; }
  ! interactive || yes_or_no "Install now?" y || die "$EXIT_USAGE" "nothing was changed."
  fetch_ansible
  obtain_credential
  begin_changes
  save_settings
  save_source
  install_ansible
  install_collection
  say "The aggregator at $(base_url "$endpoint") receives the samples of $node."
  apply_desktop
  say "Done. To change settings, run $OPT/deploy/install_harvester.sh again; to remove everything, add --uninstall."
}

check_settings() {
  [ -n "$endpoint" ] || usage_error "--endpoint is missing."
  require valid_node
  require check_desktop_machine
  warn_about_desktop
  require check_endpoint
  require check_credential
  warn_about_plain_http
}

ask_for_settings() {
  say "This makes $(uname -n) a harvester. Nothing is changed before you confirm the last question."
  ask endpoint "Address of the aggregator" "${endpoint:-https://}" check_endpoint_or_authority
  ask node "Name of this machine on the aggregator" "$node" valid_node
  warn_about_plain_http
  check_credential || ask_for_credential
  ask_for_desktop
}

# A certificate may be from a private authority: ask for the authority's certificate, once.
check_endpoint_or_authority() {
  check_endpoint && return
  case $problem in *'with --ca-file.'*) ;; *) return 1 ;; esac
  printf '  %s\n' "$problem" >/dev/tty
  ask ca_file "File with the certificate of the authority" "" readable_ca_file
  check_endpoint
}

readable_ca_file() { [ -r "$ca_file" ] || problem "$EXIT_USAGE" "$ca_file is not readable."; }

# Chooses the credential and checks it as far as possible without a change. Sets credential to token, kept, key or none.
check_credential() {
  credential=token
  if [ -n "$token" ]; then check_token "$token"; return; fi
  credential=kept
  local file kept=false
  for file in "$PENDING_TOKEN_FILE" "$TOKEN_FILE"; do     # the first is that of an interrupted run
    [ -r "$file" ] || continue
    kept=true
    ! check_token "$(cat "$file")" || return 0
  done
  credential=key
  [ -z "$enrol_key" ] || return 0
  [ "$kept" = false ] || return 1
  credential=none
  accepts_anonymous_writes ||
    problem "$EXIT_PERMISSION" "the aggregator requires a credential. Give --enrol-key, --enrol-key-file or --token-file (or HARVESTER_ENROL_KEY, HARVESTER_TOKEN)."
}

ask_for_credential() {
  say "$problem"
  local secret=''
  if yes_or_no "Do you have an enrolment key? (no: enter a token of this node)" y; then
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
    *) warn "$endpoint is not encrypted: the network can read the samples and the credential. Use https." ;;
  esac
}

obtain_credential() {
  case $credential in
    token) keep_token "$token" ;;
    key) step "Enrolling as $node"; interactive_enrol ;;
    none) warn "the aggregator accepts samples without a credential: any sender can write as $node." ;;
  esac
}

# An interactive run may enter the key again, or another name.
interactive_enrol() {
  local attempt
  for attempt in 1 2 3 4; do
    enrol && return
    if ! interactive || [ "$attempt" = 4 ]; then break; fi
    case $http_status in
      401 | 403) show_problem; ask_secret enrol_key "Enrolment key (not shown)" not_empty enrol_key ;;
      409) show_problem; ask_after_conflict ;;
      *) break ;;
    esac
  done
  die "$problem_code" "$problem"
}

show_problem() { printf '  %s\n' "$problem" >/dev/tty; }

ask_after_conflict() {
  if yes_or_no "Does this machine replace $node? (no: choose another name)" n; then
    ask_secret enrol_key "Enrolment key that was created with --re-enrol (not shown)" not_empty enrol_key
  else
    ask node "Name of this machine on the aggregator" "" valid_node
  fi
}

install_collection() {
  step "Installing and starting node_exporter and Prometheus"
  logged_play prometheus_ansible/playbook.yml --extra-vars "{\"prometheus_wait_for_delivery\": $wait_seconds}" && return
  # Ansible breaks long lines.
  ! grep -q 'has acknowledged no sample' <<<"$(tr -s '[:space:]' ' ' <"$work/play")" || die "$EXIT_TRY_AGAIN" "$(play_failure "$work/play")"
  play_failed "install node_exporter and Prometheus"
}

dry_run() {
  write_settings "$work/settings.yml"
  settings=$work/settings.yml
  say "The aggregator at $(base_url "$endpoint") is ready, and this machine meets the requirements. These changes would be made:"
  case $credential in
    key) say "  - enrol as $node (the key is checked only then)"; echo 'prometheus_enrol_key: unknown' >>"$settings" ;;
    token) say "  - save the token of $node, which the aggregator accepts"; echo "prometheus_token: \"$token\"" >>"$settings" ;;
    kept) say "  - keep the installed token of $node, which the aggregator accepts" ;;
    none) say "  - send without a credential: the aggregator requires none" ;;
  esac
  has_ansible || { say "  - install Ansible, then node_exporter and Prometheus"; say "Nothing was changed."; return; }
  say "  - changes by the playbook:"
  play prometheus_ansible/playbook.yml --check --diff
  [ "$remote_desktop" = false ] || remote_desktop_script "$settings" --dry-run
  say "Nothing was changed."
}

uninstall_harvester() {
  if ! anything_installed && [ ! -e "$kept_settings" ] && [ ! -e "$PENDING_TOKEN_FILE" ] && { is_shared || [ ! -d "$OPT" ]; }; then say "Nothing is installed by this installer."; return; fi
  [ "$dry_run" = false ] || { say "This would stop and remove node_exporter, Prometheus, the local samples and the desktop."; return; }
  if interactive && ! yes_or_no "Remove the harvester from $(uname -n), including its local samples?" n; then
    die "$EXIT_USAGE" "nothing was changed."
  fi
  begin_changes
  ! anything_installed || remove_installed
  remove_own "$ETC/ca.pem" "$PENDING_TOKEN_FILE"
  rmdir --ignore-fail-on-non-empty "$(dirname "$TOKEN_FILE")" 2>/dev/null || true
  say "Removed. The aggregator keeps the samples of $node, and its token is valid until it is revoked there: node revoke $node"
}

# Whether a role has begun to install something. Without it, the removal needs no Ansible.
anything_installed() {
  [ -d /var/lib/harvester/prometheus ] || [ -d /var/lib/harvester/node_exporter ] || { [ -f "$ANSIBLE_PACKAGES" ] && ! is_shared; } || desktop_is_installed
}

remove_installed() {
  install_ansible
  settings=$work/settings.yml
  printf '%s_state: absent\n' prometheus node_exporter vncserver novnc reverse_tunnel >"$settings"
  ! desktop_is_offered || ! desktop_is_installed || remove_desktop
  step "Removing node_exporter and Prometheus"
  logged_play prometheus_ansible/playbook.yml || play_failed "remove node_exporter and Prometheus"
  remove_ansible
}
