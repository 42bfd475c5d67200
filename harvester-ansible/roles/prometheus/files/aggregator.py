"""Is the aggregator ready, and which credential of this node does it accept? With an enrolment key it fetches one.

Tokens are tried in this order: the given one, the pending one of an interrupted run, the installed one. The installed token
is not replaced here: the running Prometheus reads it at each request, and still sends under its old settings.
"""
import email.utils
import json
import os
import time

from http_request import Failure, send

EMPTY_WRITE = b"\0"            # an empty block of snappy: it proves URL, TLS and credential, and stores nothing
MAX_CLOCK_DIFFERENCE = 300     # seconds; the aggregator rejects samples from the future


class Problem(Exception):
    """The machine cannot be served; the text says why and what to do."""


class Aggregator:
    def __init__(self, base_url, write_url, ca):
        self.base_url = base_url
        self.write_url = write_url
        self.ca = ca

    def request(self, method, url, token="", body=None, headers=None, pause=5):
        """One request; a 429 or 503 is repeated after a pause, at most three times."""
        headers = dict(headers or {}, **({"Authorization": "Bearer " + token} if token else {}))
        for attempt in (1, 2, 3, 4):
            try:
                answer = send(method, url, headers, body, self.ca, timeout=30)
            except Failure as failure:
                raise Problem(f"The aggregator is not ready: {url}: {failure.text}. Correct prometheus_endpoint or prometheus_ca_file, or start the "
                              "aggregator; prometheus_check_endpoint: false skips this check.") from failure
            if answer.status not in (429, 503) or attempt == 4:
                return answer
            time.sleep(pause)

    def check_ready(self):
        answer = self.request("GET", self.base_url + "/-/ready")
        if answer.status != 200:
            raise Problem(f"The aggregator is not ready: {self.base_url}/-/ready responds {answer.status}: {answer.text()}. Correct "
                          "prometheus_endpoint, or start the aggregator; prometheus_check_endpoint: false skips this check.")
        sent = answer.headers.get("Date") and email.utils.parsedate_to_datetime(answer.headers["Date"]).timestamp()
        difference = round(time.time() - sent) if sent else 0
        if abs(difference) > MAX_CLOCK_DIFFERENCE:
            raise Problem(f"The clock of this machine differs from the aggregator's by {difference} s; at most {MAX_CLOCK_DIFFERENCE} s are "
                          "allowed. Set it: timedatectl set-ntp true")

    def write_nothing(self, token):
        return self.request("POST", self.write_url, token, EMPTY_WRITE, {
            "Content-Type": "application/x-protobuf", "Content-Encoding": "snappy", "X-Prometheus-Remote-Write-Version": "0.1.0"})

    def objection(self, token, name, node):
        """Why the aggregator would refuse samples of this node with this token, or an empty text. An empty token is no credential."""
        answer = self.write_nothing(token)
        if answer.status in (401, 403):
            return f"The aggregator does not accept {name} ({answer.status}: {answer.text()})."
        if answer.status == 503:
            raise Problem(f"The aggregator cannot check the credential now (503: {answer.text()}). Run this again later.")
        if answer.status != 204:
            raise Problem(f"{self.write_url} responds {answer.status} to a remote write: {answer.text()}. Correct prometheus_endpoint.")
        owner = self.owner(token) if token else node
        return "" if owner == node else f"{name} belongs to the node {owner}, not to {node}."

    def owner(self, token):
        """The node of the token."""
        url = self.base_url + "/api/v1/node/self"
        answer = self.request("GET", url, token)
        if answer.status != 200:
            raise Problem(f"{url} responds {answer.status}: {answer.text()}. Correct prometheus_endpoint.")
        return json.loads(answer.body)["node"]

    def enrol(self, key, node):
        answer = self.request("POST", self.base_url + "/api/v1/enrol", key, json.dumps({"node": node}).encode(),
                              {"Content-Type": "application/json"}, pause=10)
        if answer.status != 201:
            raise Problem(f"The aggregator did not enrol {node} ({answer.status}): {REFUSALS.get(answer.status) or answer.text()}.")
        return json.loads(answer.body)["token"]


REFUSALS = {
    401: "the enrolment key is unknown, expired or used up; create a new one on the aggregator (node enrol-key)",
    403: "the enrolment key does not cover this node; create one with a fitting --nodes",
    409: "the node already has a credential, or had one. If this machine replaces that node, create a key with node enrol-key --re-enrol; "
         "else choose another prometheus_node",
    429: "too many enrolments; run this again in a few minutes",
    503: "the aggregator cannot enrol now; run this again in a few minutes",
}


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().strip()
    except FileNotFoundError:
        return ""


def save(path, token):
    """Saved at once: the key may be valid only once, and later tasks may fail."""
    os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
    with os.fdopen(os.open(path + ".part", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(token)
    os.replace(path + ".part", path)


def checked(aggregator, given, node, files):
    """The source of a token that the aggregator accepts, or "", and why it does not accept the others."""
    objections = []
    for source, name, token in (("given", "prometheus_token", given),
                                ("pending", "the token in " + files["pending"], read(files["pending"])),
                                ("installed", "the installed token", read(files["installed"]))):
        objection = token and aggregator.objection(token, name, node)
        if token and not objection:
            return source, []
        if source == "given" and objection:
            raise Problem(f"{objection} Give the token of {node}, or remove prometheus_token and give an enrolment key (prometheus_enrol_key).")
        objections += [objection] if objection else []
    return "", objections


def unchecked(given, files):
    return next((source for source, token in (("given", given), ("pending", read(files["pending"])), ("installed", read(files["installed"])))
                 if token), "")


def choose(aggregator, arguments):
    """Returns the source of the credential, and whether it is fetched in this run."""
    node, files, key = arguments["node"], arguments["files"], arguments["enrol_key"]
    source, objections = unchecked(arguments["token"], files), []
    if arguments["check"]:
        aggregator.check_ready()
        source, objections = checked(aggregator, arguments["token"], node, files)
    if source:
        return source, False
    if key:
        if not arguments["check_mode"]:
            save(files["pending"], aggregator.enrol(key, node))
        return "pending", True
    if arguments["check"] and not objections:
        objection = aggregator.objection("", "a request without a credential", node)
        objections += [objection] if objection else []
    if objections:
        raise Problem(f"{' '.join(objections)} Give an enrolment key (prometheus_enrol_key) or the token of {node} (prometheus_token).")
    return "none", False


def run(arguments):
    try:
        source, changed = choose(Aggregator(arguments["base_url"], arguments["write_url"], arguments["ca"]), arguments)
        return {"changed": changed, "problem": "", "source": source}
    except Problem as problem:
        return {"changed": False, "problem": str(problem), "source": ""}
