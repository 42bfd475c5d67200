# shellcheck shell=bash
# Metrics and desktop by deploy/install_harvester.sh, with the real aggregator: the sessions are metrics there.

both() { on /root/deploy/install_harvester.sh --unattended "$@"; }
remote_sessions() { rows "SELECT count(*) FROM metric.harvester_remote_sessions_total WHERE node = '$LAB' AND \"user\" = 'maintenance'"; }
was_active() { [ "$(rows "SELECT max(value)::int FROM metric.harvester_remote_session_active WHERE node = '$LAB'")" = 1 ]; }
metrics_changed_nothing() { on sh -c 'grep "^localhost" /var/log/harvester-install.log | tail -n 1' | grep -q 'changed=0 .*failed=0'; }

scenario_both() {
  local key reason LAB
  LAB=lab-$(suite)
  local NAME=whole ADDRESS=$MACHINE_SUBNET.13
  reason=$(real_supported) || { echo "skipped: $reason"; return; }
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$MACHINE_STATE/key.pem" -out "$MACHINE_STATE/ca.pem" -days 2 \
    -subj /CN=aggregator -addext "subjectAltName=IP:$MACHINE_GATEWAY" 2>/dev/null
  real_start 9301 --tls-certificate "$MACHINE_STATE/ca.pem" --tls-key "$MACHINE_STATE/key.pem" || return
  key=$(real node enrol-key --uses 1 --expires 1h 2>/dev/null | tail -n 1)
  fresh "$NAME" "$ADDRESS"
  machine_put "$NAME" "$MACHINE_STATE/ca.pem" /root
  everything >"$MACHINE_STATE/before-both"

  on systemd-run --quiet --unit=other python3 -m http.server 6082
  within 20 bash -c "exec 3<>/dev/tcp/$ADDRESS/6082" 2>/dev/null
  expect_refusal 78 "port 6082 is in use by python3" both --endpoint "https://$MACHINE_GATEWAY:9301" --ca-file /root/ca.pem --enrol-key "$key" --node "$LAB"
  everything >"$MACHINE_STATE/after"
  expect "… before anything was changed" diff "$MACHINE_STATE/before-both" "$MACHINE_STATE/after"
  on systemctl stop other

  expect "metrics and desktop install" both --endpoint "https://$MACHINE_GATEWAY:9301" --ca-file /root/ca.pem --enrol-key "$key" --node "$LAB"
  printed "the certificate's fingerprint is printed" 'Fingerprint=\([0-9A-F][0-9A-F]:\)\{31\}'
  expect "a browser shows the desktop, types and remains" look --type 'echo both > typed' --stay 35 --shot "$(shot both)"
  expect "the typed command was run" on grep -qx both /var/lib/harvester-desktop/typed
  expect "SQL returns the session" within 60 eval '[ "$(remote_sessions)" -gt 0 ]'
  expect "… and that it was active" was_active
  expect "a second run" both
  printed "… changes nothing of the desktop" 'changed=0 '
  expect "… nor of the metrics" metrics_changed_nothing
  expect "uninstalls" both --uninstall
  everything >"$MACHINE_STATE/after"
  expect "all files, packages and users are as before" diff "$MACHINE_STATE/before-both" "$MACHINE_STATE/after"
  aggregator_stop 9301
  machine_down "$NAME"
}
