# shellcheck shell=bash
# A fleet of clones from a control host by SSH: names of the inventory, tags, batches, removal that ends the token.

control() { machine one sh -c 'cd /root/source/harvester-ansible && ansible-playbook -i /root/inventory "$@"' - "$@"; }
revoked() { stub tokens | python3 -c 'import json, sys; sys.exit(sys.argv[1] in json.load(sys.stdin).values())' "$1"; }

scenario_control() {
  fresh one "$MACHINE_SUBNET.45"
  fresh two "$MACHINE_SUBNET.46"
  machine one sh -c 'apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends ansible-core openssh-client' >/dev/null 2>&1
  machine two sh -c 'apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends openssh-server' >/dev/null 2>&1
  machine_trust one two
  machine one hostname clone
  machine two hostname clone
  # The operator command of the aggregator, by the stub.
  machine one sh -c "cat >/usr/local/bin/operator && chmod +x /usr/local/bin/operator" <<OPERATOR
#!/bin/sh
python3 -c 'import sys, urllib.request as u; u.urlopen("$AGGREGATOR/stub/" + sys.argv[1] + "?node=" + sys.argv[2])' "\$2" "\$3" && echo "revoked 1 tokens of \$3"
OPERATOR
  machine one sh -c "cat >/root/inventory" <<INVENTORY
[harvesters]
lab-45 ansible_connection=local
lab-46 ansible_host=$MACHINE_SUBNET.46 ansible_user=root
[harvesters:vars]
prometheus_endpoint=$AGGREGATOR
prometheus_enrol_key=let-me-in
harvester_aggregator_command=/usr/local/bin/operator
[aggregator]
operator-host ansible_connection=local
INVENTORY
  expect "clones with one host name install, one after the other" control prometheus_ansible/playbook.yml -e harvester_serial=1
  not_printed "  without a warning of Ansible" 'WARNING'
  expect "  under their names in the inventory" eval 'grows node_load1 lab-45 && grows node_load1 lab-46'
  expect "--tags node_exporter" control prometheus_ansible/playbook.yml --tags node_exporter
  not_printed "  leaves Prometheus alone" 'prometheus : Write the configuration'
  expect "it installs as a collection" machine one sh -c 'cd /root/source && ansible-galaxy collection install ./harvester-ansible'
  expect "the second run, from the collection" machine one sh -c 'cd / && ansible-playbook -i /root/inventory harvester.clients.metrics'
  printed "  changes nothing" 'changed=0 .*failed=0'
  not_printed "  on any machine" 'changed=[1-9]'
  expect "the check of the whole site on new machines" control site.yml --check --diff --limit lab-46
  expect "removes lab-46 from the fleet" control remove.yml --limit lab-46
  expect "  its token is ended" revoked lab-46
  expect "  nothing is left on it" eval '! machine two sh -c "ls -d /etc/prometheus /var/lib/prometheus /var/lib/harvester /usr/local/lib/harvester" 2>/dev/null'
  expect "  lab-45 still sends" grows node_load1 lab-45
  machine_cut two
  expect "ends the token of a lost machine" control remove.yml --limit lab-45 --tags token
  expect "  only that" machine one systemctl is-active prometheus
  expect "  its token is ended" revoked lab-45
}
