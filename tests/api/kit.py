# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the HTTP API share: the stack, a client, small files.

Not in conftest.py: a second directory of tests has one of its own, and an
import of that name would find either.
"""
import http.client
import io
import json
import os
import re
import shlex
import struct
import subprocess
import threading
import time
import urllib.parse
import zlib
from pathlib import Path

import openapi

HOUR = 3_600_000
JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")


class Secrets:
    """Whatever must not show in a log: keys, tokens, names, addresses."""

    def __init__(self):
        self.words = set()

    def add(self, *words):
        # what is too short, or one letter repeated, tells of nobody
        self.words.update(w for w in words
                          if w and len(w) >= 12 and len(set(w)) > 4)

    def see(self, text):
        self.words.update(JWT.findall(text))


SECRETS = Secrets()


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return "%d %r" % (self.status, self.body[:300])


class Wire(http.client.HTTPConnection):
    """Sends request targets as they are, wrong ones too."""

    def _validate_path(self, url):
        pass

    def _encode_request(self, request):
        return request.encode("utf-8", "surrogateescape")


class Client:
    """One kept connection for each thread, one API key for all requests."""

    def __init__(self, url, key=None):
        where = urllib.parse.urlsplit(url)
        self.host, self.port, self.key = where.hostname, where.port, key
        self.kept = threading.local()
        SECRETS.add(key)

    def with_key(self, key):
        return Client("http://%s:%d" % (self.host, self.port), key)

    def connection(self):
        if not getattr(self.kept, "peer", None):
            self.kept.peer = Wire(self.host, self.port, timeout=60)
        return self.kept.peer

    def drop(self):
        self.connection().close()
        self.kept.peer = None

    def send(self, method, path, body=None, headers=None):
        """Headers as given and none besides; body in bytes, or None."""
        for again in (True, False):
            peer = self.connection()
            try:
                peer.putrequest(method, path, skip_accept_encoding=True)
                given = dict(headers or {})
                if body is not None:
                    given.setdefault("Content-Length", str(len(body)))
                for name, value in given.items():
                    peer.putheader(name, value)
                peer.endheaders(body)
                answer = peer.getresponse()
                data = answer.read()
                break
            except (http.client.RemoteDisconnected, BrokenPipeError,
                    ConnectionResetError):
                # A kept connection that the server closed meanwhile. Never
                # twice: a request that ends the connection must show.
                self.drop()
                if not again:
                    raise
            except Exception:
                self.drop()
                raise
        if answer.will_close:
            self.drop()
        SECRETS.see(data.decode("latin-1"))
        openapi.check(method, path, answer.status,
                      answer.headers.get("Content-Type"), data)
        return Answer(answer.status, answer.headers, data)

    def ask(self, method, path, body=None, headers=None, key=True):
        """JSON with the client's key; body is an object, text or bytes."""
        given = {}
        if key and self.key:
            given["Authorization"] = "Bearer " + self.key
        if body is not None:
            given["Content-Type"] = "application/json"
            if isinstance(body, (dict, list)):
                body = json.dumps(body)
            if isinstance(body, str):
                body = body.encode()
        given.update(headers or {})
        return self.send(method, path, body, given)

    def create(self, **fields):
        """A session that must come about: id, token, sessionUrl."""
        answer = self.ask("POST", "/kyc-sessions", fields)
        assert answer.status == 201, answer
        SECRETS.add(fields.get("customerName"), fields.get("customerEmail"))
        return answer.json

    def show(self, session):
        answer = self.ask("GET", "/kyc-sessions/" + session["id"])
        assert answer.status == 200, answer
        return answer.json

    def search(self, **filters):
        answer = self.ask("POST", "/kyc-sessions/search", filters)
        assert answer.status == 200, answer
        return answer.json

    def found(self, **filters):
        """The ids, in order."""
        return [s["id"] for s in self.search(**filters)["sessions"]]


class Link:
    """The public API by one link."""

    def __init__(self, client, token):
        self.client, self.base = client, "/public/sessions/" + token

    def get(self, path="", **headers):
        return self.client.ask("GET", self.base + path, key=False,
                               headers=headers)

    def post(self, path, body=None, **headers):
        return self.client.ask("POST", self.base + path, body or {},
                               headers=headers, key=False)

    def upload(self, fields, data=None, name="photo.jpg", files=None):
        """multipart/form-data; files replaces the one file."""
        if files is None:
            files = [] if data is None else [("file", name, data)]
        body, kind = multipart(fields, files)
        return self.client.ask("POST", self.base + "/upload", body,
                               {"Content-Type": kind}, key=False)

    def complete(self, step, **body):
        return self.post("/step/%s/complete" % step, body)

    def consent(self, **more):
        return self.complete("step_consent", consent=dict(
            {"accepted": True, "text_version": "1", "locale": "en"}, **more))

    def finish(self, data=None):
        """The whole way, as the page goes it."""
        data = data or jpeg()
        assert self.consent().status == 200
        for fields in (passport(), SELFIE):
            assert self.upload(fields, data).status == 201
        assert self.complete("step_document",
                             document_kind="passport").status == 200
        answer = self.complete("step_selfie")
        assert answer.status == 200, answer
        return answer.json["data"]


