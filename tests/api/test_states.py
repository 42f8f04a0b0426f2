# SPDX-License-Identifier: GPL-3.0-or-later
"""One session, five vocabularies: real sessions of every state, made by every
protocol, read and looked for in the words of each."""
import threading
import urllib.parse
from types import SimpleNamespace

import pytest

from five import Five, good
from kit import SELFIE, Later, jpeg, wait_until

PROTOCOLS = ("kyc", "kycgenie", "dossiers", "verilock", "klustr")
TABLE = """
draft          draft                      pending   created    created    created
invited        active                     pending   created    created    created
opened         active                     accessed  started    created    started
started        active                     accessed  started    processing started
completed      completed                  accessed  processing processing submitted
processing     processing                 accessed  processing processing submitted
processed      processed                  completed processing processing submitted
manual_review  manual_review              completed processing processing submitted
correcting     awaiting_client_correction accessed  started    processing started
approved       approved                   completed completed  approved   success
rejected       rejected                   completed completed  declined   rejected
expired        expired                    expired   expired    expired    expired
revoked        revoked                    revoked   cancelled  expired    expired
failed         failed                     failed    failed     declined   rejected
"""
INVALID = {"rejected", "failed"}  # dossiers' isInvalid
WORDS = {row.split()[0]: dict(zip(PROTOCOLS, row.split()[1:]))
         for row in TABLE.strip().splitlines()}
STATES = list(WORDS)


def words(protocol):
    return {row[protocol] for row in WORDS.values()}


def states(protocol, word):
    return {s for s in STATES if WORDS[s][protocol] == word}


# -- the ways there ----------------------------------------------------------
def draft(five):
    return five.kycgenie(send_email=False)


def invited(five):
    return five.klustrs()


def opened(five):
    session = five.verilock()
    good(five.link(session).post("/open"))
    return session


def started(five):
    return five.consent(five.dossiers())


def completed(five):
    return five.finish(five.kyc(workflow_id=five.workflow(process="call")))


def processing(five):
    """For 25 s from here."""
    return five.becomes(five.finish(five.kycgenie("Trial Slow", "v2")),
                        "processing")


def processed(five):
    return five.becomes(five.finish(five.kyc(
        "Trial Clear", workflow_id=five.workflow(apply_decision=False))),
        "processed")


def manual_review(five):
    return five.becomes(five.finish(five.dossiers("Trial Error")),
                        "manual_review")


def correcting(five):
    session = five.becomes(five.finish(five.verilock("Trial Consider")),
                           "manual_review")
    good(five.api.ask("POST", "/kyc/sessions/%s/corrections" % session, {
        "corrections": [{"step_id": "step_document",
                         "document_types": ["id"], "message": "Sharper."}]}))
    return session


def approved(five):
    return five.becomes(five.finish(five.klustrs("Trial Clear")), "approved")


def rejected(five):
    session = five.becomes(five.finish(five.kycgenie("Trial Document Fake")),
                           "manual_review")
    good(five.api.ask(
        "POST", "/api/v1/verification/sessions/%s/reviews/create/" % session,
        {"decision": "rejected", "notes": "A forgery."}), 201)
    return session


def expired(five):
    """Ended by a list of a minute later, which writes what is due."""
    session = five.dossiers(expiresInMs=60_000)
    good(five.later(61_000).ask("POST", "/kyc-sessions/search", {}))
    assert five.row(session) == [["12"]]
    return session


def revoked(five):
    session = five.kycgenie(version="v2")
    good(five.api.ask(
        "DELETE", "/api/v2/verification/sessions/%s/revoke/" % session))
    return session


def failed(five):
    session = five.consent(five.kyc(workflow_id=five.workflow(attempts=1)))
    link = five.link(session)
    for status in (201, 201, 409):  # the first one is no second attempt
        good(link.upload(SELFIE, jpeg()), status)
    return session


# What does not last comes last.
WAYS = (draft, invited, opened, started, completed, processed, manual_review,
        correcting, approved, rejected, expired, revoked, failed, processing)


# -- one session in every vocabulary -----------------------------------------
def in_kyc(five, one, ask=None):
    return good((ask or five.api.ask)("GET", "/kyc/sessions/" + one.id))[
        "data"]["status"]


def in_kycgenie(version):
    def read(five, one, ask=None):
        return good((ask or five.api.ask)(
            "GET", "/api/%s/verification/sessions/%s/" % (version, one.id)))[
                "status"]
    return read


def in_dossiers(five, one, ask=None):
    return good((ask or five.api.ask)("GET", "/kyc-sessions/" + one.id))[
        "state"]


def in_verilock(five, one, ask=None):
    return good((ask or five.api.ask)(
        "GET", "/api/v1/sessions/ses_" + one.id))["status"]


def in_klustr(five, one, ask=None):
    found = good((ask or five.klustr.ask)(
        "GET", "/ekyc/admin/%s/sessions" % quoted(one)))
    assert found["id"] == one.person and list(found["sessions"]) == [one.id]
    return found["sessions"][one.id]["status"]


