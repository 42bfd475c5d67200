"""Sends one HTTP request, for machines without curl.

  http_request.py METHOD URL BODY_FILE CA_FILE ANSWER_FILE HEADERS_FILE     request headers on stdin

Prints the status; after a failure, exits with the code that curl has for it.
"""
import socket
import ssl
import sys
import urllib.error
import urllib.request


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def send(method, url, body_file, ca_file):
    body = open(body_file, "rb").read() if body_file else None
    request = urllib.request.Request(url, data=body, method=method)
    for line in sys.stdin.read().splitlines():
        if line:
            request.add_header(*line.split(": ", 1))
    tls = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=ca_file or None))
    try:
        return urllib.request.build_opener(tls, NoRedirect).open(request, timeout=20)
    except urllib.error.HTTPError as answer:
        return answer


def curl_code(error):
    reason = getattr(error, "reason", error)
    for kind, code in ((ssl.SSLCertVerificationError, 60), (ssl.SSLError, 35), (socket.gaierror, 6),
                       (TimeoutError, 28), (OSError, 7)):
        if isinstance(reason, kind):
            return code
    return 1


try:
    answer = send(*sys.argv[1:5])
    with open(sys.argv[5], "wb") as file:
        file.write(answer.read())
    with open(sys.argv[6], "w", encoding="latin-1") as file:
        file.write(str(answer.headers))
    print(answer.status)
except (OSError, ValueError) as error:
    print(error, file=sys.stderr)
    sys.exit(curl_code(error))
