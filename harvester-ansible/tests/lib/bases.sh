# shellcheck shell=bash
# The root directories of Debian from which the machines are made.
#   HARVESTER_TEST_BASES    existing ones (default: built once by mmdebstrap in the user's cache)
#   HARVESTER_TEST_SUITES   the releases to build (default: bookworm trixie)

bases_supported() {
  [ -n "${HARVESTER_TEST_BASES:-}" ] || command -v mmdebstrap >/dev/null || { echo "need mmdebstrap, or HARVESTER_TEST_BASES"; return 1; }
}

# Prints the bases; creates the missing ones.
bases() {
  local suite dir cache=${XDG_CACHE_HOME:-$HOME/.cache}/harvester-tests
  if [ -n "${HARVESTER_TEST_BASES:-}" ]; then echo "$HARVESTER_TEST_BASES"; return; fi
  for suite in ${HARVESTER_TEST_SUITES:-bookworm trixie}; do
    dir=$cache/$suite
    if [ ! -d "$dir/etc" ]; then
      # Under its final name only when it is complete.
      rm -rf "$dir.part" && mkdir -p "$cache" &&
        mmdebstrap --quiet --variant=minbase --include=systemd,systemd-sysv,dbus,python3,iproute2,ca-certificates "$suite" "$dir.part" >&2 &&
        mv "$dir.part" "$dir" || return 1
    fi
    echo "$dir"
  done
}

# The Debian version of the current base, such as 13; it makes node names unique in a database shared by several bases.
suite() { sed -n 's/^VERSION_ID="\(.*\)"/\1/p' "$BASE/etc/os-release"; }
