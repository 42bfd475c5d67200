# shellcheck shell=bash disable=SC2034,SC2154  # the files share their variables
# The desktop in the browser: questions and warnings, installation, removal.

desktop_is_offered() { [ -f "$source_dir/harvester-ansible/novnc_ansible/install_novnc.sh" ]; }
desktop_is_installed() { compgen -G '/etc/systemd/system/novnc.*' >/dev/null || [ -e /etc/systemd/system/vncserver.service ]; }
desktop_port() { number_in_vars novnc_port 6082; }
# The address on which the page listens; with a reverse tunnel, only loopback.
desktop_address() {
  local address
  address=$(text_in_vars novnc_listen_address "$([ "$(text_in_vars reverse_tunnel_enabled false)" = false ] || echo 127.0.0.1)")
  case $address in '') echo "all addresses" ;; 127.*) echo loopback ;; *) echo "$address" ;; esac
}

ask_for_desktop() {
  desktop_is_offered || return 0
  if [ "$desktop_decided" = false ]; then
    local default=n
    [ "$remote_desktop" = false ] || default=y
    remote_desktop=false
    say "The desktop in the browser listens on port $(desktop_port) on $(desktop_address) of this machine, with TLS, user and password."
    ! yes_or_no "Install a desktop in the browser, for remote maintenance?" "$default" || remote_desktop=true
  fi
  if [ "$remote_desktop" = true ]; then ask_for_administrator; else ask_for_removal; fi
  require check_desktop_machine
}

# Neither su nor sudo works in the default desktop.
ask_for_administrator() {
  [ "$administrator_decided" = false ] || return 0
  say "The user of the desktop cannot become root$(has_ssh_server || echo ", and this machine has no SSH server: the desktop can show, but not maintain"). With an administrator's desktop its passwords give root access."
  local default=n
  [ "$administrator_desktop" = false ] || default=y
  administrator_desktop=false
  ! yes_or_no "Install an administrator's desktop, with sudo?" "$default" || administrator_desktop=true
}

ask_for_removal() {
  desktop_is_installed || return 0
  ! yes_or_no "A desktop is installed and listens on port $(desktop_port). Remove it?" y || desktop_removal=true
}

has_ssh_server() { [ -x /usr/sbin/sshd ]; }

warn_about_desktop() {
  if ! desktop_is_offered || [ "$remote_desktop$administrator_desktop" != truefalse ]; then return 0; fi
  has_ssh_server ||
    warn "the user of the desktop cannot become root, and this machine has no SSH server: the desktop can show, but not maintain. With --administrator-desktop its passwords give root access."
}

# After the metrics: installs the desktop, removes it, or says that it stays.
apply_desktop() {
  if [ "$remote_desktop" = true ]; then
    install_remote_desktop
    say "Port $(desktop_port) is open on $(desktop_address); node_exporter and Prometheus listen on loopback only."
  elif [ "$desktop_removal" = true ]; then
    settings=$work/settings.yml
    printf '%s_state: absent\n' vncserver novnc reverse_tunnel >"$settings"
    remove_desktop
  elif desktop_is_installed; then
    say "A desktop in the browser is still installed and listens on port $(desktop_port). To remove it: $OPT/harvester-ansible/novnc_ansible/install_novnc.sh --uninstall"
  fi
}

install_remote_desktop() {
  step "Installing the desktop in the browser"
  remote_desktop_script "$settings" || die "$EXIT_FAILED" "cannot install the desktop in the browser; the metrics are collected." "Correct the cause above, then run this again."
}

# remote_desktop_script SETTINGS [ARGUMENT]…
remote_desktop_script() {
  local file=$1
  shift
  ANSIBLE_HOME=$work/ansible ANSIBLE_LOCAL_TEMP=$work/ansible/tmp ANSIBLE_REMOTE_TEMP=$work/ansible/tmp \
    bash "$source_dir/harvester-ansible/novnc_ansible/install_novnc.sh" ${vars_file:+--settings "$vars_file"} --settings "$file" "$@"
}

remove_desktop() {
  step "Removing the desktop in the browser"
  logged_play novnc_ansible/playbook.yml || play_failed "remove the desktop"
}
