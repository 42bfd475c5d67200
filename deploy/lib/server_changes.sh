# shellcheck shell=bash disable=SC2034,SC2154  # the files share their variables
# The list of what the installation changes, with what the chosen database means for the disk.

# Bytes on disk per sample, from docs/benchmarks.md.
readonly COLUMNAR_BYTES=2.62 ROW_BYTES=103.5

list_changes() {
  local packages=''
  has_ansible || packages+=', ansible-core, python3-apt'
  [ -z "$java" ] || packages+=", $java"
  [ -n "$database_url" ] || [ "$installed" = true ] || packages+=", postgresql-$postgresql${timescaledb:+, $timescaledb}"
  say "To be installed on $(uname -n), where missing:"
  change packages "openssl$packages, and what these need"
  change service "harvester-aggregator.service, as the user harvester; the command harvester"
  change port "$listen, with TLS and authentication"
  change TLS "$(if [ -n "$tls_certificate" ]; then echo "$tls_certificate"; else echo "a certificate for $name is created, valid for ten years"; fi)"
  change files "/etc/harvester, /opt/harvester, /opt/harvester-aggregator, /usr/local/bin/harvester, /var/lib/harvester"
  list_database
  say "To undo this: $OPT/deploy/install_aggregator.sh --uninstall"
}

change() { say "$(printf '  %-9s %s' "$1" "$2")"; }

list_database() {
  if [ -n "$database_url" ]; then
    change database "$database_url, which exists"
    return
  fi
  change database "harvester in PostgreSQL $postgresql on this machine, tuned for its memory; PostgreSQL listens on loopback only"
  case $edition in
    community) change TimescaleDB "the community edition of its vendor's repository ($timescaledb): samples are compressed" ;;
    apache) change TimescaleDB "the distribution's package ($timescaledb), the Apache edition, which cannot compress samples" ;;
    none) change TimescaleDB "none: the package sources offer no package of it. Samples are stored in plain PostgreSQL, uncompressed" ;;
  esac
  change disk "$(disk_estimate)"
  [ "$edition" = community ] ||
    say "  To compress samples, add the package source of TimescaleDB's vendor before this installation: docs/operations.md."
}

disk_estimate() {
  local bytes=$ROW_BYTES
  [ "$edition" != community ] || bytes=$COLUMNAR_BYTES
  echo "about $(gigabytes 30 "$bytes") GB per machine and month of 30 days (700 series, one sample in 15 s)$(
    [ "$edition" = community ] || echo "; the community edition takes $(gigabytes 30 "$COLUMNAR_BYTES") GB")"
}

# gigabytes DAYS BYTES_PER_SAMPLE: of one machine.
gigabytes() { awk -v days="$1" -v bytes="$2" 'BEGIN { printf "%.1f\n", 700 * days * 86400 / 15 * bytes / 1e9 }'; }