def in_klustr_status(five, one, ask=None):
    """Of one who has this session alone: under its word, and no other."""
    found = good((ask or five.klustr.ask)(
        "GET", "/ekyc/admin/%s/status" % quoted(one)))
    assert found["total_sessions"] == 1
    [(word, shown)] = [(w, found[w]) for w in words("klustr") if found[w]]
    assert shown["id"] == one.id and shown["status"] == word
    assert found["verification"]["status"] == word
    return word


def quoted(one):
    return urllib.parse.quote(one.person)


READERS = {"kyc": in_kyc, "kycgenie v1": in_kycgenie("v1"),
           "kycgenie v2": in_kycgenie("v2"), "dossiers": in_dossiers,
           "verilock": in_verilock, "klustr": in_klustr,
           "klustr's status": in_klustr_status}


def protocol_of(name):
    return name.split()[0].partition("'")[0]


# -- the lists: each gives the ids of a word's sessions ----------------------
def kyc_list(name):
    def find(five, word):
        return [s["session_id"] for s in good(five.api.ask(
            "GET", "/kyc/sessions?limit=100&%s=%s" % (name, word)))["data"][
                "sessions"]]
    return find


def kycgenie_list(version, size):
    def find(five, word):
        return results(five, "/api/%s/verification/sessions/list/?%s=100"
                             "&status=%s" % (version, size, word))
    return find


def kycgenie_list_of(version):
    """Of every entity, one after the other."""
    def find(five, word):
        return [id for one in five.all.values() for id in results(
            five, "/api/%s/entities/%s/verification-sessions/?status=%s"
            % (version, one.entity, word))]
    return find


def results(five, path):
    return [s["session_id"]
            for s in good(five.api.ask("GET", path))["results"]]


def dossiers_list(five, word):
    return five.api.found(state=word, limit=100)


def verilock_list(five, word):
    return [s["id"].removeprefix("ses_") for s in good(five.api.ask(
        "GET", "/api/v1/sessions?per_page=100&status=" + word))["data"]]


LISTS = {"kyc by status": kyc_list("status"),
         "kyc by status_list": kyc_list("status_list"),
         "kycgenie v1": kycgenie_list("v1", "limit"),
         "kycgenie v2": kycgenie_list("v2", "page_size"),
         "kycgenie v1 of an entity": kycgenie_list_of("v1"),
         "kycgenie v2 of an entity": kycgenie_list_of("v2"),
         "dossiers": dossiers_list, "verilock": verilock_list}


# -- everything at once, while it lasts --------------------------------------
class States(Five):
    def __init__(self, stack, directory):
        super().__init__(stack, "States Ltd")
        self.directory = directory
        self.all = {}
        for way in WAYS:
            session = way(self)
            entity, person = self.person_of(session)
            self.all[way.__name__] = SimpleNamespace(
                id=session, entity=entity, person=person)

    def later(self, ms):
        return Later(self.stack, self.api.key, ms, self.directory)

    def row(self, session):
        return self.stack.sql("SELECT state FROM session WHERE id = UNHEX("
                              "'%s')" % session.replace("-", ""))

    def named(self, ids):
        """The states of the sessions with those ids, none twice."""
        found = [s for id in ids for s in STATES if self.all[s].id == id]
        assert len(found) == len(ids) == len(set(ids)), ids
        return set(found)

    def ask_invalid(self, **filters):
        return self.named(self.api.found(limit=100, **filters))


@pytest.fixture(scope="module")
def five(stack, tmp_path_factory):
    return States(stack, tmp_path_factory.mktemp("states"))


@pytest.fixture(scope="module")
def seen(five):
    """What each reader and each list says; kept, because one ends."""
    out = SimpleNamespace(
        words={name: {state: read(five, five.all[state]) for state in STATES}
               for name, read in READERS.items()},
        lists={name: {word: five.named(find(five, word))
                      for word in words(protocol_of(name))}
               for name, find in LISTS.items()},
        people={one["id"]: one["sessions"] for one in
                good(five.klustr.ask("GET", "/ekyc/admin"))},
        dossiers={state: five.api.show({"id": five.all[state].id})
                  for state in STATES},
        invalid={flag: five.ask_invalid(isInvalid=flag)
                 for flag in (True, False)},
        sorted_out={(word, flag): five.ask_invalid(state=word, isInvalid=flag)
                    for word in words("dossiers") for flag in (True, False)},
        two={pair: five.named(kyc_list("status_list")(five, ",".join(pair)))
             for pair in pairs()})
    assert five.status(five.all["processing"].id) == "processing", (
        "reading took longer than the slow check")
    return out


def pairs():
    order = sorted(words("kyc"))
    return list(zip(order, order[1:] + order[:1]))


def test_the_ways_lead_to_every_state():
    assert len(STATES) == 14 == len({tuple(w.values())
                                     for w in WORDS.values()})
    assert {way.__name__ for way in WAYS} == set(STATES)


