# shellcheck shell=bash
# Disposable Debian machines with systemd as process 1. Each has an overlay on a base root, a network namespace on a
# private bridge, and a cgroup. The host does not need to run systemd.
#
#   machine_supported                   prints what this host lacks
#   machine_probe BASE                  boots a machine of BASE; prints why this host cannot
#   machine_network                     creates the bridge, with a proxy for apt
#   machine_up NAME BASE ADDRESS        boots NAME; MACHINE_GATEWAY is the address of this host on the bridge
#   machine NAME COMMAND…               runs a command in it as root, in a clean environment
#   machine_put NAME FILE… DIRECTORY    copies files or directories into it
#   machine_trust NAME OTHER            root of NAME may log in to OTHER by SSH
#   machine_reboot NAME                 halts it and boots it from the same disk
#   machine_cut NAME | machine_join NAME        disconnects or reconnects its network
#   machine_down NAME | machine_down_all | machine_cleanup
MACHINE_SUBNET=${MACHINE_SUBNET:-10.78.0}
MACHINE_GATEWAY=$MACHINE_SUBNET.1
MACHINE_BRIDGE=${MACHINE_BRIDGE:-hv-test0}
MACHINE_STATE=${MACHINE_STATE:-$(mktemp -d "${TMPDIR:-/tmp}/harvester-machines.XXXXXX")}

machine_supported() {
  [ "$(id -u)" = 0 ] || { echo "need root"; return 1; }
  local program
  for program in systemd-nspawn nsenter ip mount python3; do
    command -v "$program" >/dev/null || { echo "need $program"; return 1; }
  done
  ip link show >/dev/null 2>&1 || { echo "need network namespaces"; return 1; }
  [ -n "$(machine_cgroups)" ] || { echo "need a writable cgroup"; return 1; }
  unshare --mount --net --pid --fork true 2>/dev/null || { echo "need the right to create namespaces"; return 1; }
  if ip link add "hv-probe-$$" type bridge 2>/dev/null; then ip link del "hv-probe-$$"; else echo "need a kernel with network bridges"; return 1; fi
}

# The machine has nothing of this project: a failure is that of the host.
machine_probe() {
  local reason
  if ! reason=$(machine_up probe "$1" "$MACHINE_SUBNET.2" 2>&1) || ! machine probe true 2>/dev/null; then
    echo "do not boot here: $(tail -n 3 <<<"$reason" | tr -s '[:space:]' ' ')"
    machine_down probe
    return 1
  fi
  machine_down probe
}

machine_network() {
  if ip -o address show | grep -qF " $MACHINE_GATEWAY/"; then
    echo "$MACHINE_GATEWAY is in use on this host: choose another MACHINE_SUBNET" >&2
    return 1
  fi
  ip link add "$MACHINE_BRIDGE" type bridge || { echo "the bridge $MACHINE_BRIDGE exists: another run may be in progress" >&2; return 1; }
  touch "$MACHINE_STATE/bridge"
  ip address add "$MACHINE_GATEWAY/24" dev "$MACHINE_BRIDGE"
  ip link set "$MACHINE_BRIDGE" up
  python3 "$(dirname "${BASH_SOURCE[0]}")/apt_proxy.py" "$MACHINE_GATEWAY:3128" & echo $! > "$MACHINE_STATE/proxy"
}

machine_cgroups() { local dir; for dir in /sys/fs/cgroup/systemd /sys/fs/cgroup/unified /sys/fs/cgroup; do [ ! -w "$dir/cgroup.procs" ] || echo "$dir"; done; }
# Namespaces, cgroups and network links are named after the bridge, so that several runs can be in progress at once.
machine_id() { echo "$MACHINE_BRIDGE-$1"; }
machine_veth() { echo "hv-$(machine_id "$1" | md5sum | cut -c1-8)"; }

machine_up() {
  local name=$1 base=$2 address=$3 dir=$MACHINE_STATE/$1 veth space
  space=$(machine_id "$name")
  mkdir -p "$dir"/{upper,work,root}
  mount -t overlay "$space" -o "lowerdir=$base,upperdir=$dir/upper,workdir=$dir/work" "$dir/root" || return
  echo "$name" > "$dir/root/etc/hostname"
  printf '127.0.0.1 localhost\n127.0.1.1 %s\n::1 localhost\n' "$name" > "$dir/root/etc/hosts"
  : > "$dir/root/etc/machine-id"
  mkdir -p "$dir/root/etc/apt/apt.conf.d"
  echo "Acquire::http::Proxy \"http://$MACHINE_GATEWAY:3128\";" > "$dir/root/etc/apt/apt.conf.d/01test"
  mkdir -p "$dir/root/etc/dpkg/dpkg.cfg.d"
  echo force-unsafe-io > "$dir/root/etc/dpkg/dpkg.cfg.d/01test"      # nobody waits for the disk of a machine that is thrown away
  veth=$(machine_veth "$name")
  ip netns add "$space"
  ip link add "$veth" type veth peer name host0 netns "$space"
  ip link set "$veth" master "$MACHINE_BRIDGE" up
  ip -n "$space" address add "$address/24" dev host0
  ip -n "$space" link set host0 up
  ip -n "$space" link set lo up
  ip -n "$space" route add default via "$MACHINE_GATEWAY"
  machine_boot "$name"
}

