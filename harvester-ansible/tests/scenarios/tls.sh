# shellcheck shell=bash
# The installer, the playbook and Prometheus trust the same certificates, on every version of Python; else the true reason is given.

# authority: an authority without keyUsage.   certificate NAME EXTENSION: a certificate of it for the stub.
authority() {
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$MACHINE_STATE/ca.key" -out "$MACHINE_STATE/ca.pem" -days 2 -subj /CN=authority 2>/dev/null
}
certificate() {
  openssl req -newkey rsa:2048 -nodes -keyout "$MACHINE_STATE/$1.key" -out "$MACHINE_STATE/$1.csr" -subj "/CN=$MACHINE_GATEWAY" 2>/dev/null
  openssl x509 -req -in "$MACHINE_STATE/$1.csr" -CA "$MACHINE_STATE/ca.pem" -CAkey "$MACHINE_STATE/ca.key" -days 2 -out "$MACHINE_STATE/$1.pem" \
    -extfile <(echo "$2") 2>/dev/null
}
tls_stub() { aggregator_start "$1" --cert "$MACHINE_STATE/$2.pem" --key "$MACHINE_STATE/$2.key"; }

scenario_tls() {
  fresh lab "$MACHINE_SUBNET.41"
  authority
  certificate right "subjectAltName=IP:$MACHINE_GATEWAY"
  certificate other-name "subjectAltName=DNS:other.example"
  certificate name-only "basicConstraints=CA:FALSE"
  tls_stub 9443 right
  tls_stub 9444 other-name
  tls_stub 9445 name-only
  machine_put lab "$MACHINE_STATE/ca.pem" "$MACHINE_STATE/name-only.pem" /root
  local right=(--enrol-key let-me-in --node lab-41 --endpoint "https://$MACHINE_GATEWAY:9443")
  expect_refusal 69 "unable to get local issuer certificate. Give the certificate of its authority with --ca-file" install lab "${right[@]}"
  expect_refusal 69 "name-only.pem is another one" install lab "${right[@]}" --ca-file /root/name-only.pem
  expect_refusal 69 "mismatch.*subjectAltName" install lab "${right[@]}" --ca-file /root/ca.pem --endpoint "https://$MACHINE_GATEWAY:9444"
  expect_refusal 69 "mismatch.*subjectAltName" install lab "${right[@]}" --ca-file /root/ca.pem --endpoint "https://$MACHINE_GATEWAY:9445"
  expect "installs with an authority without keyUsage" install lab "${right[@]}" --ca-file /root/ca.pem
  expect "samples arrive over TLS" grows node_load1 lab-41 "https://$MACHINE_GATEWAY:9443"
  expect "a second run" install lab
  [ "$(suite)" != 13 ] || old_control_host
}

# The Ansible of Debian 12 with a machine that runs Debian 13, whose Python dropped what the modules of that Ansible use for https.
old_control_host() {
  local older target=$BASE
  local BASE=$BASE
  older=$(bases | tr ' ' '\n' | while read -r BASE; do [ "$(suite)" != 12 ] || echo "$BASE"; done)
  [ -n "$older" ] || { echo "skipped: needs a base of Debian 12"; return; }
  BASE=$older
  fresh control "$MACHINE_SUBNET.42"
  BASE=$target
  machine control sh -c 'apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends ansible-core openssh-client' >/dev/null 2>&1
  machine lab sh -c 'DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends openssh-server' >/dev/null 2>&1
  machine_trust control lab
  machine_put control "$MACHINE_STATE/ca.pem" /root
  machine control sh -c "printf '[harvesters]\nlab-41 ansible_host=$MACHINE_SUBNET.41 ansible_user=root\n' >/root/inventory"
  expect "the Ansible of Debian 12 changes the endpoint of a Debian 13 machine" machine control sh -c \
    "cd /root/source/harvester-ansible && ansible-playbook -i /root/inventory prometheus_ansible/playbook.yml \
      -e prometheus_endpoint=https://$MACHINE_GATEWAY:9443/api/v1/write -e prometheus_ca_file=/root/ca.pem"
  expect_refusal 2 "IP address mismatch" machine control sh -c \
    "cd /root/source/harvester-ansible && ansible-playbook -i /root/inventory prometheus_ansible/playbook.yml \
      -e prometheus_endpoint=https://$MACHINE_GATEWAY:9444 -e prometheus_ca_file=/root/ca.pem"
}
