"""The settings, read once from the environment (/etc/novnc/gate.conf)."""
import dataclasses
import os
import pathlib


@dataclasses.dataclass(frozen=True)
class Settings:
    node: str = "harvester"
    public_url: str = ""            # address of the desktop, shown on the fleet page
    idle_stop: int = 0              # seconds without a session or page request after which proxy and desktop stop; 0: never
    session_idle: int = 0           # seconds without keyboard or mouse input after which a session is closed; 0: never
    trust_forwarded: bool = False   # accept X-Forwarded-For from loopback (the reverse tunnel's gateway)
    users: pathlib.Path = pathlib.Path("/dev/null")
    runtime: pathlib.Path = pathlib.Path("/run/novnc")
    state: pathlib.Path = pathlib.Path("/var/lib/novnc")

    @classmethod
    def from_environment(cls, env=os.environ):
        return cls(
            node=env.get("NOVNC_NODE", cls.node),
            public_url=env.get("NOVNC_PUBLIC_URL", ""),
            idle_stop=int(env.get("NOVNC_IDLE_STOP", "0")),
            session_idle=int(env.get("NOVNC_SESSION_IDLE", "0")),
            trust_forwarded=env.get("NOVNC_TRUST_FORWARDED", "0") == "1",
            users=pathlib.Path(env.get("CREDENTIALS_DIRECTORY", "/etc/novnc")) / "users",
            runtime=pathlib.Path(env.get("RUNTIME_DIRECTORY", cls.runtime)),
            state=pathlib.Path(env.get("STATE_DIRECTORY", cls.state)),
        )