machine_boot() {
  local name=$1 dir=$MACHINE_STATE/$1 pid child leader='' i
  (
    for cgroup in $(machine_cgroups); do
      mkdir -p "$cgroup/$(machine_id "$name")" && echo $BASHPID > "$cgroup/$(machine_id "$name")/cgroup.procs" || true
    done 2>/dev/null
    exec setsid systemd-nspawn --quiet --directory="$dir/root" --machine="$name" --boot --register=no --keep-unit \
      --console=pipe --link-journal=no --resolv-conf=off --kill-signal=SIGRTMIN+4 \
      --network-namespace-path="/run/netns/$(machine_id "$name")" </dev/null >>"$dir/console" 2>&1
  ) & pid=$!
  echo "$pid" > "$dir/nspawn"
  for ((i = 0; i < 1200; i++)); do
    kill -0 "$pid" 2>/dev/null || { echo "machine $name did not boot: $(tail -n 5 "$dir/console")" >&2; return 1; }
    if [ -z "$leader" ]; then
      for child in $(cat "/proc/$pid"/task/*/children 2>/dev/null); do
        [ "$(cat "/proc/$child/comm" 2>/dev/null)" != systemd ] || leader=$child
      done
    fi
    if [ -n "$leader" ]; then
      case $(nsenter -t "$leader" -a systemctl is-system-running 2>/dev/null) in running | degraded) break ;; esac
    fi
    sleep 0.05
  done
  echo "$leader" > "$dir/leader"
}

machine() {
  local name=$1 cgroup
  shift
  (
    for cgroup in $(machine_cgroups); do
      mkdir -p "$cgroup/$(machine_id "$name")/exec" && echo $BASHPID > "$cgroup/$(machine_id "$name")/exec/cgroup.procs" || true
    done 2>/dev/null
    exec nsenter -t "$(cat "$MACHINE_STATE/$name/leader")" -a --wdns=/root env -i HOME=/root LANG=C.UTF-8 TERM=dumb \
      PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
  )
}

machine_put() {
  local name=$1 folder=${*: -1} source
  for source in "${@:2:$#-2}"; do
    tar -C "$(dirname "$source")" -cf - "$(basename "$source")" |
      machine "$name" sh -c "mkdir -p '$folder' && tar -C '$folder' --no-same-owner -xf -"
  done
}

# machine_trust NAME OTHER: root of NAME may log in to OTHER by SSH, which both have installed.
machine_trust() {
  machine "$1" sh -c 'mkdir -p -m 0700 /root/.ssh; [ -f /root/.ssh/id_ed25519 ] || ssh-keygen -q -t ed25519 -N "" -f /root/.ssh/id_ed25519
    echo "StrictHostKeyChecking no" >/root/.ssh/config'
  machine "$1" cat /root/.ssh/id_ed25519.pub | machine "$2" sh -c 'mkdir -p -m 0700 /root/.ssh; cat >>/root/.ssh/authorized_keys'
}

machine_halt() {
  local pid i
  pid=$(cat "$MACHINE_STATE/$1/nspawn" 2>/dev/null) || return 0
  kill -TERM "$pid" 2>/dev/null || return 0
  for ((i = 0; i < 1800; i++)); do kill -0 "$pid" 2>/dev/null || return 0; sleep 0.05; done
  kill -KILL "$pid"
}

machine_reboot() { machine_halt "$1"; machine_boot "$1"; }
machine_cut() { ip link set "$(machine_veth "$1")" down; }
machine_join() { ip link set "$(machine_veth "$1")" up; }

machine_down() {
  local name=$1 dir=$MACHINE_STATE/$1 cgroup
  machine_halt "$name"
  umount -l "$dir/root" 2>/dev/null
  ip link del "$(machine_veth "$name")" 2>/dev/null
  ip netns del "$(machine_id "$name")" 2>/dev/null
  for cgroup in $(machine_cgroups); do
    [ ! -d "$cgroup/$(machine_id "$name")" ] || find "$cgroup/$(machine_id "$name")" -depth -type d -exec rmdir {} + 2>/dev/null
  done
  rm -rf --one-file-system "$dir"
}

machine_down_all() { local dir; for dir in "$MACHINE_STATE"/*/; do [ ! -f "$dir/leader" ] || machine_down "$(basename "$dir")"; done; }

machine_cleanup() {
  machine_down_all
  [ ! -f "$MACHINE_STATE/proxy" ] || kill "$(cat "$MACHINE_STATE/proxy")"
  [ ! -f "$MACHINE_STATE/bridge" ] || ip link del "$MACHINE_BRIDGE"      # not that of another run
  rm -rf "$MACHINE_STATE"
}
