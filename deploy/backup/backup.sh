#!/usr/bin/env bash
# Backups of a PostgreSQL server of Debian or Ubuntu with pgBackRest: full and differential ones, and every piece of WAL,
# so that any point in time can be restored. For the embedded database: the commands "harvester backup" and "restore".
#
# usage: deploy/backup/backup.sh configure [OPTIONS]         sets everything up, and makes the first full backup
#        deploy/backup/backup.sh run full|diff               makes a backup now, as the timers do
#        deploy/backup/backup.sh status                      what can be restored, and whether WAL arrives
#        deploy/backup/backup.sh restore [--to TIME] [OPTIONS]   on a fresh machine: the cluster, to its last or any point in time
#
#   --repository DIR     where backups are: a mounted disk or share of another machine (default /var/lib/pgbackrest).
#                        For S3, SFTP and others, write /etc/pgbackrest/harvester.conf yourself, and give --keep-conf
#   --keep-conf          use /etc/pgbackrest/harvester.conf as it is
#   --cluster VER/NAME   the cluster (default: the only one; on a fresh machine 17/main)
#   --keep-full N        keep N full backups, what they need, and the WAL since the oldest (default 2)
#   --full-on CALENDAR   when a full backup is made, as in systemd.time(7) (default Sun 02:00)
#   --diff-on CALENDAR   when a differential one is made (default Mon..Sat 02:00)
#   --archive-timeout S  a piece of WAL is archived after S seconds at the latest: what a lost machine loses (default 60)
#   --to TIME            restore to this point, such as '2026-01-01 12:00:00+00' (default: the end of the archived WAL)
#   --replace            restore over a cluster that has data; it is moved to DATA.replaced
#   --port PORT          port of the restored cluster
#   --help
#
# A restored cluster archives no WAL, so that a trial disturbs no repository; "configure" makes it archive again.
# Exit codes: 0 done, 64 wrong usage, 69 pgBackRest or PostgreSQL is missing, 70 failed, 77 not root, 78 refused.
set -euo pipefail
program=${0##*/}
# shellcheck source-path=SCRIPTDIR source=../lib/say.sh
. "$(dirname "$0")/../lib/say.sh"

readonly STANZA=harvester
conf=/etc/pgbackrest/harvester.conf
readonly SELF_COPY=/usr/local/lib/harvester
# PostgreSQL's settings are outside its data on Debian: a copy among the data is part of every backup.
readonly SETTINGS=etc-postgresql

repository=/var/lib/pgbackrest keep_conf='' cluster='' keep_full=2 full_on='Sun 02:00' diff_on='Mon..Sat 02:00'
async=y archive_timeout=60 to='' replace='' port=''

main() {
  local command=${1:-}
  [ $# -eq 0 ] || shift
  case "$command" in
    configure | run | status | restore | save-settings) ;;
    --help | -h) help; exit 0 ;;
    *) help >&2; exit "$EXIT_USAGE" ;;
  esac
  local kind=''
  if [ "$command" = run ]; then
    kind=${1:-}
    [[ $kind = full || $kind = diff ]] || die "$EXIT_USAGE" "run needs full or diff"
    shift
  fi
  options "$@"
  [ "$(id -u)" = 0 ] || die "$EXIT_PERMISSION" "run it as root"
  case "$command" in
    configure) configure ;;
    run) choose_cluster; make_backup "$kind" ;;
    status) as_postgres pgbackrest "${flags[@]}" info ;;
    restore) restore ;;
    save-settings) choose_cluster; save_settings ;;
  esac
}

help() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//p;}' "$0"; }

