# shellcheck shell=bash
# A machine that accepts no inbound connections, reached through a gateway.

# Sets the machine's firewall from the host, because the machine has no tool for it.
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

# as_harvester COMMAND…: ssh with the machine's key, for requests that the gateway must refuse.
as_harvester() {
  on timeout 10 ssh -i /etc/harvester-tunnel/key -o UserKnownHostsFile=/etc/harvester-tunnel/known_hosts -o BatchMode=yes "$@"
}

scenario_tunnel() {
  local gateway=$MACHINE_SUBNET.12 key
  command -v iptables >/dev/null || { echo "skipped: needs iptables"; return; }
  fresh "$NAME-gate" "$gateway"
  machine "$NAME-gate" sh -c 'export DEBIAN_FRONTEND=noninteractive; apt-get -qq update && apt-get -qq install -y --no-install-recommends ansible-core python3-apt' >/dev/null 2>&1
  NAME=$NAME-gate everything >"$MACHINE_STATE/before-gate"
  expect "check mode on a new gateway" gateway_play --check <<<'{"tunnel_gateway_harvesters": []}'
  expect "the gateway installs" gateway_play <<<'{"tunnel_gateway_harvesters": []}'
  key=$(machine "$NAME-gate" cat /etc/ssh/ssh_host_ed25519_key.pub)
  on tee /root/settings.json >/dev/null <<<"{\"reverse_tunnel_enabled\": true, \"reverse_tunnel_gateway\": \"$gateway\",
    \"reverse_tunnel_port\": 16001, \"reverse_tunnel_gateway_host_key\": \"$key\"}"
  expect "the machine installs its tunnel" install_desktop --settings /root/settings.json
  key=$(on cat /etc/harvester-tunnel/key.pub)
  expect "the gateway installs the machine's key" gateway_play <<<"{\"tunnel_gateway_harvesters\": [{\"node\": \"$NAME\", \"port\": 16001, \"key\": \"$key\"}]}"
  expect "the machine drops inbound connections" drop_inbound
  expect "… to its page, too" bash -c "! timeout 3 bash -c 'exec 3<>/dev/tcp/$ADDRESS/6082'"
  expect "through the gateway, no credentials: 401" within 60 test_status 401 "https://$gateway/desktop/$NAME/vnc.html"
  expect "through the gateway, a browser shows the desktop and types" look_at "https://$gateway/desktop/$NAME/" \
    --type 'echo tunnel > typed' --shot "$(shot tunnel)"
  sed 's/^/      /' "$MACHINE_STATE/output"
  expect "the typed command was run" on grep -qx tunnel /var/lib/harvester-desktop/typed
  expect "the log has the browser's address" within 10 on grep -q "\"client\": \"$MACHINE_GATEWAY\"" /var/lib/novnc/sessions.log
  expect "the metrics have the address for the fleet page" on grep -q "url=\"https://$gateway/desktop/$NAME/\"" /var/lib/novnc/harvester_remote_session.prom
  expect_refusal 1 "not available" as_harvester "harvester-tunnel@$gateway" id
  expect "the key cannot listen on another port" refuses_forward "$gateway" -R 127.0.0.1:16002:127.0.0.1:22
  expect "the key cannot open connections from the gateway" refuses_reach "$gateway"
  expect "the address of an unknown machine: 404" test_status 404 "https://$gateway/desktop/other/"
  expect "the gateway's second run" gateway_play <<<"{\"tunnel_gateway_harvesters\": [{\"node\": \"$NAME\", \"port\": 16001, \"key\": \"$key\"}]}"
  printed "… changes nothing" 'changed=0 '
  expect "the machine's second run" install_desktop --settings /root/settings.json
  printed "… changes nothing" 'changed=0 '
  machine_reboot "$NAME-gate"
  expect "the tunnel reconnects after a reboot of the gateway" within 60 test_status 401 "https://$gateway/desktop/$NAME/vnc.html"
  machine_reboot "$NAME"
  expect "the tunnel reconnects after a reboot of the machine" within 60 test_status 401 "https://$gateway/desktop/$NAME/vnc.html"
  expect "the gateway uninstalls" gateway_play <<<'{"tunnel_gateway_state": "absent"}'
  NAME=$NAME-gate everything >"$MACHINE_STATE/after"
  expect "all its files, packages and users are as before" diff "$MACHINE_STATE/before-gate" "$MACHINE_STATE/after"
  machine_down "$NAME-gate"
}

test_status() { [ "$(status "$2")" = "$1" ]; }
refuses_forward() { local gateway=$1; shift; ! as_harvester -N -o ExitOnForwardFailure=yes "$@" "harvester-tunnel@$gateway"; }
refuses_reach() { ! as_harvester -W 127.0.0.1:22 "harvester-tunnel@$1" </dev/null; }
