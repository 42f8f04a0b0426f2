# SPDX-License-Identifier: GPL-3.0-or-later
"""The klustr protocol for the operator's service, and OAuth2 for it."""
import base64
import json
import re
import urllib.parse
import uuid

import pytest

from checked import state
from kit import Client, Link, SECRETS, wait_until
from test_dossiers import check_headers

ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
TITLES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
          404: "Not Found", 405: "Method Not Allowed",
          413: "Content Too Large", 415: "Unsupported Media Type"}
SCOPES = ["ekyc.session.list", "ekyc.session.get", "ekyc.session.create"]


class Account:
    """A service account, and the API by its tokens."""

    def __init__(self, stack, org, *words):
        told = dict(line.split("=", 1) for line in stack.tool(
            "client", "add", "--org", org, "--name", "a test's", *words)
            .stdout.split())
        self.id, self.secret = told["client_id"], told["client_secret"]
        SECRETS.add(self.secret)
        self.plain = Client(stack.url)

    def basic(self, secret=None):
        text = "%s:%s" % (self.id, secret or self.secret)
        return "Basic " + base64.b64encode(text.encode()).decode()

    def grant(self, path="token", basic=True, **form):
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if basic:
            headers["Authorization"] = self.basic()
        return self.plain.ask("POST", "/oauth2/" + path,
                              urllib.parse.urlencode(form), headers)

    def token(self, **form):
        answer = self.grant(grant_type="client_credentials", **form)
        assert answer.status == 200, answer
        return answer.json["access_token"]

    def client(self, **form):
        return self.plain.with_key(self.token(**form))


@pytest.fixture(scope="module")
def account(stack, api):
    return Account(stack, api.org)


@pytest.fixture(scope="module")
def ekyc(account):
    return account.client()


def person(api, **fields):
    """An individual of an id of its own."""
    answer = api.ask("POST", "/kyc/entities", dict({
        "external_id": "user-" + uuid.uuid4().hex, "first_name": "Ada",
        "last_name": "Example", "date_of_birth": "1990-01-15"}, **fields))
    assert answer.status == 201, answer
    return answer.json["data"]["external_id"]


def error(answer, status, *parts):
    assert answer.status == status, answer
    body = answer.json
    assert set(body) == {"timestamp", "status", "error", "message", "path"}
    assert body["status"] == status and body["error"] == TITLES[status]
    assert ISO.fullmatch(body["timestamp"])
    for part in parts:
        assert part in body["message"], body
    check_headers(answer)
    return body


def start(ekyc, user, **body):
    answer = ekyc.ask("POST", "/ekyc/admin/%s/sessions" % user, body or None)
    assert answer.status == 200, answer
    made = answer.json
    SECRETS.add(made["sessionToken"])
    return made


# -- OAuth2 -------------------------------------------------------------------
def test_token(account):
    answer = account.grant(grant_type="client_credentials")
    assert answer.status == 200, answer
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Pragma"] == "no-cache"
    body = answer.json
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 900)
    assert body["scope"].split() == SCOPES
    part = account.grant(grant_type="client_credentials", basic=False,
                         client_id=account.id, client_secret=account.secret,
                         scope="ekyc.session.get")
    assert part.status == 200 and part.json["scope"] == "ekyc.session.get"


@pytest.mark.parametrize("form, status, word", [
    ({}, 400, "invalid_request"),
    ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ({"grant_type": "client_credentials", "scope": "kyc:read"}, 400,
     "invalid_scope"),
    ({"grant_type": "client_credentials", "scope": "ekyc.session.get x"},
     400, "invalid_scope"),
    ({"grant_type": "client_credentials", "client_secret": "twice"}, 400,
     "invalid_request")])
def test_wrong_grants(account, form, status, word):
    answer = account.grant(**form)
    assert answer.status == status, answer
    assert answer.json["error"] == word
    assert set(answer.json) == {"error", "error_description"}


