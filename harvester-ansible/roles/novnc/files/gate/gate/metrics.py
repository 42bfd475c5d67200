"""The metrics of remote sessions, in the format of node_exporter's textfile collector."""
FILE = "harvester_remote_session.prom"
MAX_ROWS = 200     # pairs of user and client with their own totals; further ones are added to client="other"


def key(totals, facts):
    row = f"{facts['user']} {facts['client']}"
    return row if row in totals or len(totals) < MAX_ROWS else f"{facts['user']} other"


def labels(**pairs):
    quoted = (f'{name}="{_escape(str(value))}"' for name, value in pairs.items())
    return "{" + ",".join(quoted) + "}"


def _escape(value):
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _family(name, kind, text, samples):
    return [f"# HELP {name} {text}", f"# TYPE {name} {kind}"] + [f"{name}{labels_} {value}" for labels_, value in samples]


def text(settings, sessions, totals, failures, now):
    counts = {row: list(sums) for row, sums in totals.items()}
    for facts in sessions:  # open sessions are included
        row = counts.setdefault(key(counts, facts), [0, 0.0])
        row[0] += 1
        row[1] += max(0.0, now - facts["since"])
    named = [(labels(user=row.split(" ", 1)[0], client=row.split(" ", 1)[1]), sums) for row, sums in sorted(counts.items())]
    lines = (
        _family("harvester_remote_session_active", "gauge", "Remote desktop sessions open now.", [("", len(sessions))])
        + _family("harvester_remote_session_started_timestamp_seconds", "gauge", "Start time of each open remote desktop session.",
                  [(labels(session=f["id"], user=f["user"], client=f["client"]), f["since"]) for f in sessions])
        + _family("harvester_remote_session_seconds_total", "counter", "Duration of remote desktop sessions.",
                  [(row_labels, round(sums[1], 1)) for row_labels, sums in named])
        + _family("harvester_remote_sessions_total", "counter", "Remote desktop sessions opened.",
                  [(row_labels, sums[0]) for row_labels, sums in named])
        + _family("harvester_remote_login_failures_total", "counter", "Failed logins at the desktop's web page.",
                  [("", failures)])
    )
    if settings.public_url:
        lines += _family("harvester_remote_desktop_info", "gauge", "Address of this machine's desktop.",
                         [(labels(url=settings.public_url), 1)])
    return "\n".join(lines) + "\n"