options() {
  while [ $# -gt 0 ]; do
    case "$1" in
      --help) help; exit 0 ;;
      --keep-conf) keep_conf=1; shift ;;
      --replace) replace=1; shift ;;
      --repository | --cluster | --keep-full | --full-on | --diff-on | --archive-timeout | --to | --port)
        [ $# -ge 2 ] || die "$EXIT_USAGE" "$1 needs a value"
        local name=${1#--}
        printf -v "${name//-/_}" %s "$2"
        shift 2 ;;
      *) die "$EXIT_USAGE" "unknown option $1; see --help" ;;
    esac
  done
  [[ $keep_full =~ ^[1-9][0-9]*$ ]] || die "$EXIT_USAGE" "--keep-full must be a number, 1 or more"
  [[ $archive_timeout =~ ^[0-9]+$ ]] || die "$EXIT_USAGE" "--archive-timeout must be a number of seconds"
  [[ -z $cluster || $cluster =~ ^[0-9]+/[A-Za-z0-9_-]+$ ]] || die "$EXIT_USAGE" "--cluster is VERSION/NAME, such as 17/main"
  [[ -z $to || $to =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}\ [0-9:.]+[+-][0-9:]+$ ]] ||
    die "$EXIT_USAGE" "--to is a time with its time zone, such as '2026-01-01 12:00:00+00'"
}

flags=(--config="$conf" --stanza="$STANZA")
as_postgres() { (cd / && runuser -u postgres -- "$@"); }
sql() { as_postgres psql -X -qAt -v ON_ERROR_STOP=1 --cluster "$cluster" -d "${2:-postgres}" -c "$1"; }
has_systemd() { [ -d /run/systemd/system ]; }

install_packages() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok' || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  step "installing ${missing[*]}"
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q "${missing[@]}" >/dev/null ||
    die "$EXIT_UNAVAILABLE" "apt-get cannot install ${missing[*]}" "(apt-get update?)"
}

choose_cluster() {
  command -v pg_lsclusters >/dev/null || die "$EXIT_UNAVAILABLE" "this machine has no PostgreSQL of Debian or Ubuntu"
  if [ -z "$cluster" ]; then
    local all
    all=$(pg_lsclusters -h | awk '{ print $1 "/" $2 }')
    [ "$(wc -w <<<"$all")" = 1 ] || die "$EXIT_USAGE" "name one of these clusters with --cluster:" "$(xargs <<<"$all")"
    cluster=$all
  fi
  version=${cluster%/*} name=${cluster#*/}
  etc=/etc/postgresql/$version/$name
  [ -d "$etc" ] || die "$EXIT_USAGE" "there is no cluster $cluster (pg_lsclusters lists them)"
  data=$(pg_conftool -s "$version" "$name" show data_directory)
}

configure() {
  install_packages pgbackrest
  choose_cluster
  write_conf
  archive_wal
  install_timers
  step "preparing the repository"
  as_postgres pgbackrest "${flags[@]}" --log-level-console=warn stanza-create ||
    die "$EXIT_FAILED" "the repository does not accept the stanza;" "another cluster's backups may be in it: see above"
  as_postgres pgbackrest "${flags[@]}" --log-level-console=warn check ||
    die "$EXIT_FAILED" "WAL does not arrive in the repository;" "PostgreSQL's log tells why"
  as_postgres pgbackrest "${flags[@]}" --output=json info | grep -q '"label"' || make_backup full
  say "done: full backups $full_on, differential ones $diff_on, WAL after ${archive_timeout} s at the latest"
  say "see what can be restored: $program status"
}

write_conf() {
  if [ -n "$keep_conf" ]; then
    [ -r "$conf" ] || die "$EXIT_CONFIGURATION" "$conf is missing"
    return 0
  fi
  step "writing $conf"
  mkdir -p "${conf%/*}"
  if [ ! -d "$repository" ]; then
    install -d -o postgres -g postgres -m 750 "$repository"
  fi
  as_postgres test -w "$repository" || die "$EXIT_CONFIGURATION" "the user postgres cannot write to $repository"
  # Backups contain all samples and the hashes of tokens: only the user postgres reads them.
  cat >"$conf" <<END
# Written by deploy/backup/backup.sh configure. With --keep-conf it stays as it is.
[global]
repo1-path=$repository
repo1-retention-full=$keep_full
repo1-bundle=y
repo1-block=y
compress-type=zst
compress-level=3
process-max=2
start-fast=y
archive-async=$async
spool-path=/var/spool/pgbackrest
log-level-console=warn
log-level-file=info

[$STANZA]
pg1-path=$data
pg1-port=$(pg_conftool -s "$version" "$name" show port)
pg1-socket-path=/var/run/postgresql
END
  chown root:postgres "$conf"
  chmod 640 "$conf"
  install -d -o postgres -g postgres -m 750 /var/spool/pgbackrest
}

