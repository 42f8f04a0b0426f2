# SPDX-License-Identifier: GPL-3.0-or-later
"""10,000 requests that a seed makes of valid ones: no 5xx, no finding of a
sanitizer, and the same workers afterwards."""
import collections
import json
import os
import random
import re
import subprocess
import threading
import uuid

from kit import Link, jpeg, multipart, passport, png

COUNT, LANES = 10_000, 4
FINDING = re.compile(r"ERROR: AddressSanitizer|runtime error:|LeakSanitizer|"
                     r"died of signal")
VALUES = [None, True, False, 0, 1, -1, 59_999, 60_000, 2 ** 31, 2 ** 63,
          -2 ** 63, 1.5, 1e300, "", " ", "a", "%", "_", "\\", "'", "\"",
          "é" * 255, "王" * 256, "\u0001", "\u2028", "\U0001f600", "\x7f",
          "x" * 3000, [], {}, [[]], {"a": {}}, ["a"] * 50, "created",
          "desc", "createdAt", "anna@example.org", "a@b", "2026-01-01",
          {"from": 0, "to": 9e18}, {"from": -1}, "../../etc/passwd", "${0}"]
NAMES = ["externalId", "expiresInMs", "customerEmail", "customerName",
         "locale", "searchQuery", "state", "isComplete", "isInvalid",
         "createdAt", "sortBy", "sortOrder", "limit", "offset", "consent",
         "document_kind", "document_country", "step_id", "type", "side",
         "content", "file_name", "", "x"]
# The native API's besides, the customer's too.
NATIVE = ["workflow_id", "ttl_days", "metadata", "send_invitation",
          "external_id", "customer_id", "client_id", "callback_url",
          "webhook_url", "priority", "draft", "status", "notes",
          "assigned_to", "version", "extend_days", "comment", "corrections",
          "steps", "validations", "automation", "entity_types",
          "custom_tags", "name", "label", "email", "url", "events",
          "protocol", "permissions", "upload_id", "size", "mime_type",
          "doc_id", "challenge_id", "form_data", "first_name", "legal_name",
          "date_of_birth", "limit", "next_key", "decision"]
QUERIES = ["", "?limit=2", "?limit=0", "?next_key=x", "?search=a",
           "?status=active&include_summary=true", "?status_list=a,b",
           "?created_from=2026-01-01", "?priority=low&limit=100", "?from=x"]


