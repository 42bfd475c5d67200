"""websockify's server, extended by the gate's objects, a socket from systemd, and a stop after idle time."""
import multiprocessing
import os
import socket
import time

from websockify.websocketproxy import WebSocketProxy

from gate.accounts import Accounts, Verifier
from gate.sessions import SessionRegistry
from gate.throttle import Throttle

FIRST_PASSED_FD = 3
HANDSHAKE_TIMEOUT = 15      # seconds; TasksMax of novnc.service limits the number of handshakes


class GateServer(WebSocketProxy):

    def __init__(self, handler, options, settings):
        host, _, port = options.listen.rpartition(":")
        target_host, _, target_port = options.target.rpartition(":")
        self.settings = settings
        self.throttle = Throttle(settings.runtime / "throttle")
        self.verifier = Verifier(Accounts.read(settings.users), settings.runtime / "verified")
        self.registry = SessionRegistry(settings)
        self.started_at = time.time()
        self.next_cleanup = 0
        super().__init__(
            RequestHandlerClass=handler, listen_host=host.strip("[]"), listen_port=int(port),
            target_host=target_host, target_port=int(target_port), heartbeat=options.heartbeat,
            cert=options.cert, key=options.key, ssl_only=True, web=options.web, web_auth=True, file_only=True)

    def socket(self, *args, **kwargs):
        """The listening socket. websockify's listen_fd treats every socket as IPv4 and garbles IPv6 addresses."""
        if os.environ.get("LISTEN_FDS"):
            return socket.socket(fileno=FIRST_PASSED_FD)
        return WebSocketProxy.socket(*args, **kwargs)

    def poll(self):
        """Called by websockify about once a second, in the parent process."""
        alive = {child.pid for child in multiprocessing.active_children()}
        sessions = self.registry.close_ended(alive)
        now = time.time()
        if now >= self.next_cleanup:
            self.next_cleanup = now + 60
            self.throttle.forget_old()
        if sessions:
            self.started_at = now
        if self.settings.idle_stop and now - max(self.started_at, self.verifier.last_seen()) > self.settings.idle_stop:
            self.msg("no session for %d s: stopping the desktop (NOVNC_IDLE_STOP)", self.settings.idle_stop)
            self.terminate()

    def top_new_client(self, startsock, address):
        """Limits the time of the handshake."""
        startsock.settimeout(HANDSHAKE_TIMEOUT)
        super().top_new_client(startsock, address)
