# SPDX-License-Identifier: GPL-3.0-or-later
"""Workers and jobs of a test's own, beside the stack's, with the stack's
database and a configuration that differs; asked by FastCGI itself."""
import http.client
import io
import json
import struct
import subprocess
import tempfile
from pathlib import Path

import fcgi
import openapi
from kit import Answer, SECRETS, wait_until

END, STDOUT = 3, 6


def read_records(peer):
    """What the worker wrote to its standard output, to the end."""
    out, stream = b"", peer.makefile("rb")
    while True:
        head = stream.read(8)
        if len(head) < 8:
            return out
        _, kind, _, size, padding, _ = struct.unpack(">BBHHBB", head)
        content = stream.read(size + padding)[:size]
        if kind == STDOUT:
            out += content
        elif kind == END:
            return out


class Own:
    """One API worker, and jobs where wanted; ends with the block."""

    def __init__(self, stack, sections):
        self.stack = stack
        self.directory = tempfile.TemporaryDirectory(prefix="own.")
        self.path = Path(self.directory.name)
        self.conf = self.path / "vouchsafe.conf"
        self.processes = []
        text = stack.conf.read_text()
        for name, value in (("socket", self.path / "api"),
                            ("slow_socket", self.path / "slow"),
                            ("workers", 1), ("slow_workers", 1),
                            ("state_dir", self.path)):
            text = "\n".join("%s = %s" % (name, value)
                             if line.startswith(name + " =") and
                             "db.sock" not in line else line
                             for line in text.splitlines())
        self.conf.write_text(text + "\n" + sections)
        self.conf.chmod(0o600)

    def __enter__(self):
        self.start("vouchsafe.fcgi")
        wait_until(lambda: (self.path / "api").exists(), 20, "no worker")
        return self

    def __exit__(self, *words):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(30)
        self.directory.cleanup()

    def start(self, program):
        log = open(self.path / (program + ".log"), "ab")
        self.processes.append(subprocess.Popen(
            [self.stack.bin / program, "--conf", self.conf], stderr=log))
        return self.processes[-1]

    def log(self, program):
        return (self.path / (program + ".log")).read_text()

    def once(self):
        """What jobs do, once."""
        done = subprocess.run([self.stack.bin / "vouchsafe-jobs", "--conf",
                               self.conf, "--once"], capture_output=True,
                              text=True, timeout=60)
        assert "Sanitizer" not in done.stderr, done.stderr
        return done

    def ask(self, method, path, token=None, body=None, **variables):
        """variables: what the web server says besides."""
        body = b"" if body is None else json.dumps(body).encode()
        target, _, query = path.partition("?")
        params = {"REQUEST_METHOD": method, "REQUEST_URI": path,
                  "QUERY_STRING": query,
                  "CONTENT_TYPE": "application/json" if body else "",
                  "REMOTE_ADDR": "127.0.0.1", "REQUEST_ID": "own-worker-1",
                  "HTTP_ACCEPT": "application/json", **variables}
        if token:
            SECRETS.add(token)
            params["HTTP_AUTHORIZATION"] = "Bearer " + token
        with fcgi.begin(self.path / "api", params, body, len(body)) as peer:
            peer.sendall(fcgi.record(fcgi.STDIN, b""))
            head, _, data = read_records(peer).partition(b"\r\n\r\n")
        headers = http.client.parse_headers(io.BytesIO(head + b"\r\n\r\n"))
        status = int((headers["Status"] or "200").split()[0])
        openapi.check(method, path, status, headers.get("Content-Type"), data)
        SECRETS.see(data.decode())
        return Answer(status, headers, data)
