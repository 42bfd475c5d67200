#!/usr/bin/env bash
# install_aggregator.sh: makes this machine the aggregator, which receives the samples of all others. It installs Java, PostgreSQL
# with TimescaleDB where a package of it is offered, and the aggregator as a service with TLS; then it prints the line that
# installs a client. Debian 12 and 13, Ubuntu 22.04 and 24.04.
#
#   install_aggregator.sh                                     asks for everything it needs
#   install_aggregator.sh --unattended [--name HOST]
#
#   --name HOST              host name or address that clients connect to (default: the full host name)
#   --listen ADDRESS:PORT    where the aggregator listens (0.0.0.0:9201)
#   --retention DURATION     age at which samples are deleted, such as 90d; 0 keeps them forever (365d)
#   --machines N             uses of the enrolment key that the first run creates (30); given later, it creates another key
#   --reader NAME            reader for Grafana that the first run creates (grafana)
#   --tls-certificate FILE, --tls-key FILE   own certificate with its chain, and its key, in PEM format (default: one is created)
#   --database-url URL       a database that exists, instead of PostgreSQL on this machine; its rights: docs/database.md
#   --database-password-file FILE            its password                                  HARVESTER_DATABASE_PASSWORD
#   --jar FILE               the program (default: target/harvester-aggregator.jar of this project, else the installed one)
#   --vars FILE              further variables of the role (YAML); see harvester-ansible/roles/aggregator/meta/argument_specs.yml
#   --wait SECONDS           longest wait until the aggregator is ready (180)
#   --unattended             ask no questions
#   --dry-run                check everything and list the changes without making any
#   --uninstall              remove the aggregator; PostgreSQL with the database stays
#   --delete-data            with --uninstall: remove them, too
#   --help                   print this text
#
# It can be run again: earlier choices are the defaults then, and a newer --jar is an upgrade. Log: /var/log/harvester-aggregator-install.log
# Exit: 0 done, 64 usage, 69 packages unavailable, 70 installation failed, 75 another run is in progress,
#       77 no permission, 78 this machine does not meet the requirements (nothing was changed).
set -euo pipefail

main() {
  source_dir=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
  # shellcheck disable=SC2034  # the sourced files use them
  readonly program=install_aggregator inventory_group=aggregator kept_log=/var/log/harvester-aggregator-install.log \
    kept_settings=/etc/harvester/aggregator.yml kept_vars=/etc/harvester/aggregator-vars.yml
  local part
  for part in say arguments server_options ask settings ansible machine run server_checks server_changes server_keys server_actions; do
    # shellcheck source=/dev/null
    . "$source_dir/deploy/lib/$part.sh"
  done
  read_options "$@"
  become_root "$@"
  prepare
  run_action
}

main "$@"
