# shellcheck shell=bash
# As a new user would: install, open the page, log in, see the desktop, type.

# /etc/xml is what Debian 12's own xml-core forgets when it is purged.
everything() {   # files and packages, without what any use of a machine leaves behind
  on find / -xdev \( -path /proc -o -path /sys -o -path /run -o -path /tmp -o -path /var/tmp -o -path /var/log -o -path /var/cache -o -path /root \
    -o -path /var/lib/apt -o -path /var/lib/dpkg -o -path /var/lib/systemd -o -path /etc/xml -o -name __pycache__ \) -prune -o -print | sort
  on dpkg-query --show --showformat='${Package} ${Status}\n'
}

scenario_install() {
  everything >"$MACHINE_STATE/before"
  expect "check mode on a fresh machine" install_desktop --dry-run
  expect "… changes nothing of the desktop" eval '! on sh -c "ls -d /etc/novnc /etc/vncserver /opt/noVNC /usr/local/bin/vncserver || getent passwd novnc harvester-desktop" 2>/dev/null'
  expect "installed on a fresh machine" install_desktop
  said "the installer shows the certificate's fingerprint" 'Fingerprint=\([0-9A-F][0-9A-F]:\)\{31\}'
  expect "a browser sees the desktop and types" look --type 'echo "$HOSTNAME" > typed' --shot "$(shot desktop)"
  sed 's/^/      /' "$MACHINE_STATE/output"
  expect "what was typed is there" on grep -qx "$NAME" /var/lib/harvester-desktop/typed
  expect "a second run" install_desktop
  said "… changes nothing" 'changed=0 '
  expect "check mode on an installed machine" install_desktop --dry-run
  said "… would change nothing" 'changed=0 '
}
