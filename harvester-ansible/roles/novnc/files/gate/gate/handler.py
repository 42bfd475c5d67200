"""One connection: authenticates it, then serves a file or proxies the desktop."""
import time
import urllib.parse

from websockify.websocketproxy import ProxyRequestHandler

from gate.accounts import basic
from gate.sessions import Session

LOOPBACK = ("127.0.0.1", "::1", "::ffff:127.0.0.1")
MAX_MISSED_HEARTBEATS = 3   # then the browser is considered gone
INPUT_MESSAGES = (4, 5, 6, 255)  # RFB: KeyEvent, PointerEvent, ClientCutText, QEMU's extended KeyEvent


class DesktopHandler(ProxyRequestHandler):
    server_version = "Harvester"
    sys_version = ""
    timeout = 30            # seconds without data after which a connection is closed

    def auth_connection(self):
        """Called by websockify before each file and session; ends the connection unless the credentials are right."""
        self.client = self._client()
        self.user = self._admit(basic(self.headers.get("Authorization")))
        origin = self.headers.get("Origin")
        if origin and urllib.parse.urlsplit(origin).netloc != self.headers.get("Host"):
            self._refuse(403, "Pages of other sites may not use the desktop.")

    def _admit(self, credentials):
        server = self.server
        if credentials is None:
            self._refuse(401, "This desktop requires a user name and a password.")
        if server.verifier.known(*credentials):
            return credentials[0]
        with server.throttle.attempt(self.client) as attempt:
            wait = attempt.wait()
            if wait:
                self._refuse(429, f"Too many wrong passwords from {self.client}: try again in {wait} s.", wait)
            if not server.verifier.verify(*credentials):
                attempt.failed()
                server.registry.login_failed(credentials[0][:64], self.client)
                self._refuse(401, "Wrong user name or password.")
            attempt.succeeded()
        return credentials[0]

    def _client(self):
        address = self.client_address[0]
        forwarded = self.headers.get("X-Forwarded-For", "").split(",")[-1].strip()
        if self.server.settings.trust_forwarded and address in LOOPBACK and forwarded:
            return forwarded[:64]
        return address[7:] if address.startswith("::ffff:") else address

    def _refuse(self, status, text, retry_after=None):
        body = f"<!doctype html><title>{status}</title><p>{status}: {text}\n".encode()
        self.send_response(status)
        if status == 401:
            self.send_header("WWW-Authenticate", f'Basic realm="desktop of {self.server.settings.node}", charset="UTF-8"')
        if retry_after:
            self.send_header("Retry-After", str(retry_after))
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        raise self.server.EClose("")

    def end_headers(self):
        self.send_header("X-Frame-Options", "DENY")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        super().end_headers()

    # ---- the session

    def new_websocket_client(self):
        self.last_frame = self.last_input = time.monotonic()
        with Session(self.server.settings, self.user, self.client).recorded() as self.session:
            try:
                super().new_websocket_client()
            except self.CClose as end:
                if end.args[1]:
                    self.session.end_with(end.args[1])
                raise

    def recv_frames(self):
        self.last_frame = time.monotonic()
        frames, closed = super().recv_frames()
        if any(frame and frame[0] in INPUT_MESSAGES for frame in frames):
            self.last_input = self.last_frame
        return frames, closed

    def send_ping(self, data=b""):
        """Called at each heartbeat: ends the session if the browser is gone or idle for too long."""
        now, limit = time.monotonic(), self.server.settings.session_idle
        if now - self.last_frame > MAX_MISSED_HEARTBEATS * self.server.heartbeat:
            self.session.end_with("browser gone")
            raise self.server.EClose("")
        if limit and now - self.last_input > limit:
            raise self.CClose(1000, f"no keyboard or mouse input for {limit} s")
        super().send_ping(data)