def test_wrong_clients(account, api):
    form = "grant_type=client_credentials"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    for header in (None, "Basic", "Basic !", "Basic " + base64.b64encode(
            b"nobody").decode(), account.basic("wrong"),
            account.basic(account.secret[:-1] + "0"),
            account.basic(api.key), "Bearer " + account.secret,
            "Basic " + base64.b64encode(
                ("%s:%s" % (uuid.uuid4(), account.secret)).encode())
            .decode()):
        headers = dict(kind, **({"Authorization": header} if header else {}))
        answer = account.plain.ask("POST", "/oauth2/token", form, headers)
        assert answer.status == 401, (header, answer)
        assert answer.json["error"] == "invalid_client"
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_forms_and_methods(account):
    ask = account.plain.ask
    assert ask("POST", "/oauth2/token", {}).status == 415
    assert ask("GET", "/oauth2/token").status == 405
    assert ask("POST", "/oauth2/tokens", "a=b", {
        "Content-Type": "application/x-www-form-urlencoded"}).status == 404
    assert account.grant(grant_type="x" * 40000).status == 413


def test_a_scope_grants_itself_alone(account, api):
    user = person(api)
    for scope, allowed in (("list", ("GET", "/ekyc/admin")),
                           ("get", ("GET", "/ekyc/admin/%s/status" % user)),
                           ("create", ("POST",
                                       "/ekyc/admin/%s/sessions" % user))):
        client = account.client(scope="ekyc.session." + scope)
        for method, path in (("GET", "/ekyc/admin"),
                             ("GET", "/ekyc/admin/%s/status" % user),
                             ("POST", "/ekyc/admin/%s/sessions" % user)):
            answer = client.ask(method, path)
            if (method, path) == allowed:
                assert answer.status == 200, answer
            else:
                error(answer, 403)
        # and nothing of the other protocols
        for path in ("/kyc/sessions", "/kyc-sessions", "/api/v1/sessions",
                     "/api/v1/entities/"):
            method = "POST" if path == "/kyc-sessions" else "GET"
            assert client.ask(method, path).status == 403, path


def test_an_api_key_needs_its_permission(api, stack):
    user = person(api)

    def key(permission):
        return api.with_key(stack.add_key(api.org, "--permissions",
                                          permission))

    reads, creates, deletes = map(key, ("kyc:read", "kyc:create",
                                        "kyc:delete"))
    assert reads.ask("GET", "/ekyc/admin").status == 200
    assert reads.ask("GET", "/ekyc/admin/%s/status" % user).status == 200
    error(reads.ask("POST", "/ekyc/admin/%s/sessions" % user), 403)
    assert creates.ask("POST", "/ekyc/admin/%s/sessions" % user).status == 200
    error(creates.ask("GET", "/ekyc/admin"), 403)
    error(deletes.ask("GET", "/ekyc/admin"), 403)


def test_introspection(account, api, stack):
    token = account.token(scope="ekyc.session.get")
    told = account.grant("introspect", token=token).json
    assert told.pop("exp") - told.pop("iat") == 900
    assert told == {"active": True, "scope": "ekyc.session.get",
                    "client_id": account.id, "token_type": "Bearer",
                    "sub": account.id, "iss": stack.url}
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    by_key = api.ask("POST", "/oauth2/introspect", "token=" + token, kind)
    assert by_key.json["active"] is True
    # of somebody else's, and of no token at all, nothing is told
    other = Account(stack, stack.add_org("Elsewhere"))
    for asker, text in ((other, token), (account, "x"),
                        (account, token[:-2]), (account, api.key)):
        assert asker.grant("introspect", token=text).json == {
            "active": False}
    assert account.grant("introspect").status == 400
    assert account.grant("introspect", basic=False,
                         token=token).status == 401


def test_revoking_the_account_ends_its_tokens(stack, api):
    account = Account(stack, api.org)
    client = account.client()
    assert client.ask("GET", "/ekyc/admin").status == 200
    stack.tool("key", "revoke", account.id)
    error(client.ask("GET", "/ekyc/admin"), 401)
    assert account.grant(grant_type="client_credentials").status == 401


def test_tokens_expire(stack, account, api, later):
    token = account.token()
    soon, late = later(800 * 1000), later(901 * 1000)
    for clock in (soon, late):
        clock.key = token
    assert soon.ask("GET", "/ekyc/admin").status == 200
    assert late.ask("GET", "/ekyc/admin").status == 401


