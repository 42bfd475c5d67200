#!/usr/bin/env python3
"""Tests of the installers without a machine: their lists of changes, which scenarios compare with a real installation, and the files that two
installers share."""
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


SHARED = r"""
eval "$(sed "s|=/etc/harvester|=$1/etc|; s|OPT=/opt/harvester|OPT=$1/opt|; s|/run/harvester-install.lock|$1/lock|" "$2/deploy/lib/settings.sh")"
kept_settings=$1/etc/$3 kept_vars=$1/etc/vars-of-$3 kept_log=$1/log
remove_own "$1/etc/ca.pem"
"""


class SharedFiles(unittest.TestCase):
    def remove(self, own, other):
        """Removes the files of the installer with the settings `own`, and returns what is left."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for file in "etc/ca.pem", "etc/" + own, "log", "lock", "opt/deploy", *other:
                (root / file).parent.mkdir(exist_ok=True)
                (root / file).touch()
            subprocess.run(["bash", "-ec", SHARED, "-", folder, PROJECT, own], check=True)
            return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())

    def test_the_only_installer_leaves_nothing(self):
        for own in "settings.yml", "aggregator.yml":
            self.assertEqual([], self.remove(own, []))

    def test_the_removal_of_a_client_keeps_the_aggregator_of_the_machine(self):
        other = ["etc/aggregator.yml", "etc/harvester.properties", "etc/tls.key"]
        self.assertEqual(sorted([*other, "lock", "opt/deploy"]), self.remove("settings.yml", other))

    def test_the_removal_of_the_aggregator_keeps_the_client_of_the_machine(self):
        self.assertEqual(["etc/settings.yml", "lock", "opt/deploy"], self.remove("aggregator.yml", ["etc/settings.yml"]))


SERVER = r"""
program=install_aggregator kept_settings=/nonexistent kept_vars=/nonexistent
source_dir=$1
for part in say arguments server_options ask settings ansible machine run server_checks server_changes server_keys server_actions; do . "$1/deploy/lib/$part.sh"; done
set -euo pipefail
name=aggregator.example.org listen=0.0.0.0:9201 tls_certificate='' database_url='' java=openjdk-21-jre-headless postgresql=17 installed=false
has_ansible() { false; }
eval "$2"
"""


def server(script):
    return subprocess.run(["bash", "-c", SERVER, "-", PROJECT, script], capture_output=True, text=True, check=False)


class AggregatorList(unittest.TestCase):
    def list(self, edition, package):
        return server(f"edition={edition} timescaledb={package}\nlist_changes").stdout

    def test_the_vendors_package_compresses(self):
        printed = self.list("community", "timescaledb-2-postgresql-17")
        self.assertIn("postgresql-17, timescaledb-2-postgresql-17, and what these need", printed)
        self.assertIn("about 0.3 GB per machine and month of 30 days (700 series, one sample in 15 s)\n", printed)

    def test_the_distributions_package_does_not(self):
        printed = self.list("apache", "postgresql-17-timescaledb")
        self.assertIn("the Apache edition, which cannot compress samples", printed)
        self.assertIn("about 12.5 GB per machine", printed)
        self.assertIn("the community edition takes 0.3 GB", printed)

    def test_without_a_package_it_is_plain_postgresql(self):
        printed = self.list("none", "''")
        self.assertIn("ansible-core, python3-apt, openjdk-21-jre-headless, postgresql-17, and", printed)
        self.assertIn("Samples are stored in plain PostgreSQL, uncompressed", printed)

    def test_a_given_database_needs_no_server(self):
        printed = server("edition=none timescaledb= database_url=postgresql://h@db/h\nlist_changes").stdout
        self.assertNotIn("postgresql-17", printed)
        self.assertIn("postgresql://h@db/h, which exists", printed)


class AggregatorOptions(unittest.TestCase):
    def refused(self, text, *options):
        ended = server("read_options " + " ".join(options))
        self.assertEqual(64, ended.returncode, ended.stderr)
        self.assertIn(text, ended.stderr)

    def test_invalid_ones_are_refused(self):
        self.refused("unknown argument: --port", "--port", "9201")
        self.refused("--name needs a value", "--name")
        self.refused("'no name' is not a host name", "--name", "'no name'")
        self.refused("is not an address with a port", "--listen", "9201")
        self.refused("'a year' is not a duration", "--retention", "'a year'")
        self.refused("'many' is not a number", "--machines", "many")
        self.refused("belong together", "--tls-key", "/etc/passwd")
        self.refused("contains a password. Give it with --database-password-file", "--database-url", "postgresql://h:secret@db/h")
        self.refused("--delete-data goes with --uninstall", "--delete-data")

    def test_a_certificate_of_an_earlier_run_whose_files_are_gone_is_the_installed_one(self):
        with tempfile.TemporaryDirectory() as folder:
            files = [pathlib.Path(folder, name) for name in ("own.pem", "own.key")]
            kept = pathlib.Path(folder, "aggregator.yml")
            kept.write_text(f'aggregator_tls_certificate: "{files[0]}"\naggregator_tls_key: "{files[1]}"\n', encoding="utf-8")
            script = f'kept_settings={kept}\nread_options\necho "$tls_certificate $tls_key"'
            for file in files:
                self.assertEqual("/etc/harvester/tls.crt /etc/harvester/tls.key\n", server(script).stdout)
                file.touch()
            self.assertEqual(f"{files[0]} {files[1]}\n", server(script).stdout)

    def test_valid_ones_are_taken(self):
        for options in ("--name fd00::1", "--retention 1h30m", "--retention 0", "--listen '[::]:9201'", "--database-url postgresql://h@db:5433/h"):
            ended = server(f"read_options {options}")
            self.assertEqual((0, ""), (ended.returncode, ended.stderr), options)


if __name__ == "__main__":
    unittest.main()
