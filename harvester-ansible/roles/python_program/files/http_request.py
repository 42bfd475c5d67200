"""HTTP requests for machines without curl, with the trust of Prometheus and curl.

  http_request.py METHOD URL BODY_FILE CA_FILE ANSWER_FILE HEADERS_FILE     request headers on stdin

prints the status; after a failure, it prints the reason and exits with the code that curl has for it.
"""
import hashlib
import os
import re
import socket
import ssl
import sys
import tempfile
import time
import urllib.error
import urllib.request


CERTIFICATE = "-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Failure(Exception):
    """No response. The code is curl's."""

    def __init__(self, error):
        reason = getattr(error, "reason", error)
        self.code = code_of(reason)
        self.text = explain(reason).rstrip(".")
        super().__init__(self.text)


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read(1 << 20)

    def text(self):
        return self.body[:200].decode(errors="replace").strip()


def code_of(reason):
    for kind, code in ((ssl.SSLCertVerificationError, 60), (ssl.SSLError, 35), (socket.gaierror, 6),
                       (TimeoutError, 28), (OSError, 7)):
        if isinstance(reason, kind):
            return code
    return 1


def explain(reason):
    return f"certificate verify failed: {reason.verify_message}" if isinstance(reason, ssl.SSLCertVerificationError) else str(reason)


def tls_context(ca=None, verify=True):
    """Prometheus and curl accept an authority without keyUsage and an intermediate one as the root; Python 3.13's
    strict mode does not. Prometheus ignores the common name, so this does, too. `ca` is PEM text."""
    certificates = "\n".join(re.findall(CERTIFICATE, ca or ""))
    try:
        context = ssl.create_default_context(cadata=certificates or None)
    except ssl.SSLError as error:
        raise ValueError(f"the certificate of the authority cannot be read: {error.reason}") from error
    if ca and not certificates:
        raise ValueError("the file with the certificate of the authority contains no certificate in PEM format")
    context.verify_flags = context.verify_flags & ~ssl.VERIFY_X509_STRICT | getattr(ssl, "VERIFY_X509_PARTIAL_CHAIN", 0)
    context.hostname_checks_common_name = False
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def connect(request, ca, verify, timeout, redirects):
    try:
        handlers = [urllib.request.HTTPSHandler(context=tls_context(ca, verify))] + ([] if redirects else [NoRedirect])
        return urllib.request.build_opener(*handlers).open(request, timeout=timeout)
    except urllib.error.HTTPError as answer:
        return answer
    except (OSError, ValueError) as error:
        raise Failure(error) from error


def send(method, url, headers=None, body=None, ca=None, verify=True, timeout=20):
    """One request, without redirects. Raises Failure if there is no response."""
    with connect(urllib.request.Request(url, data=body, headers=headers or {}, method=method), ca, verify, timeout, False) as response:
        try:
            return Answer(response)
        except OSError as error:
            raise Failure(error) from error


def expected_checksum(url, checksum):
    """The given SHA-256, or that of the sha256sums.txt beside the file."""
    if checksum:
        return checksum
    folder, name = url.rsplit("/", 1)
    with connect(urllib.request.Request(folder + "/sha256sums.txt"), None, True, 60, True) as response:
        if response.status != 200:
            raise Failure(ValueError(f"{folder}/sha256sums.txt: status {response.status}"))
        for line in response.read().decode(errors="replace").splitlines():
            if line.split()[1:] in ([name], ["*" + name]):
                return line.split()[0]
    raise Failure(ValueError(f"{folder}/sha256sums.txt does not contain {name}"))


def download(url, path, checksum):
    """Writes the file only if its SHA-256 is right."""
    digest = hashlib.sha256()
    with connect(urllib.request.Request(url), None, True, 60, True) as response:
        if response.status != 200:
            raise Failure(ValueError(f"status {response.status}"))
        with tempfile.NamedTemporaryFile(dir=os.path.dirname(path), delete=False) as file:
            for block in iter(lambda: response.read(1 << 16), b""):
                digest.update(block)
                file.write(block)
    try:
        expected = expected_checksum(url, checksum)
        if digest.hexdigest() != expected:
            raise Failure(ValueError(f"its sha256 is {digest.hexdigest()}, but must be {expected}"))
        os.replace(file.name, path)
    finally:
        if os.path.exists(file.name):
            os.unlink(file.name)


def run(arguments):
    """For Ansible: {"download": arguments of download} or {"request": arguments of send, "until_status": N, "attempts": N}, about one
    a second."""
    try:
        if "download" in arguments:
            download(**arguments["download"])
            return {"changed": True, "problem": ""}
    except Failure as failure:
        return {"changed": False, "problem": failure.text}
    answer = {}
    for attempt in range(arguments.get("attempts", 10)):
        time.sleep(min(attempt, 1))
        answer = response(arguments["request"])
        if answer["status"] == arguments["until_status"]:
            break
    return answer


def response(request):
    try:
        answer = send(**request)
        return {"changed": False, "problem": "", "status": answer.status, "text": answer.text()}
    except Failure as failure:
        return {"changed": False, "problem": failure.text, "status": 0, "text": ""}


def main(method, url, body_file, ca_file, answer_file, headers_file):
    def content(path):
        with open(path, "rb") as file:
            return file.read()

    headers = dict(line.split(": ", 1) for line in sys.stdin.read().splitlines() if line)
    try:
        ca = content(ca_file).decode("latin-1") if ca_file else None
        answer = send(method, url, headers, content(body_file) if body_file else None, ca)
    except Failure as failure:
        print(failure.text, file=sys.stderr)
        return failure.code
    with open(answer_file, "wb") as file:
        file.write(answer.body)
    with open(headers_file, "w", encoding="latin-1") as file:
        file.write(str(answer.headers))
    print(answer.status)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
