# shellcheck shell=bash
# The Debian package of the aggregator: installed, used, upgraded, removed, purged. The samples stay.

packaged() { machine package "$@"; }
package_installs() { packaged env DEBIAN_FRONTEND=noninteractive apt-get install -y -q "$@" /root/aggregator.deb; }
package_doctor() { packaged harvester doctor; }
package_notes() { packaged harvester sql 'SELECT text FROM harvester.annotation'; }
package_left_behind() { packaged find /etc /usr /var/lib/dpkg/info /lib/systemd \( -path '*harvester*' \) -print; }

scenario_package() {
  local program
  [ -r "$REAL_JAR" ] || { echo "skipped: needs HARVESTER_TEST_JAR (mvn package)"; return; }
  for program in dpkg-deb java; do command -v "$program" >/dev/null || { echo "skipped: needs $program"; return; }; done
  expect "the package is built" eval '(cd ../.. && deploy/package/build_deb.sh "$MACHINE_STATE")'
  fresh package "$MACHINE_SUBNET.71"
  cp "$MACHINE_STATE"/harvester-aggregator_*_all.deb "$MACHINE_STATE/aggregator.deb"
  machine_put package "$MACHINE_STATE/aggregator.deb" /root
  packaged apt-get -q update >/dev/null
  expect "installs" package_installs
  packaged test -e /usr/bin/harvester || return
  expect "the service becomes ready" within 300 package_doctor
  printed "  on loopback, with an embedded database" 'ok service 127.0.0.1:9201 answers 200 OK ready'
  expect "  as its own user" test "$(packaged systemctl show --property=User --value harvester-aggregator)" = harvester
  expect "  enabled at boot" packaged systemctl is-enabled harvester-aggregator
  expect "only root and the aggregator read the settings" test "$(packaged stat -c '%a %U:%G' /etc/harvester/harvester.properties)" = "640 root:harvester"
  expect "the command works" packaged harvester note "written before the upgrade"
  expect "the manual page is there" packaged test -r /usr/share/man/man8/harvester.8.gz
  packaged sed -i 's/^#HARVESTER_QUERY_TIMEOUT=.*/HARVESTER_QUERY_TIMEOUT=1m/' /etc/harvester/harvester.properties
  expect "an upgrade" package_installs --reinstall -o Dpkg::Options::=--force-confold
  expect "  is ready again" within 300 package_doctor
  expect "  keeps the settings" packaged grep -q '^HARVESTER_QUERY_TIMEOUT=1m' /etc/harvester/harvester.properties
  expect "  keeps the data" package_notes
  printed "    all of them" 'written before the upgrade'
  expect "a purge" packaged env DEBIAN_FRONTEND=noninteractive apt-get purge -y -q harvester-aggregator
  printed "  says where the samples are" 'the samples stay in /var/lib/harvester-aggregator'
  expect "  leaves no file of the program" eval '[ -z "$(package_left_behind)" ]'
  expect "  keeps the samples" packaged test -d /var/lib/harvester-aggregator/data/pgdata
  expect "installed again" package_installs
  expect "  is ready again" within 300 package_doctor
  expect "  has the samples" package_notes
  printed "    all of them" 'written before the upgrade'
}
