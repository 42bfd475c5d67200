#!/usr/bin/env python3
"""Tests of the roles' Python programs, on loopback with the stub aggregator. Needs openssl."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROLES = pathlib.Path(__file__).resolve().parent.parent / "roles"
sys.path[:0] = [str(ROLES / role / "files") for role in ("python_program", "prometheus", "aggregator")]
sys.dont_write_bytecode = True
import aggregator  # noqa: E402
import certificate  # noqa: E402
import http_request  # noqa: E402
import properties  # noqa: E402
import watchdog  # noqa: E402

STUB = pathlib.Path(__file__).resolve().parent / "lib/stub_aggregator.py"


class Stub:
    """The stub aggregator on a free port of loopback."""

    def __init__(self, test, *options, tokens=None):
        folder = tempfile.TemporaryDirectory()
        test.addCleanup(folder.cleanup)
        self.state = os.path.join(folder.name, "nodes.json")
        with open(self.state, "w", encoding="utf-8") as file:
            json.dump({"keys": {"let-me-in": 9, "again": 9}, "tokens": tokens or {}}, file)
        process = subprocess.Popen([sys.executable, STUB, "127.0.0.1:0", self.state, *options], stdout=subprocess.PIPE, text=True)
        test.addCleanup(process.stdout.close)
        test.addCleanup(process.wait)
        test.addCleanup(process.kill)
        self.address = process.stdout.readline().strip()


def openssl(folder, *command):
    subprocess.run(["openssl", *command], cwd=folder, check=True, capture_output=True)


def certificates(test, *extensions):
    """An authority without keyUsage, and a certificate of it with these extensions. Returns their files and the key's."""
    temporary = tempfile.TemporaryDirectory()
    test.addCleanup(temporary.cleanup)
    folder = pathlib.Path(temporary.name)
    (folder / "extensions").write_text("\n".join(extensions or ["basicConstraints=CA:FALSE"]))
    new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl(folder, "req", "-x509", *new_key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=authority")
    openssl(folder, "req", *new_key, "-keyout", "key.pem", "-out", "request", "-subj", "/CN=127.0.0.1")
    openssl(folder, "x509", "-req", "-in", "request", "-CA", "ca.pem", "-CAkey", "ca.key", "-out", "certificate.pem", "-days", "2",
            "-extfile", "extensions")
    return folder / "ca.pem", folder / "certificate.pem", folder / "key.pem"


class HttpRequestTest(unittest.TestCase):
    def ready(self, authority, certificate, key):
        stub = Stub(self, "--cert", str(certificate), "--key", str(key))
        return http_request.send("GET", f"https://{stub.address}/-/ready", ca=authority and authority.read_text(encoding="utf-8")).status

    def test_an_authority_without_key_usage_is_trusted(self):
        self.assertEqual(200, self.ready(*certificates(self, "subjectAltName=IP:127.0.0.1")))

    def test_a_certificate_of_the_server_itself_is_trusted_as_its_authority(self):
        _, certificate, key = certificates(self, "subjectAltName=IP:127.0.0.1")
        self.assertEqual(200, self.ready(certificate, certificate, key))

    def test_a_certificate_with_a_common_name_only_is_refused_as_by_prometheus(self):
        with self.assertRaisesRegex(http_request.Failure, "certificate verify failed: IP address mismatch"):
            self.ready(*certificates(self))

    def test_a_certificate_of_an_unknown_authority_is_refused(self):
        _, certificate, key = certificates(self, "subjectAltName=IP:127.0.0.1")
        with self.assertRaisesRegex(http_request.Failure, "unable to get local issuer certificate"):
            self.ready(None, certificate, key)

    def test_a_file_without_a_certificate_is_named(self):
        with self.assertRaisesRegex(http_request.Failure, "contains no certificate in PEM format"):
            http_request.send("GET", "https://127.0.0.1:9/", ca="no certificate")


class CertificateTest(unittest.TestCase):
    def setUp(self):
        _, self.certificate, key = certificates(self, "subjectAltName=IP:127.0.0.1")
        self.address = Stub(self, "--cert", str(self.certificate), "--key", str(key)).address

    def test_the_certificate_with_the_right_fingerprint_is_fetched(self):
        printed = subprocess.run(["openssl", "x509", "-in", self.certificate, "-noout", "-fingerprint", "-sha256"],
                                 check=True, capture_output=True, text=True).stdout
        fetched = certificate.fetch(self.address, printed.strip().split("=")[1])
        self.assertEqual(self.certificate.read_text(encoding="ascii").split(), fetched.split())

    def test_another_fingerprint_is_refused(self):
        with self.assertRaisesRegex(certificate.Mismatch, "has the fingerprint ([0-9A-F]{2}:){31}.., but 00:"):
            certificate.fetch(self.address, "00" * 32)

    def test_a_server_that_is_away_has_the_code_of_curl(self):
        with self.assertRaises(http_request.Failure) as failure:
            certificate.fetch("127.0.0.1:9", "00" * 32)
        self.assertEqual(7, failure.exception.code)


class PropertiesTest(unittest.TestCase):
    EXAMPLE = "# Every setting.\n\n# where it listens\n#HARVESTER_LISTEN=127.0.0.1:9201\n\n# age\n#HARVESTER_RETENTION=365d\n"

    def test_a_new_file_is_the_example_with_the_settings(self):
        text = properties.merged("", self.EXAMPLE, {"HARVESTER_LISTEN": "0.0.0.0:9201", "HARVESTER_RETENTION": ""})
        self.assertEqual(self.EXAMPLE.replace("#HARVESTER_LISTEN=127.0.0.1:9201", "HARVESTER_LISTEN=0.0.0.0:9201"), text)

    def test_lines_of_the_operator_stay(self):
        before = "# mine\nHARVESTER_RETENTION=30d\nHARVESTER_WRITERS=3\n#HARVESTER_LISTEN=x\n"
        after = properties.merged(before, self.EXAMPLE, {"HARVESTER_LISTEN": "y"})
        self.assertEqual(before.replace("#HARVESTER_LISTEN=x", "HARVESTER_LISTEN=y"), after)
        self.assertEqual(["HARVESTER_LISTEN"], properties.changed_settings(before, after))

    def test_a_second_run_changes_nothing(self):
        settings = {"HARVESTER_LISTEN": "y", "HARVESTER_OTHER": "z", "HARVESTER_RETENTION": ""}
        once = properties.merged("", self.EXAMPLE, settings)
        self.assertEqual(once, properties.merged(once, self.EXAMPLE, settings))

    def test_a_setting_of_a_newer_program_is_added_as_a_comment(self):
        before = "HARVESTER_LISTEN=y\n"
        after = properties.merged(before, self.EXAMPLE, {})
        self.assertEqual(before + "\n# age\n#HARVESTER_RETENTION=365d\n", after)
        self.assertEqual([], properties.changed_settings(before, after))

    def test_a_setting_that_is_not_given_any_more_becomes_a_comment(self):
        after = properties.merged("HARVESTER_RETENTION=30d\n", "", {"HARVESTER_RETENTION": ""})
        self.assertEqual("#HARVESTER_RETENTION=30d\n", after)
        self.assertEqual(["HARVESTER_RETENTION"], properties.changed_settings("HARVESTER_RETENTION=30d\n", after))


class AggregatorTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.files = {"pending": os.path.join(folder.name, "pending"), "installed": os.path.join(folder.name, "installed")}

    def run_program(self, stub, **changes):
        base = f"http://{stub.address}"
        return aggregator.run({"base_url": base, "write_url": base + "/api/v1/write", "ca": "", "node": "lab", "token": "", "enrol_key": "",
                               "files": self.files, "check": True, "check_mode": False, **changes})

    def install(self, token):
        aggregator.save(self.files["installed"], token)

    def test_a_fitting_token_is_kept(self):
        self.install("t-lab")
        answer = self.run_program(Stub(self, tokens={"t-lab": "lab"}), enrol_key="let-me-in")
        self.assertEqual({"changed": False, "problem": "", "source": "installed"}, answer)

    def test_the_token_of_another_node_is_named(self):
        self.install("t-old")
        answer = self.run_program(Stub(self, tokens={"t-old": "old"}))
        self.assertRegex(answer["problem"], "the installed token belongs to the node old, not to lab")

    def test_the_token_of_another_node_stays_in_place_until_the_settings_change(self):
        self.install("t-old")
        answer = self.run_program(Stub(self, tokens={"t-old": "old"}), enrol_key="let-me-in")
        self.assertEqual({"changed": True, "problem": "", "source": "pending"}, answer)
        self.assertEqual("t-old", aggregator.read(self.files["installed"]))
        self.assertRegex(aggregator.read(self.files["pending"]), "^t-")

    def test_a_revoked_token_is_named_or_replaced(self):
        self.install("t-revoked")
        stub = Stub(self)
        self.assertRegex(self.run_program(stub)["problem"], r"does not accept the installed token \(401")
        self.assertEqual("pending", self.run_program(stub, enrol_key="let-me-in")["source"])

    def test_the_token_of_an_interrupted_run_is_used(self):
        stub = Stub(self)
        self.run_program(stub, enrol_key="let-me-in")
        self.assertEqual({"changed": False, "problem": "", "source": "pending"}, self.run_program(stub, enrol_key="used up"))

    def test_check_mode_fetches_no_token(self):
        answer = self.run_program(Stub(self), enrol_key="let-me-in", check_mode=True)
        self.assertEqual(True, answer["changed"])
        self.assertFalse(os.path.exists(self.files["pending"]))

    def test_a_node_that_has_a_credential_hears_of_re_enrol(self):
        stub = Stub(self, tokens={"t-lab": "lab"})
        self.assertRegex(self.run_program(stub, enrol_key="let-me-in")["problem"], "already has a credential.*--re-enrol")
        self.assertEqual("pending", self.run_program(stub, enrol_key="again")["source"])

    def test_a_clock_with_an_hour_difference_is_refused(self):
        answer = self.run_program(Stub(self, "--clock", "-3600"), enrol_key="let-me-in")
        self.assertRegex(answer["problem"], "differs from the aggregator's by (3599|360[01]) s; at most 300 s are allowed")


class WatchdogTest(unittest.TestCase):
    def actions(self, *observations):
        state, actions = None, []
        for now, (sent, collected, pending, answers) in enumerate(observations):
            state, action = watchdog.next_state(state, (sent, collected, pending), lambda: answers, 3, now)
            actions.append(action)
        return actions

    def test_a_standstill_is_ended_once_and_reported_once(self):
        standstill = [(10, 10 * n, 0, True) for n in range(1, 5)] + [(0, 10 * n, 0, True) for n in range(5, 12)]
        self.assertEqual(["", "", "", "restart", "", "", "report", "", "", "", ""], self.actions(*standstill))

    def test_after_progress_another_standstill_is_ended(self):
        first = [(10, 10 * n, 0, True) for n in range(1, 5)]
        second = [(50, 10 * n, 0, True) for n in range(5, 9)]
        self.assertEqual(["", "", "", "restart"] * 2, self.actions(*first, *second))

    def test_no_restart_while_the_aggregator_is_away(self):
        self.assertNotIn("restart", self.actions(*[(10, 10 * n, 0, n % 3 > 0) for n in range(1, 30)]))

    def test_no_restart_while_samples_wait_for_a_retry(self):
        self.assertNotIn("restart", self.actions(*[(10, 10 * n, 5, True) for n in range(1, 30)]))

    def test_no_restart_while_nothing_is_collected(self):
        self.assertNotIn("restart", self.actions(*[(10, 10, 0, True)] * 30))


if __name__ == "__main__":
    unittest.main()
