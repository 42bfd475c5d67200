# shellcheck shell=bash
# Programs from archives, without packages: install, upgrade, downgrade; the protocol follows the version.

version() { machine lab /usr/local/bin/prometheus --version 2>&1 | sed -n 's/^prometheus, version \([0-9.]*\).*/\1/p'; }
protocol() { machine lab sh -c 'grep -q io.prometheus.write.v2 /etc/prometheus/prometheus.yml && echo 2.0 || echo 1.0'; }

# A web server with the layout of the upstream releases: the archive and the checksums beside it.
releases_by_url() {
  local www=$MACHINE_STATE/www newest address=http://$MACHINE_GATEWAY:9299
  newest=$(basename "$(find "$archives" -name 'prometheus-*.tar.gz' | sort -V | tail -n 1)")
  mkdir -p "$www"
  cp "$archives"/*.tar.gz "$www"
  (cd "$www" && sha256sum ./*.tar.gz | sed 's|\./||' >sha256sums.txt && mv "$newest" "good-$newest" && head -c 1000 "good-$newest" >"$newest")
  python3 -m http.server --bind "$MACHINE_GATEWAY" --directory "$www" 9299 >/dev/null 2>&1 &
  local server=$!
  machine lab sh -c "printf '%s\n' 'prometheus_install_method: url' 'prometheus_url: $address/$newest' >/root/vars.yml"
  machine lab sh -c 'echo forgotten >/var/lib/harvester/prometheus/release; sed -i /_archive/d /etc/harvester/settings.yml'
  expect_refusal 70 "could not be downloaded and verified" install lab --vars /root/vars.yml
  mv "$www/good-$newest" "$www/$newest"
  expect "installs from a URL, with the checksums beside the archive" install lab --vars /root/vars.yml
  kill "$server"
}

scenario_releases() {
  local archives=${HARVESTER_TEST_ARCHIVES:-} release expected
  [ -n "$archives" ] || { echo "skipped: needs HARVESTER_TEST_ARCHIVES"; return; }
  fresh lab "$MACHINE_SUBNET.15"
  machine_put lab "$archives"/*.tar.gz /root/archives
  for release in $(machine lab sh -c 'cd /root/archives; ls -v prometheus-*.tar.gz; ls -vr prometheus-*.tar.gz | tail -n +2'); do
    expected=${release#prometheus-} expected=${expected%%.linux*}
    expect "installs $release" install lab --endpoint "$AGGREGATOR" --enrol-key let-me-in --node lab-05 \
      --prometheus-archive "/root/archives/$release" --node-exporter-archive "$(machine lab sh -c 'ls /root/archives/node_exporter-*.tar.gz')"
    expect "it is $expected and sends remote write $(protocol)" test "$(version)" = "$expected" -a "$(protocol)" = "$([ "${expected%%.*}" -ge 3 ] && echo 2.0 || echo 1.0)"
    expect "samples arrive" grows node_load1 lab-05
  done
  releases_by_url
  expect "no package was needed" eval '! machine lab dpkg --status prometheus'
  machine lab rm -r /root/archives
  expect "a run without the archives succeeds" install lab
}