SELFIE = {"step_id": "step_selfie", "type": "selfie", "side": "front"}


def passport(**more):
    return dict({"step_id": "step_document", "type": "id", "side": "front",
                 "document_kind": "passport"}, **more)


def multipart(fields, files, boundary="----vouchsafe7d1b"):
    out = []
    for name, value in fields.items():
        out.append('--%s\r\nContent-Disposition: form-data; name="%s"'
                   "\r\n\r\n%s\r\n" % (boundary, name, value))
    body = "".join(out).encode()
    for field, name, data in files:
        body += ('--%s\r\nContent-Disposition: form-data; name="%s"; '
                 'filename="%s"\r\nContent-Type: application/octet-stream'
                 "\r\n\r\n" % (boundary, field, name)).encode() + data
        body += b"\r\n"
    return (body + ("--%s--\r\n" % boundary).encode(),
            "multipart/form-data; boundary=" + boundary)


class Stack:
    """The private stack as its env file tells of it."""

    def __init__(self, path):
        env = {}
        for line in Path(path).read_text().splitlines():
            for word in shlex.split(line, comments=True):
                name, _, value = word.partition("=")
                env[name] = value
        self.env = env
        self.url = env["VOUCHSAFE_URL"].rstrip("/")
        self.org = env["VOUCHSAFE_ORG"]
        self.socket = env["VOUCHSAFE_DB_SOCKET"]
        self.conf = Path(env["VOUCHSAFE_CONF"])
        self.bin = Path(env["VOUCHSAFE_BIN"])
        self.logs = Path(env["VOUCHSAFE_LOGS"])
        self.run = self.conf.parent
        self.live = Client(self.url, env["VOUCHSAFE_KEY"])
        self.test = Client(self.url, env["VOUCHSAFE_TEST_KEY"])

    def tool(self, *words, conf=None, check=True, timeout=60):
        done = subprocess.run(
            [self.bin / "vouchsafe", "--conf", conf or self.conf, *words],
            capture_output=True, text=True, timeout=timeout)
        assert "Sanitizer" not in done.stderr, done.stderr
        assert "runtime error" not in done.stderr, done.stderr
        assert not check or done.returncode == 0, done.stderr
        return done

    def add_org(self, name):
        return self.tool("org", "add", name).stdout.strip().split("=")[1]

    def add_key(self, org, *words):
        key = self.tool("key", "add", "--org", org, "--name", "a test's",
                        *words).stdout.strip()
        SECRETS.add(key)
        return key

    def tenant(self, name):
        """A client of an organisation that nobody else touches."""
        org = self.add_org(name)
        client = Client(self.url, self.add_key(org))
        client.org = org
        return client

    def sql(self, text):
        """Rows of text columns. For fixtures, and for what no API shows."""
        done = subprocess.run(
            ["mariadb", "--no-defaults", "--batch", "--skip-column-names",
             "--raw", "--default-character-set=utf8mb4", "-u", "root", "-S",
             self.socket, "vouchsafe"], input=text, capture_output=True,
            text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return [line.split("\t") for line in done.stdout.splitlines()]

    def recount(self, api):
        """The counters of an organisation, after SQL has changed its rows."""
        tenants = ("IN (SELECT id FROM tenant WHERE organisation_id = "
                   "UNHEX('%s'))" % api.org.replace("-", ""))
        count = ("INSERT INTO session_count (tenant_id, workflow_id, day, "
                 "state, n, scored, risk, lists, face_match, adverse_media) "
                 "SELECT tenant_id, workflow_id, %s AS d, state, COUNT(*), "
                 "COUNT(risk), COALESCE(SUM(risk), 0), SUM(validated & 1), "
                 "SUM(validated >> 1 & 1), SUM(validated >> 2 & 1) FROM "
                 "session WHERE tenant_id " + tenants + " GROUP BY tenant_id,"
                 " workflow_id, d, state;")
        self.sql("START TRANSACTION; DELETE FROM session_delta WHERE "
                 "tenant_id %s; DELETE FROM session_count WHERE tenant_id %s;"
                 "%s%s COMMIT" % (tenants, tenants, count % "0",
                                  count % "created_at DIV 86400000"))

    def sql_session(self):
        """A connection that stays: locks held while others work."""
        return Session(self.socket)

    def workers(self):
        """The pids of the API's workers."""
        parent = self.pid("api")
        path = "/proc/%d/task/%d/children" % (parent, parent)
        return set(map(int, Path(path).read_text().split()))

    def pid(self, part):
        return int((self.run / "pid" / part).read_text().split()[0])

    def wait_ready(self, timeout=30):
        wait_until(lambda: self.live.ask("GET", "/readyz").status == 200,
                   timeout, "the stack is not ready again")


class Session:
    def __init__(self, socket):
        self.process = subprocess.Popen(
            ["mariadb", "--no-defaults", "--batch", "--skip-column-names",
             "--unbuffered", "-u", "root", "-S", socket, "vouchsafe"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, text):
        """Returns the rows once the statements have been answered."""
        self.process.stdin.write(text + "; SELECT 'answered';\n")
        self.process.stdin.flush()
        rows = list(iter(self.process.stdout.readline, "answered\n"))
        assert "" not in rows, "the client has ended: " + text
        return rows

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(20)


class Later:
    """The same API by a second process whose clock is ahead: one CGI request
    a process, with the stack's own database."""

    def __init__(self, stack, key, ahead_ms, directory):
        self.stack, self.key = stack, key
        self.conf = Path(directory) / ("ahead-%d.conf" % ahead_ms)
        self.conf.write_text(stack.conf.read_text().replace(
            "[service]", "[service]\nclock_offset_ms = %d" % ahead_ms, 1))
        self.conf.chmod(0o600)

    def ask(self, method, path, body=None, **variables):
        """variables: what the web server says besides."""
        body = b"" if body is None else json.dumps(body).encode()
        env = {"GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": method,
               "REQUEST_URI": path, "CONTENT_LENGTH": str(len(body)),
               "CONTENT_TYPE": "application/json",
               "REMOTE_ADDR": "127.0.0.1", "HTTP_ACCEPT": "application/json",
               "HTTP_AUTHORIZATION": "Bearer " + self.key,
               "PATH": os.environ["PATH"], **variables}
        done = subprocess.run(
            [self.stack.bin / "vouchsafe.fcgi", "--conf", self.conf],
            input=body, env=env, capture_output=True, timeout=60)
        assert b"Sanitizer" not in done.stderr, done.stderr
        head, _, data = done.stdout.partition(b"\r\n\r\n")
        assert head.startswith(b"Status: "), done
        headers = http.client.parse_headers(io.BytesIO(head + b"\r\n\r\n"))
        return Answer(int(headers["Status"].split()[0]), headers, data)


def wait_until(condition, timeout, what):
    end = time.monotonic() + timeout
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < end, what
        time.sleep(0.05)


def now_ms():
    return int(time.time() * 1000)


# -- small real files --------------------------------------------------------
def chunk(kind, data):
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(
        ">I", zlib.crc32(body))


def png(note=b""):
    """One grey pixel; the note goes into a text chunk."""
    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    text = chunk(b"tEXt", b"Comment\0" + note) if note else b""
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + text +
            chunk(b"IDAT", zlib.compress(b"\0\x80")) + chunk(b"IEND", b""))


def jpeg(note=b""):
    """A baseline JPEG of 8 x 8 grey pixels; the note is its comment."""
    def marker(code, data):
        return bytes((0xff, code)) + struct.pack(">H", len(data) + 2) + data

    # One code of one bit in each table: a zero DC difference, end of block.
    huffman = bytes([1] + [0] * 15) + b"\0"
    return (b"\xff\xd8" + marker(0xe0, b"JFIF\0\1\1\0\0\1\0\1\0\0") +
            (marker(0xfe, note) if note else b"") +
            marker(0xdb, b"\0" + b"\1" * 64) +
            marker(0xc0, b"\x08\0\x08\0\x08\1\1\x11\0") +
            marker(0xc4, b"\0" + huffman) + marker(0xc4, b"\x10" + huffman) +
            marker(0xda, b"\1\1\0\0\x3f\0") + b"\x3f" + b"\xff\xd9")


def webp():
    """A lossless WebP of one pixel (RFC 9649)."""
    data = bytes.fromhex("2f00000000071050d1fe07") + b"\0"
    body = b"WEBPVP8L" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def pdf():
    return (b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
            b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
            b"trailer<</Root 1 0 R>>\n%%EOF\n")
