# SPDX-License-Identifier: GPL-3.0-or-later
"""The klustr protocol by access tokens of two real OpenID Connect issuers,
through workers and jobs that are configured for them."""
import time
import uuid

import pytest

from issuer import configure  # noqa: F401, finds tests/issuers
import issuers
from kit import Link, SECRETS
from test_klustr import error, person
from worker import Own

ALGS = ("RS256", "ES256", "EdDSA")
SCOPES = "ekyc.session.list ekyc.session.get ekyc.session.create"


def sections(issuer, org, **more):
    lines = dict({"issuer": issuer.issuer, "audience": issuer.audience,
                  "jwks": issuer.jwks_url, "organisation": org}, **more)
    return "\n[oidc]\n" + "".join("%s = %s\n" % i for i in lines.items())


@pytest.fixture(scope="module", params=["NodeIssuer", "Glewlwyd"])
def issuer(request):
    kind = getattr(issuers, request.param)
    if not kind.available():
        pytest.skip(kind.unavailable())
    with kind() as one:
        yield one


@pytest.fixture(scope="module")
def own(stack, api, issuer):
    """Workers that know the issuer, its keys fetched."""
    with Own(stack, sections(issuer, api.org)) as one:
        one.once()
        yield one


@pytest.mark.parametrize("alg", ALGS)
def test_a_service_by_its_token(own, issuer, api, alg):
    user = person(api)
    token = issuer.token(scope=SCOPES, alg=alg)
    made = own.ask("POST", "/ekyc/admin/%s/sessions" % user, token,
                   {"callback": "https://shop.example.org/"})
    assert made.status == 200, made
    SECRETS.add(made.json["sessionToken"])
    listed = own.ask("GET", "/ekyc/admin/%s/sessions" % user, token)
    assert list(listed.json["sessions"]) == [made.json["id"]]
    assert user in [one["id"] for one in
                    own.ask("GET", "/ekyc/admin", token).json]
    # a client is no person
    error(own.ask("GET", "/ekyc/me/status", token), 403, "no person")


def test_scopes_of_the_issuer(own, issuer, api):
    user = person(api)
    path = "/ekyc/admin/%s/" % user
    token = issuer.token(scope="ekyc.session.get")
    assert own.ask("GET", path + "status", token).status == 200
    error(own.ask("POST", path + "sessions", token), 403,
          "ekyc.session.create")
    error(own.ask("GET", "/ekyc/admin", token), 403, "ekyc.session.list")
    for other in ("/kyc/sessions", "/api/v1/sessions", "/api/v2/entities/"):
        assert own.ask("GET", other, token).status == 403, other


@pytest.mark.parametrize("alg", ALGS)
def test_a_person_by_his_own_token(own, issuer, api, alg):
    user = person(api)
    token = issuer.token(sub=user, alg=alg, scope="openid")
    assert own.ask("GET", "/ekyc/me/status", token).json[
        "total_sessions"] == 0
    error(own.ask("GET", "/ekyc/me/sessions", token), 404)
    error(own.ask("GET", "/ekyc/me/sessions/current", token), 404)
    first = own.ask("POST", "/ekyc/me/sessions", token,
                    {"callback": "https://shop.example.org/"})
    assert first.status == 200, first
    second = own.ask("POST", "/ekyc/me/sessions", token).json
    for made in (first.json, second):
        SECRETS.add(made["sessionToken"])
    shown = own.ask("GET", "/ekyc/me/sessions", token).json
    assert shown["id"] == user
    assert list(shown["sessions"]) == [second["id"], first.json["id"]]
    current = own.ask("GET", "/ekyc/me/sessions/current", token).json
    assert current == second
    Link(api, second["sessionToken"]).finish()
    api.ask("PATCH", "/kyc/sessions/" + first.json["id"],
            {"status": "revoked"})
    told = own.ask("GET", "/ekyc/me/status", token).json
    assert told["submitted"]["id"] == second["id"]
    assert told["expired"]["id"] == first.json["id"]
    # what the operator's service may see is not the person's
    error(own.ask("GET", "/ekyc/admin/%s/sessions" % user, token), 403)