archive_wal() {
  install -d -o postgres -g postgres -m 755 "$etc/conf.d"
  cat >"$etc/conf.d/harvester-backup.conf" <<END
# Written by deploy/backup/backup.sh configure.
archive_mode = on
archive_command = 'pgbackrest --config=$conf --stanza=$STANZA archive-push %p'
archive_timeout = ${archive_timeout}s
END
  chown postgres:postgres "$etc/conf.d/harvester-backup.conf"
  sql 'ALTER SYSTEM RESET archive_mode' # a restore switched it off
  if [ "$(sql 'SHOW archive_mode')" = on ]; then
    sql 'SELECT pg_reload_conf()' >/dev/null
  else
    step "restarting PostgreSQL $cluster: it archives WAL from now on"
    pg_ctlcluster "$version" "$name" restart || die "$EXIT_FAILED" "PostgreSQL $cluster does not start;" "see its log"
  fi
}

install_timers() {
  install -d "$SELF_COPY/backup" "$SELF_COPY/lib"
  install -m 755 "$0" "$SELF_COPY/backup/backup.sh.new"
  mv -f "$SELF_COPY/backup/backup.sh.new" "$SELF_COPY/backup/backup.sh"
  [ "$(realpath "$(dirname "$0")/../lib/say.sh")" = "$SELF_COPY/lib/say.sh" ] ||
    install -m 644 "$(dirname "$0")/../lib/say.sh" "$SELF_COPY/lib/say.sh"
  timer full "$full_on"
  timer diff "$diff_on"
  if has_systemd; then
    systemctl daemon-reload
    systemctl enable -q --now harvester-backup-full.timer harvester-backup-diff.timer
  else
    warn "systemd does not run here: nothing makes backups until it does"
  fi
}

timer() {
  cat >"/etc/systemd/system/harvester-backup-$1.service" <<END
[Unit]
Description=Backup of PostgreSQL for Harvester ($1)
After=postgresql.service

[Service]
Type=oneshot
ExecStart=$SELF_COPY/backup/backup.sh run $1 --cluster $cluster
Nice=10
IOSchedulingClass=idle
END
  cat >"/etc/systemd/system/harvester-backup-$1.timer" <<END
[Unit]
Description=Backup of PostgreSQL for Harvester ($1)

[Timer]
OnCalendar=$2
Persistent=true

[Install]
WantedBy=timers.target
END
}

save_settings() {
  rm -rf "${data:?}/$SETTINGS"
  cp -r "$etc" "$data/$SETTINGS"
  chown -R postgres:postgres "$data/$SETTINGS"
  chmod -R go-rwx "$data/$SETTINGS"
}

make_backup() {
  step "making a backup ($1)"
  save_settings
  as_postgres pgbackrest "${flags[@]}" --type="$1" backup || die "$EXIT_FAILED" "the backup failed; see above"
}

restore() {
  cluster=${cluster:-17/main}
  version=${cluster%/*} name=${cluster#*/}
  install_packages "postgresql-$version" pgbackrest
  if [ ! -d "/etc/postgresql/$version/$name" ]; then
    step "creating the cluster $cluster"
    pg_createcluster "$version" "$name" >/dev/null
  fi
  choose_cluster
  # A file of its own: a trial beside a running cluster must not redirect the backups of that one.
  [ -n "$keep_conf" ] || conf=/etc/pgbackrest/harvester-restore-$version-$name.conf async=n
  flags=(--config="$conf" --stanza="$STANZA")
  write_conf
  as_postgres pgbackrest "${flags[@]}" info | grep -q 'backup: ' ||
    die "$EXIT_CONFIGURATION" "$repository has no backup of the stanza $STANZA;" "name the repository with --repository"
  empty_data
  local target=(--type=default)
  [ -z "$to" ] || target=(--type=time "--target=$to" --target-action=promote)
  step "restoring ${to:-everything that was archived} into $data"
  local begun=$SECONDS
  as_postgres pgbackrest "${flags[@]}" "${target[@]}" --pg1-path="$data" --archive-mode=off restore ||
    die "$EXIT_FAILED" "pgBackRest could not restore;" "see above. Nothing else was changed"
  take_settings
  step "starting PostgreSQL, which replays WAL"
  pg_ctlcluster "$version" "$name" start || show_log
  await_end_of_recovery
  report "$((SECONDS - begun))"
}

