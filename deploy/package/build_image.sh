#!/usr/bin/env bash
# Builds an OCI image of the aggregator without a container engine: Debian 13, Java, and the package of build_deb.sh.
# It needs root, mmdebstrap and umoci. 'podman load' and 'docker load' (from Docker 25 on) read the archive.
#
# usage: deploy/package/build_image.sh [FOLDER]    writes harvester-aggregator_VERSION_ARCHITECTURE.oci.tar there; default: target
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source-path=SCRIPTDIR source=../lib/toolchain.sh
. deploy/lib/toolchain.sh

readonly NAME=harvester-aggregator
readonly PROGRAM=/usr/share/$NAME/bin/harvester
# Fixed, so that volumes keep their owner.
readonly USER_ID=950

main() {
  case "${1:-}" in
    --help | -h) sed -n '2,/^set /{s/^# \{0,1\}//p;}' "$0"; exit ;;
  esac
  is_root || die "building an image needs root: run it with sudo"
  need_packages mmdebstrap umoci debian-archive-keyring
  local output=${1:-target}
  work=$(mktemp -d)
  at_exit remove_work
  deploy/package/build_deb.sh "$work"
  deb=$(basename "$work"/*.deb)
  version=$(dpkg-deb --field "$work/$deb" Version)
  tag=${version//'~'/-}
  export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
  file_system
  image
  mkdir -p "$output"
  archive=$output/${NAME}_${tag}_$(dpkg --print-architecture).oci.tar
  tar -C "$work/image" --sort=name --mtime="@$SOURCE_DATE_EPOCH" -cf "$archive" .
  say "$archive"
}

remove_work() { rm -rf "$work"; }

# Documentation and package lists are of no use in an image.
file_system() {
  say "unpacking Debian 13 with Java"
  start_child mmdebstrap --quiet --variant=essential --include=default-jre-headless,adduser,ca-certificates \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --essential-hook="mkdir -p \"\$1/usr/share/man/man1\"" \
    --customize-hook="copy-in $work/$deb /" \
    --customize-hook="chroot \"\$1\" adduser --system --group --quiet --uid $USER_ID --no-create-home --home /nonexistent harvester" \
    --customize-hook="chroot \"\$1\" dpkg --install /$deb" \
    --customize-hook="rm \"\$1/$deb\"; rm -rf \"\$1\"/var/lib/apt/lists/* \"\$1\"/var/cache/apt/* \"\$1\"/var/log/*" \
    trixie "$work/root.tar"
  await_child unpacking || die "mmdebstrap cannot unpack Debian 13"
}

image() {
  umoci init --layout "$work/image"
  umoci new --image "$work/image:$tag"
  umoci raw add-layer --image "$work/image:$tag" "$work/root.tar"
  umoci config --image "$work/image:$tag" --no-history \
    --config.user "$USER_ID:$USER_ID" \
    --config.entrypoint "$PROGRAM" \
    --config.workingdir "/var/lib/$NAME" \
    --config.volume "/var/lib/$NAME" \
    --config.exposedports 9201/tcp \
    --config.env PATH=/usr/local/bin:/usr/bin:/bin \
    --config.env LANG=C.UTF-8 \
    --config.env HARVESTER_LISTEN=0.0.0.0:9201 \
    --config.env "HARVESTER_DATA_DIR=/var/lib/$NAME/data" \
    --config.env HARVESTER_JAVA_OPTS=-XX:MaxRAMPercentage=50 \
    --config.label "org.opencontainers.image.title=$NAME" \
    --config.label "org.opencontainers.image.version=$version" \
    --config.label org.opencontainers.image.licenses=Apache-2.0
}

main "$@"
