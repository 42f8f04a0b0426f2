# SPDX-License-Identifier: GPL-3.0-or-later
"""A relay of the tests' own, and the probe that sends mail to it."""
import os
import pathlib
import socket
import ssl
import subprocess
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

TOP = pathlib.Path(__file__).resolve().parents[2]
PROBE = pathlib.Path(os.environ.get("VOUCHSAFE_BUILD", TOP / "build")) / "smtp-probe"
NONE, OPTIONAL, REQUIRED = 0, 1, 2
MAIL = (
    "From: a@example.test\r\nTo: b@example.test\r\nSubject: hi\r\n"
    "Date: Thu, 01 Jan 2026 00:00:00 +0000\r\n"
    "Message-ID: <1@example.test>\r\n\r\n"
    "first\r\n.\r\n..two\r\n.three\r\n" + "x" * 900 + "\r\nlast\r\n"
)


def probe(command, stdin="", env=None, check=False, **arguments):
    run = subprocess.run(
        [str(PROBE), command] + [f"{k}={v}" for k, v in arguments.items()],
        input=stdin if isinstance(stdin, bytes) else stdin.encode(),
        capture_output=True,
        timeout=60,
        env=env,
        check=False,
    )
    assert b"Sanitizer" not in run.stderr, run.stderr.decode()
    if check:
        assert run.returncode == 0, run.stderr.decode()
    return run


def send(port, host="127.0.0.1", stdin=MAIL, env=None, **more):
    arguments = {
        "host": host,
        "port": port,
        "from": "a@example.test",
        "to": "b@example.test",
        "timeout": 2,
        **more,
    }
    lines = probe("send", stdin, env, **arguments).stdout.decode().splitlines()
    return [line.split(" ", 2) for line in lines]


def send_one(*a, **k):
    (result,) = send(*a, **k)
    return result


class Inbox:
    """Keeps what it gets; answers at RCPT and DATA as told."""

    def __init__(self, rcpt=None, data=None):
        self.rcpt, self.data, self.mails = rcpt, data, []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.data:
            return self.data
        tls = session.ssl is not None
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.content, tls))
        return "250 2.0.0 queued"


class Server:
    def __init__(self, inbox=None, **options):
        self.inbox = inbox or Inbox()
        self.controller = Controller(self.inbox, hostname="127.0.0.1", port=0, **options)

    def __enter__(self):
        # Port 0 is fine for asyncio, not for the controller's own first
        # connection: take one that is free.
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = self.controller.port = s.getsockname()[1]
        self.controller.start()
        return self

    def __exit__(self, *_):
        self.controller.stop()


class Script:
    """A server of raw bytes: talk(connection) runs for each client."""

    def __init__(self, talk):
        self.talk, self.seen = talk, b""
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.stop = threading.Event()

    def line(self, c):
        got = b""
        while not got.endswith(b"\n"):
            byte = c.recv(1)
            if not byte:
                raise ConnectionError
            got += byte
        self.seen += got
        return got

    def run(self):
        while True:
            try:
                c, _ = self.socket.accept()
            except OSError:
                return
            with c:
                try:
                    self.talk(self, c)
                except OSError:
                    pass

    def __enter__(self):
        threading.Thread(target=self.run, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


def tls_context(certificates, name):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / f"{name}.pem", certificates / f"{name}.key")
    return context


def authenticator(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and data == LoginPassword(b"user", b"s3cret-pass")
    # Unhandled: aiosmtpd answers 535 itself.
    return AuthResult(success=good, handled=False)
