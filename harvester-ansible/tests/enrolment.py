#!/usr/bin/env python3
"""Tests of aggregator_ansible/enrol.yml: what it hands over to each machine of an inventory, by Ansible on this machine."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nof the aggregator\n-----END CERTIFICATE-----"
KEY = "hve_created"
REPORT = """---
- name: Enrolment
  ansible.builtin.import_playbook: {root}/aggregator_ansible/enrol.yml

- name: Report
  hosts: harvesters
  gather_facts: false
  tasks:
    - name: Write what the machine has now
      ansible.builtin.copy:
        content: "{{{{ given | to_json }}}}"
        dest: "{folder}/{{{{ inventory_hostname }}}}.json"
        mode: "0600"
      check_mode: false
      vars:
        given:
          endpoint: "{{{{ prometheus_endpoint | default('') }}}}"
          key: "{{{{ prometheus_enrol_key | default('') }}}}"
          authority: "{{{{ prometheus_ca_certificate | default(lookup('ansible.builtin.file', prometheus_ca_file) if prometheus_ca_file is defined else '') }}}}"
          asks: "{{{{ prometheus_check_endpoint | default(true) }}}}"
"""


class Enrolment(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.write("report.yml", REPORT.format(root=ROOT, folder=self.folder))
        self.write("operator", f'#!/bin/sh\necho "$@" >>"{self.folder}/asked"\necho {KEY}\n').chmod(0o755)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def play(self, machines, *arguments):
        """Runs it for machines, which are names with their variables; returns the result."""
        self.write("inventory.json", json.dumps({
            "harvesters": {"hosts": {name: dict(variables, ansible_connection="local") for name, variables in machines.items()}},
            "aggregator": {"hosts": {"server": {"ansible_connection": "local", "aggregator_name": "server.example"}}}}))
        variables = {"ansible_become": False, "enrol_token_file": f"{self.folder}/{{{{ inventory_hostname }}}}.token",
                     "enrol_certificate_file": f"{self.folder}/tls.crt", "harvester_aggregator_command": f"{self.folder}/operator"}
        return subprocess.run(["ansible-playbook", "-i", self.folder / "inventory.json", "-e", json.dumps(variables), *arguments,
                               self.folder / "report.yml"], cwd=ROOT, env=dict(os.environ, HOME=str(self.folder)),
                              capture_output=True, text=True, check=False)

    def handed(self, machines, *arguments):
        """What each machine has afterwards: endpoint, key, authority, and whether the aggregator is asked."""
        result = self.play(machines, *arguments)
        self.assertEqual(result.returncode, 0, result.stdout)
        return {name: json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8")) for name in machines}

    def asked(self):
        return (self.folder / "asked").read_text(encoding="utf-8") if (self.folder / "asked").exists() else ""

    def test_each_machine_gets_what_it_lacks_whatever_the_first_one_has(self):
        self.write("tls.crt", CERTIFICATE)
        self.write("c.token", "its own")
        handed = self.handed({
            "a": {"prometheus_endpoint": "https://proxy.example", "prometheus_enrol_key": "hve_given"},
            "b": {}, "c": {}, "d": {"prometheus_endpoint": "https://server.example:9201/api/v1/write"}})
        own = {"endpoint": "https://server.example:9201", "authority": CERTIFICATE, "asks": True}
        self.assertEqual(handed["a"], {"endpoint": "https://proxy.example", "key": "hve_given", "authority": "", "asks": True})
        self.assertEqual(handed["b"], dict(own, key=KEY))
        self.assertEqual(handed["c"], dict(own, key=""))
        self.assertEqual(handed["d"], dict(own, key=KEY, endpoint="https://server.example:9201/api/v1/write"))
        self.assertEqual(self.asked(), "node enrol-key --uses 2 --expires 1h\n")

    def test_a_machine_with_its_own_endpoint_needs_no_certificate_of_the_aggregator(self):
        handed = self.handed({"a": {"prometheus_endpoint": "http://proxy.example", "prometheus_token": "hvn_given"}})
        self.assertEqual(handed["a"], {"endpoint": "http://proxy.example", "key": "", "authority": "", "asks": True})
        self.assertEqual(self.asked(), "")

    def test_an_aggregator_that_is_not_installed_is_named(self):
        result = self.play({"a": {}})
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("the aggregator is not installed there", " ".join(result.stdout.split()))

    def test_check_mode_creates_no_key_and_asks_nothing_of_an_aggregator_that_the_run_would_install(self):
        handed = self.handed({"a": {}}, "--check")
        self.assertEqual(handed["a"], {"endpoint": "https://server.example:9201", "key": "no key in check mode", "authority": "", "asks": False})
        self.write("tls.crt", CERTIFICATE)
        handed = self.handed({"a": {}}, "--check")
        self.assertEqual(handed["a"], {"endpoint": "https://server.example:9201", "key": "no key in check mode", "authority": CERTIFICATE, "asks": True})
        self.assertEqual(self.asked(), "")


if __name__ == "__main__":
    unittest.main()