class Maker:
    """Requests, all of one seed."""

    def __init__(self, seed, api, session, routes):
        self.dice, self.key = random.Random(seed), api.key
        self.session, self.routes = session, routes
        self.base = "/public/sessions/" + session["token"]
        # Changed and deleted by these requests; the other one has the link.
        self.spare = api.create(customerName="Spare Person")["id"]

    def fields(self):
        """A body: mostly sensible names, sometimes sensible values."""
        found = {self.dice.choice(NAMES): self.dice.choice(VALUES)
                 for _ in range(self.dice.randrange(5))}
        if self.dice.random() < 0.3:
            found["consent"] = {"accepted": self.dice.choice(VALUES),
                                "text_version": self.dice.choice(VALUES)}
        return found

    def of_the_table(self):
        """Any route, with ids that are there or might be."""
        method, path, body = self.dice.choice(self.routes)
        digits = "%032x" % self.dice.getrandbits(128)
        spare = self.spare if method != "DELETE" else digits
        path = path.replace("/public/sessions/{token}", self.base)
        one = self.dice.choice([self.session["id"], spare]
                               if method == "GET" else [spare])
        path = path.replace("/v1/sessions/{id}", "/v1/sessions/ses_" + one)
        path = path.replace("/sessions/{id}", "/sessions/" + one)
        for name, prefix in (("upload_id", "upl_"), ("doc_id", "doc_"),
                             ("step_id", "step_")):
            path = path.replace("{%s}" % name, prefix + digits)
        path = re.sub(r"\{\w+\}", str(uuid.UUID(digits)), path)
        given = {self.dice.choice(NATIVE): self.value()
                 for _ in range(self.dice.randrange(6))}
        if body in ("none", "query"):
            return method, path + self.dice.choice(QUERIES), None, {}
        return (method, path, json.dumps(dict(self.fields(), **given)).encode(),
                {"Content-Type": "application/json"})

    def value(self, depth=0):
        """One of the values, or something made of them."""
        if depth == 3 or self.dice.random() < 0.6:
            return self.dice.choice(VALUES)
        if self.dice.random() < 0.5:
            return [self.value(depth + 1)
                    for _ in range(self.dice.randrange(4))]
        return {self.dice.choice(NAMES + NATIVE): self.value(depth + 1)
                for _ in range(self.dice.randrange(4))}

    def valid(self):
        if self.dice.random() < 0.6:
            return self.of_the_table()
        pick = self.dice.randrange
        kind = {"Content-Type": "application/json"}
        body = json.dumps(self.fields()).encode()
        step = ("consent", "document", "selfie")[pick(3)]
        upload, boundary = multipart(
            passport(side=("front", "back")[pick(2)]),
            [("file", "a.jpg", (jpeg(), png())[pick(2)])])
        return self.dice.choice([
            ("POST", "/kyc-sessions", body, kind),
            ("POST", "/kyc-sessions/search", body, kind),
            ("POST", "/kyc-sessions/search", body, kind),
            ("GET", "/kyc-sessions/" + self.session["id"], None, {}),
            ("GET", self.base, None, {"Accept": "application/json"}),
            ("POST", self.base + "/open", body, kind),
            ("GET", self.base + "/qr", None, {}),
            ("POST", self.base + "/upload", upload,
             {"Content-Type": boundary}),
            ("POST", self.base + "/documents", body, kind),
            ("POST", "%s/step/step_%s/complete" % (self.base, step), body,
             kind)])

    def damage(self, data):
        """Some bytes of it changed, cut out, doubled or put in."""
        data = bytearray(data)
        for _ in range(self.dice.randrange(1, 6)):
            at = self.dice.randrange(len(data) + 1)
            end = at + self.dice.randrange(1, 30)
            how = self.dice.randrange(4)
            if how == 0 and at < len(data):
                data[at] = self.dice.randrange(256)
            elif how == 1:
                del data[at:end]
            elif how == 2:
                data[at:at] = data[at:end] * self.dice.randrange(1, 20)
            else:
                data[at:at] = self.dice.choice(
                    [b"\0", b"{", b"[" * 40, b'"', b"\\u0000", b"\xff",
                     b"\r\n", b"--", b"e99", b"\\ud800", b","])
        return bytes(data)

    def path(self, path):
        at = self.dice.randrange(1, len(path) + 1)
        put = self.dice.choice(["/", "%2f", "%ff", "?", "a", "..", "%41",
                                "%", "?limit=%00", "%0a", ";", "+"])
        return path[:at] + put + path[at + self.dice.randrange(3):]

    def headers(self, given):
        given[self.dice.choice(["Content-Type", "Accept", "Idempotency-Key",
                                "X-API-Key", "Authorization",
                                "X-Request-Id"])] = self.dice.choice(
            ["", "x", "a/b", "application/json", '"', "k%d" %
             self.dice.randrange(50), "text/html", "v" * 3000,
             "multipart/form-data; boundary=", "\xff\xfe"])
        return given

    def next(self):
        method, path, body, headers = self.valid()
        headers = dict(headers)
        if not path.startswith("/public"):
            headers["Authorization"] = "Bearer " + self.key
        if body is not None and self.dice.random() < 0.5:
            body = self.damage(body)
        if self.dice.random() < 0.15:
            path = self.path(path)
        if self.dice.random() < 0.2:
            headers = self.headers(headers)
        if self.dice.random() < 0.05:
            method = self.dice.choice(["PUT", "PATCH", "DELETE", "OPTIONS",
                                       "HEAD", "GET", "POST", "BREW"])
        return method, path, body, headers


def lane(api, maker, count, answers, wrong):
    """One kept connection. Whatever went wrong can be sent again."""
    for _ in range(count):
        request = maker.next()
        try:
            answer = api.send(*request)
        except Exception as error:  # no answer at all
            wrong.append((request, repr(error)))
            continue
        answers[answer.status] += 1
        if answer.status >= 500 or "X-Request-Id" not in answer.headers:
            wrong.append((request, answer))


def findings(stack):
    return {(p.name, line) for p in stack.logs.iterdir()
            for line in p.read_text(errors="replace").splitlines()
            if FINDING.search(line)}


def read_routes(stack):
    told = subprocess.run([stack.bin / "vouchsafe.fcgi", "--routes"],
                          capture_output=True, text=True, check=True)
    rows = [line.split("\t") for line in told.stdout.splitlines()]
    return [(row[1], row[2], row[5]) for row in rows if row[0] != "ops"]


def test_random_requests(stack):
    seed = int(os.environ.get("VOUCHSAFE_SEED", "4711"))
    api = stack.tenant("Random")
    workers, before = stack.workers(), findings(stack)
    answers, wrong, threads = collections.Counter(), [], []
    routes = read_routes(stack)
    assert {"/kyc/sessions", "/kyc/workflows"} <= {r[1] for r in routes}
    for i in range(LANES):
        session = api.create(customerName="Random Person %d" % i,
                             expiresInMs=2_592_000_000)
        maker = Maker(seed + i, api, session, routes)
        thread = threading.Thread(target=lane, args=(
            api, maker, COUNT // LANES, answers, wrong))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()
    assert not wrong, (seed, len(wrong), wrong[:3])
    assert sum(answers.values()) == COUNT
    # It is no test if all of them fail at the door.
    for status in (200, 201, 400, 404, 405, 409, 415, 422):
        assert answers[status] >= 5, answers
    assert stack.workers() == workers
    assert findings(stack) == before
    assert Link(api, api.create()["token"]).get().status == 200
