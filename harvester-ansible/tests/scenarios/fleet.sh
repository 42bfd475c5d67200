# shellcheck shell=bash
# Three machines; one is without network for a while and loses no samples.

scenario_fleet() {
  local i back cut=${HARVESTER_TEST_CUT:-60}
  for i in 1 2 3; do
    fresh "m$i" "$MACHINE_SUBNET.2$i"
    expect "lab-1$i installs" install "m$i" --endpoint "$AGGREGATOR" --enrol-key let-me-in --node "lab-1$i"
  done
  machine_cut m2
  sleep "$cut"
  machine_join m2
  back=$(date +%s%3N)
  expect "lab-12 sends again after $cut s without network" within 90 grows node_load1 lab-12
  expect "and has sent all buffered samples" within 120 newest_is_after node_load1 lab-12 "$back"
  for i in 1 2 3; do
    expect_complete "lab-1$i" "m$i" times node_load1 "lab-1$i"
  done
}
