# shellcheck shell=bash disable=SC2034,SC2154  # the files share their variables
# The two actions of install_aggregator.sh: install and uninstall.

run_action() { case $action in install) install_aggregator ;; uninstall) uninstall_aggregator ;; esac; }

install_aggregator() {
  check_package_manager
  require check_server_machine
  ! interactive || ask_for_server_settings
  require check_certificate
  list_changes
  [ "$dry_run" = false ] || { dry_run; return; }
  ! interactive || yes_or_no "Install now?" y || die "$EXIT_USAGE" "nothing was changed."
  fetch_ansible
  begin_changes
  save_settings
  save_source
  install_ansible
  step "Installing and starting the aggregator"
  play_with_secrets || play_failed "install the aggregator"
  say "Done. The aggregator is ready at $(address). Its log: journalctl -u harvester-aggregator"
  print_firewall_hint
  print_reader
  print_client_line
}

ask_for_server_settings() {
  say "This makes $(uname -n) the aggregator. Nothing is changed before you confirm the last question."
  ask name "Name or address that the clients connect to" "$name" valid_name
  if [ -z "$tls_certificate" ] && yes_or_no "Do you have a certificate for $name? (no: one is created)" n; then
    ask tls_certificate "File with the certificate and its chain" "" readable tls_certificate
    ask tls_key "File with its key" "" check_typed_key
  fi
  ask retention "How long to keep samples (0: forever)" "$retention" valid_retention
  ! once enrol-key || ask machines "Number of machines that will send" "${machines:-30}" valid_machines
}

readable() { [ -f "${!1}" ] || problem "$EXIT_USAGE" "${!1} is not a file."; }
check_typed_key() { readable tls_key && check_certificate; }
valid_machines() { [[ $machines =~ ^[0-9]{1,6}$ ]] || problem "$EXIT_USAGE" "'$machines' is not a number."; }

write_settings() {
  cat >"$1" <<SETTINGS
---
# Written by install_aggregator.sh, read by it and by the playbook. Further variables are in aggregator-vars.yml beside it.
aggregator_name: "$name"
aggregator_listen: "$listen"
aggregator_retention: "$retention"
SETTINGS
  local variable
  for variable in database_url tls_certificate tls_key; do [ -z "${!variable}" ] || echo "aggregator_$variable: \"${!variable}\"" >>"$1"; done
}

save_settings() {
  mkdir -p "$ETC"
  keep_file vars_file "$kept_vars"
  write_settings "$kept_settings"
  settings=$kept_settings
}

# The jar and the password are not kept in the settings: the installed ones are the defaults of the next run.
play_with_secrets() {
  (umask 077 && : >"$work/secrets.yml" &&
    { echo "aggregator_jar: \"$jar\""; echo "aggregator_wait_until_ready: $wait_seconds"
      [ -z "$database_password" ] || printf "aggregator_database_password: '%s'\n" "${database_password//\'/\'\'}"; } >"$work/secrets.yml")
  logged_play aggregator_ansible/playbook.yml --extra-vars "@$work/secrets.yml" "$@"
}

dry_run() {
  write_settings "$work/settings.yml"
  settings=$work/settings.yml
  say "This machine meets the requirements."
  if has_ansible; then
    say "Changes by the playbook:"
    play_with_secrets --check --diff || { cat "$work/play"; die "$EXIT_FAILED" "the dry run failed, see above."; }
    cat "$work/play"
  fi
  say "Nothing was changed."
}

uninstall_aggregator() {
  if [ ! -d "$RECORD" ] && [ ! -e "$kept_settings" ] && { [ "$delete_data" = false ] || [ ! -f "$DATABASE_RECORD" ]; }; then
    say "Nothing is installed by this installer.$([ ! -f "$DATABASE_RECORD" ] || echo " The database is kept; to delete it, add --delete-data.")"
    return
  fi
  local what="the aggregator"
  [ "$delete_data" = false ] || what+=", PostgreSQL and all samples"
  [ "$dry_run" = false ] || { say "This would stop and remove $what."; return; }
  ! interactive || yes_or_no "Remove $what from $(uname -n)?" n || die "$EXIT_USAGE" "nothing was changed."
  begin_changes
  install_ansible
  settings=$work/settings.yml
  printf 'aggregator_state: absent\naggregator_delete_data: %s\n' "$delete_data" >"$settings"
  step "Removing $what"
  logged_play aggregator_ansible/playbook.yml || play_failed "remove the aggregator"
  remove_ansible
  remove_own
  [ ! -f "$DATABASE_RECORD" ] || say "PostgreSQL stays, with the database harvester. To read it: runuser -u postgres -- psql harvester. To delete both: install_aggregator.sh --uninstall --delete-data"
  say "Removed."
}
