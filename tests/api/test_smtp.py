# SPDX-License-Identifier: GPL-3.0-or-later
"""Sending mail against real servers."""
import os
import re
import socket
import subprocess
import time

import pytest
from aiosmtpd.controller import Controller

from relay import (
    authenticator, Inbox, MAIL, NONE, OPTIONAL, REQUIRED,
    Script, send, send_one, Server, tls_context)


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
