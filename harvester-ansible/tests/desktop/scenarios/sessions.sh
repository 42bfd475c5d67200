# shellcheck shell=bash
# Two concurrent sessions, a killed browser, a lost network, and the records of them.

open_browser() {
  : >"$MACHINE_STATE/browser$2"
  look --stay "$1" >/dev/null 2>"$MACHINE_STATE/browser$2" & BROWSER=$!
  within 30 grep -q 'on the desktop' "$MACHINE_STATE/browser$2"
}

# Kills a browser with all its processes.
kill_browser() {
  local child
  for child in $(pgrep -P "$1"); do kill_browser "$child"; done
  kill -KILL "$1" 2>/dev/null
}

scenario_sessions() {
  local first
  expect "no session is open at first" within 20 active_is 0
  open_browser 60 1
  first=$BROWSER
  open_browser 60 2
  expect "two concurrent sessions are counted" within 10 active_is 2
  kill_browser "$first"
  expect "the session of a killed browser is closed within 10 s" within 10 active_is 1
  machine_cut "$NAME"
  expect "without network, the other session is closed within 60 s" within 60 active_is 0
  machine_join "$NAME"
  kill_browser "$BROWSER"
  expect "the log has user, client, start and duration" on grep -q \
    '"user": "maintenance", "client": "'"$MACHINE_GATEWAY"'", "since": "20[^,]*, "until": "20[^,]*, "seconds": [1-9][^,]*, "reason": "browser gone"' /var/lib/novnc/sessions.log
  expect "the metrics have the duration" bash -c '[ "${1%.*}" -ge 10 ]' - "$(metric harvester_remote_session_seconds_total)"
  expect "the idle desktop is stopped" idle_stops
}

idle_stops() {
  echo '{"novnc_idle_stop": 30}' | on tee /root/settings.json
  install_desktop --settings /root/settings.json && page_is 401 && on systemctl is-active vncserver.service && within 90 stopped
}
stopped() { ! on systemctl is-active --quiet vncserver.service && ! on systemctl is-active --quiet novnc.service; }
