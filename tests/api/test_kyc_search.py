# SPDX-License-Identifier: GPL-3.0-or-later
"""Search of the native list: words, several words, common ones, the cap."""
import time
import urllib.parse
import uuid

import pytest

COMMON = 11_000  # more rows of a word than make it a rare one


def found(api, words, **query):
    query["search"] = words
    answer = api.ask("GET", "/kyc/sessions?" + urllib.parse.urlencode(query))
    assert answer.status == 200, answer
    return answer.json["data"]


def ids(data):
    return [s["session_id"] for s in data["sessions"]]


@pytest.fixture(scope="module")
def people(stack):
    api = stack.tenant("Searched Ltd")
    api.made = {}
    for name, fields in {
            "ann": {"customerName": "Ann-Marie O'Lee",
                    "customerEmail": "ann.lee@example.org",
                    "externalId": "order-4711"},
            "bo": {"customerName": "Bo Xi", "externalId": "ACME/2026#17"},
            "joerg": {"customerName": "Jörg Größe", "externalId": "u_100%"},
            "other": {"customerName": "Ann Other",
                      "customerEmail": "x+tag@sub.example.net"}}.items():
        api.made[name] = api.create(**fields)["id"]
    api.names = {v: k for k, v in api.made.items()}
    return api


@pytest.mark.parametrize("words, names", [
    ("ann", ["other", "ann"]), ("ANN", ["other", "ann"]),
    ("ann.lee@example.org", ["ann"]), ("Ann.Lee@", ["ann"]),
    ("lee", ["ann"]), ("x+tag@sub.example.net", ["other"]),
    ("bo", ["bo"]), ("xi", ["bo"]), ("b", ["bo"]),
    ("order-4711", ["ann"]), ("4711", ["ann"]), ("order-", ["ann"]),
    ("ACME/2026#17", ["bo"]), ("acme/", ["bo"]), ("17", ["bo"]),
    ("u_100%", ["joerg"]), ("u_1", ["joerg"]), ("ux100", []), ("%", []),
    ("_", []), ("jorg", ["joerg"]), ("größe", ["joerg"]),
    ("ann lee", ["ann"]), ("ann other", ["other"]),
    ("lee ann order", ["ann"]), ("ann bo", []), ("nn", []),
    ("ann nobody", []), ("   ann   ", ["other", "ann"]),
    ("\\", []), ("'", []), ("", ["other", "joerg", "bo", "ann"])])
def test_by_the_beginning_of_each_word(people, words, names):
    data = found(people, words, include_summary="true")
    assert [people.names[i] for i in ids(data)] == names
    assert data["summary"]["total"] == len(names)
    assert "total_capped" not in data["summary"]


def test_by_id(people):
    for name, session in people.made.items():
        for words in (session, session.upper(), session[:23]):
            assert name in [people.names[i] for i in ids(found(people,
                                                               words))]
        assert ids(found(people, session)) == [session]


def test_search_meets_filters_and_pages(people):
    assert ids(found(people, "ann", status="active")) == [
        people.made["other"], people.made["ann"]]
    assert ids(found(people, "ann", status="approved")) == []
    first = found(people, "ann", limit=1)
    assert ids(first) == [people.made["other"]]
    rest = found(people, "ann", limit=1, next_key=first["next_key"])
    assert ids(rest) == [people.made["ann"]] and rest["next_key"] is None
    future = time.strftime("%Y-%m-%dT%H:%M:%SZ",
                           time.gmtime(time.time() + 100))
    assert ids(found(people, "ann", created_from=future)) == []


