# shellcheck shell=bash
# A machine that accepts no connection from outside, reached through a gateway.

# The machine's firewall, set from outside: the machine itself has no tool for it.
drop_inbound() {
  local space
  space=$(machine_id "$NAME")
  ip netns exec "$space" iptables -A INPUT -i lo -j ACCEPT &&
    ip netns exec "$space" iptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT &&
    ip netns exec "$space" iptables -P INPUT DROP
}

gateway_play() {
  machine "$NAME-gate" sh -c "cat >/root/gateway.json && printf '[gateway]\nlocalhost ansible_connection=local\n' >/root/inventory &&
    cd /root/harvester-ansible && ansible-playbook -i /root/inventory novnc_ansible/gateway.yml -e @/root/gateway.json $*"
}

# as_harvester COMMAND…: ssh with the machine's key, asking for more than it may.
as_harvester() {
  on timeout 10 ssh -i /etc/harvester-tunnel/key -o UserKnownHostsFile=/etc/harvester-tunnel/known_hosts -o BatchMode=yes "$@"
}

scenario_tunnel() {
  local gateway=$MACHINE_SUBNET.12 key
  command -v iptables >/dev/null || { echo "skipped: needs iptables"; return; }
  fresh "$NAME-gate" "$gateway"
  machine "$NAME-gate" sh -c 'export DEBIAN_FRONTEND=noninteractive; apt-get -qq update && apt-get -qq install -y --no-install-recommends ansible-core python3-apt' >/dev/null 2>&1
  NAME=$NAME-gate everything >"$MACHINE_STATE/before-gate"
  expect "check mode on a fresh gateway" gateway_play --check <<<'{"tunnel_gateway_harvesters": []}'
  expect "the gateway is made" gateway_play <<<'{"tunnel_gateway_harvesters": []}'
  key=$(machine "$NAME-gate" cat /etc/ssh/ssh_host_ed25519_key.pub)
  on tee /root/settings.json >/dev/null <<<"{\"reverse_tunnel_enabled\": true, \"reverse_tunnel_gateway\": \"$gateway\",
    \"reverse_tunnel_port\": 16001, \"reverse_tunnel_gateway_host_key\": \"$key\"}"
  expect "the machine gets its tunnel" install_desktop --settings /root/settings.json
  key=$(on cat /etc/harvester-tunnel/key.pub)
  expect "the gateway learns its key" gateway_play <<<"{\"tunnel_gateway_harvesters\": [{\"node\": \"$NAME\", \"port\": 16001, \"key\": \"$key\"}]}"
  expect "the machine drops what comes from outside" drop_inbound
  expect "… all of it" bash -c "! timeout 3 bash -c 'exec 3<>/dev/tcp/$ADDRESS/6082'"
  expect "through the gateway, no credentials: 401" within 60 test_status 401 "https://$gateway/desktop/$NAME/vnc.html"
  expect "through the gateway, a browser sees the desktop and types" look_at "https://$gateway/desktop/$NAME/" \
    --type 'echo tunnel > typed' --shot "$(shot tunnel)"
  sed 's/^/      /' "$MACHINE_STATE/output"
  expect "what was typed is there" on grep -qx tunnel /var/lib/harvester-desktop/typed
  expect "the log knows the browser's own address" within 10 on grep -q "\"client\": \"$MACHINE_GATEWAY\"" /var/lib/novnc/sessions.log
  expect "the metrics show the address for the fleet page" on grep -q "url=\"https://$gateway/desktop/$NAME/\"" /var/lib/novnc/harvester_remote_session.prom
  expect_refusal 1 "not available" as_harvester "harvester-tunnel@$gateway" id
  expect "the key may not listen elsewhere" refuses_forward "$gateway" -R 127.0.0.1:16002:127.0.0.1:22
  expect "the key may not reach into the gateway" refuses_reach "$gateway"
  expect "an unknown machine's address says why nothing is there" test_status 404 "https://$gateway/desktop/other/"
  expect "the gateway's second run" gateway_play <<<"{\"tunnel_gateway_harvesters\": [{\"node\": \"$NAME\", \"port\": 16001, \"key\": \"$key\"}]}"
  said "… changes nothing" 'changed=0 '
  expect "the machine's second run" install_desktop --settings /root/settings.json
  said "… changes nothing" 'changed=0 '
  machine_reboot "$NAME-gate"
  expect "the gateway reboots: the tunnel is back" within 60 test_status 401 "https://$gateway/desktop/$NAME/vnc.html"
  machine_reboot "$NAME"
  expect "the machine reboots: the tunnel is back" within 60 test_status 401 "https://$gateway/desktop/$NAME/vnc.html"
  expect "the gateway is removed" gateway_play <<<'{"tunnel_gateway_state": "absent"}'
  NAME=$NAME-gate everything >"$MACHINE_STATE/after"
  expect "nothing of it is left, nothing else is gone" diff "$MACHINE_STATE/before-gate" "$MACHINE_STATE/after"
  machine_down "$NAME-gate"
}

test_status() { [ "$(status "$2")" = "$1" ]; }
refuses_forward() { local gateway=$1; shift; ! as_harvester -N -o ExitOnForwardFailure=yes "$@" "harvester-tunnel@$gateway"; }
refuses_reach() { ! as_harvester -W 127.0.0.1:22 "harvester-tunnel@$1" </dev/null; }
