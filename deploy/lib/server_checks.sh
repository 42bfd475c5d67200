# shellcheck shell=bash disable=SC2034,SC2154  # the files share their variables
# Checks the requirements of the aggregator, before anything is changed.

readonly RECORD=/var/lib/harvester/aggregator DATABASE_RECORD=/var/lib/harvester/packages/aggregator_database

check_server_machine() {
  local preflight=$source_dir/harvester-ansible/roles/preflight/files/preflight.sh need=1
  [ -n "$database_url" ] || need=2048
  unmet_requirements "$(bash "$preflight" --name aggregator --unit harvester-aggregator.service --port "${listen##*:}" \
    --binary /usr/local/bin/harvester --space /usr:700 --space "/var/lib/postgresql:$need")" &&
    choose_packages && check_database_server && check_program
}

# Sets the variables that packages.sh prints: java, postgresql, installed, timescaledb, edition.
choose_packages() {
  local line packages
  packages=$(bash "$source_dir/harvester-ansible/roles/aggregator/files/packages.sh")
  java='' postgresql='' installed='' timescaledb='' edition='' missing_packages=''
  while IFS= read -r line; do
    case ${line%%=*} in
      problem) missing_packages=${line#*=} ;;
      java | postgresql | installed | timescaledb | edition) printf -v "${line%%=*}" '%s' "${line#*=}" ;;
    esac
  done <<<"$packages"
  [ -z "$missing_packages" ] || problem "$EXIT_UNAVAILABLE" "$missing_packages. Correct the package sources. Nothing was changed."
}

check_database_server() {
  [ -z "$database_url" ] && [ "$installed" = true ] && [ ! -f "$DATABASE_RECORD" ] || return 0
  problem "$EXIT_CONFIGURATION" "PostgreSQL $postgresql is installed already, and not by this installer, which would restart and tune it. Prepare a database in it as docs/database.md says, and give it with --database-url postgresql://USER@127.0.0.1/DATABASE and --database-password-file. Nothing was changed."
}

check_program() {
  [ -n "$jar" ] || [ -r /opt/harvester-aggregator/lib/harvester-aggregator.jar ] ||
    problem "$EXIT_CONFIGURATION" "there is no $source_dir/target/harvester-aggregator.jar. Build it (./mvnw package -DskipTests), or give it with --jar."
}

# The certificate, its key and the name fit together. Without openssl, which comes with the installation, the role finds out.
check_certificate() {
  local check=-checkhost
  valid_certificate_options || return
  [ -n "$tls_certificate" ] && command -v openssl >/dev/null || return 0
  [ "$(openssl x509 -in "$tls_certificate" -noout -pubkey 2>/dev/null)" = "$(openssl pkey -in "$tls_key" -pubout 2>/dev/null)" ] ||
    { problem "$EXIT_CONFIGURATION" "$tls_key is not the key of the certificate $tls_certificate, or one of them is not in PEM format."; return; }
  openssl x509 -in "$tls_certificate" -noout -checkend 0 >/dev/null ||
    { problem "$EXIT_CONFIGURATION" "the certificate $tls_certificate is expired."; return; }
  [[ ! $name =~ ^([0-9.]+|.*:.*)$ ]] || check=-checkip
  openssl x509 -in "$tls_certificate" -noout "$check" "$name" | grep -q ' does match ' ||
    problem "$EXIT_CONFIGURATION" "the certificate $tls_certificate is not valid for $name. Give one of its names with --name."
}
