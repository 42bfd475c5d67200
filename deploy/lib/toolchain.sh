# shellcheck shell=bash
# Shared by quickstart.sh and test.sh: installs a JDK, Maven and Debian packages where they are missing.

readonly JAR=target/harvester-aggregator.jar
readonly APT_LOG=target/apt.log

say() { printf '→ %s\n' "$*" >&2; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# Commands that run when the script ends, for any reason; the last one registered runs first.
cleanups=()
at_exit() { cleanups=("$1" "${cleanups[@]}"); }
clean_up() {
  local status=$? command
  trap '' INT TERM HUP
  for command in "${cleanups[@]}"; do "$command" || true; done
  exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# Background programs, the last one started first. Like all background processes of a script they ignore Ctrl-C;
# the script terminates them in this order when it ends.
children=()
start_child() {
  [ ${#children[@]} -gt 0 ] || at_exit end_children
  "$@" &
  children=("$!" "${children[@]}")
}
end_children() {
  local child
  for child in "${children[@]}"; do
    kill -TERM "$child" 2>/dev/null || continue
    wait "$child" || true
  done
}

is_root() { [ "$(id -u)" = 0 ]; }
can_be_root() { is_root || { command -v sudo && sudo -v; } >/dev/null 2>&1; }
as_root() { if is_root; then "$@"; else sudo "$@"; fi; }

# Java and PostgreSQL locate their libraries through /proc; a plain chroot has none.
need_proc() {
  [ -e /proc/self ] && return
  say "mounting /proc, which is missing"
  mount -t proc proc /proc || die "cannot mount /proc: mount it first (mount -t proc proc /proc)"
  at_exit unmount_proc
}
unmount_proc() { umount -l /proc; }

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

need_packages() {
  local missing=() package
  for package; do is_installed "$package" || missing+=("$package"); done
  [ ${#missing[@]} -eq 0 ] && return
  need_apt "${missing[*]}"
  say "installing ${missing[*]}"
  apt_get install -y --no-install-recommends "${missing[@]}"
}

# Updates the package lists, once per run.
apt_is_fresh=false
need_apt() {
  [ "$apt_is_fresh" = false ] || return 0
  command -v apt-get >/dev/null || die "cannot install $1: apt-get is missing, and other package managers are not supported. Install it yourself"
  can_be_root || die "cannot install $1 as $(id -un): install it yourself, or run this as root"
  say "fetching the package lists"
  apt_get update
  apt_is_fresh=true
}

# Runs apt-get quietly; its output is shown if it fails.
apt_get() {
  mkdir -p "${APT_LOG%/*}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q "$@" >"$APT_LOG" 2>&1 </dev/null && return
  tail -n 20 "$APT_LOG" >&2
  die "apt-get $* failed"
}

# Sets JAVA_HOME and PATH to a JDK of at least Java 17.
need_jdk() {
  use_jdk && return
  need_apt "a JDK 17"
  local package
  for package in openjdk-17-jdk-headless openjdk-21-jdk-headless default-jdk-headless; do
    if [[ $(apt-cache policy "$package") == *'Candidate: '[0-9]* ]]; then
      need_packages "$package"
      use_jdk && return
    fi
  done
  die "no package with a JDK 17 or newer is available: install one and set JAVA_HOME"
}

use_jdk() {
  local home
  for home in "${JAVA_HOME:-}" "$(jdk_on_path)" /usr/lib/jvm/*; do
    if [ -x "$home/bin/javac" ] && [ "$(java_release "$home")" -ge 17 ]; then
      export JAVA_HOME=$home PATH=$home/bin:$PATH
      return
    fi
  done
  return 1
}

jdk_on_path() {
  local javac
  javac=$(command -v javac) && javac=$(readlink -f "$javac") && printf '%s\n' "${javac%/bin/javac}"
}

java_release() { "$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p'; }

need_maven() {
  command -v mvn >/dev/null || need_packages maven
  local version
  version=$(mvn -B -v | sed -n 's/^.*Apache Maven \([0-9.]*\).*/\1/p')
  dpkg --compare-versions "$version" ge 3.8.7 ||
    die "Maven 3.8.7 or newer is required, but $version is installed: put a newer one on the PATH (https://maven.apache.org/download.cgi)"
}

# Builds the jar unless it is newer than all its sources.
need_jar() {
  need_proc
  need_jdk
  [ ! -f "$JAR" ] || [ -n "$(find pom.xml proto sql src/main -newer "$JAR" -type f -print -quit)" ] || return 0
  need_maven
  say "building $JAR (the first time takes some minutes)"
  mvn -B -q -Dstyle.color=never -Dmaven.test.skip=true -Dspotless.apply.skip=true package
}

# The first port from $1 upwards that is free.
free_port() {
  local port=$1
  while is_listening "$port"; do port=$((port + 1)); done
  printf '%s\n' "$port"
}
is_listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
