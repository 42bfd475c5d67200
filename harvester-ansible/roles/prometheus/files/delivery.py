"""Waits until the aggregator has acknowledged a sample of this run under this node's name.

Prometheus advances its timestamp of the newest sent sample after a refusal (4xx), too. So with a token the aggregator's own count
of this node's samples must grow, and without one the timestamp must advance while no sample is refused.
"""
import json
import re
import time

from http_request import Failure, send

SENT = "prometheus_remote_storage_queue_highest_sent_timestamp_seconds"
REFUSED = "prometheus_remote_storage_samples_failed_total"


class Problem(Exception):
    pass


def metric(text, name):
    """The sum over the series of the remote write `aggregator`."""
    return sum(float(value) for value in re.findall(r'^%s\{[^}]*remote_name="aggregator"[^}]*\} (\S+)' % name, text, re.M))


class Delivery:
    def __init__(self, arguments):
        self.arguments = arguments
        self.start = int(time.time()) + 1
        self.count = self.first_count = None
        self.refused = self.first_refused = self.sent = 0

    def look(self):
        """One observation. Returns whether a sample of this run was acknowledged."""
        if self.arguments["token_file"]:
            self.count = self.samples()
            if self.first_count is None:
                self.first_count = self.count
        text = self.metrics()
        before = self.sent, self.refused
        self.sent, self.refused = metric(text, SENT), metric(text, REFUSED)
        if self.first_count is not None:
            return self.sent >= self.start and self.count > self.first_count
        return before[0] >= self.start and self.sent > before[0] and self.refused == before[1]

    def metrics(self):
        try:
            return send("GET", self.arguments["metrics_url"]).body.decode(errors="replace")
        except Failure:
            return ""

    def samples(self):
        """The aggregator's count of this node's samples; None while it cannot answer."""
        with open(self.arguments["token_file"], encoding="utf-8") as file:
            token = file.read().strip()
        try:
            answer = send("GET", self.arguments["base_url"] + "/api/v1/node/self", {"Authorization": "Bearer " + token}, ca=self.arguments["ca"])
        except Failure:
            return self.count
        if answer.status in (401, 403):
            raise Problem(f"The aggregator does not accept the installed token ({answer.status}: {answer.text()}).")
        if answer.status != 200:
            return self.count
        known = json.loads(answer.body)
        if known["node"] != self.arguments["node"]:
            raise Problem(f"The installed token belongs to the node {known['node']}, not to {self.arguments['node']}.")
        return known["samples"]

    def failure(self):
        seconds = f"within {self.arguments['seconds']} s (prometheus_wait_for_delivery)"
        reason = f"{self.refused - self.first_refused:.0f} samples were refused." if self.refused > self.first_refused else \
            "Prometheus has sent none." if self.sent < self.start else "It counts none."
        return f"The services run, but the aggregator has acknowledged no sample of {self.arguments['node']} {seconds}. {reason}"


def run(arguments):
    delivery = Delivery(arguments)
    try:
        end = time.monotonic() + int(arguments["seconds"])
        delivery.look()
        delivery.first_refused = delivery.refused
        while time.monotonic() < end:
            time.sleep(2)
            if delivery.look():
                return {"changed": False, "problem": ""}
        return {"changed": False, "problem": delivery.failure()}
    except Problem as problem:
        return {"changed": False, "problem": str(problem)}
