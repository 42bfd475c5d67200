#!/usr/bin/env python3
"""A forward proxy for apt (GET over plain HTTP), for test machines without another network.  apt_proxy.py ADDRESS:PORT"""
import http.server
import shutil
import sys
import urllib.error
import urllib.request


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        forwarded = {name: self.headers[name] for name in ("Range", "If-Modified-Since", "If-Range") if self.headers[name]}
        try:
            answer = urllib.request.urlopen(urllib.request.Request(self.path, headers=forwarded), timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        except (OSError, ValueError) as error:
            self.send_error(502, str(error))
            return
        self.send_response(answer.status)
        for name in ("Content-Length", "Content-Type", "Last-Modified", "Content-Range"):
            if answer.headers[name]:
                self.send_header(name, answer.headers[name])
        self.end_headers()
        shutil.copyfileobj(answer, self.wfile)

    def log_message(self, *arguments):
        pass


host, port = sys.argv[1].rsplit(":", 1)
http.server.ThreadingHTTPServer((host, int(port)), Handler).serve_forever()
