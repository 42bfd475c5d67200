# shellcheck shell=bash
# One inventory for server and clients: site.yml installs the aggregator, and enrols the machines there.

site_play() { machine server sh -c 'cd /root/source/harvester-ansible && ansible-playbook -i /root/inventory site.yml --tags "$@"' - "$@"; }
site_rows() { [ "$(machine server runuser -u postgres -- psql -XAtc "SELECT count(*) FROM metric.node_load1 WHERE node = '$1'" harvester)" -gt 0 ]; }

scenario_site() {
  [ -r "$REAL_JAR" ] || { echo "skipped: needs HARVESTER_TEST_JAR (mvn package)"; return; }
  fresh server "$MACHINE_SUBNET.53"
  fresh lab "$MACHINE_SUBNET.54"
  cp "$REAL_JAR" "$MACHINE_STATE/program.jar"
  machine_put server "$MACHINE_STATE/program.jar" /root
  machine server sh -c 'apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends ansible-core openssh-client' >/dev/null 2>&1
  machine lab sh -c 'apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends openssh-server' >/dev/null 2>&1
  machine_trust server lab
  machine server sh -c "cat >/root/inventory" <<INVENTORY
[aggregator]
server ansible_connection=local aggregator_name=$MACHINE_SUBNET.53 aggregator_jar='{{ inventory_dir }}/program.jar'
[harvesters]
lab-54 ansible_host=$MACHINE_SUBNET.54 ansible_user=root
INVENTORY
  expect "the check of the aggregator on a new machine" site_play aggregator --check --diff
  expect "the check of server and client, both new" site_play aggregator,metrics --check --diff
  expect "  changes nothing" eval '! machine server sh -c "ls -d /etc/harvester /opt/harvester-aggregator || getent passwd harvester" 2>/dev/null &&
    ! machine lab sh -c "ls -d /etc/prometheus /var/lib/harvester" 2>/dev/null'
  expect_refusal 2 "aggregator_jar is '/root/other.jar', but the control host has no such file" site_play aggregator -e aggregator_jar=/root/other.jar
  expect "  nothing was changed" eval '! machine server sh -c "ls -d /etc/harvester /var/lib/harvester /opt/harvester-aggregator" 2>/dev/null'
  expect "server and client install from one inventory" site_play aggregator,metrics
  expect "  when the play ends, a row is in the database" site_rows lab-54
  expect "the second run" site_play aggregator,metrics
  not_printed "  changes nothing" 'changed=[1-9]'
  expect "the machine is removed, and its token ended" machine server sh -c 'cd /root/source/harvester-ansible && ansible-playbook -i /root/inventory remove.yml --limit lab-54'
  printed "  on the aggregator of the inventory" 'lab-54 -> server'
  expect "the check of a new machine with the aggregator" site_play metrics --check --diff
  printed "  says that it would be enrolled" 'lab-54.*changed=[1-9]'
}
