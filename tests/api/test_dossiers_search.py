# SPDX-License-Identifier: GPL-3.0-or-later
"""The dossiers protocol: search, by every filter, key of order and page."""
import time

import pytest

from kit import HOUR, Link
from test_dossiers import check_error, check_session, set_state


class People:
    """Sessions of an organisation of their own, by a short name."""

    rows = {
        "anna": dict(customerName="Anna Lee", externalId="order-4711",
                     customerEmail="anna.lee@example.org",
                     expiresInMs=3 * HOUR),
        "bo": dict(customerName="Bo Ng", externalId="order-4712",
                   customerEmail="bo@example.net", expiresInMs=2 * HOUR),
        "jose": dict(customerName="José Ñáñez Überall",
                     externalId="A/B#7:c", expiresInMs=5 * HOUR),
        "wang": dict(customerName="王小明", externalId="客户-9",
                     expiresInMs=4 * HOUR),
        "omar": dict(customerName="عمر الخيام", expiresInMs=7 * HOUR),
        "odd": dict(customerName="100% under_score back\\slash",
                    externalId="a_b%c\\d", expiresInMs=6 * HOUR),
        "near": dict(customerName="100x underXscore backXslash",
                     externalId="aXbXcXd", expiresInMs=8 * HOUR),
    }

    def __init__(self, api):
        self.api, self.made, self.names = api, {}, {}
        for name, fields in self.rows.items():
            self.made[name] = api.create(**fields)
            self.names[self.made[name]["id"]] = name
            time.sleep(0.002)  # so that createdAt differs

    def found(self, **filters):
        answer = self.api.search(**filters)
        for session in answer["sessions"]:
            check_session(session)
        return [self.names[s["id"]] for s in answer["sessions"]]

    def by(self, query):
        found = self.found(searchQuery=query)
        total = self.api.search(searchQuery=query)["totalCount"]
        assert total == len(found)
        return set(found)


@pytest.fixture(scope="module")
def people(stack):
    return People(stack.tenant("People"))


def test_no_filter_gives_all_newest_first(people):
    names = list(People.rows)
    for body in (None, b"", {}, {"state": None, "createdAt": None,
                                 "limit": None, "searchQuery": None}):
        answer = people.api.ask("POST", "/kyc-sessions/search", body)
        assert answer.status == 200
        found = answer.json
        assert set(found) == {"sessions", "totalCount"}
        assert found["totalCount"] == len(names)
        assert [people.names[s["id"]] for s in found["sessions"]
                ] == names[::-1]


def test_a_listed_session_is_the_one_that_get_shows(people):
    for session in people.api.search()["sessions"]:
        assert session == people.api.show(session)


@pytest.mark.parametrize("query, names", [
    # a mail address, whole and in part, whatever the case
    ("anna.lee@example.org", "anna"), ("ANNA.LEE@EXAMPLE.ORG", "anna"),
    ("anna.lee@exa", "anna"), ("bo@example.net", "bo"),
    # names: of two letters, in parts, by the beginning of a word
    ("Bo", "bo"), ("ng", "bo"), ("le", "anna"), ("Lee", "anna"),
    ("ee", ""), ("nna", ""),
    # ids with punctuation, whole and by their parts
    ("order-4711", "anna"), ("order-471", "anna bo"), ("4712", "bo"),
    ("A/B#7:c", "jose"), ("a/b#7", "jose"), ("7:C", "jose"),
    # accents and case
    ("jose", "jose"), ("JOSÉ", "jose"), ("nanez", "jose"),
    ("ÜBERALL", "jose"), ("uberall", "jose"),
    # other scripts
    ("王小明", "wang"), ("王", "wang"), ("客户-9", "wang"), ("عمر", "omar"),
    ("الخيام", "omar"), ("الخ", "omar"),
    # several words: all must be there, in any order
    ("anna lee", "anna"), ("lee anna", "anna"), ("  anna   lee  ", "anna"),
    ("anna ng", ""), ("order-4711 anna lee example", "anna"),
    ("jose überall a/b", "jose"), ("anna anna anna anna", "anna"),
    # the signs of LIKE stand for themselves
    ("100%", "odd"), ("100", "odd near"), ("under_score", "odd"),
    ("under", "odd near"), ("back\\slash", "odd"), ("a_b%c\\d", "odd"),
    ("a_b", "odd"), ("%", ""), ("_", ""), ("\\", ""), ("%%%", ""),
    ("1%", ""), ("back\\", "odd"), ("a%", ""),
    # nothing, and what would break out of the statement
    ("nobody", ""), ("' OR '1'='1", ""), ("\"", ""), ("x" * 255, ""),
])
def test_search_words(people, query, names):
    assert people.by(query) == set(names.split())


