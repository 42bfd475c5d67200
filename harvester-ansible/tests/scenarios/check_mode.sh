# shellcheck shell=bash
# ansible-playbook --check --diff lists the changes without making any, on a new machine and on an installed one.

play() {
  machine lab sh -c 'cd /root/source/harvester-ansible && ansible-playbook -i /root/inventory prometheus_ansible/playbook.yml "$@"' - \
    -e "prometheus_endpoint=$AGGREGATOR" -e prometheus_node=lab-04 -e prometheus_enrol_key=let-me-in "$@"
}

# With the metrics and the desktop.
site() {
  machine lab sh -c 'cd /root/source/harvester-ansible && ansible-playbook -i /root/inventory site.yml "$@"' - \
    -e "prometheus_endpoint=$AGGREGATOR" -e prometheus_node=lab-04 -e prometheus_enrol_key=let-me-in "$@"
}

scenario_check_mode() {
  fresh lab "$MACHINE_SUBNET.14"
  machine lab sh -c 'printf "[harvesters]\nlocalhost ansible_connection=local\n" > /root/inventory'
  machine lab sh -c 'apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends ansible-core' >/dev/null 2>&1
  expect "check mode on a new machine" play --check --diff
  printed "shows the configuration" external_labels
  expect "check mode of the whole site on a new machine" site --check --diff
  printed "lists the packages of the desktop" 'would install tightvncserver, tightvncpasswd, openbox, xterm, xauth'
  expect "and changes nothing" eval '! machine lab sh -c "ls -d /etc/prometheus /var/lib/harvester /etc/systemd/system/prometheus.service || getent passwd prometheus" 2>/dev/null'
  expect "installs" play
  expect "check mode on an installed machine" play --check --diff
  printed "finds nothing to change" 'changed=0 '
  expect "the second run" play
  printed "changes nothing" 'changed=0 '
  expect "removal in check mode" play --check -e prometheus_state=absent -e node_exporter_state=absent
  expect "removes nothing" machine lab systemctl is-active prometheus node_exporter
  expect "removal" play -e prometheus_state=absent -e node_exporter_state=absent
  expect "removes everything" eval '! machine lab sh -c "ls -d /etc/prometheus /var/lib/prometheus /var/lib/harvester" 2>/dev/null'
}