@pytest.mark.parametrize("name", READERS)
def test_each_session_by_its_word(seen, name):
    protocol = protocol_of(name)
    assert seen.words[name] == {s: WORDS[s][protocol] for s in STATES}


def test_what_dossiers_calls_invalid(seen):
    for state, shown in seen.dossiers.items():
        assert shown["isInvalid"] is (state in INVALID), state
    assert seen.invalid == {True: INVALID, False: set(STATES) - INVALID}
    for (word, flag), found in seen.sorted_out.items():
        assert found == {s for s in states("dossiers", word)
                         if (s in INVALID) is flag}, (word, flag)


@pytest.mark.parametrize("name", LISTS)
def test_each_list_by_word(seen, name):
    protocol = protocol_of(name)
    assert seen.lists[name] == {word: states(protocol, word)
                                for word in words(protocol)}


def test_two_words_in_one_list(seen):
    for pair, found in seen.two.items():
        assert found == states("kyc", pair[0]) | states("kyc", pair[1]), pair


def test_everybody_in_klustrs_list(five, seen):
    for state, one in five.all.items():
        sessions = seen.people[one.person]
        assert {id: s["status"] for id, s in sessions.items()} == {
            one.id: WORDS[state]["klustr"]}, state
    assert len(seen.people) == len(STATES)


@pytest.mark.parametrize("name", LISTS)
def test_words_of_other_protocols_are_none(five, name):
    protocol = protocol_of(name)
    foreign = set().union(*map(words, PROTOCOLS)) - words(protocol)
    for word in sorted(foreign) + [words(protocol).pop().upper()]:
        with pytest.raises(AssertionError) as refused:
            LISTS[name](five, word)
        status = 422 if protocol == "verilock" else 400
        assert str(refused.value).startswith("%d " % status), (word, refused)


# -- what nobody has written yet ---------------------------------------------
@pytest.mark.parametrize("state", ["invited", "opened", "started"])
def test_expiry_shows_before_it_is_written(five, state):
    way = {"invited": invited, "opened": opened, "started": started}[state]
    session = way(five)
    one = SimpleNamespace(id=session, person=five.person_of(session)[1])
    before = five.row(session)
    # by the API key: an access token does not live as long
    later = five.later(91 * 86_400_000)
    for name, read in READERS.items():
        assert read(five, one, later.ask) == "expired", name
    assert five.row(session) == before != [["12"]]


# -- several sessions of one person ------------------------------------------
def test_klustr_tells_of_the_newest(five):
    _, person = five.person("Trial Clear")
    first = five.klustrs(person=person)
    five.becomes(five.finish(five.klustrs(person=person)), "approved")
    newest = [five.klustrs(person=person) for _ in range(2)][-1]
    path = "/ekyc/admin/" + urllib.parse.quote(person)
    sessions = good(five.klustr.ask("GET", path + "/sessions"))["sessions"]
    assert list(sessions) == sorted(sessions, reverse=True)
    assert list(sessions)[0] == newest and first in sessions
    people = good(five.klustr.ask("GET", "/ekyc/admin"))
    assert [list(one["sessions"]) for one in people
            if one["id"] == person] == [list(sessions)]
    found = good(five.klustr.ask("GET", path + "/status"))
    assert found["total_sessions"] == 4 == len(sessions)
    assert found["created"]["id"] == newest
    # what was decided counts, not what came after it
    assert found["verification"]["status"] == "success"
    assert found["success"]["id"] not in (first, newest)
    assert all(found[w] is None for w in ("started", "rejected", "expired",
                                          "submitted"))


def test_who_comes_while_klustr_lists_hides_nobody(stack):
    """The list is read in two statements: a user whose first session comes
    between them, in the middle of the page."""
    five = Five(stack, "Crowd Ltd")
    people = [five.person() for _ in range(3)]
    made = {i: five.klustrs(person=people[i][1]) for i in (0, 2)}
    late = five.dossiers(None)
    lock, found = stack.sql_session(), []
    asking = threading.Thread(target=lambda: found.append(
        five.klustr.ask("GET", "/ekyc/admin")))
    try:
        lock.run("LOCK TABLES link WRITE")  # the second needs it
        asking.start()
        wait_until(lambda: stack.sql(
            "SELECT 1 FROM information_schema.processlist WHERE user = "
            "'vouchsafe' AND state LIKE 'Waiting for table%' AND info LIKE "
            "'SELECT STRAIGHT_JOIN e.id, %'"), 10, "the list does not wait")
        stack.sql("UPDATE session SET entity_id = UNHEX('%s') WHERE id = "
                  "UNHEX('%s')" % (people[1][0].replace("-", ""),
                                   late.replace("-", "")))
    finally:
        lock.close()
        asking.join()
    shown = {one["id"]: list(one["sessions"]) for one in good(found[0])}
    assert shown == {people[i][1]: [made[i]] for i in (0, 2)}
