# SPDX-License-Identifier: GPL-3.0-or-later
"""The dossiers protocol: create, get, keys and permissions, methods."""
import base64
import json
import re
import uuid

import pytest

from kit import HOUR, JWT, Later, now_ms

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-"
                  r"[0-9a-f]{12}")
TITLES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
          404: "Not Found", 405: "Method Not Allowed", 409: "Conflict",
          413: "Content Too Large", 415: "Unsupported Media Type",
          422: "Unprocessable Content"}
# Each field of a session with its type; None where it may be null.
FIELDS = {"id": (str,), "organizationId": (str,), "state": (str,),
          "isInvalid": (bool,), "isComplete": (bool,), "createdAt": (int,),
          "externalId": (str, None), "customerName": (str, None),
          "customerEmail": (str, None), "expiresAt": (int, None),
          "completedAt": (int, None), "documentVerification": (dict, None),
          "faceVerification": (dict, None)}


def check_error(answer, status, *parts):
    assert answer.status == status, answer
    assert answer.headers.get_content_type() == "application/json"
    body = answer.json
    assert set(body) == {"statusCode", "message", "error"}
    assert body["statusCode"] == status and body["error"] == TITLES[status]
    assert isinstance(body["message"], str) and body["message"]
    for part in parts:
        assert part in body["message"], body
    check_headers(answer)


def check_headers(answer):
    ids = answer.headers.get_all("X-Request-Id")
    assert ids and len(ids) == 1 and re.fullmatch("[0-9A-Za-z._-]{8,}", ids[0])
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def check_session(body):
    for name, types in FIELDS.items():
        assert name in body
        value = body[name]
        # bool is an int in Python, not in JSON
        assert (value is None and None in types or
                type(value) in types), (name, value)


