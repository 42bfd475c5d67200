# shellcheck shell=bash
# From two new machines to the first row: install_aggregator.sh on one, the line that it prints on the other. Then a second run, another
# certificate, a reboot, an upgrade, and the removal, which keeps the data until it is asked to delete them.

serve() { machine server /root/source/deploy/install_aggregator.sh --unattended --wait 400 "$@"; }
database() { machine server runuser -u postgres -- psql -XAtc "$1" harvester; }
lab_rows() { database "SELECT count(*) FROM metric.node_load1 WHERE node = 'lab'"; }
rows_beyond() { [ "$(lab_rows)" -gt "$1" ]; }
rows_grow() { within "$RESUMED" rows_beyond "$(lab_rows)"; }
server_changed_nothing() { machine server sh -c 'grep "^localhost" /var/log/harvester-aggregator-install.log | tail -n 1' | grep -q 'changed=0 .*failed=0'; }
pid() { machine server systemctl show --property=MainPID --value harvester-aggregator; }
request() { curl --silent --insecure --max-time 20 "$@"; }
server_ready() { [ "$(request --output /dev/null --write-out '%{http_code}' "https://$SERVER:9201/-/ready")" = 200 ]; }
served_fingerprint() { openssl s_client -connect "$SERVER:9201" </dev/null 2>/dev/null | openssl x509 -noout -fingerprint -sha256 | sed 's/^.*=//'; }
serves() { [ "$(served_fingerprint)" = "$1" ]; }
server_packages() { machine server dpkg-query --show --showformat='${db:Status-Abbrev}${Package}\n' | sort; }

# Files beside the database and the record of its packages.
server_left_behind() {
  machine server find / -xdev \( -path /proc -o -path /sys -o -path /run -o -path /tmp -o -path /root -o -path /var/cache/apt -o -path /var/log \
    -o -path /var/lib/postgresql -o -path /var/lib/systemd \) -prune -o \( -type f -o -type l -o -type d \) -newer /root/before -print |
    grep -Ei 'harvester|ansible' |
    grep -Ev '^/etc/postgresql/[0-9]+/main/conf.d/harvester.conf$|^/var/lib/harvester(/packages(/aggregator_database(.users)?)?)?$'
}

scenario_server() {
  local SERVER=$MACHINE_SUBNET.51 began key line token before
  [ -r "$REAL_JAR" ] || { echo "skipped: needs HARVESTER_TEST_JAR (mvn package)"; return; }
  fresh server "$SERVER"
  fresh lab "$MACHINE_SUBNET.52"
  cp "$REAL_JAR" "$MACHINE_STATE/program.jar"
  machine_put server "$MACHINE_STATE/program.jar" /root
  machine server touch /root/before
  server_packages >"$MACHINE_STATE/packages"
  expect "a dry run" serve --dry-run --jar /root/program.jar
  printed "  says what the database means for the disk" 'GB per machine and month'
  expect "  changes nothing" eval '[ -z "$(server_left_behind)" ] && server_packages | diff "$MACHINE_STATE/packages" -'
  expect_refusal 64 "belong together" serve --jar /root/program.jar --tls-key /root/program.jar
  expect_refusal 78 "there is no .*harvester-aggregator.jar" serve

  began=$SECONDS
  expect "installs the aggregator" serve --name "$SERVER" --jar /root/program.jar
  line=$(sed -n 's/^ *sudo \(deploy.install_harvester.sh --unattended .*\)/\1/p' "$MACHINE_STATE/output")
  token=$(grep -Eo '^ +hvr_[^ ]+' "$MACHINE_STATE/output" | tr -d ' ')
  key=$(grep -Eo 'hve_[^ ]+' <<<"$line")
  expect "the line that it prints installs a client" machine lab sh -c "cd /root/source && $line"
  expect "the first row is in the database" within 30 rows_beyond 0
  echo "      $((SECONDS - began)) s from the first command to the first row"
  first_row
  changes_and_reboot
  upgrade
  removal
}

first_row() {
  expect "  written over TLS with the node's own token" test \
    "$(database "SELECT count(*) FROM harvester.node JOIN harvester.node_credential USING (node_id) WHERE name = 'lab'")" = 1
  expect "a write without a credential: 401" test "$(request --output /dev/null --write-out '%{http_code}' --request POST \
    --header 'Content-Type: application/x-protobuf' --header 'Content-Encoding: snappy' "https://$SERVER:9201/api/v1/write")" = 401
  expect "the reader for Grafana sees the client" eval 'request --user "grafana:$token" "https://$SERVER:9201/api/v1/query?query=node_load1" | grep -q "\"node\":\"lab\""'
  expect "no log and no setting contains the key or the token" eval '! grep -rqF -e "$key" -e "$token" "$MACHINE_STATE"/server/root/{var/log,etc,opt}'
  expect "the aggregator runs unprivileged" test "$(machine server systemctl show --property=User --value harvester-aggregator)" = harvester
  expect "only root and the aggregator can read key and password" test "$(machine server stat -c '%a %U:%G' /etc/harvester/tls.key \
    /etc/harvester/database.password | sort -u)" = "640 root:harvester"
  expect "the settings explain every key" eval '[ "$(grep -c "HARVESTER_[A-Z_]*=" "$MACHINE_STATE/server/root/etc/harvester/harvester.properties")" -ge 40 ]'
}

changes_and_reboot() {
  before=$(database 'SELECT count(*) FROM harvester.enrol_key')
  expect "a second run" serve
  expect "  changes nothing" server_changed_nothing
  expect "  and creates no other key" test "$(database 'SELECT count(*) FROM harvester.enrol_key')" = "$before"
  machine server sed -i 's/^#HARVESTER_QUERY_TIMEOUT=.*/HARVESTER_QUERY_TIMEOUT=1m/' /etc/harvester/harvester.properties

  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$MACHINE_STATE/own.key" -out "$MACHINE_STATE/own.pem" -days 2 -subj /CN=own \
    -addext "subjectAltName=IP:$SERVER" 2>/dev/null
  machine_put server "$MACHINE_STATE/own.pem" "$MACHINE_STATE/own.key" /root
  before=$(pid)
  expect_refusal 78 "is not valid for other.example" serve --name other.example --tls-certificate /root/own.pem --tls-key /root/own.key
  expect "takes another certificate" serve --tls-certificate /root/own.pem --tls-key /root/own.key
  expect "  serves it without a restart" within 30 serves "$(openssl x509 -in "$MACHINE_STATE/own.pem" -noout -fingerprint -sha256 | sed 's/^.*=//')"
  expect "  in the same process" test "$(pid)" = "$before"
  expect "  keeps a setting that the operator has changed" machine server grep -q '^HARVESTER_QUERY_TIMEOUT=1m' /etc/harvester/harvester.properties
  expect_refusal 69 "has the fingerprint .*was given" install lab --ca-fingerprint "$(printf '0%.0s' {1..64})"
  expect "the client trusts it by its fingerprint" install lab --ca-fingerprint "$(served_fingerprint)"
  machine server rm /root/own.pem /root/own.key

  machine_reboot server
  began=$SECONDS
  expect "ready after a reboot" within 300 server_ready
  echo "      after $((SECONDS - began)) s"
  expect "  samples arrive" rows_grow
}

# The same program with one more file in its archive.
upgrade() {
  local since
  since=$(database "SELECT max(time) FROM metric.node_load1 WHERE node = 'lab'")
  python3 -c 'import sys, zipfile; zipfile.ZipFile(sys.argv[1], "a").writestr("upgraded", "")' "$MACHINE_STATE/program.jar"
  machine_put server "$MACHINE_STATE/program.jar" /root
  before=$(pid)
  expect "upgrades" serve --jar /root/program.jar
  expect "  to the new program" eval '[ "$(pid)" != "$before" ] && machine server cmp /root/program.jar /opt/harvester-aggregator/lib/harvester-aggregator.jar'
  expect "  samples arrive" rows_grow
  expect "  the certificate is the same, although its files are deleted" serves \
    "$(openssl x509 -in "$MACHINE_STATE/own.pem" -noout -fingerprint -sha256 | sed 's/^.*=//')"
  expect_complete "  none is missing or doubled" lab \
    database "SELECT (extract(epoch FROM time) * 1000)::bigint FROM metric.node_load1 WHERE node = 'lab' AND time >= '$since'"
}

removal() {
  before=$(lab_rows)
  expect "uninstalls" serve --uninstall
  expect "  the samples stay" rows_beyond $((before - 1))
  expect "  and nothing else is left" eval '! server_left_behind'
  expect "  nor a package beside PostgreSQL" eval '! comm -13 "$MACHINE_STATE/packages" <(server_packages) | grep -E "jre|ansible"'
  expect "installs again" serve --name "$SERVER" --jar /root/program.jar
  expect "  on the same samples" rows_beyond $((before - 1))
  expect "uninstalls with the data" serve --uninstall --delete-data
  expect "  no package is left" eval 'server_packages | diff "$MACHINE_STATE/packages" -'
  expect "  nor data" eval '! machine server sh -c "ls -d /var/lib/postgresql /etc/postgresql /var/lib/harvester /etc/harvester" 2>/dev/null'
}
