# shellcheck shell=bash
# Installation, a second run, a reboot, another address, and removal.

only_loopback() { ! machine lab ss -Hltn | awk '{ print $4 }' | grep -Ev '^(127\.|\[::1\])'; }
packages() { machine lab dpkg-query --show --showformat='${db:Status-Abbrev}${Package}\n' | sort; }
users() { machine lab getent passwd | sort; }
property() { machine lab systemctl show --property="$2" --value "$1"; }
changed_nothing() { machine lab sh -c 'grep "^localhost" /var/log/harvester-install.log | tail -n 1' | grep -q 'changed=0 .*failed=0'; }

# Prometheus looks for targets every 5 s, and scrapes a new one within a scrape interval. The time that a slow host needs to start it
# does not count.
first_sample_is_early() {
  local settings_read
  settings_read=$(first_value prometheus_config_last_reload_success_timestamp_seconds)
  [ $(($(times node_load1 lab-01 | head -n 1) / 1000 - ${settings_read%.*})) -le 21 ]
}
first_value() {
  machine lab python3 -c '
import json, sys, urllib.parse, urllib.request
query = urllib.parse.urlencode({"query": "min_over_time(" + sys.argv[1] + "[1d])"})
print("%f" % float(json.load(urllib.request.urlopen("http://localhost:9090/api/v1/query?" + query))["data"]["result"][0]["value"][1]))' "$1"
}

# Lists files that a removal must not leave.
left_behind() {
  machine lab find / -xdev \( -path /proc -o -path /sys -o -path /run -o -path /tmp -o -path /root/source -o -path /var/cache/apt \) -prune -o \
    \( -type f -o -type l -o -type d \) -newer /root/before -print |
    grep -Ei 'harvester|prometheus|node_exporter|ansible'
}

scenario_unattended() {
  fresh lab "$MACHINE_SUBNET.11"
  machine lab touch /root/before
  packages >"$MACHINE_STATE/packages"
  users >"$MACHINE_STATE/users"
  present lab >"$MACHINE_STATE/before"
  local began=$SECONDS token

  expect "installs" install lab --endpoint "$AGGREGATOR" --enrol-key let-me-in --node lab-01
  cp "$MACHINE_STATE/output" "$MACHINE_STATE/printed"
  expect "a sample has arrived when the installer ends" has_arrived lab-01
  echo "      $((SECONDS - began)) s, most of them for packages and Ansible on this host"
  expect "the first one was collected within 21 s after Prometheus had read its settings" first_sample_is_early
  expect "and continue to arrive" grows node_load1 lab-01
  expect "it has listed everything that it installed" everything_listed lab "$MACHINE_STATE/before" "$MACHINE_STATE/printed"
  expect "both services are active" machine lab systemctl is-active node_exporter prometheus
  expect "and enabled" machine lab systemctl is-enabled node_exporter prometheus
  expect "nothing listens beyond loopback" only_loopback
  expect "Prometheus runs unprivileged" test "$(property prometheus User)" = prometheus -a "$(property prometheus NoNewPrivileges)" = yes
  expect "node_exporter runs unprivileged" test "$(property node_exporter User)" = node_exporter -a "$(property node_exporter ProtectSystem)" = strict
  expect "only root and Prometheus can read the token" test "$(machine lab stat -c '%a %U:%G' /etc/prometheus/aggregator.token)" = "640 root:prometheus"
  token=$(machine lab cat /etc/prometheus/aggregator.token)
  expect "no log, setting or unit contains the token" bash -c '! grep -rqF "$1" "$2"/{var/log,etc/harvester,etc/systemd,opt}' - "$token" "$MACHINE_STATE/lab/root"

  expect "a second run" install lab
  expect "changes nothing" changed_nothing
  expect "a dry run" install lab --dry-run

  machine_reboot lab
  expect "samples arrive after a reboot" grows node_load1 lab-01

  times node_load1 lab-01 | tail -n 1 >"$MACHINE_STATE/times"
  aggregator_stop 9201
  sleep 40
  aggregator_start 9201
  expect "samples arrive after a restart of the aggregator" grows node_load1 lab-01
  sleep 5
  times node_load1 lab-01 >>"$MACHINE_STATE/times"
  expect_complete "none is missing" lab cat "$MACHINE_STATE/times"

  aggregator_start 9202
  expect "installs with another address" install lab --endpoint "http://$MACHINE_GATEWAY:9202"
  expect "the new address receives the samples" grows node_load1 lab-01 "http://$MACHINE_GATEWAY:9202"

  expect "uninstalls" install lab --uninstall
  expect "and leaves nothing" eval '! left_behind'
  expect "and no package" eval 'packages | diff "$MACHINE_STATE/packages" -'
  expect "and no user" eval 'users | diff "$MACHINE_STATE/users" -'
  expect "uninstalling again succeeds" install lab --uninstall
}
