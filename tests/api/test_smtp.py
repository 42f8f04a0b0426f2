# SPDX-License-Identifier: GPL-3.0-or-later
"""Sending mail against real servers, and mails read by foreign parsers."""

import asyncio
import email
import email.policy
import email.utils
import os
import pathlib
import re
import socket
import ssl
import subprocess
import threading
import time
from email.header import decode_header, make_header

import pytest
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


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    """A CA; server certificates for the loopback names and for others."""
    d = tmp_path_factory.mktemp("tls")

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=d, check=True, capture_output=True)

    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout",
            "ca.key", "-out", "ca.pem", "-subj", "/CN=Test CA")
    names = {
        "good": "DNS:localhost,IP:127.0.0.1",
        "name": "DNS:localhost",
        "wrong": "DNS:mail.example.test",
    }
    for name, alt in names.items():
        (d / f"{name}.ext").write_text(f"subjectAltName={alt}\n")
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key",
                "-out", f"{name}.csr", "-subj", "/CN=relay")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey",
                "ca.key", "-CAcreateserial", "-days", "2", "-out", f"{name}.pem",
                "-extfile", f"{name}.ext")
    return d


def tls_context(certificates, name):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / f"{name}.pem", certificates / f"{name}.key")
    return context


def authenticator(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and data == LoginPassword(b"user", b"s3cret-pass")
    # Unhandled: aiosmtpd answers 535 itself.
    return AuthResult(success=good, handled=False)


# --- the outcomes -----------------------------------------------------------


def test_a_mail_arrives_as_it_was_given():
    with Server() as s:
        outcome, code, _ = send_one(s.port)
    assert (outcome, code) == ("accepted", "250")
    ((sender, recipients, content, tls),) = s.inbox.mails
    assert (sender, recipients, tls) == ("a@example.test", ["b@example.test"], False)
    assert content == MAIL.encode()


@pytest.mark.parametrize("where", ["rcpt", "data"])
@pytest.mark.parametrize(
    "reply, outcome",
    [
        ("451 4.3.0 try later", "temporary"),
        ("550 5.1.1 no such user", "permanent"),
        ("530 5.7.0 authentication required", "temporary"),
    ],
)
def test_refusals(where, reply, outcome):
    with Server(Inbox(**{where: reply})) as s:
        got = send_one(s.port)
    assert got[:2] == [outcome, reply[:3]]
    assert reply[10:] in got[2]
    assert not s.inbox.mails


def test_a_refused_sender_is_no_fault_of_the_recipient():
    class Picky(Inbox):
        async def handle_MAIL(self, *_):
            return "550 5.7.1 sender unknown"

    with Server(Picky()) as s:
        assert send_one(s.port)[:2] == ["temporary", "550"]


def test_the_recipient_is_masked_in_the_text():
    with Server(Inbox(rcpt="550 5.1.1 <B@Example.test>: unknown")) as s:
        text = send_one(s.port)[2]
    assert "example" not in text.lower() and "unknown" in text


def test_nobody_listens():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
        outcome, code, text = send_one(port)
    assert (outcome, code) == ("temporary", "0")
    assert "cannot be reached" in text and "refused" in text


def test_unknown_host():
    outcome, _, text = send_one(25, host="relay.invalid")
    assert outcome == "temporary" and "cannot be reached" in text


def timed(limit, *a, **k):
    start = time.monotonic()
    got = send_one(*a, **k)
    assert time.monotonic() - start < limit
    return got


def test_a_host_that_swallows_packets():
    """A full backlog: the kernel drops the next SYN, connect() hangs."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen(0)
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(s.getsockname())
        time.sleep(0.2)
        got = timed(5, s.getsockname()[1], timeout=1)
        for filler in fillers:
            filler.close()
    assert got[0] == "temporary" and "cannot be reached" in got[2]


SAY = {
    "greeting": [],
    "ehlo": [b"220 hi\r\n"],
    "mail": [b"220 hi\r\n", b"250 hello\r\n"],
    "rcpt": [b"220 hi\r\n", b"250 hello\r\n", b"250 ok\r\n"],
    "data": [b"220 hi\r\n", b"250 hello\r\n", b"250 ok\r\n", b"250 ok\r\n"],
    "end": [b"220 hi\r\n", b"250 hello\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"],
}


@pytest.mark.parametrize("step", SAY)
@pytest.mark.parametrize("way", ["hangs", "closes"])
def test_servers_that_leave_us(step, way):
    def talk(script, c):
        for n, reply in enumerate(SAY[step]):
            if n:
                script.line(c)
            c.sendall(reply)
        if way == "hangs":
            script.stop.wait(20)
        elif step != "greeting":
            script.line(c)

    with Script(talk) as s:
        got = timed(6, s.port, timeout=1)
    assert got[:2] == ["temporary", "0"]


def test_greeting_that_turns_us_away():
    with Script(lambda s, c: c.sendall(b"554 go away\r\n")) as s:
        assert send_one(s.port) == ["temporary", "554", "go away"]


def test_nonsense_as_a_reply_is_cleaned():
    def talk(s, c):
        c.sendall(b"220 hi\r\n")
        s.line(c)
        c.sendall(b"250 hello\r\n")
        s.line(c)
        c.sendall(b"250 ok\r\n")
        s.line(c)
        c.sendall(b"550 no\x1b[31m\xff\x07 way\r\n")
        s.line(c)

    with Script(talk) as s:
        assert send_one(s.port) == ["permanent", "550", "no?[31m?? way"]


def bdat_server(replies):
    """Talks RFC 3030 and pipelining, as Postfix and Exim offer them."""

    def talk(s, c):
        c.sendall(b"220 hi\r\n")
        s.line(c)
        c.sendall(b"250-hello\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 CHUNKING\r\n")
        s.line(c)
        c.sendall(b"250 ok\r\n")
        s.line(c)
        c.sendall(b"250 ok\r\n")
        for reply in replies:
            words = s.line(c).split()
            assert words[0] == b"BDAT"
            left = int(words[1])
            while left:
                chunk = c.recv(left)
                s.body = getattr(s, "body", b"") + chunk
                left -= len(chunk)
            c.sendall(reply)
            if words[-1] == b"LAST":
                c.recv(100)
        if words[-1] != b"LAST":
            c.recv(100000)

    return Script(talk)


def test_chunking():
    with bdat_server([b"250 ok\r\n"] * 3) as s:
        assert send_one(s.port)[:2] == ["accepted", "250"]
    assert s.body == MAIL.encode()


def test_chunking_that_ends_too_early_is_not_accepted():
    with bdat_server([b"250 ok\r\n"]) as s:
        assert send_one(s.port, timeout=1)[0] == "temporary"


def test_chunking_refused():
    with bdat_server([b"250 ok\r\n", b"250 ok\r\n", b"552 too large\r\n"]) as s:
        assert send_one(s.port) == ["permanent", "552", "too large"]


# --- what never goes out ----------------------------------------------------


@pytest.mark.parametrize(
    "field, value, outcome",
    [
        ("to", "b@example.test>\r\nRCPT TO:<c@example.test", "permanent"),
        ("to", "", "permanent"),
        ("to", "b@exa mple.test", "permanent"),
        ("from", "a@example.test\r\nX", "temporary"),
        ("helo", "x\r\nMAIL FROM:<>", "temporary"),
        ("host", "::1", "temporary"),
    ],
)
def test_injection_and_nonsense(field, value, outcome):
    with Server() as s:
        got = send_one(s.port, **{field: value})
    assert got[:2] == [outcome, "0"]
    assert not s.inbox.mails


# --- TLS --------------------------------------------------------------------


def test_required_tls(certificates):
    with Server(tls_context=tls_context(certificates, "good"), require_starttls=True) as s:
        ca = certificates / "ca.pem"
        assert send_one(s.port, tls=REQUIRED, ca_file=ca)[0] == "accepted"
        assert send_one(s.port, host="localhost", tls=REQUIRED, ca_file=ca)[0] == "accepted"
        assert [m[3] for m in s.inbox.mails] == [True, True]
        assert send_one(s.port, tls=NONE)[:2] == ["temporary", "530"]


@pytest.mark.parametrize(
    "name, host, ca, words",
    [
        ("wrong", "127.0.0.1", True, "certificate refused: IP address mismatch"),
        ("wrong", "localhost", True, "certificate refused: hostname mismatch"),
        ("name", "127.0.0.1", True, "certificate refused: IP address mismatch"),
        ("good", "127.0.0.1", False, "certificate refused"),
    ],
)
def test_certificates_that_prove_nothing(certificates, name, host, ca, words):
    more = {"ca_file": certificates / "ca.pem"} if ca else {}
    with Server(tls_context=tls_context(certificates, name)) as s:
        got = send_one(s.port, host=host, tls=REQUIRED, **more)
        assert got[0] == "temporary" and words.lower() in got[2].lower(), got
        # Opportunistic encryption takes it all the same.
        assert send_one(s.port, host=host, tls=OPTIONAL)[0] == "accepted"
        assert [m[3] for m in s.inbox.mails] == [True]


def test_required_tls_that_is_not_offered(certificates):
    with Server() as s:
        got = send_one(s.port, tls=REQUIRED, ca_file=certificates / "ca.pem")
        assert got == ["temporary", "0", "TLS is required and not offered"]
        assert send_one(s.port, tls=OPTIONAL)[0] == "accepted"
    assert len(s.inbox.mails) == 1


def test_a_missing_ca_file():
    got = send_one(25, tls=REQUIRED, ca_file="/nonexistent/ca.pem")
    assert got[2] == "the CA certificates cannot be read: /nonexistent/ca.pem"


def test_libesmtps_own_directory_is_not_asked(certificates, tmp_path):
    """A CA in the home directory must not count."""
    for d in (tmp_path / ".authenticate", tmp_path / ".config" / "libesmtp"):
        d.mkdir(mode=0o700, parents=True)
        (d / "ca.pem").write_bytes((certificates / "ca.pem").read_bytes())
        (d / "ca.pem").chmod(0o600)
    env = {**os.environ, "HOME": str(tmp_path)}
    with Server(tls_context=tls_context(certificates, "good")) as s:
        assert "certificate refused" in send_one(s.port, tls=REQUIRED, env=env)[2]
        assert send_one(s.port, tls=REQUIRED, env=env, ca_file=certificates / "ca.pem")[0] == "accepted"


def test_replies_smuggled_in_before_tls(certificates):
    context = tls_context(certificates, "good")

    def talk(s, c):
        c.sendall(b"220 hi\r\n")
        s.line(c)
        c.sendall(b"250-hello\r\n250 STARTTLS\r\n")
        s.line(c)
        c.sendall(b"220 go\r\n250 evil.example\r\n")
        with context.wrap_socket(c, server_side=True) as t:
            s.seen += t.recv(1000)

    with Script(talk) as s:
        got = send_one(s.port, tls=REQUIRED, ca_file=certificates / "ca.pem")
    assert got[0] == "temporary" and "tampers" in got[2]
    assert b"MAIL" not in s.seen


# --- AUTH -------------------------------------------------------------------


def auth_server(certificates, exclude=(), **options):
    return Server(
        tls_context=tls_context(certificates, "good"),
        authenticator=authenticator,
        auth_require_tls=True,
        auth_required=True,
        auth_exclude_mechanism=exclude,
        **options,
    )


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_auth(certificates, mechanism):
    exclude = {"PLAIN", "LOGIN"} - {mechanism}
    tls = {"tls": REQUIRED, "ca_file": certificates / "ca.pem"}
    with auth_server(certificates, exclude) as s:
        assert send_one(s.port, user="user", password="s3cret-pass", **tls)[0] == "accepted"
        outcome, code, text = send_one(s.port, user="user", password="wr0ng-pass", **tls)
        assert (outcome, code) == ("temporary", "535"), text
        assert "wr0ng" not in text
        assert send_one(s.port, **tls)[:2] == ["temporary", "530"]
    assert len(s.inbox.mails) == 1


def test_auth_where_nobody_is_proven(certificates):
    """Another host than loopback: never without TLS and a good certificate."""
    other = next((a for a in other_addresses()), None)
    if not other:
        pytest.skip("this machine has loopback addresses only")
    inbox = Inbox()
    controller = Controller(inbox, hostname=other, port=0, authenticator=authenticator,
                            auth_require_tls=False)
    with socket.socket() as s:
        s.bind((other, 0))
        port = controller.port = s.getsockname()[1]
    controller.start()
    try:
        who = {"user": "user", "password": "s3cret-pass"}
        got = send_one(port, host=other, tls=NONE, **who)
        assert got == ["temporary", "0", "AUTH without TLS is refused"]
        got = send_one(port, host=other, tls=OPTIONAL, **who)
        assert got == ["temporary", "0", "TLS is required and not offered"]
        assert send_one(port, host=other, tls=NONE)[0] == "accepted"
    finally:
        controller.stop()


def other_addresses():
    out = subprocess.run(["hostname", "-I"], capture_output=True, text=True, check=False).stdout
    return [a for a in out.split() if re.fullmatch(r"[0-9.]+", a) and not a.startswith("127.")]


def test_a_server_that_echoes_the_password():
    def talk(s, c):
        c.sendall(b"220 hi\r\n")
        s.line(c)
        c.sendall(b"250-hello\r\n250 AUTH PLAIN\r\n")
        s.line(c)
        c.sendall(b"535 not s3cret-pass of somebody\r\n")
        s.line(c)
        c.sendall(b"550 relaying denied\r\n")
        s.line(c)

    with Script(talk) as s:
        got = send_one(s.port, user="somebody", password="s3cret-pass")
    assert got[:2] == ["temporary", "535"]
    assert got[2] == "not *********** of ********"


# --- for long ---------------------------------------------------------------


@pytest.mark.parametrize("tls", [NONE, REQUIRED])
def test_two_hundred_mails_in_one_process(certificates, tls):
    with Server(tls_context=tls_context(certificates, "good")) as s:
        got = send(s.port, tls=tls, ca_file=certificates / "ca.pem", times=200)
    assert [g[0] for g in got] == ["accepted"] * 200
    assert len(s.inbox.mails) == 200


def test_failures_leave_nothing_behind(certificates):
    """Leaks would show under the sanitizers; bad and good do not mix."""
    with Server(tls_context=tls_context(certificates, "wrong")) as s:
        got = send(s.port, tls=REQUIRED, ca_file=certificates / "ca.pem", times=20)
    assert {g[0] for g in got} == {"temporary"} and len(got) == 20


# --- the mails --------------------------------------------------------------

LINK = "https://verify.example.test/public/sessions/0f8fad5b-d9cb-469f-a165-70867728950e"
LONG_LINK = "https://verify.example.test/verify#" + "eyJhbGciOiJIUzI1NiJ9" * 13


def invitation(**more):
    arguments = {
        "templates": TOP / "templates",
        "locale": "en",
        "name": "Anna O'Neill <b>&\"",
        "organisation": "Nord & Süd, Bank",
        "link": LINK,
        "expires": "Friday 12 June 2026, 14:00",
        "to": "anna@example.test",
        **more,
    }
    raw = probe("invitation", check=True, **arguments).stdout
    return raw, email.message_from_bytes(raw, policy=email.policy.default)


def part(message, kind):
    (found,) = [p for p in message.walk() if p.get_content_type() == kind]
    return found


def assert_seven_bit(raw):
    assert all(b < 128 for b in raw)
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_invitation(locale):
    raw, m = invitation(locale=locale)
    assert_seven_bit(raw)
    assert not m.defects
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    kinds = [p.get_content_type() for p in m.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]
    assert m["MIME-Version"] == "1.0"
    assert m["Auto-Submitted"] == "auto-generated"
    assert m["Content-Language"] == locale
    assert m["Message-ID"] == "<probe.1@mail.example.test>"
    assert m["Date"].datetime.timestamp() == 1767225600
    assert m["To"].addresses[0].display_name == "Anna O'Neill <b>&\""
    assert m["Subject"].startswith("Nord & Süd, Bank: ") and "\n" not in m["Subject"]
    text, html = (part(m, k).get_content().replace("\r\n", "\n") for k in ("text/plain", "text/html"))
    image = part(m, "image/png")
    assert "\n" + LINK + "\n" in text and "Friday 12 June 2026, 14:00" in text
    assert "Anna O'Neill <b>&\"" in text
    assert f'href="{LINK}"' in html
    assert "Anna O&#39;Neill &lt;b&gt;&amp;&quot;" in html and "<b>" not in html
    assert "{{" not in text + html + m["Subject"]
    cid = image["Content-ID"].strip("<>")
    assert f'src="cid:{cid}"' in html
    assert f'lang="{locale}"' in html
    assert ('dir="rtl"' in html) == (locale == "ar")
    for p in m.walk():
        if not p.is_multipart():
            assert p["Content-Transfer-Encoding"] in ("quoted-printable", "base64")


def pad(png, tmp_path, grey):
    """The PNG on a wide background of one grey, as a PGM."""
    width, height, rows = read_png(png)
    frame = 60
    side = bytes([grey]) * frame
    empty = bytes([grey]) * (width + 2 * frame)
    out = [empty] * frame + [side + row + side for row in rows] + [empty] * frame
    path = tmp_path / "qr.pgm"
    path.write_bytes(b"P5 %d %d 255\n" % (width + 2 * frame, height + 2 * frame) + b"".join(out))
    return path


def read_png(png):
    """A one-bit greyscale PNG without interlace, filters 0 to 4."""
    import struct
    import zlib

    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, data = 8, b""
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        body = png[at + 8 : at + 8 + length]
        assert zlib.crc32(kind + body) == struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            assert (depth, colour) == (1, 0)
        elif kind == b"IDAT":
            data += body
        at += 12 + length
    data, stride = zlib.decompress(data), (width + 7) // 8
    before, rows = bytes(stride), []
    for y in range(height):
        line = bytearray(data[y * (stride + 1) + 1 : (y + 1) * (stride + 1)])
        how = data[y * (stride + 1)]
        for x in range(stride):
            a, b, c = (line[x - 1] if x else 0), before[x], (before[x - 1] if x else 0)
            p = a + b - c
            paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            line[x] = (line[x] + [0, a, b, (a + b) // 2, paeth][how]) & 255
        before = bytes(line)
        rows.append(bytes(255 if line[x // 8] >> (7 - x % 8) & 1 else 0 for x in range(width)))
    return width, height, rows


def scan(path):
    out = subprocess.run(["zbarimg", "-q", "--raw", str(path)], capture_output=True, check=False)
    return out.stdout.decode().strip()


@pytest.mark.parametrize("link", [LINK, LONG_LINK, LINK + "?a=1&b=%C3%A4"])
def test_qr_code_of_a_mail_is_read_on_any_background(tmp_path, link):
    _, m = invitation(link=link)
    png = part(m, "image/png").get_content()
    for grey in (0, 18, 255):
        assert scan(pad(png, tmp_path, grey)) == link
    width, _, rows = read_png(png)
    # Four modules of six pixels are white on every side.
    assert all(set(row) == {255} for row in rows[:24] + rows[-24:])
    assert all(set(row[:24] + row[-24:]) == {255} for row in rows)
    assert width % 6 == 0


@pytest.mark.parametrize("link", [LINK, LONG_LINK])
def test_qr_code_as_svg(tmp_path, link):
    import xml.etree.ElementTree as tree

    svg = tree.fromstring(probe("qr", check=True, form="svg", text=link).stdout)
    side = int(svg.get("viewBox").split()[2])
    assert svg.get("role") == "img"
    rows = [bytearray(b"\xff" * side * 4) for _ in range(side * 4)]
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", svg.find(".//{*}path").get("d"))
    for x, y, n in (map(int, run) for run in runs):
        for row in rows[y * 4 : y * 4 + 4]:
            row[x * 4 : (x + n) * 4] = bytes(n * 4)
    path = tmp_path / "svg.pgm"
    path.write_bytes(b"P5 %d %d 255\n" % (side * 4, side * 4) + b"".join(rows))
    assert scan(path) == link


@pytest.mark.parametrize("link", [LINK, LONG_LINK])
def test_qr_code_in_the_terminal(tmp_path, link):
    rows = []
    for line in probe("qr", check=True, form="terminal", text=link).stdout.decode().splitlines():
        assert line.startswith("\x1b[38;5;16;48;5;231m") and line.endswith("\x1b[0m")
        cells = line[len("\x1b[38;5;16;48;5;231m") : -len("\x1b[0m")]
        for dark in ("\u2580\u2588", "\u2584\u2588"):
            wide = b"".join(bytes(4) if c in dark else b"\xff" * 4 for c in cells)
            rows += [wide] * 4
    path = tmp_path / "terminal.pgm"
    path.write_bytes(b"P5 %d %d 255\n" % (len(rows[0]), len(rows)) + b"".join(rows))
    assert scan(path) == link


NAMES = [
    "Anna",
    'Dr. "Quote" O\'Neill, Jr. (the 3rd) \\ <x@y>',
    "ليلى حداد",
    "名前 ひらがな",
    "Zoë 👩‍👩‍👧 🇩🇪",
    "=?utf-8?q?not_encoded?=",
    "  two  blanks  ",
    "a" * 255,
    "word " * 50 + "end",
    "ä, " * 85,
    "حرف" * 85,
    "😀" * 63,
]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_names_and_subjects_survive(name):
    run = probe("message", "body\n", check=True, from_name=name, to_name=name, subject=name,
                message_id="x.1@example.test", to="b@example.test", **{"from": "a@example.test"})
    assert_seven_bit(run.stdout)
    assert max(map(len, run.stdout.split(b"\r\n"))) <= 76
    m = email.message_from_bytes(run.stdout, policy=email.policy.default)
    assert [a.addr_spec for a in m["From"].addresses] == ["a@example.test"]
    assert [a.addr_spec for a in m["To"].addresses] == ["b@example.test"]
    # The new parser puts blanks between encoded words of a name; the old one
    # reads them as RFC 2047 section 6.2 says.
    m = email.message_from_bytes(run.stdout)
    for header in ("From", "To"):
        ((shown, _),) = email.utils.getaddresses([m[header]])
        assert str(make_header(decode_header(shown))) == name
    assert str(make_header(decode_header(m["Subject"]))) == name


@pytest.mark.parametrize("body", ["plain\n.\n..\nFrom here\ntrailing \n\ttab\t\n", "äöü\n" * 40, "سطر طويل " * 200, "", "x" * 3000 + "\r\ny\rz"])
def test_bodies_survive(body):
    run = probe("message", body, check=True, subject="s", message_id="x@example.test",
                html="<p>" + body, to="b@example.test", **{"from": "a@example.test"})
    assert_seven_bit(run.stdout)
    m = email.message_from_bytes(run.stdout, policy=email.policy.default)
    want = re.sub(r"\r\n|\r|\n", "\n", body)
    raw = part(m, "text/plain").get_payload(decode=True).decode()
    assert raw.count("\n") == raw.count("\r\n") == want.count("\n")
    assert raw.replace("\r\n", "\n") == want
    html = part(m, "text/html").get_payload(decode=True).decode()
    assert html.replace("\r\n", "\n") == "<p>" + want


@pytest.mark.parametrize("field", ["from_name", "to_name", "subject", "from", "to", "message_id"])
@pytest.mark.parametrize("bad", ["a\nb@c.test", "a\rb@c.test", "a\x07b@c.test", "a\x85b@c.test", "a\x7fb@c.test"])
def test_control_characters_are_refused(field, bad):
    arguments = {"subject": "s", "message_id": "x@example.test", "from": "a@example.test",
                 "to": "b@example.test", field: bad}
    run = probe("message", "body", **arguments)
    named = {"from": "from_address", "to": "to_address"}.get(field, field)
    assert run.returncode == 1 and not run.stdout
    assert f"{named}: must" in run.stderr.decode()
