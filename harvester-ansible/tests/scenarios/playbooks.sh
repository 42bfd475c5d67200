# shellcheck shell=bash
# The playbooks without the installer, from another directory and with an inventory without groups.

run_playbook() {
  machine lab sh -c 'cd / && ansible-playbook -i /root/inventory /root/source/harvester-ansible/prometheus_ansible/playbook.yml "$@"' - "$@"
}

# Succeeds if no files, users, packages or units of the components exist.
bare() {
  ! machine lab sh -c 'ls -d /etc/prometheus /var/lib/prometheus /var/lib/harvester /var/lib/node_exporter /usr/local/bin/prometheus \
      /usr/local/bin/node_exporter /etc/systemd/system/*prometheus* /etc/systemd/system/node_exporter* /tmp/*harvester ||
    getent passwd prometheus node_exporter || dpkg --status prometheus prometheus-node-exporter' 2>/dev/null
}

refuses() {
  expect_refusal 2 "$@"
  expect "  nothing was changed" bare
}

scenario_playbooks() {
  fresh lab "$MACHINE_SUBNET.18"
  machine lab sh -c 'echo "localhost ansible_connection=local" > /root/inventory; echo wrong > /root/prometheus-2.53.0.linux-amd64.tar.gz'
  machine lab sh -c 'apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends ansible-core' >/dev/null 2>&1
  local right=(-e "prometheus_endpoint=$AGGREGATOR" -e prometheus_enrol_key=let-me-in -e prometheus_node=Lab_07.left-hand)
  local playbook
  for playbook in site.yml prometheus_ansible/playbook.yml novnc_ansible/playbook.yml novnc_ansible/gateway.yml; do
    expect "the syntax of $playbook, from another directory" machine lab ansible-playbook -i /root/inventory --syntax-check "/root/source/harvester-ansible/$playbook"
  done

  refuses "prometheus_endpoint is ''" run_playbook
  refuses "prometheus_endpoint is 'aggregator:9201'" run_playbook "${right[@]}" -e prometheus_endpoint=aggregator:9201
  refuses "prometheus_node is 'lab 07'" run_playbook "${right[@]}" -e '{"prometheus_node": "lab 07"}'
  refuses "The aggregator is not ready" run_playbook "${right[@]}" -e "prometheus_endpoint=http://$MACHINE_GATEWAY:9"
  refuses "The aggregator is not ready" run_playbook "${right[@]}" -e prometheus_endpoint=http://aggregator.invalid:9201
  aggregator_start 9203 --clock 3600
  refuses "clock of this machine differs from the aggregator's by -3[56][0-9][0-9] s" run_playbook "${right[@]}" -e "prometheus_endpoint=http://$MACHINE_GATEWAY:9203"
  refuses "does not accept prometheus_token" run_playbook "${right[@]}" -e prometheus_token=wrong
  refuses "key is unknown, expired or used up" run_playbook "${right[@]}" -e prometheus_enrol_key=wrong
  expect_refusal 2 "sha256" run_playbook "${right[@]}" \
    -e prometheus_archive=/root/prometheus-2.53.0.linux-amd64.tar.gz -e "prometheus_sha256=$(printf '%064d' 0)"
  expect "  no program was installed" eval '! machine lab test -e /usr/local/bin/prometheus'

  expect "installs with the right settings" run_playbook "${right[@]}"
  expect "samples arrive under that name" grows node_load1 Lab_07.left-hand
  expect "the second run" run_playbook "${right[@]}"
  printed "changes nothing" 'changed=0 '
  machine lab cp /etc/prometheus/aggregator.token /root/token
  expect "removal" run_playbook -e prometheus_state=absent -e node_exporter_state=absent
  expect "leaves nothing" bare
  refuses "prometheus_token belongs to the node Lab_07.left-hand, not to lab-08" run_playbook "${right[@]}" \
    -e prometheus_node=lab-08 -e "prometheus_token=$(machine lab cat /root/token)"
}
