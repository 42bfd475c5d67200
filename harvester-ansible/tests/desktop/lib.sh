# shellcheck shell=bash
# Shared by the scenarios: machines with the project, and a browser for their desktop.

browser_supported() {
  local chromium=${CHROMIUM:-/usr/bin/chromium}
  [ -x "$chromium" ] || { echo "needs $chromium (Debian: apt-get install chromium)"; return 1; }
  command -v node >/dev/null || { echo "needs node 18 or newer"; return 1; }
  [ -d node_modules/playwright-core ] || npm install --silent --no-audit --no-fund >/dev/null 2>&1 || { echo "needs npm to fetch playwright-core"; return 1; }
}

# fresh NAME ADDRESS: starts a new machine on the current base with the project in /root.
fresh() {
  machine_up "$1" "$BASE" "$2"
  tar -C ../../.. --exclude=node_modules -cf - harvester-ansible deploy/install_harvester.sh deploy/harvester deploy/lib | machine "$1" tar -C /root --no-same-owner -xf -
}

on() { machine "$NAME" "$@"; }
install_desktop() { on /root/harvester-ansible/novnc_ansible/install_novnc.sh "$@"; }
user() { echo "maintenance:$(on cat /etc/novnc/first-password-maintenance)"; }
vnc_password() { on head -n 1 /etc/vncserver/password; }

# look [ARGUMENT…]: opens the desktop in a browser, see browser.mjs.
look() { look_at "https://$ADDRESS:6082/" "$@"; }
look_at() {
  local url=$1
  shift
  node browser.mjs "$url" --user "$(user)" --vnc "$(vnc_password)" "$@"
}
shot() { echo "${HARVESTER_TEST_SHOTS:-$MACHINE_STATE}/$(basename "$BASE")-$1.png"; }

# status [CURL ARGUMENT…]: prints the status of the response.
status() { curl --silent --insecure --output /dev/null --write-out '%{http_code}' --max-time 20 "$@"; }
page_is() { local expected=$1; shift; [ "$(status "$@" "https://$ADDRESS:6082/vnc.html")" = "$expected" ]; }

metric() { on sed -n "s/^$1\(\|{.*}\) //p" /var/lib/node_exporter/textfile_collector/harvester_remote_session.prom; }
active_is() { [ "$(metric harvester_remote_session_active)" = "$1" ]; }
