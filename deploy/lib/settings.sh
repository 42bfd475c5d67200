# shellcheck shell=bash disable=SC2034,SC2154  # the parts share their variables
# What was chosen, kept for the next run. No secret is among it: the token has a file of its own.

readonly ETC=/etc/harvester OPT=/opt/harvester

# saved NAME: what the last run chose.
saved() { [ ! -r "$ETC/settings.yml" ] || sed -n "s/^$1: \"\{0,1\}\([^\"]*\)\"\{0,1\}$/\1/p" "$ETC/settings.yml"; }

write_settings() {
  cat >"$1" <<SETTINGS
---
# Written by install_harvester.sh, read by it and by the playbooks. Further variables: vars.yml beside it.
prometheus_endpoint: "$endpoint"
prometheus_node: "$node"
prometheus_port: $prometheus_port
node_exporter_port: $node_exporter_port
prometheus_take_over: $take_over
node_exporter_take_over: $take_over
harvester_remote_desktop: $remote_desktop
SETTINGS
  local name
  for name in ca_file prometheus_archive node_exporter_archive; do
    [ -z "${!name}" ] || echo "${name/#ca_file/prometheus_ca_file}: \"${!name}\"" >>"$1"
  done
}

# Also the certificate and the variables: the files that were named may be gone tomorrow.
save_settings() {
  mkdir -p "$ETC"
  keep_file ca_file "$ETC/ca.pem"
  keep_file vars_file "$ETC/vars.yml"
  (umask 077 && write_settings "$ETC/settings.yml")
  settings=$ETC/settings.yml
}

keep_file() {
  local -n file_=$1
  [ -n "$file_" ] || return 0
  [ "$file_" -ef "$2" ] || install -m 0600 "$file_" "$2"
  file_=$2
}

# A copy of this installer and of the roles serves later runs and the removal.
save_source() {
  [ ! "$source_dir" -ef "$OPT" ] || return 0
  rm -rf "$OPT.new"
  mkdir -p "$OPT.new/deploy"
  cp -R "$source_dir/harvester-ansible" "$OPT.new/"
  cp -R "$source_dir/deploy/install_harvester.sh" "$source_dir/deploy/lib" "$OPT.new/deploy/"
  rm -rf "$OPT" "$OPT.new/harvester-ansible/tests"
  mv "$OPT.new" "$OPT"
  source_dir=$OPT
}