def part(token, at):
    text = token.split(".")[at]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def coded(value):
    return base64.urlsafe_b64encode(
        json.dumps(value).encode()).decode().rstrip("=")


def test_forged_tokens(account, api):
    token = account.token()
    head, claims, mac = token.split(".")
    session = api.create(customerName="Ada Example")
    forged = [
        ".".join((coded(dict(part(token, 0), alg="none")), claims, "")),
        ".".join((coded({"alg": "none"}), claims, "")),
        ".".join((head, coded(dict(part(token, 1), scope=" ".join(SCOPES),
                                   tenant=str(uuid.uuid4()))), mac)),
        token + "x", token[:-1], "a.b.c", "..", session["token"]]
    for text in forged:
        error(api.with_key(text).ask("GET", "/ekyc/admin"), 401)
    # nor does an access token open a customer's page
    assert Link(api, token).get().status == 404


# -- sessions -----------------------------------------------------------------
def test_create(ekyc, api, stack):
    user = person(api)
    made = start(ekyc, user, callback="https://shop.example.org/done")
    assert made["url"] == "%s/verify/%s#%s" % (stack.url, made["id"],
                                               made["sessionToken"])
    assert made["status"] == "created"
    assert made["original_request"] == {
        "callback": "https://shop.example.org/done"}
    assert ISO.fullmatch(made["creation_date"])
    assert set(made) == {"sessionToken", "url", "id", "status",
                         "creation_date", "modified_date",
                         "original_request"}
    again = start(ekyc, user)
    assert again["id"] != made["id"] and again["original_request"] == {}
    assert Link(api, made["sessionToken"]).get().json["data"][
        "redirect_url"] == "https://shop.example.org/done"


@pytest.mark.parametrize("fields, parts", [
    ({"first_name": None}, ["first_name"]),
    ({"last_name": None, "date_of_birth": None},
     ["last_name", "date_of_birth"]),
    ({"date_of_birth": "2020-02-29"}, ["date_of_birth", "14"])])
def test_incomplete_people(ekyc, api, fields, parts):
    user = person(api, **fields)
    error(ekyc.ask("POST", "/ekyc/admin/%s/sessions" % user), 400, *parts)


def test_unknown_people(ekyc, api):
    nobody = "user-" + uuid.uuid4().hex
    path = "/ekyc/admin/%s/" % nobody
    error(ekyc.ask("POST", path + "sessions"), 400, "userId")
    body = error(ekyc.ask("GET", path + "sessions"), 404)
    assert body["message"] == "No sessions available for the user id."
    assert body["path"] == path + "sessions"
    known = person(api)
    error(ekyc.ask("GET", "/ekyc/admin/%s/sessions" % known), 404)
    status = ekyc.ask("GET", path + "status")
    assert status.status == 200
    told = status.json
    assert told.pop("timestamp")
    assert told == {
        "total_sessions": 0, "started": None, "rejected": None,
        "success": None, "expired": None, "submitted": None, "created": None,
        "verification": {"status": "none", "reason": None,
                         "timestamp": None}}
    company = api.ask("POST", "/kyc/entities", {
        "entity_type": "company", "legal_name": "Acme",
        "external_id": "firm-" + nobody}).json["data"]["external_id"]
    error(ekyc.ask("POST", "/ekyc/admin/%s/sessions" % company), 400)


@pytest.mark.parametrize("body, part", [
    ({"callback": "ftp://x"}, "callback"), ({"callback": 7}, "callback"),
    ("[]", "object"), ("{", "JSON")])
def test_wrong_bodies(ekyc, api, body, part):
    error(ekyc.ask("POST", "/ekyc/admin/%s/sessions" % person(api), body),
          400, part)


