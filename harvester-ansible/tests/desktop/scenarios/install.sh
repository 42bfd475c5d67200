# shellcheck shell=bash
# Installs, opens the page, logs in, and types on the desktop.

# Debian 12's xml-core leaves /etc/xml when it is purged.
everything() {   # lists files, packages and users, without caches, logs and records of the package manager
  on find / -xdev \( -path /proc -o -path /sys -o -path /run -o -path /tmp -o -path /var/tmp -o -path /var/log -o -path /var/cache -o -path /root \
    -o -path /var/lib/apt -o -path /var/lib/dpkg -o -path /var/lib/systemd -o -path /etc/xml -o -name __pycache__ \) -prune -o -print | sort
  on dpkg-query --show --showformat='${Package} ${Status}\n'
  on getent passwd
}

scenario_install() {
  everything >"$MACHINE_STATE/before"
  expect "check mode on a new machine" install_desktop --dry-run
  expect "… changes nothing of the desktop" eval '! on sh -c "ls -d /etc/novnc /etc/vncserver /opt/noVNC /usr/local/bin/vncserver || getent passwd novnc harvester-desktop" 2>/dev/null'
  expect "installs on a new machine" install_desktop
  printed "the installer prints the certificate's fingerprint" 'Fingerprint=\([0-9A-F][0-9A-F]:\)\{31\}'
  expect "a browser shows the desktop and types" look --type 'echo "$HOSTNAME" > typed' --shot "$(shot desktop)"
  sed 's/^/      /' "$MACHINE_STATE/output"
  expect "the typed command was run" on grep -qx "$NAME" /var/lib/harvester-desktop/typed
  expect "a second run" install_desktop
  printed "… changes nothing" 'changed=0 '
  expect "check mode on an installed machine" install_desktop --dry-run
  printed "… would change nothing" 'changed=0 '
}
