"""Restarts Prometheus once if its remote write stands still although the aggregator answers.

After a full disk Prometheus can fail to read its write-ahead log for ever ("error tailing WAL", prometheus/prometheus#13027 and #13152):
it collects samples and is active, but sends none. Only a restart helps. While the aggregator is away a restart would lose what
is not sent yet (#8809), so every observation of a standstill includes an answer of the aggregator.

  watchdog.py SETTINGS.json      one observation, by harvester-watchdog.timer; the state between two is in $RUNTIME_DIRECTORY
"""
import json
import os
import re
import subprocess
import sys
import time

from http_request import Failure, send

SENT = r'prometheus_remote_storage_queue_highest_sent_timestamp_seconds\{[^}]*remote_name="aggregator"[^}]*\}'
PENDING = r'prometheus_remote_storage_samples_pending\{[^}]*remote_name="aggregator"[^}]*\}'
COLLECTED = "prometheus_tsdb_head_max_time"
EMPTY_WRITE = b"\0"      # an empty block of snappy: the aggregator checks the credential and stores nothing


def metric(text, pattern):
    values = re.findall(r"^%s (\S+)$" % pattern, text, re.M)
    return max(map(float, values)) if values else 0


def observe(settings):
    """The newest sent timestamp, the newest collected one, and the number of samples in the queue; None if Prometheus does not answer."""
    try:
        answer = send("GET", settings["metrics_url"])
    except Failure:
        return None
    text = answer.body.decode(errors="replace")
    return [metric(text, pattern) for pattern in (SENT, COLLECTED, PENDING)] if answer.status == 200 else None


def aggregator_answers(settings):
    headers = {"Content-Type": "application/x-protobuf", "Content-Encoding": "snappy", "X-Prometheus-Remote-Write-Version": "0.1.0"}
    try:
        if settings["token_file"]:
            with open(settings["token_file"], encoding="utf-8") as file:
                headers["Authorization"] = "Bearer " + file.read().strip()
        ca = None
        if settings["ca_file"]:
            with open(settings["ca_file"], encoding="utf-8", errors="replace") as file:
                ca = file.read()
        return send("POST", settings["write_url"], headers, EMPTY_WRITE, ca).status == 204
    except (Failure, OSError):
        return False


def next_state(state, seen, answers, needed, now):
    """The state after an observation, and what to do: "", "restart" or "report". The sent timestamp is 0 after a restart.

    A full queue is no standstill: the aggregator is slow or refuses for now, and Prometheus retries.
    """
    sent, collected, pending = seen
    if not state or sent > state["sent"]:
        return {"sent": sent, "collected": collected, "observations": 0, "since": now, "restarted": False}, ""
    if pending > 0 or not answers():
        return dict(state, collected=collected, observations=0, since=now), ""
    if collected <= state["collected"]:
        return state, ""
    state = dict(state, collected=collected, observations=state["observations"] + 1)
    if state["observations"] != needed:
        return state, ""
    return (state, "report") if state["restarted"] else (dict(state, observations=0, restarted=True), "restart")


def read_state(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def main(settings_file):
    with open(settings_file, encoding="utf-8") as file:
        settings = json.load(file)
    path = os.path.join(os.environ["RUNTIME_DIRECTORY"], "state.json")
    seen, now = observe(settings), time.time()
    if seen is None:
        return
    before = read_state(path)
    state, action = next_state(before, seen, lambda: aggregator_answers(settings), settings["observations"], now)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(state, file)
    if not action:
        return
    standstill = f"Prometheus has sent nothing for {now - before['since']:.0f} s, although it collects samples and {settings['write_url']} answers"
    if action == "restart":
        print(f"{standstill}: restarting prometheus.service (prometheus/prometheus#13027). Samples of this time stay on this machine.", flush=True)
        subprocess.run(["systemctl", "restart", "prometheus.service"], check=True)
    else:
        print(f"{standstill}. A restart did not help: see journalctl -u prometheus", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
