# shellcheck shell=bash disable=SC2034,SC2154  # the files share their variables
# The list of what an installation changes on this machine, printed before the first change. The names of packages are read from
# the roles that install them.

list_changes() {
  say "To be installed on $(uname -n), where missing, for the metrics:"
  list_metrics
  [ "$take_over" = false ] || change replaced "the existing node_exporter and Prometheus; --uninstall gives them back"
  if [ "$remote_desktop" = true ]; then
    say "To be installed, where missing, for the desktop in the browser:"
    list_desktop
  fi
  [ "$desktop_removal" = false ] || say "The desktop in the browser is removed, with its packages, users and passwords."
  say "To undo all this: $OPT/deploy/install_harvester.sh --uninstall"
}

change() { say "$(printf '  %-9s %s' "$1" "$2")"; }

list_metrics() {
  local packages='' programs='' watchdog=''
  has_ansible || packages=', ansible-core, python3-apt'
  add_program prometheus prometheus
  add_program node_exporter prometheus-node-exporter
  [ "$(text_in_vars prometheus_watchdog true)" = false ] || watchdog=", harvester-watchdog.timer"
  [ -z "$packages" ] || change packages "${packages#, }, and what these need"
  [ -z "$programs" ] || change programs "${programs#, }"
  change services "node_exporter.service, prometheus.service$watchdog"
  change users "node_exporter, prometheus"
  change ports "$node_exporter_port and $prometheus_port on loopback"
  change files "/etc/prometheus, /etc/harvester, /opt/harvester, /usr/local/bin, /usr/local/lib/harvester, /var/lib/harvester, /var/lib/node_exporter"
  change samples "/var/lib/prometheus, at most $(($(space_needed) - 256)) MB"
}

# add_program ROLE PACKAGE: adds the source of a program to packages or programs, as the role release chooses it.
add_program() {
  local archive=$1_archive method
  method=$(text_in_vars "$1_install_method" auto)
  [ "$method" != auto ] || [ -z "$(text_in_vars "$1_version" '')" ] || method=url
  if [ "$method" != package ] && [ -n "${!archive}" ]; then programs+=", $1 from ${!archive}"
  elif [ "$method" = package ] || { [ "$method" = auto ] && command -v apt-get >/dev/null; }; then packages+=", $2"
  else programs+=", $1 from its upstream release"; fi
}

list_desktop() {
  local user tunnel
  user=$(text_in_vars vncserver_user harvester-desktop)
  tunnel=$(text_in_vars reverse_tunnel_enabled false)
  change packages "$(desktop_packages), and what these need (about 500 MB)"
  change services "$(starts_on_demand && echo 'novnc.socket, ')novnc.service, vncserver.service$([ "$tunnel" = false ] || echo ', harvester-tunnel.service')"
  change users "$user, novnc$([ -n "$(text_in_vars novnc_archive '')" ] || echo ', nova (of the package novnc)')$([ "$tunnel" = false ] || echo ', harvester-tunnel')"
  change ports "$(desktop_port) on $(desktop_address), with TLS, user and password; $((5900 + $(number_in_vars vncserver_display 2))) on loopback"
  change files "/etc/novnc, /etc/vncserver, /opt/noVNC, /usr/local/bin/vncserver, /var/lib/novnc, $(text_in_vars vncserver_home /var/lib/harvester-desktop)"
  if desktop_has_sudo; then change root "the user $user may use sudo without a password: the passwords of the desktop give root access"
  else change root "the user $user cannot become root"; fi
}

starts_on_demand() { [ "$(text_in_vars novnc_on_demand "$(text_in_vars vncserver_on_demand true)")" = true ]; }
desktop_has_sudo() { [ "$administrator_desktop" = true ] || [ "$(text_in_vars vncserver_sudo false)" = true ]; }

desktop_packages() {
  local roles=$source_dir/harvester-ansible/roles list=''
  list+=$(role_packages vncserver "$(text_in_vars vncserver_implementation tightvnc)")
  list+=", $(role_packages vncserver "$(text_in_vars vncserver_desktop openbox)")"
  list+=", $(role_packages vncserver vncserver_common_packages), $(role_packages novnc novnc_packages)"
  [ -n "$(text_in_vars novnc_archive '')" ] || list+=", novnc"
  ! desktop_has_sudo || list+=", sudo"
  [ "$(text_in_vars reverse_tunnel_enabled false)" = false ] || list+=", $(role_packages reverse_tunnel reverse_tunnel_packages)"
  list+=", $(sed -n 's/^vncserver_extra_packages: *\[\(.*\)\] *$/\1/p' "${vars_file:-/dev/null}")"
  sed 's/\(, \)\{2,\}/, /g; s/, *$//' <<<"$list"
}

# role_packages ROLE NAME: the list NAME of the role's vars, or the packages of the choice NAME.
role_packages() {
  sed -n "/^\(  \)\{0,1\}$2:/,/\]/ s/.*\(packages\|^$2\): *\[\(.*\)\].*/\2/p" "$source_dir/harvester-ansible/roles/$1/vars/main.yml" | head -n 1
}
