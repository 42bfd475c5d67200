# shellcheck shell=bash
# At a terminal, with a wrong answer to every question first; over TLS with a private authority.

scenario_interactive() {
  fresh lab "$MACHINE_SUBNET.12"
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$MACHINE_STATE/key.pem" -out "$MACHINE_STATE/ca.pem" -days 2 \
    -subj /CN=aggregator -addext "subjectAltName=IP:$MACHINE_GATEWAY" 2>/dev/null
  aggregator_start 9443 --cert "$MACHINE_STATE/ca.pem" --key "$MACHINE_STATE/key.pem"
  cat >"$MACHINE_STATE/answers" <<ANSWERS
Address of the aggregator => no address
Address of the aggregator => http://$MACHINE_SUBNET.99:9201
Address of the aggregator => https://$MACHINE_GATEWAY:9443
File with the certificate => /root/ca.pem
Name of this machine => no name
Name of this machine => lab-02
Do you have an enrolment key => y
Enrolment key => wrong
desktop in the browser => n
Install now => y
Enrolment key => let-me-in
ANSWERS
  machine_put lab "$MACHINE_STATE/ca.pem" "$MACHINE_STATE/answers" lib/drive.py /root
  expect "installs" machine lab python3 /root/drive.py /root/answers /root/source/deploy/install_harvester.sh
  not_printed "does not show the key" let-me-in
  expect "samples arrive over TLS" grows node_load1 lab-02 "https://$MACHINE_GATEWAY:9443"
  expect "the certificate is deleted" machine lab rm /root/ca.pem
  expect "the next run uses its copy and asks no questions" install lab
}
