# shellcheck shell=bash
# Two at once, a browser that goes without goodbye, and what the books say.

open_browser() { look --stay "$1" >/dev/null 2>"$MACHINE_STATE/browser$2" & BROWSER=$!; within 30 grep -q 'on the desktop' "$MACHINE_STATE/browser$2"; }

# A browser and all its processes vanish at once.
kill_browser() {
  local child
  for child in $(pgrep -P "$1"); do kill_browser "$child"; done
  kill -KILL "$1" 2>/dev/null
}

scenario_sessions() {
  local first
  expect "nobody is there at first" within 20 active_is 0
  open_browser 60 1
  first=$BROWSER
  open_browser 60 2
  expect "two sessions at once are seen and counted" within 10 active_is 2
  kill_browser "$first"
  expect "a browser killed: its session is free within 10 s" within 10 active_is 1
  machine_cut "$NAME"
  expect "the cable pulled: the other is free within 60 s" within 60 active_is 0
  machine_join "$NAME"
  kill_browser "$BROWSER"
  expect "the log says who, from where, since when, how long" on grep -q \
    '"user": "maintenance", "client": "'"$MACHINE_GATEWAY"'", "since": "20[^,]*, "until": "20[^,]*, "seconds": [1-9][^,]*, "reason": "browser gone"' /var/lib/novnc/sessions.log
  expect "so do the metrics" bash -c '[ "${1%.*}" -ge 10 ]' - "$(metric harvester_remote_session_seconds_total)"
  expect "idle, the desktop stops" idle_stops
}

idle_stops() {
  echo '{"novnc_idle_stop": 30}' | on tee /root/settings.json
  install_desktop --settings /root/settings.json && page_is 401 && on systemctl is-active vncserver.service && within 90 stopped
}
stopped() { ! on systemctl is-active --quiet vncserver.service && ! on systemctl is-active --quiet novnc.service; }
