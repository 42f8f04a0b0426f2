# SPDX-License-Identifier: GPL-3.0-or-later
"""The kycgenie protocol: lists by number (v1) and by cursor (v2), entities."""
import uuid

import pytest

from genie import Genie, VERSIONS, genie
from test_kycgenie import ISO, error

SESSIONS = "verification/sessions/list/"
ROW = {"session_id", "status", "outcome", "failure_reason", "created_at",
       "completed_at", "entity_id", "entity_name", "expires_at"}


@pytest.fixture(scope="module")
def crowd(stack):
    """Seven sessions of one entity, newest first, and two of others."""
    api = genie(stack, "Lists")
    entity = api.entity("Ada Example")
    mine = []
    for _ in range(7):
        made = api.start(entity, verification_profile="basic")
        mine.insert(0, made["session_id"])
        if len(mine) < 7:
            api.ask("DELETE", api.path(made, "revoke/"))
    done = api.start(api.entity("Trial Document Fake"))
    api.completed(done)
    other = api.start()
    return {"client": api.client, "entity": entity["id"], "mine": mine,
            "done": done["session_id"], "all": [
                other["session_id"], done["session_id"]] + mine}


def ids(answer):
    assert answer.status == 200, answer
    for row in answer.json["results"]:
        assert set(row) == ROW
        assert ISO.fullmatch(row["created_at"])
    return [row["session_id"] for row in answer.json["results"]]


def of_entity(crowd):
    return "entities/%s/verification-sessions/" % crowd["entity"]


def test_v1(crowd):
    api = Genie(crowd["client"])
    whole = api.ask("GET", SESSIONS)
    assert ids(whole) == crowd["all"]
    assert {k: whole.json[k] for k in ("count", "limit", "offset")} == {
        "count": 9, "limit": 50, "offset": 0}
    part = api.ask("GET", SESSIONS + "?limit=3&offset=4")
    assert ids(part) == crowd["all"][4:7]
    assert part.json["count"] == 9 and part.json["offset"] == 4
    mine = api.ask("GET", of_entity(crowd))
    assert ids(mine) == crowd["mine"]
    assert mine.json["count"] == 7 and mine.json["limit"] == 10
    assert ids(api.ask("GET", SESSIONS + "?offset=9")) == []


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("query, which", [
    ("status=pending", lambda c: [c["all"][0], c["mine"][0]]),
    ("status=revoked", lambda c: c["mine"][1:]),
    ("status=completed", lambda c: [c["done"]]),
    ("outcome=issue", lambda c: [c["done"]]),
    ("outcome=clear", lambda c: []),
    ("outcome=pending&status=pending", lambda c: [c["all"][0], c["mine"][0]]),
    ("status=failed", lambda c: [])])
def test_filters(crowd, version, query, which):
    answer = Genie(crowd["client"], version).ask("GET",
                                                 SESSIONS + "?" + query)
    assert ids(answer) == which(crowd)
    if version == "v1":
        assert answer.json["count"] == len(which(crowd))


@pytest.mark.parametrize("version", VERSIONS)
def test_entity_filter(crowd, version):
    api = Genie(crowd["client"], version)
    assert ids(api.ask("GET", "%s?entity_id=%s" % (
        SESSIONS, crowd["entity"]))) == crowd["mine"]
    assert ids(api.ask("GET", "%s?entity_id=%s&status=pending" % (
        SESSIONS, crowd["entity"]))) == crowd["mine"][:1]
    assert ids(api.ask("GET", "%s?entity_id=%s" % (
        SESSIONS, uuid.uuid4()))) == []


def walk(api, path, size):
    """All pages to the end, then all the way back."""
    pages, back = [], []
    cursor = ""
    while True:
        answer = api.ask("GET", "%s?page_size=%d%s" % (path, size, cursor))
        pages.append(ids(answer))
        body = answer.json
        assert body["has_more"] == (body["next_cursor"] is not None)
        assert (body["prev_cursor"] is None) == (len(pages) == 1)
        if not body["has_more"]:
            break
        cursor = "&after=" + body["next_cursor"]
    while body["prev_cursor"]:
        answer = api.ask("GET", "%s?page_size=%d&before=%s" % (
            path, size, body["prev_cursor"]))
        back.insert(0, ids(answer))
        body = answer.json
        assert body["has_more"] is True and body["next_cursor"]
    return pages, back


@pytest.mark.parametrize("size", [1, 2, 3, 4, 100])
def test_v2_both_ways(crowd, size):
    api = Genie(crowd["client"], "v2")
    for path, rows in ((SESSIONS, crowd["all"]),
                       (of_entity(crowd), crowd["mine"])):
        pages, back = walk(api, path, size)
        assert [row for page in pages for row in page] == rows
        assert [len(p) for p in pages[:-1]] == [size] * (len(pages) - 1)
        # back from the last page lie all before it, none twice
        assert [row for page in back for row in page] == \
            rows[:len(rows) - len(pages[-1])]


def test_v2_with_a_filter(crowd):
    api = Genie(crowd["client"], "v2")
    seen, cursor = [], ""
    while True:
        answer = api.ask("GET", SESSIONS + "?status=revoked&page_size=4"
                         + cursor)
        seen += ids(answer)
        if not answer.json["has_more"]:
            break
        cursor = "&after=" + answer.json["next_cursor"]
    assert seen == crowd["mine"][1:]


