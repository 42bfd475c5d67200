# shellcheck shell=bash disable=SC2034,SC2154  # the files share their variables
# The options of install_aggregator.sh: flags override the choices of the last run.

readonly ENVIRONMENT=HARVESTER_DATABASE_PASSWORD

read_options() {
  action=install unattended=false dry_run=false delete_data=false wait_seconds=180 take_over=false vars_file=''
  name=$(saved aggregator_name) listen=$(saved aggregator_listen) retention=$(saved aggregator_retention)
  database_url=$(saved aggregator_database_url) database_password=${HARVESTER_DATABASE_PASSWORD:-}
  tls_certificate=$(saved aggregator_tls_certificate) tls_key=$(saved aggregator_tls_key)
  # The files that an earlier run was given may be gone by now: their installed copies stand for them.
  [ -z "$tls_certificate" ] || { [ -f "$tls_certificate" ] && [ -f "$tls_key" ]; } || tls_certificate=$CERTIFICATE tls_key=$CERTIFICATE_KEY
  jar='' machines='' reader=grafana
  [ ! -r "$kept_vars" ] || vars_file=$kept_vars
  while [ $# -gt 0 ]; do
    case $1 in
      --unattended) unattended=true ;;
      --dry-run) dry_run=true ;;
      --uninstall) action=uninstall ;;
      --delete-data) delete_data=true ;;
      -h | --help) usage; exit 0 ;;
      --*=*) set -- "${1%%=*}" "${1#*=}" "${@:2}"; continue ;;
      --name | --listen | --retention | --machines | --reader | --tls-certificate | --tls-key | --database-url | \
        --database-password-file | --jar | --vars | --wait)
        [ -n "${2:-}" ] || usage_error "$1 needs a value."
        option_value "$1" "$2"
        shift ;;
      *) usage_error "unknown argument: $1." ;;
    esac
    shift
  done
  : "${name:=$(full_host_name)}" "${listen:=0.0.0.0:9201}" "${retention:=365d}"
  [ -n "$jar" ] || [ ! -r "$source_dir/target/harvester-aggregator.jar" ] || jar=$source_dir/target/harvester-aggregator.jar
  check_options
}

# Debian's installer gives each machine the name localhost as well.
full_host_name() {
  local found
  found=$(hostname -f 2>/dev/null) && [ "${found%%.*}" != localhost ] || found=$(uname -n)
  echo "$found"
}

option_value() {
  case $1 in
    --name) name=$2 ;;
    --listen) listen=$2 ;;
    --retention) retention=$2 ;;
    --machines) machines=$2 ;;
    --reader) reader=$2 ;;
    --tls-certificate) tls_certificate=$(file_of "$1" "$2") ;;
    --tls-key) tls_key=$(file_of "$1" "$2") ;;
    --database-url) database_url=$2 ;;
    --database-password-file) database_password=$(secret_of "$1" "$2") ;;
    --jar) jar=$(file_of "$1" "$2") ;;
    --vars) vars_file=$(file_of "$1" "$2") ;;
    --wait) wait_seconds=$2 ;;
  esac
}

check_options() {
  [[ $wait_seconds =~ ^[0-9]+$ ]] || usage_error "--wait: '$wait_seconds' is not a number of seconds."
  [[ $machines =~ ^[0-9]{0,6}$ ]] || usage_error "--machines: '$machines' is not a number."
  [[ $listen =~ ^[^[:space:]\"]*:[0-9]+$ ]] || usage_error "--listen: '$listen' is not an address with a port, such as 0.0.0.0:9201."
  [[ $reader =~ ^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$ ]] || usage_error "--reader: '$reader' is not a name of letters, digits, dots, dashes and underscores."
  [ "$delete_data" = false ] || [ "$action" = uninstall ] || usage_error "--delete-data goes with --uninstall."
  if ! { valid_name && valid_retention && valid_certificate_options && valid_database_url; }; then usage_error "$problem"; fi
}

valid_name() {
  [[ $name =~ ^[A-Za-z0-9:][A-Za-z0-9.:_-]*$ ]] ||
    problem "$EXIT_USAGE" "'$name' is not a host name or address, such as aggregator.example.org."
}

valid_retention() {
  [[ $retention =~ ^(0|([0-9]+(ms|[smhdwy]))+)$ ]] || problem "$EXIT_USAGE" "'$retention' is not a duration such as 90d or 2y, or 0."
}

valid_certificate_options() {
  [ "${tls_certificate:+given}" = "${tls_key:+given}" ] ||
    problem "$EXIT_USAGE" "--tls-certificate and --tls-key belong together."
}

# All users can read command lines, and the settings.
valid_database_url() {
  [ -n "$database_url" ] || return 0
  [[ $database_url =~ ^postgres(ql)?://[^/[:space:]\"]+/[^[:space:]\"]+$ ]] ||
    { problem "$EXIT_USAGE" "--database-url: '$database_url' is not a URL such as postgresql://harvester@db.example.org/harvester."; return; }
  [[ ! $database_url =~ ^[a-z]+://[^/@]*:[^/]*@ ]] ||
    problem "$EXIT_USAGE" "--database-url contains a password. Give it with --database-password-file."
}
