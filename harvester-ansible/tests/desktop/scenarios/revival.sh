# shellcheck shell=bash
# Whatever is killed is back within 30 s, and the browser with it.

# survives WHAT COMMAND…: a session is open, COMMAND breaks it, the desktop is there again.
survives() {
  local what=$1 browser
  shift
  : >"$MACHINE_STATE/browser"
  look --stay 45 --survive >"$MACHINE_STATE/survivor" 2>"$MACHINE_STATE/browser" & browser=$!
  within 40 grep -q 'on the desktop' "$MACHINE_STATE/browser"
  "$@" >/dev/null 2>&1
  expect "$what: the desktop is back in the same browser" wait "$browser"
  echo "      $(grep -o '"backMs":[0-9]*' "$MACHINE_STATE/survivor")"
}

scenario_revival() {
  survives "VNC server killed" on pkill -KILL Xtightvnc
  survives "desktop killed" on pkill -KILL openbox
  survives "proxy killed" on pkill -KILL -f websockify/run
  survives "proxy script killed" on pkill -KILL -f utils/novnc_proxy
  local booted=$SECONDS
  machine_reboot "$NAME"
  expect "after a reboot the desktop is there" within 30 look
  echo "      after $((SECONDS - booted)) s"
}
