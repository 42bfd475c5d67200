# shellcheck shell=bash
# A play and the installer end well only when the aggregator has acknowledged a sample of this run under this name. A change of the
# name never sends samples under one name with the token of the other.

lab_play() {
  machine lab sh -c 'cd /root/source/harvester-ansible && ansible-playbook -i /root/inventory prometheus_ansible/playbook.yml "$@"' - \
    -e "prometheus_endpoint=$AGGREGATOR" "$@"
}
none_refused() { [ "$(refused_samples)" = "$1" ]; }

scenario_delivery() {
  fresh lab "$MACHINE_SUBNET.19"
  machine lab sh -c 'printf "[harvesters]\nlocalhost ansible_connection=local\n" > /root/inventory'
  machine lab sh -c 'apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends ansible-core' >/dev/null 2>&1
  expect "the play installs lab-31" lab_play -e prometheus_node=lab-31 -e prometheus_enrol_key=let-me-in

  expect_refusal 2 "the installed token belongs to the node lab-31, not to lab-32" lab_play -e prometheus_node=lab-32
  expect "  lab-31 still sends" grows node_load1 lab-31
  expect_refusal 2 "prometheus_token (401" lab_play -e prometheus_node=lab-31 -e prometheus_token=wrong
  expect "renames it in the inventory, with a key" lab_play -e prometheus_node=lab-32 -e prometheus_enrol_key=let-me-in
  expect "  when the play ends, a sample of lab-32 has arrived" has_arrived lab-32
  expect "  no sample was refused on the way: $(stub refused)" none_refused 0

  stub 'revoke?node=lab-32' >/dev/null
  expect_refusal 2 "does not accept the installed token (401" lab_play -e prometheus_node=lab-32
  expect "enrols again with a key" lab_play -e prometheus_node=lab-32 -e prometheus_enrol_key=again
  expect "  samples arrive" grows node_load1 lab-32
  expect "the second run" lab_play -e prometheus_node=lab-32 -e prometheus_enrol_key=again
  printed "  changes nothing" 'changed=0 '

  stub 'refuse?node=lab-32' >/dev/null
  expect_refusal 2 "has acknowledged no sample of lab-32 within 40 s .*[1-9][0-9]* samples were refused" \
    lab_play -e prometheus_node=lab-32 -e prometheus_wait_for_delivery=40
  expect_refusal 75 "has acknowledged no sample of lab-32" install lab --endpoint "$AGGREGATOR" --node lab-32 --wait 40

  expect "the installer renames it" install lab --node lab-33 --enrol-key let-me-in
  expect "  when it ends, a sample of lab-33 has arrived" has_arrived lab-33
  expect "  no sample of another name was refused: $(stub refused)" eval '! stub refused | grep -q lab-33'
  stub 'revoke?node=lab-33' >/dev/null
  expect_refusal 77 "does not accept this token" install lab
  expect "the installer enrols it again" install lab --enrol-key again
  expect "  samples arrive" grows node_load1 lab-33
}
