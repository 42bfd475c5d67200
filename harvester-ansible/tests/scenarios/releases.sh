# shellcheck shell=bash
# Programs from archives, without a package: install, upgrade, back; the protocol follows the version.

version() { machine lab /usr/local/bin/prometheus --version 2>&1 | sed -n 's/^prometheus, version \([0-9.]*\).*/\1/p'; }
protocol() { machine lab sh -c 'grep -q io.prometheus.write.v2 /etc/prometheus/prometheus.yml && echo 2.0 || echo 1.0'; }

scenario_releases() {
  local archives=${HARVESTER_TEST_ARCHIVES:-} release expected
  [ -n "$archives" ] || { echo "skipped: needs HARVESTER_TEST_ARCHIVES"; return; }
  fresh lab "$MACHINE_SUBNET.15"
  machine_put lab "$archives"/*.tar.gz /root/archives
  for release in $(machine lab sh -c 'cd /root/archives; ls -v prometheus-*.tar.gz; ls -vr prometheus-*.tar.gz | tail -n +2'); do
    expected=${release#prometheus-} expected=${expected%%.linux*}
    expect "installs $release" install lab --endpoint "$AGGREGATOR" --enrol-key let-me-in --node lab-05 \
      --prometheus-archive "/root/archives/$release" --node-exporter-archive "$(machine lab sh -c 'ls /root/archives/node_exporter-*.tar.gz')"
    expect "it is $expected and speaks $(protocol)" test "$(version)" = "$expected" -a "$(protocol)" = "$([ "${expected%%.*}" -ge 3 ] && echo 2.0 || echo 1.0)"
    expect "samples arrive" grows node_load1 lab-05
  done
  expect "no package was needed" eval '! machine lab dpkg --status prometheus'
  machine lab rm -r /root/archives
  expect "a run without the archives is fine" install lab
}
