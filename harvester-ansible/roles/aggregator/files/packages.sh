#!/usr/bin/env bash
# Chooses the packages of the aggregator and its database on Debian and Ubuntu, and changes nothing. Prints lines NAME=VALUE:
#   java         package with Java 17 or newer; empty if one is installed
#   postgresql   major version: the installed one, else the one for which the best TimescaleDB is offered
#   installed    whether that PostgreSQL has a cluster already
#   timescaledb  package of TimescaleDB for it, or empty
#   edition      community (TimescaleDB from its vendor's repository), apache (the distribution's) or none
#   problem      why this machine cannot have them, or empty
set -uo pipefail
export LC_ALL=C

scratch=$(mktemp -d) && trap 'rm -rf "$scratch"' EXIT
options=()

candidate() { [[ $(apt-cache "${options[@]}" policy "$1" 2>/dev/null) == *'Candidate: '[0-9]* ]]; }

# A machine without package lists: read them into a temporary directory.
read_lists() {
  candidate postgresql && return
  mkdir -p "$scratch/lists/partial" "$scratch/cache"
  options=(-o "Dir::State::Lists=$scratch/lists" -o "Dir::Cache=$scratch/cache" -o APT::Sandbox::User=root)
  apt-get -q "${options[@]}" update >"$scratch/log" 2>&1
  candidate postgresql && return
  problem="the package lists of this machine do not offer postgresql: $(grep -m 1 '^[EW]: ' "$scratch/log")"
  return 1
}

# The Java that is installed, if it is new enough, else the newest package with long support.
choose_java() {
  local release
  release=$(java -version 2>&1 | sed -n 's/^.* version "\([0-9]*\).*/\1/p')
  [ "${release:-0}" -lt 17 ] || return 0
  for java in openjdk-21-jre-headless openjdk-17-jre-headless; do candidate "$java" && return; done
  java=''
  problem="the package lists offer neither openjdk-21-jre-headless nor openjdk-17-jre-headless"
}

choose_edition() {
  timescaledb=timescaledb-2-postgresql-$1 edition=community
  candidate "$timescaledb" && candidate "postgresql-$1" && return
  timescaledb=postgresql-$1-timescaledb edition=apache
  candidate "$timescaledb" && return
  timescaledb='' edition=none
  return 1
}

choose_postgresql() {
  local version folders=(/var/lib/postgresql/*/main/PG_VERSION) default
  if [ -e "${folders[-1]}" ]; then
    postgresql=$(cat "${folders[-1]}") installed=true
    choose_edition "$postgresql"
    return
  fi
  default=$(apt-cache "${options[@]}" show postgresql | sed -n 's/^Depends:.*[ ,]postgresql-\([0-9]*\).*/\1/p' | head -n 1)
  for version in 18 17 16 15; do
    postgresql=$version
    choose_edition "$version" && [ "$edition" = community ] && return
  done
  postgresql=$default
  choose_edition "$default"
}

java='' postgresql='' installed=false timescaledb='' edition=none problem=''
if ! command -v apt-cache >/dev/null; then problem="this machine has no apt: the aggregator installs on Debian and Ubuntu"
elif read_lists && choose_java; then choose_postgresql; fi
printf '%s\n' "java=$java" "postgresql=$postgresql" "installed=$installed" "timescaledb=$timescaledb" "edition=$edition" "problem=$problem"
