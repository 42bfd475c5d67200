# shellcheck shell=bash
# The questions about the desktop: what is open, who may become root, whether an installed one stays; passwords are printed once.
# All that is installed is listed before the last question.

at_terminal() {
  machine_put lab "$MACHINE_STATE/answers" lib/drive.py /root
  machine lab python3 /root/drive.py /root/answers /root/source/deploy/install_harvester.sh "$@"
}
open_port() { [ "$(machine lab ss -Hltn | grep -c ':6082 ')" -gt 0 ]; }

scenario_choices() {
  fresh lab "$MACHINE_SUBNET.47"
  present lab >"$MACHINE_STATE/before"
  cat >"$MACHINE_STATE/answers" <<ANSWERS
Address of the aggregator => $AGGREGATOR
Name of this machine => lab-47
Do you have an enrolment key => y
Enrolment key => let-me-in
listens on port 6082 on all addresses(.|\n)*desktop in the browser => y
no SSH server: the desktop can show, but not maintain(.|\n)*administrator's desktop => y
packages +.*prometheus(.|\n)*for the desktop(.|\n)*packages +.*tightvncserver(.|\n)*ports +6082 on all addresses(.|\n)*Install now => n
ANSWERS
  expect_refusal 64 "nothing was changed" at_terminal
  expect "  nothing was added" eval '[ -z "$(LC_ALL=C comm -13 "$MACHINE_STATE/before" <(present lab))" ] && ! machine lab ls -d /etc/harvester 2>/dev/null'
  sed -i 's/ => n$/ => y/' "$MACHINE_STATE/answers"
  expect "installs an administrator's desktop" at_terminal
  cp "$MACHINE_STATE/output" "$MACHINE_STATE/printed"
  printed "  prints the new passwords" "VNC password $(machine lab head -n 1 /etc/vncserver/password)"
  expect "  everything that it installed is listed before the last question" everything_listed lab "$MACHINE_STATE/before" "$MACHINE_STATE/printed"
  expect "  its user may use sudo" machine lab runuser -u harvester-desktop -- sudo -n true
  expect "a second run" machine lab /root/source/deploy/install_harvester.sh --unattended
  printed "  names the passwords' files" 'passwords are unchanged'
  not_printed "  and prints no password" "$(machine lab head -n 1 /etc/vncserver/password)"
  expect "  its user may still use sudo" machine lab runuser -u harvester-desktop -- sudo -n true

  expect "a run without the desktop" install lab
  printed "  says that it stays, and its port" 'still installed and listens on port 6082. To remove it'
  cat >"$MACHINE_STATE/answers" <<'ANSWERS'
Address of the aggregator => 
Name of this machine => 
desktop in the browser => n
listens on port 6082. Remove it => y
Install now => y
ANSWERS
  expect "no to the desktop removes it" at_terminal
  expect "  nothing listens on its port" eval '! open_port'
  expect "  the metrics are still sent" grows node_load1 lab-47

  machine_down lab
  fresh clone "$MACHINE_SUBNET.48"
  cat >"$MACHINE_STATE/answers" <<ANSWERS
Address of the aggregator => $AGGREGATOR
Name of this machine => lab-47
Do you have an enrolment key => y
Enrolment key => let-me-in
desktop in the browser => n
Install now => y
node enrol-key --re-enrol(.|\n)*replace lab-47 => n
Name of this machine => lab-48
ANSWERS
  machine_put clone "$MACHINE_STATE/answers" lib/drive.py /root
  expect "a name that is taken can be changed" machine clone python3 /root/drive.py /root/answers /root/source/deploy/install_harvester.sh
  expect "  samples arrive" grows node_load1 lab-48
}
