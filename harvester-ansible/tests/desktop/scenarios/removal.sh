# shellcheck shell=bash
# What was installed goes, and nothing else.

scenario_removal() {
  expect "removed" install_desktop --uninstall
  everything >"$MACHINE_STATE/after"
  expect "nothing is left, nothing else is gone" diff "$MACHINE_STATE/before" "$MACHINE_STATE/after"
  expect "removing again is no failure" install_desktop --uninstall
}
