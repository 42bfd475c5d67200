# shellcheck shell=bash
# Invalid settings and unfit machines are rejected with cause and remedy, before anything is changed.

untouched() { ! machine lab sh -c 'ls -d /etc/harvester /opt/harvester /var/lib/harvester /etc/prometheus/aggregator.token; command -v ansible-playbook' 2>/dev/null; }

refused() { expect_refusal "$@"; expect "  nothing was changed" untouched; }

scenario_refusals() {
  local right
  fresh lab "$MACHINE_SUBNET.13"
  right=(--endpoint "$AGGREGATOR" --enrol-key let-me-in --node lab-03)
  refused 64 "endpoint is missing" install lab
  refused 64 "not a valid address" install lab --endpoint aggregator:9201
  refused 64 "not a valid node name" install lab "${right[@]}" --node 'lab 03'
  refused 69 "cannot be resolved" install lab "${right[@]}" --endpoint https://aggregator.invalid:9201
  refused 69 "cannot connect" install lab "${right[@]}" --endpoint "http://$MACHINE_GATEWAY:9"
  refused 69 "not an aggregator" install lab "${right[@]}" --endpoint "http://$MACHINE_GATEWAY:3128"
  refused 77 "requires a credential" install lab --endpoint "$AGGREGATOR"
  refused 77 "does not accept this enrolment key" install lab "${right[@]}" --enrol-key wrong
  machine lab sh -c 'echo wrong > /root/token'
  refused 77 "does not accept this token" install lab --endpoint "$AGGREGATOR" --token-file /root/token
  machine lab cp -R /root/source /srv
  refused 77 "needs root" machine lab setpriv --reuid=65534 --clear-groups /srv/source/deploy/install_harvester.sh "${right[@]}"

  aggregator_start 9203 --clock 3600
  refused 78 "clock of this machine differs from the aggregator's by -3[56][0-9][0-9] s; at most 300 s" install lab "${right[@]}" --endpoint "http://$MACHINE_GATEWAY:9203"

  machine_cut lab
  refused 69 "cannot connect\|in time" install lab "${right[@]}"
  machine_join lab

  machine lab systemd-run --quiet --unit=other python3 -m http.server 9090
  within 10 machine lab python3 -c 'import socket; socket.create_connection(("localhost", 9090))' 2>/dev/null
  refused 78 "port 9090 is in use by python3 (pid [0-9]*, other.service)" install lab "${right[@]}"
  machine lab systemctl stop other

  machine lab sh -c 'mkdir -p /var/lib/prometheus && mount -t tmpfs -o size=20m full /var/lib/prometheus'
  refused 78 "/var/lib/prometheus has 20 MB free" install lab "${right[@]}"
  machine lab sh -c 'umount /var/lib/prometheus && rmdir /var/lib/prometheus'

  refused 78 "systemd does not run this machine" \
    unshare --mount bash -c 'mount -t tmpfs none /run && "$1/deploy/install_harvester.sh" --unattended --endpoint "$2"' - "$(readlink -f ../..)" "$AGGREGATOR"

  machine lab sh -c 'apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends prometheus prometheus-node-exporter' >/dev/null 2>&1
  refused 78 "prometheus.service already exists .*from the package prometheus" install lab "${right[@]}"
  expect "the distribution's services are still running" machine lab systemctl is-active prometheus prometheus-node-exporter
  take_over_and_back
  take_over_own_files
}

take_over_and_back() {
  expect "--take-over replaces them" install lab "${right[@]}" --take-over
  expect "  samples arrive" grows node_load1 lab-03
  expect "uninstalls" install lab --uninstall
  expect "  keeps the distribution's packages" machine lab dpkg --verify prometheus prometheus-node-exporter
  expect "  and its configuration" machine lab grep -q alertmanagers /etc/prometheus/prometheus.yml
  expect "  its services run again" machine lab systemctl is-active prometheus prometheus-node-exporter
  expect "  and are enabled" machine lab systemctl is-enabled prometheus prometheus-node-exporter
  expect "  and nothing else is left" eval '! machine lab sh -c "ls -d /var/lib/harvester /etc/prometheus/aggregator* /usr/local/bin/prometheus /usr/local/lib/harvester" 2>/dev/null'
}

# An installation by hand, with a unit, programs and samples where this one has its own.
take_over_own_files() {
  machine lab sh -c 'systemctl stop prometheus prometheus-node-exporter
    cp /usr/bin/prometheus /usr/bin/promtool /usr/local/bin/; chown prometheus /var/lib/prometheus
    printf "%s\n" "[Service]" "User=prometheus" "ExecStart=/usr/local/bin/prometheus --config.file=/etc/prometheus/prometheus.yml --storage.tsdb.path=/var/lib/prometheus" \
      "[Install]" "WantedBy=multi-user.target" >/etc/systemd/system/prometheus.service
    systemctl daemon-reload; systemctl restart prometheus; sleep 20; find /etc/systemd/system/prometheus.service /usr/local/bin -type f | sort | xargs sha256sum >/root/own
    touch /var/lib/prometheus/wal/mine'
  expect "--take-over replaces an installation by hand" install lab "${right[@]}" --take-over --node lab-04
  expect "  samples arrive" grows node_load1 lab-04
  expect "uninstalls" install lab --uninstall
  expect "  its files are as before" machine lab sha256sum --check /root/own
  expect "  its samples, too" machine lab test -e /var/lib/prometheus/wal/mine
  expect "  it runs again" machine lab systemctl is-active prometheus
}
