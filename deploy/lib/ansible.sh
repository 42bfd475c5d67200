# shellcheck shell=bash disable=SC2034,SC2154  # the parts share their variables
# Ansible on this machine: there, run, and gone again if it came with us.

readonly ANSIBLE_PACKAGES=/var/lib/harvester/packages/ansible

installed_packages() { dpkg-query --show --showformat='${db:Status-Abbrev}${Package}\n' | sed -n 's/^ii //p' | sort; }

ansible_is_there() { command -v ansible-playbook >/dev/null; }

install_ansible() {
  ansible_is_there && return 0
  step "Installing Ansible from the distribution"
  if command -v apt-get >/dev/null; then install_ansible_by_apt; else install_ansible_by_dnf; fi ||
    die "$EXIT_UNAVAILABLE" "Ansible cannot be installed: $(tail -n 1 "$log_file")" "See what the package manager says about ansible-core (log: $log_file), then run this again."
}

# What came with it is remembered, so that uninstalling takes that and no other package.
install_ansible_by_apt() {
  local before
  before=$(installed_packages)
  apt-get -q update >>"$log_file" 2>&1 &&
    DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends \
      ansible-core python3-apt >>"$log_file" 2>&1 || return 1
  mkdir -p "$(dirname "$ANSIBLE_PACKAGES")"
  comm -13 <(echo "$before") <(installed_packages) >"$ANSIBLE_PACKAGES"
}

install_ansible_by_dnf() { dnf -q -y install ansible-core >>"$log_file" 2>&1; }

remove_ansible() {
  [ -f "$ANSIBLE_PACKAGES" ] || return 0
  step "Removing Ansible, which came with this installation"
  local ours unneeded
  mapfile -t ours < <(comm -12 "$ANSIBLE_PACKAGES" <(installed_packages))
  [ "${#ours[@]}" -eq 0 ] || apt-mark auto "${ours[@]}" >>"$log_file"
  mapfile -t unneeded < <(comm -12 "$ANSIBLE_PACKAGES" <(apt-get --simulate autoremove \
    -o APT::AutoRemove::RecommendsImportant=false -o APT::AutoRemove::SuggestsImportant=false |
    awk '$1 == "Remv" { print $2 }' | sort))
  [ "${#unneeded[@]}" -eq 0 ] ||
    DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 purge "${unneeded[@]}" >>"$log_file" 2>&1
  mapfile -t ours < <(comm -12 "$ANSIBLE_PACKAGES" <(installed_packages))
  [ "${#ours[@]}" -eq 0 ] || purge_alone "${ours[@]}"
  rm -f "$ANSIBLE_PACKAGES"
}

# One that could also satisfy an "a | b" of the system counts as needed, though "a" is there: they go if they take no other along.
purge_alone() {
  local plan
  plan=$(apt-get --simulate purge "$@") || return 0
  ! grep -q '^Inst ' <<<"$plan" || return 0
  [ -z "$(comm -13 "$ANSIBLE_PACKAGES" <(awk '$1 == "Purg" || $1 == "Remv" { print $2 }' <<<"$plan" | sort))" ] || return 0
  DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 purge "$@" >>"$log_file" 2>&1
}

# play PLAYBOOK [ARGUMENT]…: with the settings, on this machine; its own files stay out of root's home.
play() {
  printf '[harvesters]\nlocalhost ansible_connection=local\n' >"$work/inventory"
  local arguments=(--inventory "$work/inventory")
  [ -z "$vars_file" ] || arguments+=(--extra-vars "@$vars_file")
  (
    cd "$source_dir/harvester-ansible" || exit
    export HOME="${HOME:-/root}" ANSIBLE_CONFIG=$PWD/ansible.cfg ANSIBLE_NOCOLOR=1 ANSIBLE_HOME=$work/ansible \
      ANSIBLE_LOCAL_TEMP=$work/ansible/tmp ANSIBLE_REMOTE_TEMP=$work/ansible/tmp LC_ALL=C.UTF-8
    exec ansible-playbook "${arguments[@]}" --extra-vars "@$settings" "$@"
  )
}

# The play's own words about its failure, without the rest.
play_failure() {
  awk '/^fatal:/ { text = ""; on = 1; next } /^(TASK|PLAY|RUNNING)/ { on = 0 }
       on && /msg:/ { sub(/.*msg:( \|-)? */, ""); said = 1 } on && said { text = text $0 "\n" } !on { said = 0 }
       END { printf "%s", text }' "$1" | sed 's/^ *//; /^$/d' | head -n 12
}
