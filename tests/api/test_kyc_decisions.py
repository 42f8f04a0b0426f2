# SPDX-License-Identifier: GPL-3.0-or-later
"""A person's decisions, however often and by however many."""
import threading

import pytest

from checked import (columns, events, row_of, settled, started, state,
                     test_mode)
from shape import beside, error

APPROVED, FLAGGED, REVIEW, REJECTED = "1", "2", "3", "4"


@pytest.fixture(scope="module")
def trial(stack):
    return test_mode(stack, "Decisions Ltd")


def decide(client, session, status, **more):
    return client.ask("PATCH", "/kyc/sessions/" + session["id"],
                      dict(more, status=status))


def audits(stack, session):
    return row_of(stack, "audit", session, "from_state, to_state")


def test_the_documents_example(api, stack):
    session, link = settled(api, stack)
    before = len(events(stack, session))
    data = beside("update", decide(
        api, session, "approved", notes="All documents verified"))
    assert data["status"] == "approved" == state(link)
    assert api.show(session)["state"] == "completed"
    assert columns(stack, session, "decision, decided_at > 0") == [
        APPROVED, "1"]
    # the job's review and ours, notes sealed
    assert sorted(row_of(stack, "review", session, "decision, actor,"
                         " sealed IS NULL, COALESCE(LOCATE('verified',"
                         " sealed), 0)")) == [
        [APPROVED, "1", "0", "0"], [REVIEW, "3", "1", "0"]]
    assert [e[0] for e in events(stack, session)[before:]] == [6]


def test_every_decision_leads_to_every_other(api, stack):
    session, link = settled(api, stack)
    invalid = {"rejected"}
    for status in ("rejected", "approved", "manual_review", "processed",
                   "approved", "rejected", "processed", "manual_review"):
        assert decide(api, session, status).status == 200
        assert state(link) == status
        assert api.show(session)["isInvalid"] is (status in invalid)
    told = events(stack, session)
    # processed is told of when the checks end, not when it comes back
    assert [e[0] for e in told[-6:]] == [7, 6, 8, 6, 7, 8]
    versions = [e[1] for e in told[-6:]]
    assert versions == sorted(set(versions))


def test_a_repeated_decision_is_a_review_and_no_event(api, stack):
    session, _ = settled(api, stack)
    decide(api, session, "rejected")
    told, kept = events(stack, session), audits(stack, session)
    reviews = len(row_of(stack, "review", session, "decision"))
    at = columns(stack, session, "decided_at")
    assert decide(api, session, "rejected", notes="again").status == 200
    assert events(stack, session) == told
    assert len(audits(stack, session)) == len(kept) + 1
    assert len(row_of(stack, "review", session, "decision")) == reviews + 1
    assert columns(stack, session, "decided_at") == at


def test_flagged_is_an_approval_that_can_be_confirmed(trial, stack):
    session, link = settled(trial, stack, ["document_check"],
                            name="Trial Consider",
                            outcomes={"consider": "flagged"})
    assert state(link) == "approved"
    assert columns(stack, session, "decision") == [FLAGGED]
    told = events(stack, session)
    assert decide(trial, session, "approved").status == 200
    assert columns(stack, session, "decision") == [APPROVED]
    assert events(stack, session) == told


def test_not_before_the_checks(api, stack):
    session, link = started(api, stack)
    for status in ("approved", "rejected", "manual_review"):
        error(decide(api, session, status), 409)
    link.consent()
    error(decide(api, session, "approved"), 409)


def test_of_fifty_decisions_with_one_version_one_wins(api, stack):
    session, _ = settled(api, stack)
    version = int(columns(stack, session, "version")[0])
    answers, told = [], len(events(stack, session))

    def one(i):
        answers.append(decide(api, session, ("approved", "rejected")[i % 2],
                              version=version))

    crowd = [threading.Thread(target=one, args=(i,)) for i in range(50)]
    for t in crowd:
        t.start()
    for t in crowd:
        t.join()
    assert sorted(a.status for a in answers) == [200] + [409] * 49
    assert len(events(stack, session)) == told + 1
    # one that repeats the winner's decision does not win a second time
    winner = [a for a in answers if a.status == 200][0].json["data"]["status"]
    error(decide(api, session, winner, version=version), 409)


def test_who_may_not_review_may_not_repeat_either(api, stack):
    session, _ = settled(api, stack)
    key = stack.add_key(api.org, "--permissions", "kyc:read,kyc:update")
    for status in ("manual_review", "approved"):
        error(decide(api.with_key(key), session, status), 403)


def test_a_recommendation_stays(trial, stack):
    session, link = settled(trial, stack, ["document_check"],
                            name="Trial Clear", apply_decision=False)
    assert state(link) == "processed"
    before = columns(stack, session, "decision, decided_at")
    assert before[0] == APPROVED
    assert decide(trial, session, "processed").status == 200
    assert columns(stack, session, "decision, decided_at") == before
    assert row_of(stack, "review", session, "COUNT(*)") == [["1"]]