# A cluster that this script, or the package of PostgreSQL, has just created holds nothing.
empty_data() {
  local has_harvester=''
  if pg_ctlcluster "$version" "$name" status >/dev/null 2>&1; then
    has_harvester=$(sql "SELECT count(*) FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'")
    [ "$has_harvester" = 0 ] || [ -n "$replace" ] ||
      die "$EXIT_CONFIGURATION" "the cluster $cluster runs, and has databases: restore into another one (--cluster)," \
        "or give --replace"
    pg_ctlcluster "$version" "$name" stop -m fast
  elif [ -e "$data/PG_VERSION" ] && [ "$(find "$data/base" -mindepth 1 -maxdepth 1 | wc -l)" -gt 3 ] && [ -z "$replace" ]; then
    die "$EXIT_CONFIGURATION" "$data has databases: restore into another cluster (--cluster), or give --replace"
  fi
  if [ -n "$replace" ] && [ -e "$data/PG_VERSION" ]; then
    [ ! -e "$data.replaced" ] || die "$EXIT_CONFIGURATION" "$data.replaced is in the way: delete it, or move it elsewhere"
    mv "$data" "$data.replaced"
  else
    rm -rf "${data:?}"
  fi
  install -d -o postgres -g postgres -m 700 "$data"
}

# The settings of the backup, with the paths and the port of this cluster.
take_settings() {
  [ -d "$data/$SETTINGS" ] || die "$EXIT_FAILED" "the backup has no settings of PostgreSQL:" "it was made without backup.sh run"
  step "taking over PostgreSQL's settings"
  local its_port
  its_port=${port:-$(pg_conftool -s "$version" "$name" show port)}
  cp -r "$data/$SETTINGS/." "$etc/"
  rm -f "$etc/conf.d/harvester-backup.conf"
  chown -R postgres:postgres "$etc"
  chmod 755 "$etc" "$etc/conf.d"
  local setting
  for setting in "data_directory $data" "hba_file $etc/pg_hba.conf" "ident_file $etc/pg_ident.conf" \
    "external_pid_file /var/run/postgresql/$version-$name.pid" "cluster_name $version/$name" "port $its_port"; do
    # shellcheck disable=SC2086  # a name and a value
    pg_conftool "$version" "$name" set $setting
  done
}

show_log() {
  tail -n 15 "/var/log/postgresql/postgresql-$version-$name.log" >&2
  die "$EXIT_FAILED" "PostgreSQL does not start: see its log above." \
    "If a library is missing (timescaledb), install the package of the machine that was backed up, then: pg_ctlcluster $version $name start"
}

await_end_of_recovery() {
  while true; do
    case $(sql 'SELECT pg_is_in_recovery()' 2>/dev/null || echo down) in
      f) return 0 ;;
      down) pg_ctlcluster "$version" "$name" status >/dev/null || show_log ;;
    esac
    sleep 1
  done
}

report() {
  local database last
  say "restored in $1 s: $(du -sh --exclude=pg_wal "$data" | cut -f 1) in $data, port $(pg_conftool -s "$version" "$name" show port)"
  for database in $(sql "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'"); do
    last=$(sql 'SELECT max(last_write_at) || $$, last sample $$ || max(newest_sample_time) FROM harvester.node' \
      "$database" 2>/dev/null) || continue
    say "database $database: last write ${last:-never}"
  done
  say "it archives no WAL. If it takes the place of the old one: $program configure --cluster $cluster, and start the aggregator"
}

main "$@"
