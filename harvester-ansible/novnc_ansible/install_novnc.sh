#!/bin/bash
# install_novnc.sh: installs a desktop in the browser (tightvnc and noVNC) on this machine, or removes it.
#   install_novnc.sh [--settings FILE] [--dry-run] [--uninstall] [--help]
#     --settings FILE   YAML or JSON file with variables of the roles, for example {"novnc_port": 6082}; may be repeated
#     --dry-run         list the changes without making any (but Ansible is installed if it is missing)
#     --uninstall       remove everything that this script installed
# Exit codes: 0 done, 64 usage, 69 packages unavailable, 70 installation failed, 75 another run is in progress,
#             77 not root, 78 this machine does not meet the requirements.
set -euo pipefail

HERE=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
LISTS=/var/lib/harvester/packages
LOCK=/run/install_novnc.lock

usage() { sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }
fail() { local code=$1; shift; printf 'install_novnc.sh: %s\n' "$*" >&2; exit "$code"; }

installed() { dpkg-query --show --showformat='${db:Status-Abbrev}${Package}\n' | sed -n 's/^ii //p' | sort; }

# Records the packages that are installed, so that --uninstall removes these and no others.
ensure_ansible() {
  command -v ansible-playbook >/dev/null && return
  local before; before=$(installed)
  echo "Installing Ansible …"
  export DEBIAN_FRONTEND=noninteractive
  { apt-get -qq update && apt-get -qq install --yes --no-install-recommends ansible-core python3-apt; } >/dev/null ||
    fail 69 "cannot install Ansible. See the output of 'apt-get install ansible-core'."
  mkdir -p "$LISTS"
  comm -13 <(echo "$before") <(installed) >"$LISTS/ansible"
}

remove_ansible() {
  [ -f "$LISTS/ansible" ] || return 0
  local left unneeded
  mapfile -t left < <(comm -12 <(sort "$LISTS/ansible") <(installed))
  [ ${#left[@]} -eq 0 ] || apt-mark auto "${left[@]}" >/dev/null
  mapfile -t unneeded < <(comm -12 <(sort "$LISTS/ansible") <(
    apt-get --simulate autoremove -o APT::AutoRemove::RecommendsImportant=false -o APT::AutoRemove::SuggestsImportant=false |
      sed -n 's/^Remv \([^ ]*\).*/\1/p' | sort))
  [ ${#unneeded[@]} -eq 0 ] || DEBIAN_FRONTEND=noninteractive apt-get -qq purge --yes "${unneeded[@]}" >/dev/null
  mapfile -t left < <(comm -12 <(sort "$LISTS/ansible") <(installed))
  [ ${#left[@]} -eq 0 ] || purge_if_unneeded "${left[@]}"
  rm -f "$LISTS/ansible"
  rmdir --ignore-fail-on-non-empty -p "$LISTS" 2>/dev/null || true
}

# autoremove keeps a package "b" if another one depends on "a | b", even where "a" is installed. Purges the packages if this removes no others.
purge_if_unneeded() {
  local plan
  plan=$(apt-get --simulate purge "$@") || return 0
  ! grep -q '^Inst ' <<<"$plan" || return 0
  [ -z "$(comm -13 <(sort "$LISTS/ansible") <(awk '$1 == "Purg" || $1 == "Remv" { print $2 }' <<<"$plan" | sort))" ] || return 0
  DEBIAN_FRONTEND=noninteractive apt-get -qq purge --yes "$@" >/dev/null
}

play() {
  cd "$HERE/.."      # the directory of ansible.cfg and the roles
  ansible-playbook --inventory "$WORK/inventory" "$HERE/playbook.yml" "$@" ||
    fail 70 "the playbook failed; see its last lines above. Correct the cause, then run this again."
}

passwords() { cat /etc/novnc/users /etc/vncserver/password 2>/dev/null || true; }

print_credentials() {
  local file
  echo
  echo "Log in to the page with (change it with novnc_users, then delete /etc/novnc/first-password-*):"
  for file in /etc/novnc/first-password-*; do
    [ -f "$file" ] && printf '  user %s, password %s\n' "${file##*first-password-}" "$(cat "$file")"
  done
  printf '  and then with the VNC password %s\n' "$(head -n 1 /etc/vncserver/password)"
}

main() {
  local settings=() file check=0 state=present old_passwords
  while [ $# -gt 0 ]; do
    case $1 in
      --settings)  settings+=("${2:-}"); [ -r "${2:-}" ] || fail 64 "--settings: '${2:-}' is not readable."; shift ;;
      --dry-run)   check=1 ;;
      --uninstall) state=absent ;;
      -h|--help)   usage; exit 0 ;;
      *)           usage >&2; exit 64 ;;
    esac
    shift
  done
  [ "$(id -u)" = 0 ] || fail 77 "the installation needs root. Run it as root or with sudo."
  [ -d /run/systemd/system ] || fail 78 "systemd does not run this machine."
  command -v apt-get >/dev/null || fail 78 "the desktop requires Debian or a derivative (apt-get)."
  WORK=$(mktemp -d); trap 'rm -rf "$WORK" "$LOCK"' EXIT
  printf '[harvesters]\nlocalhost ansible_connection=local\n' >"$WORK/inventory"
  exec 9>"$LOCK"
  flock --nonblock 9 || { trap 'rm -rf "$WORK"' EXIT; fail 75 "another run is in progress (it holds $LOCK)."; }

  ensure_ansible
  local -a options=(--extra-vars "{\"vncserver_state\": \"$state\", \"novnc_state\": \"$state\", \"reverse_tunnel_state\": \"$state\"}")
  for file in "${settings[@]}"; do options+=(--extra-vars "@$(readlink -f "$file")"); done
  if [ $check = 1 ]; then play "${options[@]}" --check --diff; exit 0; fi
  old_passwords=$(passwords)
  play "${options[@]}"
  if [ $state = absent ]; then remove_ansible
  elif [ "$(passwords)" = "$old_passwords" ]; then echo "The passwords are unchanged: /etc/novnc/first-password-* and /etc/vncserver/password, readable by root only."
  else print_credentials; fi
}

main "$@"
