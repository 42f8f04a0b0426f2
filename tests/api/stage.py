# SPDX-License-Identifier: GPL-3.0-or-later
"""A throw-away nginx, on nginx/private.conf.in or what a test gives it; where
workers are needed, two small FastCGI responders stand in for the two pools."""
import http.client
import itertools
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import threading
import time
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
NGINX = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin:/sbin")
TOKEN = "5f0c7a3e-9d1b-4c55-8e7a-0123456789ab"


class Pool(threading.Thread):
    """A FastCGI responder: answer(params, body) gives the raw CGI answer, or
    None to drop the connection."""

    def __init__(self, path, answer):
        super().__init__(daemon=True)
        self.answer, self.seen = answer, []
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen(64)
        self.start()

    def run(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(peer,),
                             daemon=True).start()

    def end(self):
        # Not only close: the number would be the next listener's while this
        # thread is still about to accept on it.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.join()
        self.listener.close()

    def serve(self, peer):
        raw, body = b"", b""
        stream = peer.makefile("rb")
        while True:
            head = stream.read(8)
            if len(head) < 8:
                return
            _, kind, _, length, padding, _ = struct.unpack(">BBHHBB", head)
            data = stream.read(length + padding)[:length]
            if kind == 4:
                raw += data
            elif kind == 5:
                body += data
                if not length:
                    break
        params = dict(pairs(raw))
        self.seen.append(params)
        text = self.answer(params, body)
        if text is not None:
            out = text.encode()
            peer.sendall(struct.pack(">BBHHBB", 1, 6, 1, len(out), 0, 0) + out
                         + struct.pack(">BBHHBB", 1, 3, 1, 8, 0, 0) + bytes(8))
        stream.close()
        peer.close()


def pairs(raw):
    at = 0

    def size():
        nonlocal at
        value = raw[at]
        if value & 0x80:
            value = struct.unpack(">I", raw[at:at + 4])[0] & 0x7fffffff
            at += 3
        at += 1
        return value

    while at < len(raw):
        name, value = size(), size()
        yield (raw[at:at + name].decode(),
               raw[at + name:at + name + value].decode())
        at += name + value


# Below the kernel's own choices and apart for each process, so that nobody
# takes a port between our look and nginx's bind.
PORTS = itertools.cycle(range(20000 + os.getpid() % 600 * 20,
                              20020 + os.getpid() % 600 * 20))


def free_port():
    for port in itertools.islice(PORTS, 20):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise RuntimeError("no free port")


class Server:
    """One nginx in a directory of its own."""

    def __init__(self, directory, text, port):
        self.dir, self.port = directory, port
        for name in ("log", "temp", "nginx"):
            (directory / name).mkdir(exist_ok=True)
        (directory / "nginx/snippets").symlink_to(TOP / "nginx/snippets")
        self.conf = directory / "nginx/nginx.conf"
        self.conf.write_text(text)
        self.process = None

    def test(self):
        return subprocess.run(
            [NGINX, "-t", "-p", str(self.dir), "-c", str(self.conf), "-e",
             "stderr"], capture_output=True, text=True, timeout=20)

    def start(self):
        self.process = subprocess.Popen(
            [NGINX, "-p", str(self.dir), "-c", str(self.conf), "-e", "stderr"],
            stderr=open(self.dir / "log/error.log", "w"))
        # Filled after the bind (and made by -t): it is this nginx that listens.
        for _ in range(200):
            if any(f.stat().st_size for f in self.dir.glob("**/nginx.pid")):
                return self
            time.sleep(0.02)
        raise RuntimeError((self.dir / "log/error.log").read_text())

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(20)

    def ask(self, method, path, headers=None, body=None, host="127.0.0.1"):
        """Status, headers and body; never follows, never normalises."""
        peer = http.client.HTTPConnection(host, self.port, timeout=20)
        peer.putrequest(method, path, skip_accept_encoding=True,
                        skip_host="Host" in (headers or {}))
        headers = dict(headers or {})
        if body is not None:
            headers.setdefault("Content-Length", str(len(body)))
        for name, value in headers.items():
            peer.putheader(name, value)
        peer.endheaders(body)
        answer = peer.getresponse()
        data = answer.read()
        peer.close()
        return answer.status, answer.headers, data

    def logs(self):
        time.sleep(0.1)
        return "".join(f.read_text() for f in (self.dir / "log").iterdir())


def private_conf(directory, port, exempt="127.0.0.0/8"):
    text = (TOP / "nginx/private.conf.in").read_text()
    words = {"USER_LINE": "user root root;" if os.getuid() == 0 else "",
             "RUN": directory, "TEMP": directory / "temp", "PORT": port,
             "SOCKETS": directory, "WWW": directory / "www",
             "EXEMPT": exempt}
    for word, value in words.items():
        text = text.replace("@%s@" % word, str(value))
    assert not re.search(r"@[A-Z_]+@", text)
    return text


@pytest.fixture
def place(tmp_path_factory):
    # Short: a socket's path has 107 bytes.
    path = Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())
    (path / "www/static").mkdir(parents=True)
    (path / "www/verify.html").write_text("<!doctype html><title>v</title>")
    (path / "www/static/page.mjs").write_text("export const one = 1;\n")
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def alone(place):
    """nginx whose workers are all gone."""
    port = free_port()
    server = Server(place, private_conf(place, port), port).start()
    yield server
    server.stop()


@pytest.fixture
def limited(place):
    """The same without an exemption for loopback."""
    port = free_port()
    server = Server(place, private_conf(place, port, "192.0.2.1"), port)
    yield server.start()
    server.stop()


def answer_ok(params, body):
    return "Content-Type: application/json\r\n\r\n" + json.dumps(
        {"length": len(body), "nowait": params.get("VOUCHSAFE_NOWAIT")})


@pytest.fixture
def staffed(place):
    port = free_port()
    server = Server(place, private_conf(place, port), port)
    server.fast = Pool(place / "api.sock", answer_ok)
    server.slow = Pool(place / "slow.sock", answer_ok)
    server.start()
    yield server
    server.stop()
    server.fast.end()
    server.slow.end()
