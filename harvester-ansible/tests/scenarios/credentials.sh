# shellcheck shell=bash
# Every way to a credential; secrets stay out of sight; the script through a pipe, through sudo, with curl.

self() { machine lab python3 -c '
import sys, urllib.request as u
token = open("/etc/prometheus/aggregator.token").read()
print(u.urlopen(u.Request(sys.argv[1] + "/api/v1/node/self", headers={"Authorization": "Bearer " + token})).read().decode())' "$AGGREGATOR"; }

# Does any command line on the machine show the text, at any moment until the file "stop" appears?
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
  expect "as a person with sudo, by curl" machine lab runuser -u person -- /srv/source/deploy/install_harvester.sh \
    --unattended --no-remote-desktop --endpoint "$AGGREGATOR" --enrol-key let-me-in --node lab-06
  machine lab touch /root/stop
  expect "no command line but the person's own showed the key" wait "$watcher"
  expect "it is lab-06" eval 'self | grep -q lab-06'

  machine lab cp /etc/prometheus/aggregator.token /root/token
  expect_refusal 77 "has a credential already" install other --endpoint "$AGGREGATOR" --enrol-key let-me-in --node lab-06
  machine_put other "$MACHINE_STATE/lab/root/root/token" /root
  expect_refusal 77 "belongs to the node lab-06, not to lab-07" install other --endpoint "$AGGREGATOR" --token-file /root/token --node lab-07
  expect "with a token from a file" install other --endpoint "$AGGREGATOR" --token-file /root/token --node lab-06

  expect_refusal 77 "belongs to the node lab-06\|wants a credential" install lab --node lab-08
  expect "another name, with a key from a file" machine lab sh -c 'echo let-me-in >/root/key &&
    /opt/harvester/deploy/install_harvester.sh --unattended --no-remote-desktop --node lab-08 --enrol-key-file /root/key'
  expect "it is lab-08 now" eval 'self | grep -q lab-08'
  expect "and sends as that" grows node_load1 lab-08

  machine lab tar -C /root -czf /root/source.tar.gz source
  expect_refusal 64 "came alone" machine lab sh -c 'bash -s -- --unattended </root/source/deploy/install_harvester.sh'
  expect "through a pipe" machine lab sh -c 'bash -s -- --source /root/source.tar.gz --unattended </root/source/deploy/install_harvester.sh'
  expect "and nothing of it stays in /var/tmp" eval '! machine lab sh -c "ls -d /var/tmp/harvester-*" 2>/dev/null'
}