@pytest.fixture(scope="module")
def many(stack):
    """Every session has the word common, each tenth one tenth, the oldest
    100 of them old; all by SQL."""
    api = stack.tenant("Common Words Ltd")
    one = api.create(externalId="seed")["id"].replace("-", "")
    tenant = stack.sql("SELECT HEX(tenant_id) FROM session WHERE id = 0x"
                       + one)[0][0]
    base = int(time.time() * 1000) - 20_000_000
    api.tenant = tenant
    make = "UNHEX(CONCAT(LPAD(HEX(%d + seq * 1000), 12, '0'), " \
           "'70008000000000000000'))" % base
    stack.sql(
        "INSERT INTO session (tenant_id, id, state, protocol, workflow_id,"
        " workflow_version, locale, created_at, updated_at, expires_at,"
        " steps_total) SELECT tenant_id, %s, IF(seq %% 100 = 0, 11, 10), 1,"
        " workflow_id, 1, 'en', %d + seq * 1000, 1, 1, 3 FROM session JOIN"
        " seq_1_to_%d WHERE tenant_id = 0x%s AND id = 0x%s"
        % (make, base, COMMON, tenant, one))
    for word, rows in (("common", "TRUE"), ("commons", "seq % 2 = 0"),
                       ("tenth", "seq % 10 = 0"), ("old", "seq <= 100"),
                       ("oldest", "seq <= 1000"), ("many", "seq <= 1001"),
                       ("thousand", "seq <= 1000")):
        stack.sql("INSERT INTO word SELECT 0x%s, '%s', %s FROM seq_1_to_%d"
                  " WHERE %s" % (tenant, word, make, COMMON, rows))
    api.at = lambda seq: str(uuid.UUID("%012x70008000000000000000"
                                       % (base + seq * 1000)))
    return api


def test_common_words_come_newest_first(many):
    newest = [many.at(n) for n in range(COMMON, COMMON - 45, -1)]
    seen, key = [], None
    for _ in range(3):
        data = found(many, "common", limit=15,
                     **({"next_key": key} if key else {}))
        seen += ids(data)
        key = data["next_key"]
    assert seen == newest


def test_common_words_with_others(many):
    tenths = [many.at(n) for n in range(COMMON, COMMON - 200, -10)]
    assert ids(found(many, "common tenth")) == tenths
    assert ids(found(many, "tenth common")) == tenths
    assert ids(found(many, "common commons")) == [
        many.at(n) for n in range(COMMON, COMMON - 40, -2)]
    assert ids(found(many, "common", status="rejected", limit=5)) == [
        many.at(n) for n in range(COMMON, COMMON - 500, -100)]
    assert ids(found(many, "common old", limit=3)) == [
        many.at(n) for n in (1000, 999, 998)]
    assert ids(found(many, "common nothing")) == []


def test_common_words_that_only_old_ones_have(many, stack):
    """The walk gives up, and what it did not find is found all the same."""
    stack.sql("INSERT INTO word SELECT tenant_id, CONCAT('aged', n.seq),"
              " session_id FROM word JOIN seq_1_to_200 n WHERE tenant_id ="
              " 0x%s AND word = 'old'" % many.tenant)
    assert ids(found(many, "aged", limit=5)) == [
        many.at(n) for n in (100, 99, 98, 97, 96)]
    last = found(many, "aged", limit=100)
    assert len(last["sessions"]) == 100 and last["next_key"] is None


def test_the_total_stops_at_the_cap(many):
    for words, total in (("thousand", 1000), ("many", 1001), ("common", 1001),
                         ("common tenth", 1001), ("common old", 1000),
                         ("zzz", 0)):
        summary = found(many, words, include_summary="true",
                        limit=1)["summary"]
        assert summary["total"] == total, words
        assert summary.get("total_capped", False) is (total == 1001), words
        assert sum(summary["status_counts"].values()) == total
    exact = found(many, "common", include_summary="true", limit=1,
                  status="rejected")["summary"]
    assert exact["total"] == COMMON // 100 and "total_capped" not in exact


def test_dossiers_search_agrees(many):
    answer = many.search(searchQuery="common", limit=3)
    assert [s["id"] for s in answer["sessions"]] == [
        many.at(n) for n in (COMMON, COMMON - 1, COMMON - 2)]
    assert answer["totalCount"] == 1001 and answer["totalCapped"] is True
    assert [s["id"] for s in many.search(
        searchQuery="common", sortOrder="asc", limit=2, offset=1)[
            "sessions"]] == [many.at(2), many.at(3)]


def test_the_tool_lists_more_than_a_page(many, stack):
    lines = stack.tool("session", "list", "--org", many.org, "--search",
                       "common", "--limit", "250").stdout.splitlines()
    assert [line.split()[0] for line in lines[:-1]] == [
        many.at(n) for n in range(COMMON, COMMON - 250, -1)]
    assert lines[-1].startswith("250 of ")
