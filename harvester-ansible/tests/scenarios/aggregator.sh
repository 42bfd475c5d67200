# shellcheck shell=bash
# Against the aggregator itself: what three machines send is asked for by SQL; one is cut off for a while.

scenario_aggregator() {
  local lab start key node cut=${HARVESTER_TEST_CUT:-60} reason
  lab=lab-$(suite)
  reason=$(real_supported) || { echo "skipped: $reason"; return; }
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$MACHINE_STATE/key.pem" -out "$MACHINE_STATE/ca.pem" -days 2 \
    -subj /CN=aggregator -addext "subjectAltName=IP:$MACHINE_GATEWAY" 2>/dev/null
  real_start 9301 --tls-certificate "$MACHINE_STATE/ca.pem" --tls-key "$MACHINE_STATE/key.pem" || return
  key=$(real node enrol-key --uses 3 --expires 1h 2>/dev/null | tail -n 1)
  for node in 1 2 3; do fresh "m$node" "$MACHINE_SUBNET.3$node"; machine_put "m$node" "$MACHINE_STATE/ca.pem" /root; done

  start=$SECONDS
  expect "$lab-1 installs, unattended" install m1 --endpoint "https://$MACHINE_GATEWAY:9301" --ca-file /root/ca.pem --enrol-key "$key" --node "$lab-1"
  expect "within 90 s of the start ($((SECONDS - start)) s) SQL has its samples" test "$((SECONDS - start))" -lt 90 -a "$(samples_of "$lab-1")" -gt 0
  expect "and more and more of them" samples_grow "$lab-1"

  cat >"$MACHINE_STATE/answers" <<ANSWERS
Address of the aggregator => https://$MACHINE_GATEWAY:9301
File with the certificate => /root/ca.pem
Name of this machine => $lab-2
Have you an enrolment key => y
Enrolment key => wrong
desktop in the browser => n
Install now => y
Enrolment key => $key
ANSWERS
  machine_put m2 "$MACHINE_STATE/answers" lib/drive.py /root
  expect "$lab-2 installs, at a terminal" machine m2 python3 /root/drive.py /root/answers /root/source/deploy/install_harvester.sh
  expect "$lab-3 installs" install m3 --endpoint "https://$MACHINE_GATEWAY:9301" --ca-file /root/ca.pem --enrol-key "$key" --node "$lab-3"
  expect "SQL has $lab-2, too" samples_grow "$lab-2"
  fresh m4 "$MACHINE_SUBNET.34"
  machine_put m4 "$MACHINE_STATE/ca.pem" /root
  expect_refusal 77 "unknown, expired or used up" install m4 --endpoint "https://$MACHINE_GATEWAY:9301" --ca-file /root/ca.pem --enrol-key "$key" --node "$lab-4"
  machine_down m4

  machine_cut m2
  sleep "$cut"
  expect "while $lab-2 is cut off, $lab-3 sends on" samples_grow "$lab-3"
  machine_join m2
  start=$SECONDS
  expect "$lab-2 sends again after $cut s without network" within 120 samples_grow "$lab-2"
  expect "and has sent all that waited" within 120 caught_up "$lab-2"
  echo "      $((SECONDS - start)) s after the network was back"
  for node in 1 2 3; do
    expect "$lab-$node: the largest gap in $(samples_of "$lab-$node") samples is $(largest_gap "$lab-$node") s" test "$(largest_gap "$lab-$node")" -le 16
  done
  expect "the labels of the three stay apart" test "$(rows "SELECT count(*) FROM
    (SELECT node FROM metric.node_uname_info WHERE node LIKE '$lab-%' GROUP BY node HAVING min(nodename) = max(nodename)) AS own")" = 3
  expect "nothing was refused" test "$(rows "SELECT count(*) FROM harvester.rejected_sample")" = 0
  expect "uninstalls" install m1 --uninstall
}
