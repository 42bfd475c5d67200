"""Records of sessions (user, client, start, duration): a log file, journal lines and node_exporter's metrics.

The process of a session writes open/ID.json and, at the end, the reason. Only the SessionRegistry in the parent
process closes a session, so that a session whose process was killed is closed, too, and counted once.
"""
import contextlib
import json
import logging
import os
import secrets
import time

from gate import metrics

LOG_LINES = 5000
LOG_FIELDS = ("id", "user", "client", "since", "until", "seconds", "reason")
log = logging.getLogger("sessions")


def write(path, text, mode=0o600):
    """Writes a file atomically."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as out:
        out.write(text)
        os.fchmod(out.fileno(), mode)
    os.replace(part, path)


class Session:
    """One open session, in its own process."""

    def __init__(self, settings, user, client):
        self.facts = {"id": secrets.token_hex(4), "user": user, "client": client,
                      "since": round(time.time(), 3), "pid": os.getpid()}
        self.path = settings.state / "open" / f"{self.facts['id']}.json"

    @contextlib.contextmanager
    def recorded(self):
        write(self.path, json.dumps(self.facts))
        log.info("session %(id)s opened: %(user)s from %(client)s", self.facts)
        try:
            yield self
        finally:
            self.facts["until"] = round(time.time(), 3)
            self.facts.setdefault("reason", "browser closed")
            write(self.path, json.dumps(self.facts))

    def end_with(self, reason):
        self.facts["reason"] = reason


class SessionRegistry:
    """Open sessions, totals by user and client, the log and the metrics."""

    def __init__(self, settings):
        self.settings = settings
        self.open = settings.state / "open"
        self.failures = settings.state / "login_failures"       # one byte per failure: child processes append without a lock
        self.totals_path = settings.state / "totals.json"
        self.log_path = settings.state / "sessions.log"
        self.open.mkdir(mode=0o700, exist_ok=True)
        self.totals = self._read_totals()
        self.next_write = 0

    def login_failed(self, name, client):
        with open(os.open(self.failures, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w", encoding="ascii") as out:
            out.write(".")
        log.warning("wrong password for %r from %s", name, client)

    def close_ended(self, alive, now=None):
        """Closes ended sessions and returns the open ones; writes the metrics after a change and every five seconds."""
        now = now or time.time()
        sessions, closed = [], 0
        for path in self.open.glob("*.json"):
            with contextlib.suppress(FileNotFoundError, ValueError):
                facts = json.loads(path.read_text(encoding="utf-8"))
                if "until" in facts or facts["pid"] not in alive:
                    self._close(path, facts)
                    closed += 1
                else:
                    sessions.append(facts)
        if closed or now >= self.next_write or len(sessions) != getattr(self, "active", None):
            self._heartbeat(sessions)
            self._write_metrics(sessions, now)
            self.next_write = now + 5
        self.active = len(sessions)
        return sessions

    def _close(self, path, facts):
        until = facts.get("until") or path.stat().st_mtime    # the last heartbeat, if the process was killed
        facts.update(until=until, seconds=round(max(0.0, until - facts["since"]), 1))
        facts.setdefault("reason", "cut off")
        row = self.totals.setdefault(metrics.key(self.totals, facts), [0, 0.0])
        row[0] += 1
        row[1] += facts["seconds"]
        write(self.totals_path, json.dumps(self.totals))
        self._append(facts)
        path.unlink()
        log.info("session %(id)s closed: %(user)s from %(client)s, %(seconds).1f s, %(reason)s", facts)

    def _append(self, facts):
        lines = self.log_path.read_text(encoding="utf-8").splitlines() if self.log_path.exists() else []
        stamp = {k: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(facts[k])) for k in ("since", "until")}
        lines.append(json.dumps({field: {**facts, **stamp}[field] for field in LOG_FIELDS}))
        write(self.log_path, "\n".join(lines[-LOG_LINES:]) + "\n")

    def _heartbeat(self, sessions):
        for facts in sessions:
            with contextlib.suppress(FileNotFoundError):
                os.utime(self.open / f"{facts['id']}.json")

    def _read_totals(self):
        with contextlib.suppress(FileNotFoundError, ValueError):
            return json.loads(self.totals_path.read_text(encoding="utf-8"))
        return {}

    def _write_metrics(self, sessions, now):
        failures = self.failures.stat().st_size if self.failures.exists() else 0
        text = metrics.text(self.settings, sessions, self.totals, failures, now)
        write(self.settings.state / metrics.FILE, text, mode=0o644)
