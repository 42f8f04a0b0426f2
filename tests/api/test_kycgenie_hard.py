# SPDX-License-Identifier: GPL-3.0-or-later
"""kycgenie by clients that mean harm, or are in a hurry."""
import json
import threading

import pytest

from kit import wait_until

SESSIONS = "/api/v1/verification/sessions/"
NIL = "00000000-0000-0000-0000-000000000000"


def entity(api, **more):
    answer = api.ask("POST", "/api/v1/entities/", dict(
        {"first_name": "John", "last_name": "Doe",
         "date_of_birth": "1985-05-15"}, **more))
    assert answer.status == 201, answer
    return answer.json


def create(api, entity_id, headers=None, **more):
    return api.ask("POST", SESSIONS, dict(
        {"entity_id": entity_id, "email": "john.doe@example.com"}, **more),
        headers)


def errors(answer):
    assert (answer.status, answer.json["code"]) == (400, "VALIDATION_ERROR")
    return answer.json["errors"]


def test_the_nil_uuid_is_nobody(api):
    entity(api)
    assert list(errors(create(api, NIL))) == ["entity_id"]
    for version in ("v1", "v2"):
        answer = api.ask("GET", "/api/%s/verification/sessions/list/"
                         "?entity_id=%s" % (version, NIL))
        assert list(errors(answer)) == ["entity_id"]


@pytest.mark.parametrize("lead", ["", "a", "aa", "aaa"])
def test_a_long_message_ends_with_a_whole_character(api, lead):
    name = lead + "\U0001f600" * 100
    answer = create(api, entity(api)["id"],
                    verification_checks={name: True})
    body = json.loads(answer.body.decode("utf-8", "strict"))
    assert list(body["errors"]) == ["verification_checks"]
    answer = api.ask("GET", SESSIONS + "list/?" + lead + "\u00fc" * 60 +
                     "=%zz")
    assert answer.status == 400
    answer.body.decode("utf-8", "strict")


def test_a_method_is_allowed_once(api):
    answer = api.ask("POST", SESSIONS + "list/", {})
    assert answer.status == 405
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_a_refusal_that_cannot_be_stored_is_whole(stack, api):
    """Somebody else has taken the Idempotency-Key over meanwhile."""
    person = entity(api)["id"]
    assert create(api, person).status == 202
    other = stack.sql_session()
    other.run("BEGIN; SELECT 1 FROM entity WHERE id = UNHEX('%s') FOR UPDATE"
              % person.replace("-", ""))
    answers = []
    asking = threading.Thread(target=lambda: answers.append(
        create(api, person, {"Idempotency-Key": "taken over"})))
    asking.start()
    try:
        wait_until(lambda: stack.sql(
            "DELETE FROM idempotency WHERE status IS NULL AND tenant_id IN "
            "(SELECT id FROM tenant WHERE organisation_id = UNHEX('%s')); "
            "SELECT ROW_COUNT()" % api.org.replace("-", "")) == [["1"]],
            20, "the key is not claimed")
    finally:
        other.run("ROLLBACK")
        other.close()
        asking.join()
    assert answers[0].status == 409
    assert answers[0].json["details"]["status"] == "pending"


def walk(api, query):
    """The ids of every page forwards, and of every page back again."""
    path = "/api/v2/verification/sessions/list/?" + query
    pages = [api.ask("GET", path).json]
    while pages[-1]["has_more"]:
        pages.append(api.ask("GET", path + "&after=" +
                             pages[-1]["next_cursor"]).json)
    back = [pages[-1]]
    while back[0]["prev_cursor"]:
        back.insert(0, api.ask("GET", path + "&before=" +
                               back[0]["prev_cursor"]).json)
    return [[[s["session_id"] for s in page["results"]] for page in way]
            for way in (pages, back)]


@pytest.mark.parametrize("outcome,number", [("clear", 1), ("issue", 4)])
def test_lists_by_outcome_go_both_ways(stack, outcome, number):
    """What few have is found by another index than what many have."""
    api = stack.tenant("Outcomes")
    made = [create(api, entity(api)["id"]).json["session_id"]
            for _ in range(9)]
    for i, session in enumerate(made):
        if i % 3 != 1:
            stack.sql("UPDATE session SET outcome = %d, state = %d WHERE id ="
                      " UNHEX('%s')" % (number, 10 if i % 3 else 8,
                                        session.replace("-", "")))
    stack.recount(api)
    want = [s for i, s in reversed(list(enumerate(made))) if i % 3 != 1]
    for query in ("outcome=" + outcome,
                  "outcome=%s&status=completed" % outcome):
        for size in (1, 2, 4, 6):
            forth, back = walk(api, "%s&page_size=%d" % (query, size))
            assert sum(forth, []) == sum(back, []) == want
            assert max(map(len, forth + back)) == size
        answer = api.ask("GET", SESSIONS + "list/?limit=2&offset=3&" + query)
        assert answer.json["count"] == 6
        assert [s["session_id"] for s in answer.json["results"]] == want[3:5]
    assert walk(api, "outcome=%s&status=pending" % outcome) == [[[]], [[]]]


