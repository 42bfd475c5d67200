"""User names and scrypt hashes, one NAME:SALT:HASH per line."""
import base64
import hashlib
import hmac
import os
import re

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")


def scrypt(password, salt):
    return hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1)


class Accounts(dict):
    """name -> (salt, hash)."""

    @classmethod
    def read(cls, path):
        try:
            with open(path, encoding="ascii") as lines:
                rows = [line.strip().split(":") for line in lines if line.strip()]
        except FileNotFoundError:
            rows = []
        return cls((name, (bytes.fromhex(salt), bytes.fromhex(digest))) for name, salt, digest in rows)

    def text(self):
        return "".join(f"{name}:{salt.hex()}:{digest.hex()}\n" for name, (salt, digest) in sorted(self.items()))

    def matches(self, name, password):
        salt, digest = self.get(name, (b"unknown", b""))   # an unknown name takes as long as a known one
        return hmac.compare_digest(scrypt(password, salt), digest)

    def set(self, name, password):
        if not NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not a valid user name: at most 64 letters, digits and . _ @ -")
        if name in self and self.matches(name, password):
            return False
        salt = os.urandom(16)
        self[name] = (salt, scrypt(password, salt))
        return True

    def keep_only(self, names):
        removed = set(self) - set(names)
        for name in removed:
            del self[name]
        return bool(removed)


class Verifier:
    """Verifies passwords with a cache: noVNC's page consists of forty files, and scrypt is slow by design.

    A verified password leaves an empty file whose name is a keyed hash; the key exists only in this process.
    The newest file time is the time of the last authenticated request.
    """

    def __init__(self, accounts, directory):
        self.accounts = accounts
        self.directory = directory
        self.key = os.urandom(32)
        directory.mkdir(mode=0o700, exist_ok=True)
        for old in directory.iterdir():
            old.unlink()

    def known(self, name, password):
        mark = self._mark(name, password)
        if not mark.exists():
            return False
        mark.touch()
        return True

    def verify(self, name, password):
        if not self.accounts.matches(name, password):
            return False
        self._mark(name, password).touch(mode=0o600)
        return True

    def last_seen(self):
        return max((mark.stat().st_mtime for mark in self.directory.iterdir()), default=0)

    def _mark(self, name, password):
        return self.directory / hmac.new(self.key, f"{name}\0{password}".encode(), "sha256").hexdigest()


def basic(header):
    """(name, password) of an Authorization header, or None."""
    scheme, _, encoded = (header or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    return (name, password) if colon else None
