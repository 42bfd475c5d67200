"""The metrics of remote sessions, as node_exporter's textfile collector reads them."""
FILE = "harvester_remote_session.prom"
ROWS = 200     # user and client pairs with totals of their own; later ones are added up under client="other"


def key(totals, facts):
    own = f"{facts['user']} {facts['client']}"
    return own if own in totals or len(totals) < ROWS else f"{facts['user']} other"


def labels(**pairs):
    quoted = (f'{name}="{_escape(str(value))}"' for name, value in pairs.items())
    return "{" + ",".join(quoted) + "}"


def _escape(value):
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _family(name, kind, text, samples):
    return [f"# HELP {name} {text}", f"# TYPE {name} {kind}"] + [f"{name}{labels_} {value}" for labels_, value in samples]


def text(settings, still, totals, failures, now):
    counts = {row: list(sums) for row, sums in totals.items()}
    for facts in still:     # an open session counts from its first second
        row = counts.setdefault(key(counts, facts), [0, 0.0])
        row[0] += 1
        row[1] += max(0.0, now - facts["since"])
    named = [(labels(user=row.split(" ", 1)[0], client=row.split(" ", 1)[1]), sums) for row, sums in sorted(counts.items())]
    lines = (
        _family("harvester_remote_session_active", "gauge", "Remote desktop sessions open now.", [("", len(still))])
        + _family("harvester_remote_session_started_timestamp_seconds", "gauge", "Since when each open session is open.",
                  [(labels(session=f["id"], user=f["user"], client=f["client"]), f["since"]) for f in still])
        + _family("harvester_remote_session_seconds_total", "counter", "Time that remote desktop sessions were open.",
                  [(which, round(sums[1], 1)) for which, sums in named])
        + _family("harvester_remote_sessions_total", "counter", "Remote desktop sessions opened.",
                  [(which, sums[0]) for which, sums in named])
        + _family("harvester_remote_login_failures_total", "counter", "Wrong passwords at the desktop's web page.",
                  [("", failures)])
    )
    if settings.public_url:
        lines += _family("harvester_remote_desktop_info", "gauge", "Where this machine's desktop is opened.",
                         [(labels(url=settings.public_url), 1)])
    return "\n".join(lines) + "\n"
