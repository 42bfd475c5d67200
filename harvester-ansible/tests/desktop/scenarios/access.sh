# shellcheck shell=bash
# Access without credentials is refused; guessing is throttled.

closed() { ! timeout 3 bash -c "exec 3<>/dev/tcp/$ADDRESS/$1" 2>/dev/null; }

guess_statuses() {   # counts the statuses of twenty guesses
  local i
  for i in {1..20}; do status --user "maintenance:guess-$i" "https://$ADDRESS:6082/vnc.html"; echo; done | sort | uniq -c | tr -s ' \n' ' '
}

scenario_access() {
  local path statuses
  for path in / /vnc.html /app/ui.js /core/rfb.js /websockify /nothing /utils/websockify/run; do
    expect "no credentials, $path: 401" test "$(status "https://$ADDRESS:6082$path")" = 401
  done
  expect "no credentials, websocket: 401" test "$(status --http1.1 -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' \
    -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' "https://$ADDRESS:6082/websockify")" = 401
  expect "right credentials, websocket from a page of another site: 403" test "$(status --user "$(user)" --http1.1 -H 'Origin: https://evil.example' \
    -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' \
    "https://$ADDRESS:6082/websockify")" = 403
  expect "plain HTTP is refused" test "$(status "http://$ADDRESS:6082/")" = 000
  expect "VNC is not reachable from another machine" closed 5902
  expect "X is not reachable from another machine" closed 6002
  expect "only root can read the password files" on sh -c '[ "$(stat -c %a:%U /etc/vncserver/password /etc/novnc/users /etc/novnc/key.pem | sort -u)" = 600:root ]'
  expect "no password is in the process list" on sh -c '! grep -azF -f /etc/vncserver/password -f /etc/novnc/first-password-maintenance /proc/[0-9]*/cmdline'
  statuses=$(guess_statuses)
  expect "20 wrong passwords are throttled: $statuses" bash -c '[[ "$1" =~ \ ([0-9]+)\ 401\ ([0-9]+)\ 429 ]] && [ "${BASH_REMATCH[2]}" -ge 10 ]' - "$statuses"
  expect "… and counted" bash -c '[ "$1" -ge 5 ] && [ "$1" -le 10 ]' - "$(sleep 6; metric harvester_remote_login_failures_total)"
  on sh -c 'rm -f /run/novnc/throttle/*'
  expect "the right password is accepted again" page_is 200 --user "$(user)"
}
