# shellcheck shell=bash
# The set of CI: on one machine, in short, what the scenarios unattended and delivery try at length.
. scenarios/unattended.sh

scenario_short() {
  fresh lab "$MACHINE_SUBNET.49"
  machine lab touch /root/before
  packages >"$MACHINE_STATE/packages"
  users >"$MACHINE_STATE/users"
  present lab >"$MACHINE_STATE/before"

  expect "installs" install lab --endpoint "$AGGREGATOR" --enrol-key let-me-in --node lab-49
  cp "$MACHINE_STATE/output" "$MACHINE_STATE/printed"
  expect "when it ends, a sample has arrived" test "$(count node_load1 lab-49)" -gt 0
  expect "it has listed everything that it installed" everything_listed lab "$MACHINE_STATE/before" "$MACHINE_STATE/printed"
  expect "nothing listens beyond loopback" only_loopback
  expect "a second run" install lab
  expect "changes nothing" changed_nothing

  expect_refusal 77 "belongs to the node lab-49" install lab --node lab-50
  stub 'revoke?node=lab-49' >/dev/null
  expect_refusal 77 "does not accept this token" install lab
  expect "enrols it again with a key" install lab --enrol-key again
  expect "samples arrive" grows node_load1 lab-49

  expect "uninstalls" install lab --uninstall
  expect "and leaves nothing" eval '! left_behind'
  expect "and no package" eval 'packages | diff "$MACHINE_STATE/packages" -'
  expect "and no user" eval 'users | diff "$MACHINE_STATE/users" -'
}
