# shellcheck shell=bash
# What an installation adds to a machine, compared with what the installer has listed before.

# present NAME: packages that were asked for, users, units and listening ports, one a line with its kind.
present() {
  machine "$1" sh -c '
    apt-mark showmanual | sed "s/^/packages /"
    getent passwd | sed "s/:.*//; s/^/users /"
    find /etc/systemd/system -maxdepth 1 -type f -name "*.*" | sed "s|.*/|services |; s|\.[a-z]*$||"
    ss -Hltn | awk "{ sub(/.*:/, \"\", \$4); print \"ports\", \$4 }"' | LC_ALL=C sort -u
}

# everything_listed NAME BEFORE PRINTED: the file PRINTED lists all that NAME has and had not in the file BEFORE.
everything_listed() {
  local kind name number=0 missing=0 list
  list=$(tr -d '\r' <"$3" | grep -E '^  (packages|services|users|ports) ')
  while read -r kind name; do
    number=$((number + 1))
    grep -Eq "^  $kind .* $name([., ]|\$)" <<<"$list" || { echo "not listed: $kind $name"; missing=1; }
  done < <(LC_ALL=C comm -13 "$2" <(present "$1"))
  echo "$number additions"
  [ "$number" -ge 8 ] && [ "$missing" = 0 ]
}
