# SPDX-License-Identifier: GPL-3.0-or-later
"""Idempotency-Key on every route of the five protocols that changes anything:
one effect a key, and what is refused in the words of the protocol."""
import uuid
from urllib.parse import unquote

import pytest

import changes
from changes import WAYS, Things
from issuer import Issuer, Key
from test_idempotency import fresh, replayed, running
from test_openapi import routes  # noqa: F401, a fixture
from worker import Own

PROTOCOLS = ("kyc", "kycgenie", "dossiers", "verilock", "klustr")


class Person:
    """By a token of an outside issuer, and workers that know it; asks as a
    Client does."""

    def __init__(self, own, token):
        self.own, self.token = own, token

    def ask(self, method, path, body=None, headers=None):
        return self.own.ask(
            method, path, self.token, body, REQUEST_ID=uuid.uuid4().hex,
            HTTP_IDEMPOTENCY_KEY=headers["Idempotency-Key"])


@pytest.fixture(scope="module")
def five(stack):
    return Things(stack, "Once Ltd")


@pytest.fixture
def person(five):
    """Lets five ask in the name of a person."""
    key = Key()
    issuer = Issuer("https://%s.example/" % uuid.uuid4().hex, key)
    sections = ("[oidc]\nissuer = %s\njwks = %s\naudience = vouchsafe\n"
                "organisation = %s\nmode = test\n"
                % (issuer.issuer, issuer.jwks_url, five.org))
    with Own(five.stack, sections) as own:
        own.once()  # fetches the keys
        five.as_person = Person(own, key.token(issuer.claims(
            sub=five.person()[1]))).ask
        yield
    issuer.close()
    five.stack.sql("DELETE FROM issuer WHERE issuer = '%s'" % issuer.issuer)


# -- what a protocol says ----------------------------------------------------
TITLES = {400: "Bad Request", 409: "Conflict", 422: "Unprocessable Content"}
CODES = {"kyc": {400: "validation_error", 409: "conflict",
                 422: "idempotency_mismatch"},
         "kycgenie": {400: "VALIDATION_ERROR", 409: "CONFLICT",
                      422: "IDEMPOTENCY_MISMATCH"},
         "dossiers": TITLES,
         "verilock": {409: "conflict", 422: "validation_error"},
         "klustr": TITLES}


def protocol_of(path):
    for start, name in (("/kyc-sessions", "dossiers"), ("/kyc/", "kyc"),
                        ("/ekyc/", "klustr"),
                        ("/api/v1/sessions", "verilock"),
                        ("/api/", "kycgenie")):
        if path.startswith(start):
            return name
    raise AssertionError("nobody's path: " + path)


def check_refused(answer, path, status, field=None):
    """In the words of the path's protocol; field is what it names."""
    protocol, body = protocol_of(path), answer.json
    code = CODES[protocol].get(status)
    assert answer.status == status and not replayed(answer), (path, answer)
    assert answer.headers.get_content_type() == "application/json"
    assert answer.headers["X-Request-Id"]
    if protocol == "kyc":
        assert (body["status"], body["error"]) == ("error", code)
        found = body.get("details", {}).get("fields", {})
    elif protocol == "kycgenie":
        assert body["code"] == code and body["error"]
        assert body["request_id"] == answer.headers["X-Request-Id"]
        found = body.get("errors", {})
    elif protocol == "dossiers":
        assert (body["statusCode"], body["error"]) == (status, code)
    elif protocol == "verilock":
        assert body["error"] == code
        found = body["details"]
    else:
        assert (body["status"], body["error"]) == (status, code)
        assert body["path"] == unquote(path.partition("?")[0])
        assert body["timestamp"]
    if protocol in ("dossiers", "klustr"):
        assert "Idempotency-Key" in body["message"], body
    else:
        assert list(found) == ([field] if field else []), body


def check_unchanged(answer, first):
    assert replayed(answer), answer
    assert (answer.status, answer.body) == (first.status, first.body)
    assert answer.headers["Content-Type"] == first.headers["Content-Type"]
    assert answer.headers["X-Request-Id"] != first.headers["X-Request-Id"]


def keyed(key):
    return {"Idempotency-Key": key}


def others(path, body):
    """Other requests than that one."""
    yield path + "?other=1", body
    if body is not None:
        yield path, dict(body, other=1)


# -- every route -------------------------------------------------------------
def changing(routes):  # noqa: F811
    return {(r["method"], r["path"]) for r in routes
            if r["protocol"] in PROTOCOLS and r["body"] != "stream" and
            r["method"] not in ("GET", "HEAD")}


def test_no_route_is_forgotten(routes):  # noqa: F811
    assert sorted(changing(routes) - set(WAYS)) == []
    assert sorted(set(WAYS) - changing(routes)) == []
    assert {r["protocol"] for r in routes} - set(PROTOCOLS) == {
        "oauth2", "ops", "public"}


@pytest.mark.parametrize("method, path", WAYS)
def test_one_effect_a_key(five, request, method, path):
    if path.startswith("/ekyc/me/"):
        request.getfixturevalue("person")
    function, version = WAYS[method, path]
    path, body = function(five, version) if version else function(five)
    ask, key = five.asker(path), fresh()
    before = five.effects()
    for bad in ('""', "x" * 256):
        check_refused(ask(method, path, body, keyed(bad)), path,
                      422 if protocol_of(path) == "verilock" else 400,
                      "Idempotency-Key")
    assert five.effects() == before
    first = ask(method, path, body, keyed('"%s"' % key))
    assert first.status in (200, 201, 202) and not replayed(first), first
    after = five.effects()
    assert (after != before) is not path.endswith("/search"), "no effect"
    # bare or quoted, it is the same key
    for same in (key, '"%s"' % key):
        check_unchanged(ask(method, path, body, keyed(same)), first)
    for where, what in others(path, body):
        check_refused(ask(method, where, what, keyed(key)), path, 422)
    running(five.stack, None, key)
    check_refused(ask(method, path, body, keyed(key)), path, 409)
    for where, what in others(path, body):
        check_refused(ask(method, where, what, keyed(key)), path, 422)
    assert five.effects() == after, "a second effect"


CREATES = (changes.kyc_create, changes.dossiers_create,
           changes.verilock_create, changes.klustr_create,
           lambda five: changes.kycgenie_create(five, "v2"))


@pytest.mark.parametrize("number", range(len(CREATES)))
def test_a_key_is_one_in_all_protocols(five, number):
    """Whoever used it first has it, and is told so in his own words."""
    (path, body), key = CREATES[number](five), fresh()
    first = five.asker(path)("POST", path, body, keyed(key))
    assert first.status in (200, 201, 202), first
    for create in CREATES[:number] + CREATES[number + 1:]:
        where, what = create(five)
        before = five.effects()
        check_refused(five.asker(where)("POST", where, what, keyed(key)),
                      where, 422)
        assert five.effects() == before
    check_unchanged(five.asker(path)("POST", path, body, keyed(key)), first)


def test_a_token_and_an_api_key_ask_for_one_organisation(five):
    (path, body), key = changes.klustr_create(five), fresh()
    first = five.klustr.ask("POST", path, body, keyed(key))
    assert first.status == 200, first
    check_unchanged(five.api.ask("POST", path, body, keyed(key)), first)
