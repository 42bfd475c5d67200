#!/bin/bash
# install_novnc.sh: gives this machine a desktop in the browser (tightvnc + noVNC), or takes it away.
#   install_novnc.sh [--settings FILE] [--dry-run] [--uninstall] [--help]
#     --settings FILE   YAML or JSON with variables of the roles, for example {"novnc_port": 6082}
#     --dry-run         show what would change (Ansible is installed for it if it is missing)
#     --uninstall       remove all that this script installed
# Exit codes: 0 done, 64 usage, 69 packages cannot be fetched, 70 the play failed, 75 another run is under way,
#             77 not root, 78 not a machine for it.
set -euo pipefail

HERE=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
LISTS=/var/lib/harvester/packages
LOCK=/run/install_novnc.lock

usage() { sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }
fail() { local code=$1; shift; printf 'install_novnc.sh: %s\n' "$*" >&2; exit "$code"; }

installed() { dpkg-query --show --showformat='${db:Status-Abbrev}${Package}\n' | sed -n 's/^ii //p' | sort; }

# What came with Ansible is remembered, so that --uninstall takes that and no other package.
ensure_ansible() {
  command -v ansible-playbook >/dev/null && return
  local before; before=$(installed)
  echo "Installing Ansible …"
  export DEBIAN_FRONTEND=noninteractive
  { apt-get -qq update && apt-get -qq install --yes --no-install-recommends ansible-core python3-apt; } >/dev/null ||
    fail 69 "Ansible cannot be installed: see what 'apt-get install ansible-core' says on this machine."
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
  [ ${#left[@]} -eq 0 ] || purge_alone "${left[@]}"
  rm -f "$LISTS/ansible"
  rmdir --ignore-fail-on-non-empty -p "$LISTS" 2>/dev/null || true
}

# One that could also satisfy an "a | b" of the system counts as needed, though "a" is there: they go if they take no other along.
purge_alone() {
  local plan
  plan=$(apt-get --simulate purge "$@") || return 0
  ! grep -q '^Inst ' <<<"$plan" || return 0
  [ -z "$(comm -13 <(sort "$LISTS/ansible") <(awk '$1 == "Purg" || $1 == "Remv" { print $2 }' <<<"$plan" | sort))" ] || return 0
  DEBIAN_FRONTEND=noninteractive apt-get -qq purge --yes "$@" >/dev/null
}

play() {
  cd "$HERE/.."      # ansible.cfg and the roles are there
  ansible-playbook --inventory "$WORK/inventory" "$HERE/playbook.yml" "$@" ||
    fail 70 "the play failed: its last lines above say why. Nothing is lost by running it again."
}

how_to_get_in() {
  local file
  echo
  echo "Who may come in (change it with novnc_users, then delete the files of first passwords):"
  for file in /etc/novnc/first-password-*; do
    [ -f "$file" ] && printf '  name %s, password %s\n' "${file##*first-password-}" "$(cat "$file")"
  done
  printf '  then the VNC password %s\n' "$(head -n 1 /etc/vncserver/password)"
}

main() {
  local settings='' check=0 state=present
  while [ $# -gt 0 ]; do
    case $1 in
      --settings)  settings=${2:-}; shift; [ -r "$settings" ] || fail 64 "--settings: '$settings' cannot be read." ;;
      --dry-run)   check=1 ;;
      --uninstall) state=absent ;;
      -h|--help)   usage; exit 0 ;;
      *)           usage >&2; exit 64 ;;
    esac
    shift
  done
  [ "$(id -u)" = 0 ] || fail 77 "run it as root, for example with sudo."
  [ -d /run/systemd/system ] || fail 78 "this machine is not run by systemd."
  command -v apt-get >/dev/null || fail 78 "it is made for Debian and its relatives: there is no apt-get here."
  WORK=$(mktemp -d); trap 'rm -rf "$WORK" "$LOCK"' EXIT
  printf '[harvesters]\nlocalhost ansible_connection=local\n' >"$WORK/inventory"
  exec 9>"$LOCK"
  flock --nonblock 9 || { trap 'rm -rf "$WORK"' EXIT; fail 75 "another run is under way (it holds $LOCK)."; }

  ensure_ansible
  local -a options=(--extra-vars "{\"vncserver_state\": \"$state\", \"novnc_state\": \"$state\", \"reverse_tunnel_state\": \"$state\"}")
  [ -z "$settings" ] || options+=(--extra-vars "@$(readlink -f "$settings")")
  if [ $check = 1 ]; then play "${options[@]}" --check --diff; exit 0; fi
  play "${options[@]}"
  if [ $state = absent ]; then remove_ansible; else how_to_get_in; fi
}

main "$@"
