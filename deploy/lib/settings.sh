# shellcheck shell=bash disable=SC2034,SC2154  # the files share their variables
# The choices of this run, saved for the next. They contain no secret: the token is in its own file.

readonly ETC=/etc/harvester OPT=/opt/harvester

# saved NAME: the value that the last run saved.
saved() { [ ! -r "$kept_settings" ] || sed -n "s/^$1: \"\{0,1\}\([^\"]*\)\"\{0,1\}$/\1/p" "$kept_settings"; }

write_settings() {
  cat >"$1" <<SETTINGS
---
# Written by install_harvester.sh, read by it and by the playbooks. Further variables are in vars.yml beside it.
prometheus_endpoint: "$endpoint"
prometheus_node: "$node"
prometheus_port: $prometheus_port
node_exporter_port: $node_exporter_port
prometheus_take_over: $take_over
node_exporter_take_over: $take_over
harvester_remote_desktop: $remote_desktop
SETTINGS
  # Not written if false: it would override the file of --vars.
  [ "$administrator_desktop" = false ] || echo "vncserver_sudo: true" >>"$1"
  local name
  for name in ca_file prometheus_archive node_exporter_archive; do
    [ -z "${!name}" ] || echo "${name/#ca_file/prometheus_ca_file}: \"${!name}\"" >>"$1"
  done
}

# Copies the certificate and the variables, too: the given files may be deleted before the next run.
save_settings() {
  mkdir -p "$ETC"
  keep_file ca_file "$ETC/ca.pem"
  keep_file vars_file "$kept_vars"
  (umask 077 && write_settings "$kept_settings")
  settings=$kept_settings
}

keep_file() {
  local -n file_=$1
  [ -n "$file_" ] || return 0
  [ "$file_" -ef "$2" ] || install -m 0600 "$file_" "$2"
  file_=$2
}

# Copies the installers and the roles, for later runs and for the removal.
save_source() {
  [ ! "$source_dir" -ef "$OPT" ] || return 0
  rm -rf "$OPT.new"
  mkdir -p "$OPT.new/deploy"
  cp -R "$source_dir/harvester-ansible" "$OPT.new/"
  cp -R "$source_dir"/deploy/install_*.sh "$source_dir/deploy/lib" "$source_dir/deploy/harvester" "$OPT.new/deploy/"
  rm -rf "$OPT" "$OPT.new/harvester-ansible/tests"
  mv "$OPT.new" "$OPT"
  source_dir=$OPT
}

# Whether another installer has installed something on this machine: it needs the copy of the project, and Ansible.
is_shared() {
  local other
  for other in "$ETC/settings.yml" "$ETC/aggregator.yml"; do [ "$other" = "$kept_settings" ] || [ ! -e "$other" ] || return 0; done
  return 1
}

# remove_own FILE…: removes these files of this installer, and what is shared unless another one needs it.
remove_own() {
  rm -rf "$kept_settings" "$kept_vars" "$kept_log" "$@"
  is_shared || rm -rf "$OPT" "$ETC" /run/harvester-install.lock
  rmdir --ignore-fail-on-non-empty /var/lib/harvester/packages /var/lib/harvester 2>/dev/null || true
  log_file=''
}
