#!/usr/bin/env python3
"""A stub of the aggregator: it responds like the real one, and records the timestamps of each node in memory.

  stub_aggregator.py ADDRESS:PORT STATE.json [--cert FILE --key FILE] [--clock SECONDS]

STATE.json holds {"keys": {KEY: uses left}, "tokens": {TOKEN: node}}; it is read at the start and written after each
enrolment, so that a restarted stub knows its nodes. Without "keys" and "tokens" no credential is required. A key that begins
with "again" replaces the token of a node. --clock shifts the time of the header Date.
GET /stub/revoke?node=NAME ends its tokens; /stub/refuse?node=NAME refuses its samples from now on, and only its samples;
GET /stub/keys and /stub/tokens → these parts of the state; GET /stub/refused → the number of samples in refused requests.
GET /stub/series?metric=node_load1 → {node: [timestamps in ms]};  GET /stub/labels?metric=… → the received label sets.
"""
import argparse
import collections
import datetime
import http.server
import json
import re
import secrets
import ssl
import struct
import threading
import time
from urllib.parse import parse_qs, urlsplit

LOCK = threading.Lock()
TIMES = collections.defaultdict(lambda: collections.defaultdict(list))  # metric → node → timestamps
LABELS = collections.defaultdict(set)                                   # metric → label sets
SAMPLES = collections.Counter()                                         # node → samples
LAST = {}                                                               # node → time of the last write
REFUSED = collections.Counter()                                         # node of the series → samples in refused requests
REFUSING = set()                                                        # nodes whose samples are refused
VERSIONS = collections.Counter()                                        # content type → requests


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def unsnappy(data):
    size, at = varint(data, 0)
    out = bytearray()
    while at < len(data):
        tag = data[at]
        at += 1
        kind = tag & 3
        if kind == 0:
            length = (tag >> 2) + 1
            if length > 60:
                extra = length - 60
                length = int.from_bytes(data[at:at + extra], "little") + 1
                at += extra
            out += data[at:at + length]
            at += length
            continue
        if kind == 1:
            length, offset = 4 + ((tag >> 2) & 7), ((tag >> 5) << 8) | data[at]
            at += 1
        else:
            width = 2 if kind == 2 else 4
            length, offset = (tag >> 2) + 1, int.from_bytes(data[at:at + width], "little")
            at += width
        for _ in range(length):
            out.append(out[-offset])
    if len(out) != size:
        raise ValueError("snappy: wrong size")
    return bytes(out)


def fields(data):
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 1:
            value, at = data[at:at + 8], at + 8
        elif kind == 2:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
        else:
            raise ValueError("protobuf: wire type")
        yield key >> 3, value


def varints(data):
    at = 0
    while at < len(data):
        value, at = varint(data, at)
        yield value


def sample_time(sample, timestamp_field):
    return struct.unpack("<q", struct.pack("<Q", dict(fields(sample)).get(timestamp_field, 0)))[0]


def series_v1(message):
    for number, series in fields(message):
        if number == 1:
            labels, times = {}, []
            for part, value in fields(series):
                if part == 1:
                    label = dict(fields(value))
                    labels[label.get(1, b"").decode()] = label.get(2, b"").decode()
                elif part == 2:
                    times.append(sample_time(value, 2))
            yield labels, times


