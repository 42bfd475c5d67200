# shellcheck shell=bash
# Without access to packages: nothing is enrolled before Ansible is at hand, and archives and the removal need no packages.

break_apt() { machine lab sh -c "sed -i 's/:3128/:9/' /etc/apt/apt.conf.d/01test && rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb"; }
mend_apt() { machine lab sh -c "sed -i 's|:9\"|:3128\"|' /etc/apt/apt.conf.d/01test"; }
uses_left() { stub keys | python3 -c 'import json, sys; print(json.load(sys.stdin)["let-me-in"])'; }

# Releases made from the distribution's packages, with the layout of the upstream archives.
make_archives() {
  machine lab sh -c 'set -e; cd /root; apt-get -q update; apt-get -q download prometheus prometheus-node-exporter
    ! apt-cache show promtool >/dev/null 2>&1 || apt-get -q download promtool     # a package of its own since Debian 13
    mkdir -p archives
    for package in *.deb; do dpkg-deb -x $package unpacked; done
    mkdir prometheus-1.0.linux-amd64 node_exporter-1.0.linux-amd64
    cp unpacked/usr/bin/prometheus unpacked/usr/bin/promtool prometheus-1.0.linux-amd64
    cp unpacked/usr/bin/prometheus-node-exporter node_exporter-1.0.linux-amd64/node_exporter
    for folder in prometheus-1.0.linux-amd64 node_exporter-1.0.linux-amd64; do tar -czf archives/$folder.tar.gz $folder; done
    rm -r unpacked *.deb *-1.0.linux-amd64' >/dev/null
}

scenario_offline() {
  local before
  fresh lab "$MACHINE_SUBNET.44"
  local right=(--endpoint "$AGGREGATOR" --enrol-key let-me-in --node lab-44)
  right+=(--prometheus-archive /root/archives/prometheus-1.0.linux-amd64.tar.gz --node-exporter-archive /root/archives/node_exporter-1.0.linux-amd64.tar.gz)
  expect "archives" make_archives
  break_apt
  before=$(uses_left)
  expect_refusal 69 "cannot download Ansible, which this machine does not have" install lab "${right[@]}"
  expect "  the key was not used" test "$(uses_left)" = "$before"
  expect "  nothing is installed" eval '! machine lab sh -c "ls -d /etc/harvester /opt/harvester /var/lib/harvester /etc/prometheus" 2>/dev/null'
  expect "  uninstalling succeeds" install lab --uninstall

  mend_apt
  machine lab sh -c 'apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends ansible-core' >/dev/null 2>&1
  break_apt
  expect "with Ansible, archives install without access to packages" install lab "${right[@]}"
  expect "  samples arrive" grows node_load1 lab-44
  expect "  uninstalls without access to packages" install lab --uninstall
  expect "  and leaves nothing" eval '! machine lab sh -c "ls -d /etc/harvester /opt/harvester /var/lib/harvester /etc/prometheus /var/lib/prometheus /usr/local/lib/harvester /usr/local/bin/prometheus" 2>/dev/null'
}