def test_nobody_sees_another_tenants(stack, api):
    """Another organisation, and the same one's test mode."""
    person = entity(api, external_id="mine", email="mine@example.com")["id"]
    session = create(api, person).json["session_id"]
    test_key = stack.add_key(api.org, "--mode", "test")
    for other in (stack.tenant("Strangers"), api.with_key(test_key)):
        for base in ("/api/v1/", "/api/v2/"):
            one = base + "verification/sessions/" + session
            for method, path, body in (
                    ("GET", one, None), ("GET", one + "/results/", None),
                    ("GET", one + "/reviews/", None),
                    ("POST", one + "/reviews/create/",
                     {"decision": "approved", "notes": "x"}),
                    ("POST", one + "/resend/", {}),
                    ("DELETE", one + "/revoke/", None),
                    ("GET", base + "entities/" + person, None),
                    ("PATCH", base + "entities/" + person,
                     {"last_name": "Taken"}),
                    ("GET", base + "entities/%s/verification-sessions/" %
                     person, None),
                    ("POST", base + "verification/sessions/",
                     {"entity_id": person, "email": "a@example.com"})):
                answer = other.ask(method, path, body)
                assert answer.status == 404, (method, path, answer)
                assert answer.json["code"] == "NOT_FOUND"
            for path in ("verification/sessions/list/",
                         "verification/sessions/list/?entity_id=" + person,
                         "entities/?external_id=mine",
                         "entities/?email=mine@example.com"):
                assert other.ask("GET", base + path).json["results"] == []
        assert other.ask("GET", "/ekyc/admin").json == []
        assert other.ask("GET", "/ekyc/admin/mine/sessions").status == 404
        answer = other.ask("GET", "/ekyc/admin/mine/status")
        assert answer.json["total_sessions"] == 0
    assert api.ask("GET", SESSIONS + session).json["status"] == "pending"


def test_cursors_lead_nowhere_else(stack, api):
    for _ in range(3):
        create(api, entity(api)["id"])
    path = "/api/v2/verification/sessions/list/?page_size=1"
    cursor = api.ask("GET", path).json["next_cursor"]
    again = api.ask("GET", path + "&after=" + cursor)
    assert again.json["prev_cursor"]
    person = again.json["results"][0]["entity_id"]
    for client, where in (
            (stack.tenant("Strangers"), path),
            (api, path + "&status=pending"),
            (api, path + "&entity_id=" + person),
            (api, "/api/v2/entities/?page_size=1"),
            (api, "/api/v2/entities/%s/verification-sessions/?page_size=1" %
             person)):
        for name in ("after", "before"):
            wrong = errors(client.ask("GET", "%s&%s=%s" % (
                where, name, cursor)))
            assert list(wrong) == [name]
    flipped = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")
    for text in (flipped, cursor[:-4], cursor + "AAAA", "AAAA", "%20"):
        assert list(errors(api.ask("GET", path + "&after=" + text))) == \
            ["after"]
    assert list(errors(api.ask("GET", "%s&after=%s&before=%s" % (
        path, cursor, cursor)))) == ["before"]


def test_a_profile_stays_what_it_is(stack):
    """Else a request for checks might get none, and be clear by that."""
    api = stack.tenant("Profiles")
    session = create(api, entity(api)["id"]).json["session_id"]
    shown = api.ask("GET", "/kyc/sessions/" + session).json["data"]
    path = "/kyc/workflows/" + shown["workflow_id"]
    answer = api.ask("PUT", path, {"name": "Nothing", "steps": [
        {"step_id": "consent", "kind": "consent",
         "options": {"text_version": "1"}}]})
    assert answer.status == 409, answer
    assert api.ask("DELETE", path).status == 409
    assert api.ask("GET", path).json["data"]["version"] == 1
    assert create(api, entity(api)["id"]).status == 202