def series_v2(message):
    parts = list(fields(message))
    symbols = [value.decode() for number, value in parts if number == 4]
    for number, series in parts:
        if number == 5:
            labels, times = {}, []
            for part, value in fields(series):
                if part == 1:
                    refs = [symbols[ref] for ref in varints(value)]
                    labels = dict(zip(refs[::2], refs[1::2]))
                elif part == 2:
                    times.append(sample_time(value, 2))
            yield labels, times


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def date_time_string(self, timestamp=None):
        return super().date_time_string((timestamp or time.time()) + self.server.clock)

    def answer(self, status, body=b"", **headers):
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        if status != 204:
            self.send_header("Content-Type", "application/json" if body[:1] in b"{[" else "text/plain")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status != 204:
            self.wfile.write(body)

    def bearer(self):
        match = re.fullmatch(r"Bearer (\S+)", self.headers.get("Authorization", ""))
        return match.group(1) if match else None

    def do_GET(self):
        url = urlsplit(self.path)
        query = parse_qs(url.query)
        metric = query.get("metric", [""])[0]
        state = self.server.state
        with LOCK:
            if url.path == "/-/ready":
                return self.answer(200, b"ready\n")
            if url.path == "/api/v1/node/self":
                node = state.get("tokens", {}).get(self.bearer())
                if node is None:
                    return self.answer(401, b"unknown credential\n")
                return self.answer(200, {"node": node, "lastWriteAt": LAST.get(node), "samples": SAMPLES[node]})
            if url.path == "/stub/series":
                return self.answer(200, TIMES[metric])
            if url.path == "/stub/refused":
                return self.answer(200, REFUSED)
            if url.path in ("/stub/keys", "/stub/tokens"):
                return self.answer(200, state.get(url.path[6:], {}))
            if url.path == "/stub/revoke":
                state["tokens"] = {token: node for token, node in state["tokens"].items() if node != query["node"][0]}
                return self.answer(200, b"revoked\n")
            if url.path == "/stub/refuse":
                REFUSING.add(query["node"][0])
                return self.answer(200, b"refusing\n")
            if url.path == "/stub/labels":
                return self.answer(200, [dict(labels) for labels in LABELS[metric]])
            if url.path == "/stub/requests":
                return self.answer(200, VERSIONS)
        self.answer(404, b"not found\n")

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/api/v1/enrol":
            return self.enrol(json.loads(body))
        if self.path == "/api/v1/write":
            return self.write(body)
        self.answer(404, b"not found\n")

    def enrol(self, request):
        state = self.server.state
        with LOCK:
            if state.get("keys", {}).get(self.bearer(), 0) < 1:
                return self.answer(401, b"unknown key\n")
            if request["node"] in state["tokens"].values():
                if not self.bearer().startswith("again"):
                    return self.answer(409, b"the node has a credential\n")
                state["tokens"] = {token: node for token, node in state["tokens"].items() if node != request["node"]}
            token = "t-" + secrets.token_hex(16)
            state["keys"][self.bearer()] -= 1
            state["tokens"][token] = request["node"]
            with open(self.server.state_file, "w", encoding="utf-8") as file:
                json.dump(state, file)
        self.answer(201, {"node": request["node"], "token": token})

    def write(self, body):
        state = self.server.state
        owner = state.get("tokens", {}).get(self.bearer())
        kind = self.headers.get("Content-Type", "")
        read = series_v2 if "io.prometheus.write.v2.Request" in kind else series_v1
        series = list(read(unsnappy(body)))
        nodes = {labels.get("node", owner) for labels, _ in series}
        if "tokens" in state and owner is None:
            return self.refuse(401, b"unknown credential\n", series)
        if owner and nodes - {owner} or nodes & REFUSING:
            return self.refuse(403, b"the token belongs to another node\n", series)
        count = 0
        with LOCK:
            VERSIONS[kind] += 1
            for labels, times in series:
                node, metric = labels.get("node", owner or "unknown"), labels.get("__name__", "")
                TIMES[metric][node] += times
                LABELS[metric].add(tuple(sorted(labels.items())))
                SAMPLES[node] += len(times)
                count += len(times)
                if times:
                    LAST[node] = datetime.datetime.utcnow().isoformat(timespec="milliseconds") + "Z"
        self.answer(204, X_Prometheus_Remote_Write_Samples_Written=count,
                    X_Prometheus_Remote_Write_Histograms_Written=0, X_Prometheus_Remote_Write_Exemplars_Written=0)

    def refuse(self, status, reason, series):
        with LOCK:
            for labels, times in series:
                REFUSED[labels.get("node", "")] += len(times)
        self.answer(status, reason)

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """Ignores clients that reject the certificate or close the connection."""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("listen")
    parser.add_argument("state")
    parser.add_argument("--cert")
    parser.add_argument("--key")
    parser.add_argument("--clock", type=float, default=0)
    options = parser.parse_args()
    host, port = options.listen.rsplit(":", 1)
    server = Server((host, int(port)), Handler)
    server.clock = options.clock
    server.state_file = options.state
    with open(options.state, encoding="utf-8") as file:
        server.state = json.load(file)
    if options.cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.cert, options.key)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    print("{}:{}".format(*server.server_address), flush=True)
    server.serve_forever()


main()
