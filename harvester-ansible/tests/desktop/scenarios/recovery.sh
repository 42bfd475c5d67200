# shellcheck shell=bash
# Each killed process is restarted within 30 s, and the browser reconnects.

# survives WHAT COMMAND…: COMMAND breaks an open session; the browser must show the desktop again.
survives() {
  local what=$1 browser
  shift
  : >"$MACHINE_STATE/browser"
  look --stay 45 --survive >"$MACHINE_STATE/survivor" 2>"$MACHINE_STATE/browser" & browser=$!
  within 40 grep -q 'on the desktop' "$MACHINE_STATE/browser"
  "$@" >/dev/null 2>&1
  expect "$what: the same browser shows the desktop again" wait "$browser"
  echo "      $(grep -o '"backMs":[0-9]*' "$MACHINE_STATE/survivor")"
}

scenario_recovery() {
  survives "VNC server killed" on pkill -KILL Xtightvnc
  survives "desktop killed" on pkill -KILL openbox
  survives "proxy killed" on pkill -KILL -f websockify/run
  survives "proxy script killed" on pkill -KILL -f utils/novnc_proxy
  local booted=$SECONDS
  machine_reboot "$NAME"
  expect "the desktop is available after a reboot" within 30 look
  echo "      after $((SECONDS - booted)) s"
}