def test_search_by_the_first_signs_of_an_id(people):
    for name, session in people.made.items():
        assert people.by(session["id"]) == {name}
        assert people.by(session["id"].upper()) == {name}
        assert people.by(session["id"][:30]) >= {name}
    first = people.made["anna"]["id"][:8]
    assert "anna" in people.by(first)


def test_blanks_search_for_nothing(people):
    assert len(people.found(searchQuery="   ")) == len(People.rows)
    assert len(people.found(searchQuery="")) == len(People.rows)


def test_four_words_count_and_all_of_them(people):
    assert people.by("anna lee order-4711 anna.lee@example.org") == {"anna"}
    assert people.by("anna lee order-4711 nobody") == set()


# -- order and pages ---------------------------------------------------------
def by_expiry():
    return sorted(People.rows, key=lambda n: People.rows[n]["expiresInMs"])


def by_name():
    return sorted(People.rows, key=lambda n: People.rows[n]["customerName"])


@pytest.mark.parametrize("key, ascending", [
    ("createdAt", list(People.rows)), ("expiresAt", by_expiry()),
    ("customerName", by_name())])
def test_sorted_both_ways_with_and_without_words(people, key, ascending):
    assert people.found(sortBy=key, sortOrder="asc") == ascending
    assert people.found(sortBy=key, sortOrder="desc") == ascending[::-1]
    assert people.found(sortBy=key) == ascending[::-1]
    some = [n for n in ascending if n in ("anna", "bo")]
    assert people.found(sortBy=key, sortOrder="asc",
                        searchQuery="order") == some
    assert people.found(sortBy=key, searchQuery="order") == some[::-1]


def test_order_alone_and_default(people):
    assert people.found(sortOrder="asc") == list(People.rows)


@pytest.mark.parametrize("key", ["createdAt", "expiresAt", "completedAt",
                                 "state", "customerName"])
@pytest.mark.parametrize("order", ["asc", "desc"])
def test_pages_join_without_gap_or_repeat(people, key, order):
    whole = people.found(sortBy=key, sortOrder=order)
    assert sorted(whole) == sorted(People.rows)
    pages = []
    for offset in range(0, len(whole) + 2, 2):
        answer = people.api.search(sortBy=key, sortOrder=order, limit=2,
                                   offset=offset)
        assert answer["totalCount"] == len(whole)
        assert len(answer["sessions"]) <= 2
        pages += [people.names[s["id"]] for s in answer["sessions"]]
    assert pages == whole
    assert people.found(offset=len(whole)) == []
    assert people.found(offset=1_000_000_000) == []


def test_limit(stack):
    api = stack.tenant("Limits")
    made = [api.create()["id"] for _ in range(23)]
    assert api.found() == made[:2:-1]  # 20 of them by default
    assert api.search()["totalCount"] == 23
    assert api.found(limit=1) == made[-1:]
    assert api.found(limit=100) == made[::-1]
    assert api.found(limit=5, offset=20) == made[2::-1]
    for wrong in (0, -1, 101):
        check_error(api.ask("POST", "/kyc-sessions/search",
                            {"limit": wrong}), 400, "limit", "1 and 100")
    for wrong in (-1, 1_000_000_001):
        check_error(api.ask("POST", "/kyc-sessions/search",
                            {"offset": wrong}), 400, "offset")


def test_same_moment_has_one_order(people, stack):
    """Ties are broken by the id, or pages would repeat and lose rows."""
    api = stack.tenant("Ties")
    made = [api.create(customerName="Same Name")["id"] for _ in range(6)]
    stack.sql("UPDATE session s JOIN tenant t ON t.id = s.tenant_id SET "
              "s.expires_at = s.expires_at DIV 100000000 * 100000000 + "
              "100000000 WHERE t.organisation_id = UNHEX('%s')"
              % api.org.replace("-", ""))
    for key in ("expiresAt", "customerName", "state", "completedAt"):
        for order in ("asc", "desc"):
            pages = [i for n in range(3) for i in api.found(
                sortBy=key, sortOrder=order, limit=2, offset=2 * n)]
            assert sorted(pages) == sorted(made), (key, order)
            assert pages == api.found(sortBy=key, sortOrder=order)


