#!/usr/bin/env bash
# Builds the Debian package of the aggregator with Debian's tools (dpkg-deb), from the built jar.
#
# usage: deploy/package/build_deb.sh [FOLDER]      writes harvester-aggregator_VERSION_all.deb there; default: target
#
# Environment: DEBFULLNAME and DEBEMAIL name the maintainer, as for Debian's own tools.
# Exit status: 0 success, 1 failure, 64 usage.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source-path=SCRIPTDIR source=../lib/toolchain.sh
. deploy/lib/toolchain.sh

readonly FILES=deploy/package/debian
readonly NAME=harvester-aggregator

main() {
  case "${1:-}" in
    --help | -h) sed -n '2,/^set /{s/^# \{0,1\}//p;}' "$0"; exit ;;
    -*) sed -n '2,/^set /{s/^# \{0,1\}//p;}' "$0" >&2; exit 64 ;;
  esac
  [ -r "$JAR" ] || die "there is no $JAR: build it with ./mvnw package -DskipTests"
  command -v dpkg-deb >/dev/null || die "dpkg-deb is missing: build on Debian or Ubuntu"
  local output=${1:-target}
  version=$(java -jar "$JAR" version)
  version=${version##* }
  version=${version%-SNAPSHOT}$([[ $version != *-SNAPSHOT ]] || echo '~snapshot')
  maintainer="${DEBFULLNAME:-Harvester} <${DEBEMAIL:-root@$(hostname -f 2>/dev/null || hostname)}>"
  # The time of the last commit, so that the same sources make the same package.
  SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
  export SOURCE_DATE_EPOCH
  root=$(mktemp -d)
  at_exit remove_root
  install_files
  control_files
  mkdir -p "$output"
  # Nearly all of it is the jar, which is compressed already.
  dpkg-deb --root-owner-group -Zxz -z1 --build "$root" "$output/${NAME}_${version}_all.deb" >/dev/null
  say "$output/${NAME}_${version}_all.deb"
}

install_files() {
  put 755 deploy/harvester "usr/share/$NAME/bin/harvester"
  put 644 "$JAR" "usr/share/$NAME/lib/$NAME.jar"
  put 755 "$FILES/harvester" usr/bin/harvester
  put 644 "$FILES/$NAME.service" "usr/lib/systemd/system/$NAME.service"
  put 644 "$FILES/$NAME.default" "etc/default/$NAME"
  put 644 /dev/null etc/harvester/harvester.properties
  settings >"$root/etc/harvester/harvester.properties"
  put 644 /dev/null usr/share/bash-completion/completions/harvester
  java -jar "$JAR" generate-completion | sed 1d >"$root/usr/share/bash-completion/completions/harvester"
  put 644 /dev/null usr/share/man/man8/harvester.8
  sed "s/@VERSION@/$version/" "$FILES/harvester.8" >"$root/usr/share/man/man8/harvester.8"
  put 644 /dev/null "usr/share/doc/$NAME/copyright"
  copyright >"$root/usr/share/doc/$NAME/copyright"
  put 644 THIRD-PARTY.md "usr/share/doc/$NAME/THIRD-PARTY.md"
  put 644 CHANGELOG.md "usr/share/doc/$NAME/NEWS"
  put 644 /dev/null "usr/share/doc/$NAME/changelog"
  changelog >"$root/usr/share/doc/$NAME/changelog"
  gzip -9n "$root/usr/share/doc/$NAME/changelog" "$root/usr/share/doc/$NAME/NEWS" "$root/usr/share/man/man8/harvester.8"
}

remove_root() { rm -rf "$root"; }

put() { install -D -m "$1" "$2" "$root/$3"; }

# All settings, with the folder that the service may write to.
settings() {
  java -jar "$JAR" generate-config | sed "s|^#HARVESTER_DATA_DIR=.*|HARVESTER_DATA_DIR=/var/lib/$NAME/data|"
}

copyright() {
  cat <<END
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Harvester
Comment: META-INF/licenses in $NAME.jar has the texts of the licences of
 all artifacts in it; THIRD-PARTY.md lists them.

Files: *
Copyright: 2026 the authors of Harvester
License: Apache-2.0
 On Debian systems, the text of the Apache License 2.0 is in
 /usr/share/common-licenses/Apache-2.0.
END
}

changelog() {
  printf '%s (%s) unstable; urgency=medium\n\n  * See NEWS.gz.\n\n -- %s  %s\n' \
    "$NAME" "$version" "$maintainer" "$(date -u -R -d "@$SOURCE_DATE_EPOCH")"
}

control_files() {
  install -d -m 755 "$root/DEBIAN"
  sed -e "s/@VERSION@/$version/" -e "s/@MAINTAINER@/$maintainer/" \
    -e "s/@SIZE@/$(du -sk --exclude=DEBIAN "$root" | cut -f 1)/" "$FILES/control" >"$root/DEBIAN/control"
  local script
  for script in postinst prerm postrm; do install -m 755 "$FILES/$script" "$root/DEBIAN/$script"; done
  (cd "$root" && find etc -type f -printf '/%p\n' | sort) >"$root/DEBIAN/conffiles"
  (cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
}

main "$@"
