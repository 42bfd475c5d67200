#!/usr/bin/env python3
"""Tests of galaxy.yml: the collection installs as README.md says, without a warning about its contents, and its playbooks find its roles."""
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
PLAYBOOKS = ("aggregator", "desktop", "gateway", "metrics", "remove", "site")


class Collection(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        (cls.folder / "inventory").write_text("[harvesters]\na\n[aggregator]\nb\n[gateway]\nc\n", encoding="utf-8")
        # In another directory than the project, whose ansible.cfg names the roles.
        cls.environment = dict(os.environ, HOME=folder.name, ANSIBLE_COLLECTIONS_PATH=f"{folder.name}/collections", ANSIBLE_NOCOLOR="1")
        cls.installed = cls.run_program("ansible-galaxy", "collection", "install", "./" + ROOT.name, directory=ROOT.parent)

    @classmethod
    def run_program(cls, *command, directory=None):
        return subprocess.run(command, cwd=directory or cls.folder, env=cls.environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)

    def test_it_installs_without_leaving_out_a_file(self):
        self.assertEqual(self.installed.returncode, 0, self.installed.stdout)
        self.assertNotIn("Skipping", self.installed.stdout)

    def test_it_contains_what_its_roles_link_to(self):
        launcher = self.folder / "collections/ansible_collections/harvester/clients/roles/aggregator/files/harvester"
        self.assertEqual(launcher.read_bytes(), (ROOT.parent / "deploy/harvester").read_bytes())

    def test_its_playbooks_are_named_and_complete(self):
        self.assertEqual(sorted(path.stem for path in (ROOT / "playbooks").iterdir()), sorted(PLAYBOOKS))
        for playbook in PLAYBOOKS:
            result = self.run_program("ansible-playbook", "-i", "inventory", "--syntax-check", "harvester.clients." + playbook)
            self.assertEqual(result.returncode, 0, f"{playbook}: {result.stdout}")


if __name__ == "__main__":
    unittest.main()
