#!/usr/bin/env python3
"""Tests of the installer's list of changes, without a machine. The scenarios unattended and choices compare it with a real installation."""
import pathlib
import subprocess
import tempfile
import unittest

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
SCRIPT = r"""
source_dir=$1 vars_file=$2 lib=$1/deploy/lib
for part in say arguments options ask http settings aggregator ansible machine desktop changes run actions; do . "$lib/$part.sh"; done
program=install_harvester kept_settings=/nonexistent kept_vars=/nonexistent
set -euo pipefail
take_over=false remote_desktop=true desktop_removal=false administrator_desktop=false
prometheus_port=9090 node_exporter_port=9100 prometheus_archive='' node_exporter_archive=''
has_ansible() { false; }
eval "$3"
list_changes
"""


def changes(variables="", settings=""):
    """The list as pairs of kind and text, of the metrics and of the desktop."""
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        file.write(variables)
        file.flush()
        printed = subprocess.run(["bash", "-c", SCRIPT, "-", PROJECT, file.name, settings],
                                 check=True, capture_output=True, text=True).stdout
    parts = printed.split("for the desktop in the browser:")
    return [{line.split()[0]: line.split(maxsplit=1)[1] for line in part.splitlines() if line.startswith("  ")}
            for part in parts] + [{}] * (2 - len(parts))


class ListOfChanges(unittest.TestCase):
    def test_defaults(self):
        metrics, desktop = changes()
        self.assertEqual(metrics["packages"], "ansible-core, python3-apt, prometheus, prometheus-node-exporter, and what these need")
        self.assertEqual(metrics["ports"], "9100 and 9090 on loopback")
        self.assertEqual(metrics["samples"], "/var/lib/prometheus, at most 512 MB")
        self.assertIn("tightvncserver, tightvncpasswd, openbox, xterm, xauth", desktop["packages"])
        self.assertIn("python3-websockify, procps, openssl, hostname, novnc, and", desktop["packages"])
        self.assertIn("6082 on all addresses", desktop["ports"])
        self.assertIn("cannot become root", desktop["root"])

    def test_metrics_only(self):
        metrics, desktop = changes(settings="remote_desktop=false")
        self.assertIn("prometheus.service", metrics["services"])
        self.assertEqual(desktop, {})

    def test_other_desktop(self):
        desktop = changes("vncserver_desktop: xfce4\nvncserver_implementation: 'tigervnc'  # maintained\nvncserver_display: 7\n")[1]
        self.assertIn("tigervnc-standalone-server, tigervnc-tools, xfce4-session", desktop["packages"])
        self.assertNotIn("tightvnc", desktop["packages"])
        self.assertIn("5907 on loopback", desktop["ports"])

    def test_desktop_without_packages(self):
        for choice in "installed", "command":
            packages = changes(f"vncserver_desktop: {choice}\n")[1]["packages"]
            self.assertIn("tightvncpasswd, xauth", packages)

    def test_tunnel(self):
        desktop = changes("reverse_tunnel_enabled: true\nnovnc_port: 7000\n")[1]
        self.assertIn("7000 on loopback", desktop["ports"])
        self.assertIn("harvester-tunnel.service", desktop["services"])
        self.assertIn("harvester-tunnel", desktop["users"])
        self.assertIn("autossh, openssh-client", desktop["packages"])

    def test_root_access(self):
        for desktop in changes("vncserver_sudo: true\n")[1], changes(settings="administrator_desktop=true")[1]:
            self.assertIn("sudo", desktop["packages"])
            self.assertIn("give root access", desktop["root"])

    def test_releases(self):
        metrics = changes("node_exporter_version: 1.9.1\nprometheus_watchdog: false\n", "prometheus_archive=/root/prometheus.tar.gz")[0]
        self.assertEqual(metrics["programs"], "prometheus from /root/prometheus.tar.gz, node_exporter from its upstream release")
        self.assertEqual(metrics["packages"], "ansible-core, python3-apt, and what these need")
        self.assertNotIn("watchdog", metrics["services"])


if __name__ == "__main__":
    unittest.main()
