# shellcheck shell=bash disable=SC2034,SC2154  # the files share their variables
# Installs, runs and removes Ansible on this machine.

readonly ANSIBLE_PACKAGES=/var/lib/harvester/packages/ansible

installed_packages() { dpkg-query --show --showformat='${db:Status-Abbrev}${Package}\n' | sed -n 's/^ii //p' | sort; }

has_ansible() { command -v ansible-playbook >/dev/null; }

# Downloads Ansible without installing it. Called before the enrolment: the key may be valid only once.
fetch_ansible() {
  has_ansible && return 0
  command -v apt-get >/dev/null || return 0
  step "Downloading Ansible from the distribution"
  { apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends \
    --download-only ansible-core python3-apt; } >>"$log_file" 2>&1 ||
    die "$EXIT_UNAVAILABLE" "cannot download Ansible, which this machine does not have: $(grep '^E: ' "$log_file" | tail -n 1)." \
      "Install the package ansible-core from your own medium or mirror, or run the playbook from another machine (harvester-ansible/README.md). Nothing was changed."
}

install_ansible() {
  has_ansible && return 0
  step "Installing Ansible from the distribution"
  if command -v apt-get >/dev/null; then install_ansible_by_apt; else install_ansible_by_dnf; fi ||
    die "$EXIT_UNAVAILABLE" "cannot install Ansible: $(tail -n 1 "$log_file")" "Correct the cause (log: $log_file), then run this again."
}

# Records the packages that are installed, so that --uninstall removes these and no others.
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
  [ -f "$ANSIBLE_PACKAGES" ] && ! is_shared || return 0
  step "Removing Ansible, which this installer installed"
  local installed unneeded
  mapfile -t installed < <(comm -12 "$ANSIBLE_PACKAGES" <(installed_packages))
  [ "${#installed[@]}" -eq 0 ] || apt-mark auto "${installed[@]}" >>"$log_file"
  mapfile -t unneeded < <(comm -12 "$ANSIBLE_PACKAGES" <(apt-get --simulate autoremove \
    -o APT::AutoRemove::RecommendsImportant=false -o APT::AutoRemove::SuggestsImportant=false |
    awk '$1 == "Remv" { print $2 }' | sort))
  [ "${#unneeded[@]}" -eq 0 ] ||
    DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 purge "${unneeded[@]}" >>"$log_file" 2>&1
  mapfile -t installed < <(comm -12 "$ANSIBLE_PACKAGES" <(installed_packages))
  [ "${#installed[@]}" -eq 0 ] || purge_if_unneeded "${installed[@]}"
  rm -f "$ANSIBLE_PACKAGES"
}

# autoremove keeps a package "b" if another one depends on "a | b", even where "a" is installed. Purges the packages if this removes no others.
purge_if_unneeded() {
  local plan
  plan=$(apt-get --simulate purge "$@") || return 0
  ! grep -q '^Inst ' <<<"$plan" || return 0
  [ -z "$(comm -13 "$ANSIBLE_PACKAGES" <(awk '$1 == "Purg" || $1 == "Remv" { print $2 }' <<<"$plan" | sort))" ] || return 0
  DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 purge "$@" >>"$log_file" 2>&1
}

# play PLAYBOOK [ARGUMENT]…: runs it on this machine with the settings; Ansible writes no files to root's home.
play() {
  printf '[%s]\nlocalhost ansible_connection=local\n' "$inventory_group" >"$work/inventory"
  local arguments=(--inventory "$work/inventory")
  [ -z "$vars_file" ] || arguments+=(--extra-vars "@$vars_file")
  (
    cd "$source_dir/harvester-ansible" || exit
    export HOME="${HOME:-/root}" ANSIBLE_CONFIG=$PWD/ansible.cfg ANSIBLE_NOCOLOR=1 ANSIBLE_HOME=$work/ansible \
      ANSIBLE_LOCAL_TEMP=$work/ansible/tmp ANSIBLE_REMOTE_TEMP=$work/ansible/tmp LC_ALL=C.UTF-8
    exec ansible-playbook "${arguments[@]}" --extra-vars "@$settings" "$@"
  )
}

# Extracts the error message from the output of a play.
play_failure() {
  awk '/^fatal:/ { text = ""; on = 1; next } /^(TASK|PLAY|RUNNING)/ { on = 0 }
       on && /msg:/ { sub(/.*msg:( \|-)? */, ""); found = 1 } on && found { text = text $0 "\n" } !on { found = 0 }
       END { printf "%s", text }' "$1" | sed 's/^ *//; /^$/d' | awk 'NR <= 12'
}
