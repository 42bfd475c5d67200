# shellcheck shell=bash
# The real aggregator: samples of three machines are read by SQL; one machine is without network for a while.

scenario_aggregator() {
  local lab start key node cut=${HARVESTER_TEST_CUT:-60} reason
  lab=lab-$(suite)
  reason=$(real_supported) || { echo "skipped: $reason"; return; }
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$MACHINE_STATE/key.pem" -out "$MACHINE_STATE/ca.pem" -days 2 \
    -subj /CN=aggregator -addext "subjectAltName=IP:$MACHINE_GATEWAY" 2>/dev/null
  real_start 9301 --tls-certificate "$MACHINE_STATE/ca.pem" --tls-key "$MACHINE_STATE/key.pem" || return
  key=$(real node enrol-key --uses 3 --expires 1h 2>/dev/null | tail -n 1)
  for node in 1 2 3; do fresh "m$node" "$MACHINE_SUBNET.3$node"; machine_put "m$node" "$MACHINE_STATE/ca.pem" /root; done

  expect "$lab-1 installs, unattended" install m1 --endpoint "https://$MACHINE_GATEWAY:9301" --ca-file /root/ca.pem --enrol-key "$key" --node "$lab-1"
  expect "SQL returns its samples when the installer ends" samples_beyond "$lab-1" 0
  expect "and their number grows" samples_grow "$lab-1"

  cat >"$MACHINE_STATE/answers" <<ANSWERS
Address of the aggregator => https://$MACHINE_GATEWAY:9301
File with the certificate => /root/ca.pem
Name of this machine => $lab-2
Do you have an enrolment key => y
Enrolment key => wrong
desktop in the browser => n
Install now => y
Enrolment key => $key
ANSWERS
  machine_put m2 "$MACHINE_STATE/answers" lib/drive.py /root
  expect "$lab-2 installs, at a terminal" machine m2 python3 /root/drive.py /root/answers /root/source/deploy/install_harvester.sh
  expect "$lab-3 installs" install m3 --endpoint "https://$MACHINE_GATEWAY:9301" --ca-file /root/ca.pem --enrol-key "$key" --node "$lab-3"
  expect "SQL returns samples of $lab-2, too" samples_grow "$lab-2"
  fresh m4 "$MACHINE_SUBNET.34"
  machine_put m4 "$MACHINE_STATE/ca.pem" /root
  expect_refusal 77 "unknown, expired or used up" install m4 --endpoint "https://$MACHINE_GATEWAY:9301" --ca-file /root/ca.pem --enrol-key "$key" --node "$lab-4"
  machine_down m4

  machine_cut m2
  sleep "$cut"
  expect "$lab-3 still sends while $lab-2 is without network" samples_grow "$lab-3"
  machine_join m2
  start=$SECONDS
  expect "$lab-2 sends again after $cut s without network" within 120 samples_grow "$lab-2"
  expect "and has sent all buffered samples" within 120 caught_up "$lab-2"
  echo "      $((SECONDS - start)) s after the network was reconnected"
  for node in 1 2 3; do
    expect_complete "$lab-$node" "m$node" times_of "$lab-$node"
  done
  expect "each node has its own labels" test "$(rows "SELECT count(*) FROM
    (SELECT node FROM metric.node_uname_info WHERE node LIKE '$lab-%' GROUP BY node HAVING min(nodename) = max(nodename)) AS own")" = 3
  expect "no sample was rejected" test "$(rows "SELECT count(*) FROM harvester.rejected_sample")" = 0
  expect "uninstalls" install m1 --uninstall
}
