# shellcheck shell=bash disable=SC2034,SC2154  # the files share their variables
# What the operator needs after the installation: the line for clients, the reader for Grafana, the hint on the firewall. Secrets go to
# standard output only, not into the log.

readonly CERTIFICATE=/etc/harvester/tls.crt CERTIFICATE_KEY=/etc/harvester/tls.key
readonly KEY_EXPIRES=1d

address() { case $name in *:*) echo "https://[$name]:${listen##*:}" ;; *) echo "https://$name:${listen##*:}" ;; esac; }
fingerprint() { openssl x509 -in "$CERTIFICATE" -noout -fingerprint -sha256 | sed 's/^.*=//'; }

# The option with which a client trusts the certificate; none if the machine's list of authorities has its issuer.
trust_option() {
  if openssl verify -untrusted "$CERTIFICATE" "$CERTIFICATE" >/dev/null 2>&1; then return; fi
  if openssl verify -CAfile "$CERTIFICATE" "$CERTIFICATE" >/dev/null 2>&1; then echo " --ca-fingerprint $(fingerprint)"
  else echo " --ca-file AUTHORITY.pem"; fi
}

# once NAME: whether the step NAME has not been done by an earlier run.
once() { [ ! -e "$RECORD/$1" ]; }
done_once() { : >"$RECORD/$1"; }

# The first run creates a key for 30 machines; a later one only if --machines is given.
print_client_line() {
  local key=''
  if [ -n "$machines" ] || once enrol-key; then
    [ "${machines:=30}" -eq 0 ] || key=$(harvester node enrol-key --uses "$machines" --expires "$KEY_EXPIRES" 2>>"$log_file" | tail -n 1)
    [ "$machines" -eq 0 ] || [ -n "$key" ] || die "$EXIT_FAILED" "cannot create an enrolment key: $(tail -n 1 "$log_file")"
    done_once enrol-key
  fi
  if [ -z "$key" ]; then
    say "For more clients, create an enrolment key: harvester node enrol-key --uses 30 --expires $KEY_EXPIRES"
    return
  fi
  say "On each of $machines machines, within $KEY_EXPIRES, in a copy of this project (the certificate's SHA-256 fingerprint: $(fingerprint)):"
  printf '\n  sudo deploy/install_harvester.sh --unattended --no-remote-desktop --endpoint %s --enrol-key %s%s\n\n' "$(address)" "$key" "$(trust_option)"
}

print_reader() {
  local token
  once "reader-$reader" || return 0
  if ! harvester reader list 2>>"$log_file" | grep -qw -- "$reader"; then
    token=$(harvester reader add "$reader" 2>>"$log_file" | tail -n 1)
    [ -n "$token" ] || die "$EXIT_FAILED" "cannot create the reader $reader: $(tail -n 1 "$log_file")"
    say "Grafana, data source Prometheus: URL $(address), user $reader, with this password, and $CERTIFICATE as the certificate of its authority:"
    printf '\n  %s\n\n' "$token"
  fi
  done_once "reader-$reader"
}

print_firewall_hint() {
  local port=${listen##*:}
  case $listen in 127.* | localhost:* | \[::1\]:*) return ;; esac
  if command -v ufw >/dev/null && ufw status 2>/dev/null | grep -q '^Status: active'; then say "The firewall ufw is active. Open the port: ufw allow $port/tcp"
  elif command -v firewall-cmd >/dev/null && firewall-cmd --state >/dev/null 2>&1; then
    say "firewalld is active. Open the port: firewall-cmd --permanent --add-port=$port/tcp && firewall-cmd --reload"
  elif command -v nft >/dev/null && nft list ruleset 2>/dev/null | grep -q 'hook input.*policy drop'; then say "nftables drops inbound connections. Accept TCP port $port in its input chain."
  else say "A firewall before this machine has to let TCP port $port in."; fi
}
