"""Fetches the certificate of a server, and prints it in PEM format if its SHA-256 fingerprint is the expected one.

  certificate.py HOST[:PORT] FINGERPRINT      exit codes as curl's, see http_request.py
"""
import hashlib
import ssl
import sys
import urllib.parse

from http_request import Failure


def fetch(address, fingerprint):
    parts = urllib.parse.urlsplit("//" + address)
    try:
        certificate = ssl.get_server_certificate((parts.hostname, parts.port or 443), timeout=20)
    except OSError as error:
        raise Failure(error) from error
    found = hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate)).hexdigest()
    expected = fingerprint.replace(":", "").lower()
    if found != expected:
        raise Mismatch(f"the certificate of {address} has the fingerprint {pairs(found)}, but {pairs(expected)} was given. Take the "
                       "fingerprint that install_aggregator.sh printed. If it is the same, another server answers at this address.")
    return certificate


class Mismatch(Failure):
    def __init__(self, text):
        super().__init__(ValueError(text))
        self.code = 60


def pairs(digits):
    return ":".join(digits[i:i + 2] for i in range(0, len(digits), 2)).upper()


def main(address, fingerprint):
    try:
        print(fetch(address, fingerprint), end="")
        return 0
    except Failure as failure:
        print(failure.text, file=sys.stderr)
        return failure.code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
