# shellcheck shell=bash
# Shared by quickstart.sh and test.sh: installs a JDK, Maven and Debian packages where they are missing.

readonly JAR=target/harvester-aggregator.jar
readonly BUILD_LOG=target/build.log
readonly APT_LOG=target/apt.log
# Else Maven ends with an escape code, on a terminal or not, even without colours.
export MAVEN_OPTS="${MAVEN_OPTS:-} -Djansi.noreset=true"
# Seconds between two signs of life of a build.
readonly REPORT_EVERY=${HARVESTER_TEST_REPORT_EVERY:-10}

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
has_started_children=false
start_child() {
  [ "$has_started_children" = true ] || at_exit end_children
  has_started_children=true
  "$@" &
  children=("$!" "${children[@]}")
}
end_children() {
  local child
  for child in "${children[@]}"; do
    is_alive "$child" || continue
    kill -TERM "$child" 2>/dev/null || as_root kill -TERM "$child" || continue # a child of sudo
    wait "$child" || true
  done
}
is_alive() { [ -e "/proc/$1" ]; }

# await_child ACTIVITY [DETAIL]: returns the status of the newest child; says now and then how long it has taken so far,
# and what the command DETAIL prints.
await_child() {
  local began=$SECONDS report=$((SECONDS + REPORT_EVERY)) status=0
  while is_alive "${children[0]}"; do
    sleep 0.5
    [ "$SECONDS" -ge "$report" ] || continue
    say "$1: $((SECONDS - began)) s so far${2:+, $($2)}"
    report=$((SECONDS + REPORT_EVERY))
  done
  wait "${children[0]}" || status=$?
  children=("${children[@]:1}")
  return "$status"
}

is_root() { [ "$(id -u)" = 0 ]; }
# Asks for the password of sudo at most once.
may_use_sudo=''
can_be_root() {
  is_root && return
  if [ -z "$may_use_sudo" ]; then
    may_use_sudo=false
    ! { command -v sudo && sudo -v; } >/dev/null 2>&1 || may_use_sudo=true
  fi
  [ "$may_use_sudo" = true ]
}
as_root() { if is_root; then "$@"; else sudo "$@"; fi; }
start_child_as_root() { if is_root; then start_child "$@"; else start_child sudo "$@"; fi; }

# Java and PostgreSQL locate their libraries through /proc; a plain chroot has none.
need_proc() {
  [ -e /proc/self ] && return
  say "mounting /proc, which is missing"
  mount -t proc proc /proc || die "cannot mount /proc: mount it first (mount -t proc proc /proc)"
  at_exit unmount_proc
}
unmount_proc() { umount -l /proc; }

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
can_install() { command -v apt-get >/dev/null && can_be_root; }

need_packages() {
  local missing=() package
  for package; do is_installed "$package" || missing+=("$package"); done
  [ ${#missing[@]} -eq 0 ] && return
  need_lists "${missing[@]}"
  say "installing ${missing[*]}"
  apt_get install -y --no-install-recommends "${missing[@]}"
}

# Updates the package lists, once per run, before the packages $* are installed.
lists_are_fresh=false
need_lists() {
  [ "$lists_are_fresh" = false ] || return 0
  command -v apt-get >/dev/null ||
    die "missing: $* (names of Debian packages). This script installs packages with apt-get only, which this machine lacks: install them yourself"
  can_be_root ||
    die "missing: $*. As $(id -un), who may not use sudo, this script cannot install packages: run it as root, or first run as root: apt-get install --no-install-recommends $*"
  say "fetching the package lists"
  apt_get update
  lists_are_fresh=true
}

# Runs apt-get quietly; its output is shown if it fails.
apt_get() {
  mkdir -p "${APT_LOG%/*}"
  start_child_as_root env DEBIAN_FRONTEND=noninteractive apt-get -q "$@" >"$APT_LOG" 2>&1 </dev/null
  await_child "apt-get $1" && return
  tail -n 20 "$APT_LOG" >&2
  die "apt-get $* failed"
}

# Sets JAVA_HOME and PATH to a JDK of at least Java 17.
need_jdk() {
  use_jdk && return
  ! can_install || need_lists openjdk-17-jdk-headless
  local package
  package=$(jdk_package)
  need_packages "$package"
  use_jdk || die "$package contains no JDK 17 or newer: install one and set JAVA_HOME"
}

# The first of these packages that the package lists offer.
jdk_package() {
  local package
  for package in openjdk-17-jdk-headless openjdk-21-jdk-headless; do
    if [[ $(apt-cache policy "$package" 2>/dev/null) == *'Candidate: '[0-9]* ]]; then
      printf '%s\n' "$package"
      return
    fi
  done
  printf 'default-jdk-headless\n'
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

# Puts a Maven of at least 3.8.7 on the PATH: the one that is there, else Debian's, else the one that mvnw fetches.
need_maven() {
  is_maven_new && return
  if ! command -v mvn >/dev/null && can_install; then need_packages maven; fi
  is_maven_new && return
  say "fetching Maven (./mvnw)"
  local home
  home=$(./mvnw -B -v | sed -n 's/^Maven home: //p')
  [ -x "$home/bin/mvn" ] || die "./mvnw cannot fetch Maven: install the package maven, 3.8.7 or newer"
  PATH=$home/bin:$PATH
}

is_maven_new() {
  command -v mvn >/dev/null || return 1
  local version
  version=$(mvn -B -v | sed -n 's/^.*Apache Maven \([0-9.]*\).*/\1/p')
  [ "$(printf '%s\n' 3.8.7 "$version" | sort -V | head -n 1)" = 3.8.7 ]
}

# npm for the page, where it can be installed without asking for a password, in a release that builds it (src/main/web/build.sh).
# Without it, the jar has no page.
need_npm() {
  ! command -v npm >/dev/null || return 0
  if ! command -v apt-get >/dev/null || { ! is_root && [ "$may_use_sudo" != true ]; }; then
    say "the aggregator will have no page for people: the package npm is missing"
    return 0
  fi
  # In a subshell: a failure does not end the script.
  (need_lists npm) || return 0
  local node
  node=$(apt-cache policy nodejs 2>/dev/null | sed -n 's/^ *Candidate: \([0-9.]*\).*/\1/p')
  [ "$(printf '%s\n' 20.19 "${node:-0}" | sort -V | head -n 1)" = 20.19 ] ||
    { say "the aggregator will have no page for people: it needs Node.js 20.19, and the package nodejs is ${node:-missing}"; return 0; }
  (need_packages npm) || say "the aggregator will have no page for people: the package npm cannot be installed"
}

# Builds the jar unless it is newer than all its sources.
need_jar() {
  need_proc
  need_jdk
  [ ! -f "$JAR" ] || [ -n "$(find pom.xml proto sql src/main -name node_modules -prune -o -newer "$JAR" -type f -print -quit)" ] || return 0
  need_maven
  need_npm
  say "building $JAR (the first time takes some minutes; log: $BUILD_LOG)"
  mkdir -p target
  start_child mvn -B -Dstyle.color=never -Dmaven.test.skip=true -Dspotless.apply.skip=true package >"$BUILD_LOG" 2>&1
  await_child building downloads || { tail -n 20 "$BUILD_LOG" >&2; die "the build failed; its whole log is $BUILD_LOG"; }
}

downloads() { printf '%s files downloaded\n' "$(grep -c 'Downloaded from' "$BUILD_LOG")"; }

# The first port from $1 upwards that is free.
free_port() {
  local port=$1
  while is_listening "$port"; do port=$((port + 1)); done
  printf '%s\n' "$port"
}
is_listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
