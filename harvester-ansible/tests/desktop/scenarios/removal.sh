# shellcheck shell=bash
# Removes what was installed, and nothing else.

scenario_removal() {
  expect "uninstalls" install_desktop --uninstall
  everything >"$MACHINE_STATE/after"
  expect "all files, packages and users are as before" diff "$MACHINE_STATE/before" "$MACHINE_STATE/after"
  expect "uninstalling again succeeds" install_desktop --uninstall
}