# -- the other filters -------------------------------------------------------
def test_created_at_is_inclusive_and_half_open(people):
    times = {n: people.api.show(s)["createdAt"]
             for n, s in people.made.items()}
    names = list(People.rows)
    low, high = times["bo"], times["omar"]
    assert people.found(createdAt={"from": low, "to": high},
                        sortOrder="asc") == names[1:5]
    assert people.found(createdAt={"from": low + 1, "to": high - 1},
                        sortOrder="asc") == names[2:4]
    assert people.found(createdAt={"from": low}, sortOrder="asc") == names[1:]
    assert people.found(createdAt={"to": low}, sortOrder="asc") == names[:2]
    for body in ({}, {"from": None, "to": None}, {"from": 0}):
        assert people.found(createdAt=body, sortOrder="asc") == names
    assert people.found(createdAt={"from": high, "to": low}) == []
    assert people.found(createdAt={"from": 253402300799999}) == []


def test_filters_meet(people):
    assert people.found(searchQuery="order", state="created") == ["bo", "anna"]
    assert people.found(searchQuery="order", state="expired") == []
    assert people.found(searchQuery="order", isComplete=True) == []
    assert people.found(searchQuery="order", isComplete=False, isInvalid=False,
                        limit=1, offset=1) == ["anna"]


def test_complete_and_completed_at(stack):
    api = stack.tenant("Complete")
    made = [api.create(externalId=str(i)) for i in range(4)]
    for i in (2, 0):
        Link(api, made[i]["token"]).finish()
    done, rest = [made[0]["id"], made[2]["id"]], [made[3]["id"], made[1]["id"]]
    assert api.found(isComplete=True, sortBy="completedAt") == done
    assert api.found(isComplete=True, sortBy="completedAt",
                     sortOrder="asc") == done[::-1]
    assert api.found(isComplete=False) == rest
    assert api.search(isComplete=True)["totalCount"] == 2
    # Those without a time come last, or first the other way.
    assert api.found(sortBy="completedAt")[:2] == done
    assert api.found(sortBy="completedAt", sortOrder="asc")[2:] == done[::-1]
    for session in api.search(isComplete=True)["sessions"]:
        assert session["isComplete"] is True
        assert session["completedAt"] >= session["createdAt"]
        assert session["expiresAt"] is None


def test_sorted_by_state(stack):
    api = stack.tenant("Sorted")
    made = {}
    for name in ("failed", "invited", "approved", "opened"):
        made[name] = api.create()["id"]
        set_state(stack, {"id": made[name]}, name)
    rising = [made[n] for n in ("invited", "opened", "approved", "failed")]
    assert api.found(sortBy="state", sortOrder="asc") == rising
    assert api.found(sortBy="state") == rising[::-1]


def test_a_search_changes_nothing_in_what_it_finds(people):
    before = [people.api.show(s) for s in people.made.values()]
    people.api.search(searchQuery="order", sortBy="state")
    assert [people.api.show(s) for s in people.made.values()] == before


def test_more_hits_than_are_counted(stack):
    """Beyond 1,000 a search says 1,001 and that it stopped counting; a list
    counts all."""
    api = stack.tenant("Many")
    one = api.create(externalId="many-0")["id"].replace("-", "")
    columns = [r[0] for r in stack.sql(
        "SELECT column_name FROM information_schema.columns WHERE "
        "table_schema = 'vouchsafe' AND table_name = 'session' AND "
        "column_name <> 'id' ORDER BY ordinal_position")]
    names = ", ".join(columns)
    stack.sql("INSERT INTO session (id, %s) SELECT UNHEX(LPAD(HEX(seq), 32, "
              "'0')), %s FROM session JOIN seq_1_to_1100 WHERE id = "
              "UNHEX('%s')" % (names, names, one))
    stack.sql("INSERT INTO word (tenant_id, word, session_id) SELECT "
              "w.tenant_id, w.word, UNHEX(LPAD(HEX(seq), 32, '0')) FROM word w"
              " JOIN seq_1_to_1100 WHERE w.session_id = UNHEX('%s') AND "
              "w.word = 'many-0'" % one)
    stack.recount(api)
    found = api.search(searchQuery="many")
    assert found["totalCount"] == 1001 and found["totalCapped"] is True
    assert len(found["sessions"]) == 20
    whole = api.search()
    assert whole["totalCount"] == 1101 and "totalCapped" not in whole
    assert len(api.found(searchQuery="many", offset=1050, limit=100)) == 51
