#!/usr/bin/env bash
# A disposable TimescaleDB for the tests: Debian's package (Apache edition), unpacked into a cache and run by chroot on
# a loopback port. It works on any Debian or Ubuntu and installs nothing. Needs root.
#
# usage: deploy/timescaledb.sh start | stop | kill | url | remove [NUMBER]
#   start   starts it unless it runs, creating its data at the first start; writes target/test-timescaledb-NUMBER.url
#   stop    shuts it down and keeps its data
#   kill    sends SIGKILL to the server
#   url     prints the URL
#   remove  shuts it down and deletes its data
# Tests that run at the same time use servers of different numbers, from 1, which is the default.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source-path=SCRIPTDIR source=lib/toolchain.sh
. deploy/lib/toolchain.sh

CACHE=$(realpath -m "${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/harvester")
readonly CACHE
readonly ROOT=$CACHE/timescaledb-trixie
readonly PROGRAMS=/usr/lib/postgresql/17/bin
readonly NUMBER=${2:-1}
readonly URL_FILE=target/test-timescaledb-$NUMBER.url
# A user ID that is not in use, so that the server cannot access files of other users.
readonly OWNER=61617
# Each checkout has its own servers.
HOME_IN_ROOT=/var/lib/harvester-$(pwd -P | cksum | cut -d ' ' -f 1)-$NUMBER
readonly HOME_IN_ROOT
readonly DATA=$HOME_IN_ROOT/data

main() {
  need_proc
  [[ $# -le 2 && $NUMBER =~ ^[1-9]$ ]] || set -- usage
  case "${1:-}" in
    start) start ;;
    stop) stop ;;
    kill) kill_server ;;
    url) cat "$URL_FILE" ;;
    remove) stop; as_root rm -rf "$ROOT$HOME_IN_ROOT"; rm -f "$URL_FILE" ;;
    *) sed -n '2,/^set /{s/^# \{0,1\}//p;}' "$0" >&2; exit 64 ;;
  esac
}

in_root() { as_root env -i LC_ALL=C TZ=UTC PATH=/usr/sbin:/usr/bin:/bin chroot --userspec=$OWNER:$OWNER "$ROOT" "$@"; }

start() {
  [ -d "$ROOT" ] || unpack
  as_root test -d "$ROOT$DATA" || set_up
  is_running || in_root "$PROGRAMS/pg_ctl" -s -w -t 120 -D "$DATA" -l "$HOME_IN_ROOT/log" start || show_log
  mkdir -p "${URL_FILE%/*}"
  as_root cat "$ROOT$HOME_IN_ROOT/url" >"$URL_FILE"
}

show_log() {
  as_root tail -n 20 "$ROOT$HOME_IN_ROOT/log" >&2
  die "the test TimescaleDB does not start"
}

stop() { ! is_running || in_root "$PROGRAMS/pg_ctl" -s -w -t 120 -D "$DATA" -m fast stop; }

# All processes, because the sessions of a killed server still hold its shared memory for a moment.
kill_server() {
  is_running || die "the test TimescaleDB does not run"
  local pids
  while pids=$(processes) && [ -n "$pids" ]; do
    # shellcheck disable=SC2086  # one word per process
    as_root kill -KILL $pids 2>/dev/null || true
    sleep 0.05
  done
  # Where dead processes are not reaped, PostgreSQL takes the old process number for a running server.
  as_root rm -f "$ROOT$DATA/postmaster.pid"
}

# The working directory of every process of a PostgreSQL server is its data directory. find fails on processes that have just ended.
processes() { { as_root find /proc -maxdepth 2 -name cwd -lname "$ROOT$DATA" 2>/dev/null || true; } | cut -d / -f 3; }

# The process number in the file may belong to another process by now.
is_running() {
  local pid
  pid=$(as_root head -n 1 "$ROOT$DATA/postmaster.pid" 2>/dev/null) &&
    [ "$(as_root readlink "/proc/$pid/cwd")" = "$ROOT$DATA" ]
}

# Runs no scripts of the packages and needs no mounts, so it also works in a container and in a chroot.
unpack() {
  need_packages mmdebstrap debian-archive-keyring
  mkdir -p "$CACHE"
  exec 9>"$CACHE/lock"
  flock 9
  [ ! -d "$ROOT" ] || return 0
  say "unpacking Debian's PostgreSQL 17 with TimescaleDB into $ROOT (400 MB)"
  as_root rm -rf "$ROOT.unfinished"
  start_child_as_root mmdebstrap --quiet --variant=extract --include=postgresql-17-timescaledb,dash,base-files \
    trixie "$ROOT.unfinished"
  await_child unpacking || die "mmdebstrap cannot unpack Debian's PostgreSQL 17 with TimescaleDB"
  printf 'postgres:x:%s:%s::/:/bin/sh\n' "$OWNER" "$OWNER" | as_root tee "$ROOT.unfinished/etc/passwd" >/dev/null
  as_root chmod 755 "$ROOT.unfinished"
  as_root mv "$ROOT.unfinished" "$ROOT"
  exec 9>&-
}

set_up() {
  local home=$ROOT$HOME_IN_ROOT password port
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  port=$(free_port 15500)
  as_root rm -rf "$home"
  as_root install -d -o "$OWNER" -g "$OWNER" -m 700 "$home"
  printf '%s\n' "$password" | as_root tee "$home/password" >/dev/null
  as_root chown "$OWNER:$OWNER" "$home/password"
  in_root "$PROGRAMS/initdb" -D "$DATA.unfinished" -U postgres -E UTF8 --locale=C --auth=scram-sha-256 \
    --pwfile="$HOME_IN_ROOT/password" --no-sync >/dev/null
  configuration "$port" | as_root tee -a "$home/data.unfinished/postgresql.conf" >/dev/null
  printf 'postgresql://postgres:%s@127.0.0.1:%s/postgres\n' "$password" "$port" | as_root tee "$home/url" >/dev/null
  as_root mv "$home/data.unfinished" "$home/data"
}

configuration() {
  cat <<END
shared_preload_libraries = 'timescaledb'
timescaledb.telemetry_level = off
listen_addresses = '127.0.0.1'
port = $1
unix_socket_directories = ''
max_wal_size = 2GB
# Without fsync the tests are faster; the data survive a killed server, but not a power failure.
fsync = off
END
}

main "$@"