def test_people_who_are_not_there(own, issuer, api):
    error(own.ask("POST", "/ekyc/me/sessions",
                  issuer.token(sub="nobody-" + uuid.uuid4().hex[:8])), 400,
          "userId")
    young = person(api, date_of_birth="2020-01-01")
    error(own.ask("POST", "/ekyc/me/sessions", issuer.token(sub=young)), 400,
          "14")


def test_who_asked_is_in_the_audit(own, issuer, api):
    user = person(api)
    made = own.ask("POST", "/ekyc/me/sessions", issuer.token(sub=user)).json
    SECRETS.add(made["sessionToken"])
    rows = api.ask("GET", "/kyc/audit?session_id=" + made["id"]).json["data"]
    first = rows["audit"][-1]
    assert first["action"] == "session_created"
    assert first["actor"] == {"type": "issuer", "id": None, "name": None}


def test_tokens_for_others_are_refused(own, issuer, api):
    user = person(api)
    path = "/ekyc/admin/%s/status" % user
    good = issuer.token(scope=SCOPES)
    assert own.ask("GET", path, good).status == 200
    error(own.ask("GET", path, issuer.token(
        scope=SCOPES, audience="https://elsewhere.test/")), 401)
    error(own.ask("GET", path, good[:-3]), 401)
    issuer.token(scope="openid", sub=user)
    error(own.ask("GET", "/ekyc/me/status", issuer.answer["id_token"]), 401)


def test_they_expire(own, issuer, api):
    path = "/ekyc/admin/%s/status" % person(api)
    token = issuer.token(scope=SCOPES, ttl=2)
    assert own.ask("GET", path, token).status == 200
    time.sleep(3)
    error(own.ask("GET", path, token), 401)


def test_the_stack_itself_knows_no_issuer(issuer, api):
    error(api.with_key(issuer.token(scope=SCOPES)).ask("GET", "/ekyc/admin"),
          401)


def test_another_organisation(stack, api, issuer):
    """A token is of the configured one, and in its mode."""
    user = person(api)
    with Own(stack, sections(issuer, stack.add_org("Not ours"))) as other:
        other.once()
        error(other.ask("GET", "/ekyc/admin/%s/sessions" % user,
                        issuer.token(scope=SCOPES)), 404)
    with Own(stack, sections(issuer, api.org, mode="test")) as test:
        test.once()
        error(test.ask("GET", "/ekyc/admin/%s/sessions" % user,
                       issuer.token(scope=SCOPES)), 404)


def test_new_keys_are_fetched_and_old_ones_serve(stack, api, issuer):
    """By a worker that lives on; last, for the issuer ends."""
    path = "/ekyc/admin/%s/status" % person(api)
    name = issuer.issuer

    def row(change):
        stack.sql("UPDATE issuer SET %s WHERE issuer = '%s'" % (change, name))

    with Own(stack, sections(issuer, api.org)) as one:
        one.once()
        before = issuer.token(scope=SCOPES)
        assert one.ask("GET", path, before).status == 200
        issuer.rotate()
        after = issuer.token(scope=SCOPES)
        # an unknown key is asked for, and fetched by the jobs
        error(one.ask("GET", path, after), 401)
        row("tried_at = tried_at - 60001")
        one.once()
        end = time.monotonic() + 20
        while one.ask("GET", path, after).status != 200:
            assert time.monotonic() < end, one.log("vouchsafe.fcgi")
            time.sleep(0.3)
        error(one.ask("GET", path, before), 401)
        # the issuer is away: the keys that are there serve on
        later = issuer.token(scope=SCOPES)
        issuer.stop()
        row("tried_at = tried_at - 60001, wanted = 1")
        one.once()
        assert one.ask("GET", path, later).status == 200
    assert stack.sql("SELECT last_error IS NOT NULL FROM issuer WHERE"
                     " issuer = '%s'" % name) == [["1"]]