def test_sessions_and_status(ekyc, api):
    user = person(api)
    first, second = start(ekyc, user), start(ekyc, user)
    listed = ekyc.ask("GET", "/ekyc/admin/%s/sessions" % user).json
    assert listed["id"] == user
    assert list(listed["sessions"]) == [second["id"], first["id"]]
    assert listed["sessions"][first["id"]] == first
    Link(api, first["sessionToken"]).finish()
    wait_until(lambda: state(Link(api, first["sessionToken"])) ==
               "manual_review", 20, "the checks do not end")
    told = ekyc.ask("GET", "/ekyc/admin/%s/status" % user).json
    assert told["total_sessions"] == 2
    assert told["created"]["id"] == second["id"]
    assert told["submitted"]["id"] == first["id"]
    assert told["verification"]["status"] == "created"
    api.ask("PATCH", "/kyc/sessions/" + first["id"], {"status": "rejected"})
    told = ekyc.ask("GET", "/ekyc/admin/%s/status" % user).json
    assert told["rejected"]["id"] == first["id"]
    assert told["verification"] == {
        "status": "rejected", "reason": "document_unreadable",
        "timestamp": told["verification"]["timestamp"]}
    assert ISO.fullmatch(told["verification"]["timestamp"])


def test_ended_links_are_not_shown(ekyc, api):
    user = person(api)
    made = start(ekyc, user)
    api.ask("PATCH", "/kyc/sessions/" + made["id"], {"status": "revoked"})
    shown = ekyc.ask("GET", "/ekyc/admin/%s/sessions" % user).json[
        "sessions"][made["id"]]
    assert shown["status"] == "expired"
    assert "sessionToken" not in shown and "url" not in shown


def test_odd_ids(ekyc, api):
    """What a path can hold once it is encoded."""
    user = person(api, external_id="a b+c@d.e%\u00e4\u00f6/%2F//" +
                  uuid.uuid4().hex)
    path = "/ekyc/admin/%s/sessions" % urllib.parse.quote(user, safe="")
    assert ekyc.ask("POST", path).status == 200
    assert ekyc.ask("GET", path).json["id"] == user
    nobody = "/ekyc/admin/a%2Fb/nothing"
    assert ekyc.ask("GET", nobody).json["path"] == nobody


def test_list(stack):
    org = stack.add_org("Listed")
    api = stack.live.with_key(stack.add_key(org))
    ekyc = Account(stack, org).client()
    assert ekyc.ask("GET", "/ekyc/admin").json == []
    users = [person(api) for _ in range(5)]
    person(api)  # has no session, so it is not listed
    made = {u: [start(ekyc, u)["id"] for _ in range(n + 1)]
            for n, u in enumerate(users)}
    listed = ekyc.ask("GET", "/ekyc/admin").json
    assert [one["id"] for one in listed] == users
    for one in listed:
        assert list(one["sessions"]) == made[one["id"]][::-1]
    part = ekyc.ask("GET", "/ekyc/admin?limit=2&start=3").json
    assert [one["id"] for one in part] == users[3:]
    assert ekyc.ask("GET", "/ekyc/admin?start=9").json == []
    for query in ("limit=0", "limit=1025", "start=-1", "limit=x"):
        error(ekyc.ask("GET", "/ekyc/admin?" + query), 400,
              query.split("=")[0])


def test_tenants_and_modes_are_apart(stack, api, ekyc):
    user = person(api)
    start(ekyc, user)
    other = Account(stack, stack.add_org("Strangers")).client()
    test = Account(stack, api.org, "--mode", "test").client()
    for stranger in (other, test):
        error(stranger.ask("GET", "/ekyc/admin/%s/sessions" % user), 404)
        error(stranger.ask("POST", "/ekyc/admin/%s/sessions" % user), 400)
        assert stranger.ask("GET", "/ekyc/admin").json == []


def test_paths_and_methods(ekyc):
    error(ekyc.ask("GET", "/ekyc/nothing"), 404)
    error(ekyc.ask("DELETE", "/ekyc/admin"), 405)
    for path in ("sessions", "sessions/current", "status"):
        error(ekyc.ask("GET", "/ekyc/me/" + path), 403, "no person")
    error(ekyc.ask("GET", "/ekyc/admin", key=False), 401)
    assert ekyc.ask("HEAD", "/ekyc/admin").status == 200
