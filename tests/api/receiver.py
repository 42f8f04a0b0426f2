# SPDX-License-Identifier: GPL-3.0-or-later
"""Receivers of webhooks: real HTTP servers on loopback, and what a receiver
does with a signature, written anew from the specifications."""
import base64
import hashlib
import hmac
import http.server
import json
import ssl
import threading
import time

from kit import SECRETS, wait_until


class Delivery:
    def __init__(self, path, headers, body):
        self.path, self.headers, self.body = path, headers, body
        self.at = time.time()

    @property
    def json(self):
        return json.loads(self.body)


class Receiver:
    """Keeps what arrives; answers with status, or what answer() gives:
    (status, headers), after hang seconds."""

    def __init__(self, status=200, hang=0, answer=None, tls=None):
        self.status, self.hang, self.answer = status, hang, answer
        self.got, self.lock = [], threading.Lock()
        self.now = self.most = 0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                outer.take(self)

            do_GET = do_POST

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                      Handler)
        self.server.daemon_threads = True
        scheme = "http"
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.server.socket = context.wrap_socket(self.server.socket,
                                                     server_side=True)
            scheme = "https"
        self.port = self.server.server_address[1]
        self.url = "%s://127.0.0.1:%d/hook" % (scheme, self.port)
        threading.Thread(target=self.server.serve_forever, args=(0.05,),
                         daemon=True).start()

    def take(self, handler):
        size = int(handler.headers.get("Content-Length", 0))
        one = Delivery(handler.path, handler.headers, handler.rfile.read(size))
        with self.lock:
            self.got.append(one)
            self.now += 1
            self.most = max(self.most, self.now)
            count = len(self.got)
        if self.hang:
            time.sleep(self.hang)
        status, headers = (self.answer(count) if self.answer
                           else (self.status, {}))
        with self.lock:
            self.now -= 1
        try:
            handler.send_response(status)
            for name, value in headers.items():
                handler.send_header(name, value)
            handler.send_header("Content-Length", "0")
            handler.end_headers()
        except OSError:
            handler.close_connection = True  # the sender has gone

    def wait(self, count=1, timeout=15):
        wait_until(lambda: len(self.got) >= count, timeout,
                   "%d of %d deliveries came" % (len(self.got), count))
        return self.got

    def types(self):
        return [d.json.get("type") or d.json.get("event") for d in self.got]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def add(client, url, **fields):
    """An endpoint that must come about."""
    answer = client.ask("POST", "/kyc/webhooks", dict(fields, url=url))
    assert answer.status == 201, answer
    data = answer.json["data"]
    SECRETS.add(data["secret"])
    return data


def mac(secret, body):
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def standard(secret, delivery):
    """The signature as standardwebhooks.com describes it."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    head = "%s.%s." % (delivery.headers["webhook-id"],
                       delivery.headers["webhook-timestamp"])
    return "v1," + base64.b64encode(hmac.new(
        key, head.encode() + delivery.body, hashlib.sha256).digest()).decode()
