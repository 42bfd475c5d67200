# shellcheck shell=bash
# Every source of a credential; no secret is visible; the script runs from a pipe, with sudo, and with curl.

self() { machine lab python3 -c '
import sys, urllib.request as u
token = open("/etc/prometheus/aggregator.token").read()
print(u.urlopen(u.Request(sys.argv[1] + "/api/v1/node/self", headers={"Authorization": "Bearer " + token})).read().decode())' "$AGGREGATOR"; }

# Fails if a command line on the machine contains the text at any time until the file "stop" exists.
watch_command_lines() {
  machine lab python3 -c '
import glob, os, sys, time
while not os.path.exists("/root/stop"):
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            line = open(path, "rb").read()
        except OSError:
            continue
        if sys.argv[1].encode() in line and b"glob.glob" not in line and b"--enrol-key" not in line:
            sys.exit("seen: " + line.decode(errors="replace"))
    time.sleep(0.02)' "$1"
}

scenario_credentials() {
  fresh lab "$MACHINE_SUBNET.16"
  fresh other "$MACHINE_SUBNET.17"
  machine lab sh -c 'apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends curl sudo' >/dev/null 2>&1
  machine lab sh -c 'useradd -m person && echo "person ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/person'
  machine lab cp -R /root/source /srv/source

  watch_command_lines let-me-in >"$MACHINE_STATE/watch" 2>&1 &
  local watcher=$!
  expect "installs as a user with sudo, with curl" machine lab runuser -u person -- /srv/source/deploy/install_harvester.sh \
    --unattended --no-remote-desktop --endpoint "$AGGREGATOR" --enrol-key let-me-in --node lab-06
  machine lab touch /root/stop
  expect "no command line except the user's own contained the key" wait "$watcher"
  expect "the token is that of lab-06" eval 'self | grep -q lab-06'

  machine lab cp /etc/prometheus/aggregator.token /root/token
  expect_refusal 77 "already has a credential" install other --endpoint "$AGGREGATOR" --enrol-key let-me-in --node lab-06
  machine_put other "$MACHINE_STATE/lab/root/root/token" /root
  expect_refusal 77 "belongs to the node lab-06, not to lab-07" install other --endpoint "$AGGREGATOR" --token-file /root/token --node lab-07
  expect "installs with a token from a file" install other --endpoint "$AGGREGATOR" --token-file /root/token --node lab-06

  expect_refusal 77 "belongs to the node lab-06" install lab --node lab-08
  expect "installs under another name, with a key from a file" machine lab sh -c 'echo let-me-in >/root/key &&
    /opt/harvester/deploy/install_harvester.sh --unattended --no-remote-desktop --node lab-08 --enrol-key-file /root/key'
  expect "the token is that of lab-08" eval 'self | grep -q lab-08'
  expect "and samples arrive under that name" grows node_load1 lab-08

  machine lab tar -C /root -czf /root/source.tar.gz source
  expect_refusal 64 "without the project" machine lab sh -c 'bash -s -- --unattended </root/source/deploy/install_harvester.sh'
  expect "installs from a pipe" machine lab sh -c 'bash -s -- --source /root/source.tar.gz --unattended </root/source/deploy/install_harvester.sh'
  expect "and leaves nothing in /var/tmp" eval '! machine lab sh -c "ls -d /var/tmp/harvester-*" 2>/dev/null'
}
