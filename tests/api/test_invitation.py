# SPDX-License-Identifier: GPL-3.0-or-later
"""The invitation, from the API's answer to the customer's inbox."""
import email
import email.policy
import struct
import subprocess
import uuid
import zlib
from email.header import decode_header, make_header
from pathlib import Path

import pytest

from kit import wait_until
from test_dossiers import check_error

TITLES = {"en": "verify", "ar": "هوي"}


def address():
    return uuid.uuid4().hex + "@example.org"


def inbox(stack, to):
    found = []
    for path in (Path(stack.env["VOUCHSAFE_MAIL"]) / "new").iterdir():
        mail = email.message_from_bytes(path.read_bytes(),
                                        policy=email.policy.default)
        if mail["X-RcptTo"] == to:
            found.append(mail)
    return found


def the_mail(stack, to):
    wait_until(lambda: inbox(stack, to), 20, "the mail to arrive")
    (mail,) = inbox(stack, to)
    return mail


def display_name(mail):
    """Without Python's parser of phrases, which keeps the blanks between
    encoded words (RFC 2047 section 6.2 drops them)."""
    raw = dict(mail.raw_items())["To"]
    phrase = raw.rpartition("<")[0].strip()
    return str(make_header(decode_header(phrase)))


def parts(mail):
    return {part.get_content_type(): part for part in mail.walk()}


def inverted_surroundings(png):
    """The picture in the middle of a black page, as grey scale rows."""
    width, height = struct.unpack(">II", png[16:24])
    depth, colour = png[24], png[25]
    assert (depth, colour) in ((1, 0), (8, 0)), "a QR code is black and white"
    data, at = b"", 8
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at:at + 8])
        data += png[at + 8:at + 8 + size] if kind == b"IDAT" else b""
        at += 12 + size
    raw, stride = zlib.decompress(data), (width * depth + 7) // 8
    rows = []
    for y in range(height):
        line = raw[y * (stride + 1):(y + 1) * (stride + 1)]
        assert line[0] == 0, "rows are stored unfiltered"
        rows.append(bytes(
            line[1 + x] if depth == 8
            else 255 * (line[1 + x // 8] >> (7 - x % 8) & 1)
            for x in range(width)))
    edge, black = 60, bytes(width + 120)
    body = b"".join(bytes(edge) + row + bytes(edge) for row in rows)
    return b"P5 %d %d 255\n" % (width + 120, height + 120) \
        + black * edge + body + black * edge


def scan(path):
    return subprocess.run(["zbarimg", "-q", "--raw", str(path)], check=True,
                          capture_output=True, text=True).stdout.strip()


@pytest.mark.parametrize("locale,name", [
    ("en", "Ada \"Countess\", Lövelace"), ("ar", "عمر الخيام"),
    ("en", "王小明 😀"), ("en", "N" * 255)])
def test_invitation(api, stack, tmp_path, locale, name):
    to = address()
    session = api.create(customerName=name, customerEmail=to, locale=locale)
    mail = the_mail(stack, to)
    assert display_name(mail) == name
    assert mail["To"].addresses[0].addr_spec == to
    sender = mail["From"].addresses[0]
    assert mail["Message-ID"].strip("<>").split("@")[1] == sender.domain
    assert mail["Date"].datetime and mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == locale
    assert TITLES[locale] in mail["Subject"]
    by_type = parts(mail)
    for kind in ("text/plain", "text/html"):
        assert session["sessionUrl"] in by_type[kind].get_content()
    picture = by_type["image/png"]
    assert "cid:" + picture["Content-ID"].strip("<>") in \
        by_type["text/html"].get_content()
    (tmp_path / "qr.png").write_bytes(picture.get_content())
    assert scan(tmp_path / "qr.png") == session["sessionUrl"]
    (tmp_path / "dark.pgm").write_bytes(
        inverted_surroundings(picture.get_content()))
    assert scan(tmp_path / "dark.pgm") == session["sessionUrl"]


def test_a_language_without_templates_falls_back(api, stack):
    to = address()
    api.create(customerName="A", customerEmail=to, locale="xx")
    assert the_mail(stack, to)["Content-Language"] == "en"


def test_only_a_name_and_an_address_together_send(api, stack):
    to, both = address(), address()
    api.create(customerEmail=to)
    api.create(customerName="Nobody asked")
    api.create(customerName="Both", customerEmail=both)
    the_mail(stack, both)
    assert inbox(stack, to) == []


@pytest.mark.parametrize("name", ["a\r\nBcc: x@example.org", "a\nb", "a\0b"])
def test_control_characters_never_reach_a_header(api, name):
    check_error(api.ask("POST", "/kyc-sessions",
                        {"customerName": name, "customerEmail": address()}),
                400, "customerName")