def test_cursors_of_elsewhere(crowd, stack):
    """Forged, of another list, filter or tenant: 400, which names it."""
    api = Genie(crowd["client"], "v2")
    good = api.ask("GET", SESSIONS + "?page_size=1").json["next_cursor"]
    entity = api.ask("GET", of_entity(crowd) + "?page_size=1").json[
        "next_cursor"]
    other = api.entity("Other")["id"]
    for path, cursor in (
            (SESSIONS, good[:-1] + ("A" if good[-1] != "A" else "B")),
            (SESSIONS, "x"), (SESSIONS, entity), (of_entity(crowd), good),
            ("entities/%s/verification-sessions/" % other, entity),
            ("entities/", good)):
        for name in ("after", "before"):
            error(api.ask("GET", "%s?%s=%s" % (path, name, cursor)), 400,
                  "VALIDATION_ERROR", errors=[name])
    error(api.ask("GET", SESSIONS + "?status=revoked&after=" + good), 400,
          errors=["after"])
    error(genie(stack, "Elsewhere", "v2").ask(
        "GET", SESSIONS + "?after=" + good), 400, errors=["after"])
    error(api.ask("GET", "%s?after=%s&before=%s" % (SESSIONS, good, good)),
          400, errors=["before"])
    # the page's size is no part of it
    assert ids(api.ask("GET", SESSIONS + "?page_size=100&after=" + good)) == \
        crowd["all"][1:]


@pytest.mark.parametrize("version, query, names", [
    ("v1", "limit=0", ["limit"]), ("v1", "limit=201", ["limit"]),
    ("v1", "offset=-1", ["offset"]), ("v1", "limit=x", ["limit"]),
    ("v2", "page_size=0", ["page_size"]),
    ("v2", "page_size=101", ["page_size"]),
    ("v1", "status=open", ["status"]), ("v2", "outcome=good", ["outcome"]),
    ("v1", "entity_id=7", ["entity_id"])])
def test_wrong_queries(crowd, version, query, names):
    error(Genie(crowd["client"], version).ask("GET", SESSIONS + "?" + query),
          400, "VALIDATION_ERROR", errors=names)


# -- entities ------------------------------------------------------------------
@pytest.mark.parametrize("version", VERSIONS)
def test_entity(crowd, version):
    api = Genie(crowd["client"], version)
    external = str(uuid.uuid4())
    person = {"first_name": "Jean", "middle_name": "Luc",
              "last_name": "Dupont", "date_of_birth": "1985-05-15",
              "nationality": "FR", "gender": "male",
              "email": "jean@example.com", "phone": "+33 1 23 45 67 89",
              "external_id": external, "address_line_1": "1 rue X",
              "address_line_2": "B", "address_city": "Lyon",
              "address_state": "ARA", "address_postal_code": "69001",
              "address_country": "FR"}
    answer = api.ask("POST", "entities/", person)
    assert answer.status == 201, answer
    made = answer.json
    assert {k: made[k] for k in person} == person
    assert made["name"] == "Jean Luc Dupont"
    assert made["entity_type"] == "individual"
    path = "entities/%s/" % made["id"]
    assert api.ask("GET", path).json == made
    changed = api.ask("PATCH", path, {"last_name": "Durand", "phone": ""})
    assert changed.status == 200
    assert changed.json["name"] == "Jean Luc Durand"
    assert changed.json["phone"] is None
    error(api.ask("PATCH", path, {"entity_type": "company"}), 400,
          errors=["entity_type"])
    error(api.ask("POST", "entities/", {"first_name": "X",
                                        "external_id": external}), 409)
    error(api.ask("POST", "entities/", {
        "nationality": "France", "gender": "x", "legal_name": "y"}), 400,
        errors=["nationality", "gender", "legal_name"])
    error(api.ask("GET", "entities/%s/" % uuid.uuid4()), 404)
    error(api.ask("PATCH", "entities/7/", {}), 404)
    found = api.ask("GET", "entities/?external_id=" + external).json
    assert [e["id"] for e in found["results"]] == [made["id"]]


def test_company(crowd):
    api = Genie(crowd["client"])
    made = api.ask("POST", "entities/", {
        "entity_type": "company", "legal_name": "Acme GmbH",
        "registration_number": "HRB 1", "jurisdiction": "DE"})
    assert made.status == 201 and made.json["name"] == "Acme GmbH"
    assert "first_name" not in made.json


def test_entity_lists(stack):
    api = genie(stack, "Many entities")
    made = [api.entity("Number %d" % n)["id"] for n in range(5)][::-1]
    first = api.ask("GET", "entities/?limit=2&offset=1").json
    assert (first["count"], first["limit"], first["offset"]) == (5, 2, 1)
    assert [e["id"] for e in first["results"]] == made[1:3]
    api = Genie(api.client, "v2")
    pages, cursor = [], ""
    while True:
        body = api.ask("GET", "entities/?page_size=2" + cursor).json
        pages.append([e["id"] for e in body["results"]])
        if not body["has_more"]:
            break
        cursor = "&after=" + body["next_cursor"]
    assert pages == [made[:2], made[2:4], made[4:]]
    back = api.ask("GET", "entities/?page_size=2&before="
                   + body["prev_cursor"]).json
    assert [e["id"] for e in back["results"]] == made[2:4]
    assert back["has_more"] is True and back["prev_cursor"]