def claims(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


# -- create ------------------------------------------------------------------
def test_create_with_defaults(api, stack):
    before = now_ms()
    # No body, an empty one and an empty object mean the same.
    for body, headers in ((None, {}), (b"", {}), ({}, {}), (b" \r\n", {}),
                          (None, {"Content-Type": "application/json"})):
        answer = api.ask("POST", "/kyc-sessions", body, headers)
        assert answer.status == 201, answer
        check_headers(answer)
        made = answer.json
        assert set(made) == {"id", "token", "sessionUrl"}
        assert UUID.fullmatch(made["id"])
        assert JWT.fullmatch(made["token"])
        assert made["sessionUrl"] == stack.url + "/verify#" + made["token"]
        shown = api.show(made)
        check_session(shown)
        assert before <= shown["createdAt"] <= now_ms()
        assert shown == {
            "id": made["id"], "organizationId": api.org, "state": "created",
            "isInvalid": False, "isComplete": False,
            "createdAt": shown["createdAt"], "externalId": None,
            "customerName": None, "customerEmail": None,
            "expiresAt": shown["createdAt"] + HOUR, "completedAt": None,
            "documentVerification": None, "faceVerification": None}


def test_create_with_all_fields(api):
    made = api.create(externalId="order 1/2", expiresInMs=7_200_000,
                      customerEmail="dora.all@example.org",
                      customerName="Döra Ålfields")
    shown = api.show(made)
    check_session(shown)
    assert shown["externalId"] == "order 1/2"
    assert shown["customerEmail"] == "dora.all@example.org"
    assert shown["customerName"] == "Döra Ålfields"
    assert shown["expiresAt"] - shown["createdAt"] == 7_200_000


def test_token_names_session_expiry_and_generation(api):
    made = api.create()
    inside = claims(made["token"])
    head = json.loads(base64.urlsafe_b64decode(
        made["token"].split(".")[0] + "=="))
    assert head["alg"] == "HS256"
    assert inside["sub"] == made["id"] and inside["gen"] == 1
    assert inside["exp"] == api.show(made)["expiresAt"] // 1000


def test_expiry_bounds_are_inclusive(api):
    for ms in (60_000, 2_592_000_000):
        shown = api.show(api.create(expiresInMs=ms))
        assert shown["expiresAt"] - shown["createdAt"] == ms
    for ms in (59_999, 2_592_000_001, 0, -1):
        check_error(api.ask("POST", "/kyc-sessions", {"expiresInMs": ms}),
                    400, "expiresInMs", "60000", "2592000000")


def test_mail_goes_only_with_both_name_and_address(api, stack):
    made = {
        "both": api.create(customerName="Both Given",
                           customerEmail="both@example.org"),
        "address": api.create(customerEmail="only.address@example.org"),
        "name": api.create(customerName="Only a Name"),
        "none": api.create()}
    for what, session in made.items():
        rows = stack.sql("SELECT COUNT(*) FROM mail WHERE session_id = "
                         "UNHEX('%s')" % session["id"].replace("-", ""))
        assert rows == [["1" if what == "both" else "0"]], what


def test_external_id_may_repeat(api):
    one, two = (api.create(externalId="same") for _ in range(2))
    assert one["id"] != two["id"]


def test_create_writes_event_and_audit(api, stack):
    made = api.create()
    where = "session_id = UNHEX('%s')" % made["id"].replace("-", "")
    assert stack.sql("SELECT kind, session_version FROM event WHERE "
                     + where) == [["1", "1"]]
    assert stack.sql("SELECT verb, actor_id IS NOT NULL FROM audit WHERE "
                     + where) == [["1", "1"]]


# -- get ---------------------------------------------------------------------
def test_get_of_what_is_not_there(api):
    for wrong in (str(uuid.uuid4()), "0", "nothing", "a" * 3000,
                  "00000000-0000-0000-0000-000000000000", "%20", "%25", "ä"):
        check_error(api.ask("GET", "/kyc-sessions/" + wrong), 404)


def test_get_takes_ids_in_capitals(api):
    made = api.create()
    assert api.show({"id": made["id"].upper()})["id"] == made["id"]


def test_other_tenants_see_nothing(api, stack):
    made = api.create(externalId="hidden-from-others")
    same_org_test = api.with_key(stack.add_key(api.org, "--mode", "test"))
    for other in (same_org_test, stack.live, stack.test):
        check_error(other.ask("GET", "/kyc-sessions/" + made["id"]), 404)
        assert other.search(searchQuery="hidden-from-others") == {
            "sessions": [], "totalCount": 0}
        assert other.search(searchQuery=made["id"])["totalCount"] == 0
    theirs = same_org_test.create()
    check_error(api.ask("GET", "/kyc-sessions/" + theirs["id"]), 404)
    assert same_org_test.show(theirs)["organizationId"] == api.org


def test_expired_before_any_job_wrote_it(api, later):
    made = api.create(expiresInMs=60_000)
    lasting = api.create(expiresInMs=7_200_000)
    before = api.show(made)
    ahead = later(60_000 + 2_000)
    shown = ahead.ask("GET", "/kyc-sessions/" + made["id"]).json
    assert shown["state"] == "expired"
    assert shown["expiresAt"] == before["expiresAt"]
    assert shown["isInvalid"] is False and shown["isComplete"] is False
    assert ahead.ask("GET", "/kyc-sessions/" + lasting["id"]
                     ).json["state"] == "created"
    # Reading wrote nothing: by our own clock it still runs.
    assert api.show(made)["state"] == "created"


def test_lists_write_what_is_due(stack, tmp_path):
    api = stack.tenant("Expiry")
    due, lasting = (api.create(expiresInMs=ms)
                    for ms in (60_000, 7_200_000))
    ahead = Later(stack, api.key, 90_000, tmp_path)
    found = ahead.ask("POST", "/kyc-sessions/search", {"state": "expired"})
    assert [s["id"] for s in found.json["sessions"]] == [due["id"]]
    # Now it stands in the row, whatever the clock says.
    assert api.show(due)["state"] == "expired"
    assert api.show(lasting)["state"] == "created"
    kinds = stack.sql("SELECT kind FROM event WHERE session_id = UNHEX('%s') "
                      "ORDER BY id" % due["id"].replace("-", ""))
    assert kinds == [["1"], ["9"]]  # created, expired


# -- every state -------------------------------------------------------------
# State of the row (enum kyc_state): word, isInvalid.
WORDS = {"draft": ("created", False), "invited": ("created", False),
         "opened": ("started", False), "started": ("started", False),
         "completed": ("processing", False),
         "processing": ("processing", False),
         "processed": ("processing", False),
         "manual_review": ("processing", False),
         "correcting": ("started", False), "approved": ("completed", False),
         "rejected": ("completed", True), "expired": ("expired", False),
         "revoked": ("cancelled", False), "failed": ("failed", True)}
NUMBERS = {name: i for i, name in enumerate(WORDS, 1)}


def set_state(stack, session, name):
    """A fixture: the states that no API reaches yet."""
    stack.sql("UPDATE session SET state = %d, due_at = NULL WHERE id = "
              "UNHEX('%s')" % (NUMBERS[name], session["id"].replace("-", "")))


def test_words_of_every_state(stack):
    api = stack.tenant("States")
    made = {}
    for name in WORDS:
        made[name] = api.create(externalId=name)
        set_state(stack, made[name], name)
        shown = api.show(made[name])
        assert (shown["state"], shown["isInvalid"]) == WORDS[name], name
    stack.recount(api)
    everything = set(WORDS)
    for word in {w for w, _ in WORDS.values()}:
        found = api.search(state=word, limit=100)
        names = {s["externalId"] for s in found["sessions"]}
        assert names == {n for n in WORDS if WORDS[n][0] == word}
        assert found["totalCount"] == len(names)
        assert {s["state"] for s in found["sessions"]} == {word}
        everything -= names
    assert not everything
    for flag in (True, False):
        found = api.search(isInvalid=flag, limit=100)
        assert ({s["externalId"] for s in found["sessions"]} ==
                {n for n in WORDS if WORDS[n][1] == flag})
    # Filters meet: nothing is failed and valid.
    assert api.search(isInvalid=False, state="failed") == {
        "sessions": [], "totalCount": 0}
    assert api.search(isInvalid=True, state="completed")["totalCount"] == 1


# -- who may what ------------------------------------------------------------
def check_challenge(answer, whole=None):
    check_error(answer, 401)
    told = answer.headers["WWW-Authenticate"]
    assert told == whole if whole else told.startswith("Bearer")


def routes(session):
    return [("POST", "/kyc-sessions", "kyc:create", 201),
            ("POST", "/kyc-sessions/search", "kyc:read", 200),
            ("GET", "/kyc-sessions/" + session["id"], "kyc:read", 200)]


PERMISSIONS = ("kyc:create", "kyc:read", "kyc:update", "kyc:delete",
               "kyc:review", "kyc:export", "tenant:manage")


def test_permissions_of_each_route(api, stack):
    made = api.create()
    for permission in PERMISSIONS:
        key = stack.add_key(api.org, "--permissions", permission)
        limited = api.with_key(key)
        for method, path, needed, status in routes(made):
            answer = limited.ask(method, path)
            if needed == permission:
                assert answer.status == status, (permission, path, answer)
            else:
                check_error(answer, 403, needed)
    # Whether the id exists makes no difference to who may not read.
    check_error(limited.ask("GET", "/kyc-sessions/" + str(uuid.uuid4())), 403)


def test_both_headers_carry_the_key(api):
    path = "/kyc-sessions/" + api.create()["id"]
    for headers in ({"Authorization": "Bearer " + api.key},
                    {"Authorization": "bearer " + api.key},
                    {"Authorization": "BEARER   " + api.key},
                    {"X-API-Key": api.key}, {"x-api-key": api.key},
                    {"Authorization": "Basic eDp5", "X-API-Key": api.key}):
        assert api.ask("GET", path, headers=headers,
                       key=False).status == 200, headers


def wrong_keys(key):
    last = "A" if key[-1] != "A" else "B"
    middle = "A" if key[20] != "A" else "B"
    return {"checksum": key[:-1] + last,
            "random": key[:20] + middle + key[21:], "short": key[:-1],
            "long": key + "0", "prefix": "vs_wrong" + key[8:],
            "mode": key.replace("vs_live_", "vs_test_"), "empty": "",
            "case": key.swapcase(), "word": "secret", "blank": key + " x",
            "quote": "' OR 1=1 -- ", "latin": "vs_live_\xe4" + key[9:],
            "huge": "vs_live_" + "a" * 5000}


def test_wrong_keys(api):
    made = api.create()
    for what, key in wrong_keys(api.key).items():
        for headers in ({"Authorization": "Bearer " + key},
                        {"X-API-Key": key}):
            for method, path, _, _ in routes(made):
                answer = api.ask(method, path, headers=headers, key=False)
                check_challenge(answer)
    for headers in ({}, {"Authorization": "Basic " + api.key},
                    {"Authorization": api.key}, {"Authorization": "Bearer"},
                    {"Authorization": "Bearer%20" + api.key}):
        check_challenge(api.ask("GET", "/kyc-sessions/" + made["id"],
                                headers=headers, key=False))
    # Nor does the query bring one.
    check_challenge(api.ask("GET", "/kyc-sessions/%s?api_key=%s&token=%s" % (
        made["id"], api.key, api.key), key=False), 'Bearer realm="vouchsafe"')


def test_a_key_with_a_right_checksum_that_nobody_has(api):
    """Computed here: the form says nothing about being known."""
    import zlib
    digits = ("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
              "abcdefghijklmnopqrstuvwxyz")
    start = "vs_live_" + "Q" * 30
    crc, end = zlib.crc32(start.encode()), ""
    for _ in range(6):
        crc, digit = divmod(crc, 62)
        end = digits[digit] + end
    known = zlib.crc32(api.key[:-6].encode())
    assert digits[known % 62] == api.key[-1]  # the algorithm is that one
    check_challenge(api.with_key(start + end).ask(
        "POST", "/kyc-sessions/search"))


def key_ids(stack):
    return {line.split()[0]
            for line in stack.tool("key", "list").stdout.splitlines()}


def test_revoked_and_expired_keys(api, stack, later, tmp_path):
    before = key_ids(stack)
    ended = api.with_key(stack.add_key(api.org))
    new = key_ids(stack) - before
    assert ended.search()["totalCount"] >= 0 and len(new) == 1
    stack.tool("key", "revoke", *new)
    check_challenge(ended.ask("POST", "/kyc-sessions/search"),
                    'Bearer realm="vouchsafe", error="invalid_token"')
    brief = stack.add_key(api.org, "--expires-days", "1")
    # Its end is far from sessions that others need: nothing else is asked.
    assert api.with_key(brief).ask(
        "GET", "/kyc-sessions/" + api.create()["id"]).status == 200
    ahead = Later(stack, brief, 86_400_000 + 1_000, tmp_path)
    check_challenge(ahead.ask("GET", "/kyc-sessions/" + str(uuid.uuid4())))


# -- methods and paths -------------------------------------------------------
def test_head_is_get_without_a_body(api):
    path = "/kyc-sessions/" + api.create()["id"]
    get, head = api.ask("GET", path), api.ask("HEAD", path)
    assert head.status == 200 and head.body == b""
    assert head.headers["Content-Length"] == str(len(get.body))
    assert head.headers["Content-Type"] == get.headers["Content-Type"]
    gone = api.ask("HEAD", "/kyc-sessions/nothing")
    assert gone.status == 404 and gone.body == b""
    check_headers(gone)
    none = api.ask("HEAD", path, key=False)
    assert none.status == 401 and none.body == b""


@pytest.mark.parametrize("path, allowed", [
    ("/kyc-sessions", {"POST", "OPTIONS"}),
    ("/kyc-sessions/search", {"POST", "GET", "HEAD", "OPTIONS"}),
    ("/kyc-sessions/x", {"GET", "HEAD", "OPTIONS"})])
def test_methods_of_each_path(api, path, allowed):
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS",
                   "PROPFIND", "SEARCH", "X-Y"):
        if method in allowed - {"OPTIONS"}:
            continue
        # A key is not needed to learn what a path knows.
        for key in (True, False):
            answer = api.ask(method, path, key=key)
            methods = set(answer.headers["Allow"].split(", "))
            assert methods == allowed, (method, path)
            if method == "OPTIONS":
                assert answer.status == 204 and answer.body == b""
            elif method == "HEAD":
                assert answer.status == 405 and answer.body == b""
            else:
                check_error(answer, 405)
            check_headers(answer)


def test_paths_of_nobody(api):
    for path in ("/kyc-sessions/", "/kyc-sessions/a/b", "/kyc-sessions//x",
                 "/kyc-sessions/search/"):
        for method in ("GET", "POST", "DELETE"):
            check_error(api.ask(method, path), 404)


def test_no_path_is_redirected(api):
    for path in ("/", "/kyc", "/public", "/api", "/ekyc", "/files", "/oauth2",
                 "/console/api", "/static", "/static/", "/kyc-sessionsx",
                 "/.vouchsafe-error", "/nothing/at/all"):
        answer = api.ask("GET", path)
        assert answer.status == 404 and answer.json["message"], (path, answer)
        assert answer.headers["X-Request-Id"]


def test_request_ids_differ(api):
    seen = {api.ask("GET", "/kyc-sessions/x").headers["X-Request-Id"]
            for _ in range(20)}
    assert len(seen) == 20
