"""Throttles guessing: after five wrong passwords an address must wait 2, 4, 8 … 300 seconds."""
import contextlib
import fcntl
import hashlib
import ipaddress
import os
import time

FREE_ATTEMPTS = 5
MAX_WAIT = 300
FORGET_AFTER = 3600


class Throttle:
    """One small file per address, locked while a password is checked, so that parallel guesses are serialized."""

    def __init__(self, directory):
        self.directory = directory
        directory.mkdir(mode=0o700, exist_ok=True)

    @contextlib.contextmanager
    def attempt(self, address):
        fd = os.open(self.directory / self._key(address), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            yield Attempt(fd)
        finally:
            os.close(fd)

    def forget_old(self, now=None):
        for entry in self.directory.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if entry.stat().st_mtime < (now or time.time()) - FORGET_AFTER:
                    entry.unlink()

    @staticmethod
    def _key(address):
        """One key per IPv4 address and per IPv6 /64, which one attacker controls completely."""
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            ip = None
        if ip is not None and ip.version == 6:
            address = str(ipaddress.ip_network((ip, 64), strict=False))
        return hashlib.sha256(address.encode()).hexdigest()[:32]


class Attempt:
    """The file's text is the number of failures; its time is that of the last one."""

    def __init__(self, fd):
        self.fd = fd
        self.failures = int(os.pread(fd, 16, 0) or 0)

    def wait(self):
        """Seconds until the next attempt is allowed."""
        if self.failures < FREE_ATTEMPTS:
            return 0
        pause = min(MAX_WAIT, 2 ** min(self.failures - FREE_ATTEMPTS + 1, 16))
        return max(0, round(os.fstat(self.fd).st_mtime + pause - time.time() + 0.5))

    def failed(self):
        self._write(self.failures + 1)

    def succeeded(self):
        self._write(0)

    def _write(self, number):
        self.failures = number
        os.ftruncate(self.fd, 0)
        os.pwrite(self.fd, b"%d" % number, 0)
