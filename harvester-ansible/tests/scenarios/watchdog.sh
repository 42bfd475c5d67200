# shellcheck shell=bash
# After a full disk, Prometheus may never send again although it is active; the watchdog restarts it once, and says so.

fill_disk() { machine lab sh -c 'dd if=/dev/zero of=/var/lib/prometheus/full bs=1M 2>/dev/null; ! dd if=/dev/zero of=/var/lib/prometheus/more bs=4k count=1 2>/dev/null'; }
restarts() { machine lab journalctl --unit harvester-watchdog --output cat | grep -c 'restarting prometheus.service'; }
wal_is_stuck() { [ "$(machine lab journalctl --unit prometheus --output cat | grep -c 'error tailing WAL')" -gt 0 ]; }

scenario_watchdog() {
  local i stuck=false
  fresh lab "$MACHINE_SUBNET.43"
  machine lab sh -c 'mkdir -p /var/lib/prometheus && mount -t tmpfs -o size=400m disk /var/lib/prometheus'
  machine lab sh -c 'printf "%s\n" "prometheus_retention_size: 100MB" "prometheus_scrape_interval: 5s" "prometheus_scrape_timeout: 5s" \
    "prometheus_watchdog_interval: 10" >/root/vars.yml'
  expect "installs" install lab --endpoint "$AGGREGATOR" --enrol-key let-me-in --node lab-43 --vars /root/vars.yml
  expect "the timer is active" machine lab systemctl is-active harvester-watchdog.timer
  aggregator_stop 9201
  sleep 60
  expect "does not restart Prometheus while the aggregator is away" test "$(restarts)" = 0
  aggregator_start 9201
  expect "samples arrive after the aggregator is back" grows node_load1 lab-43
  for i in 1 2 3; do
    expect "the disk is full for 75 s ($i)" fill_disk
    sleep 75
    machine lab sh -c 'rm -f /var/lib/prometheus/full /var/lib/prometheus/more'
    sleep 15
    ! wal_is_stuck || { stuck=true; break; }
  done
  expect "Prometheus fails to read its log ($i)" test "$stuck" = true
  expect "samples arrive again within 2 min" within 120 grows node_load1 lab-43
  expect "the journal says that the watchdog restarted it once" test "$(restarts)" = 1
  sleep 60
  expect "it does not restart it again" test "$(restarts)" = 1
}
