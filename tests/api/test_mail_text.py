# SPDX-License-Identifier: GPL-3.0-or-later
"""Mails, read by foreign parsers."""
import email
import email.policy
import email.utils
import re
import subprocess
from email.header import decode_header, make_header

import pytest

from relay import probe, TOP

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
