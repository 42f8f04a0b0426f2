# SPDX-License-Identifier: GPL-3.0-or-later
"""Test mode: the names that lead to each outcome."""
import threading
import time

import pytest

from checked import ask, finished, state, test_mode
from kit import Later, wait_until

KINDS = ["document_check", "identity_check", "enhanced_identity_check",
         "proof_of_address_check", "aml_check", "pep_check",
         "adverse_media_check", "crypto_check", "web_check", "liveness_check"]


@pytest.fixture(scope="module")
def trial(stack):
    return test_mode(stack, "Trials Ltd")


@pytest.fixture(scope="module")
def listed(trial):
    return trial.ask("GET", "/kyc/test-outcomes").json["data"][
        "test_outcomes"]


def test_they_are_listed_in_both_modes(trial, api, listed):
    assert len(listed) >= 10
    assert api.ask("GET", "/kyc/test-outcomes").json["data"][
        "test_outcomes"] == listed
    for row in listed:
        assert sorted(row) == ["checks", "customer_name", "delay_seconds",
                               "description", "failure_reason"]
        assert sorted(row["checks"]) == sorted(KINDS)
        assert (row["failure_reason"] is None) == (
            set(row["checks"].values()) == {"clear"})
    # every outcome can be had
    assert {o for row in listed for o in row["checks"].values()} == {
        "clear", "consider", "attention", "issue", "error"}


def test_each_name_keeps_its_word(trial, stack, listed):
    rank = ["clear", "consider", "attention", "issue", "error"]
    rows = [r for r in listed if not r["delay_seconds"]]
    found = {}

    def one(row):
        session, _ = finished(trial, stack, KINDS, name=row["customer_name"])
        data = ask(trial, session, "process").json["data"]
        found[row["customer_name"]] = data

    for row in rows:
        one(row)
    for row in rows:
        shown = found[row["customer_name"]]["processing_results"]
        assert shown["outcome"] == max(row["checks"].values(), key=rank.index)
        assert shown["failure_reason"] == row["failure_reason"], row
        clear = shown["outcome"] == "clear"
        assert (shown["final_decision"] == "approved") is clear, row


def test_case_does_not_matter(trial, stack):
    session, _ = finished(trial, stack, ["document_check"],
                          name="TRIAL document FAKE")
    shown = ask(trial, session, "process").json["data"]["processing_results"]
    assert shown["failure_reason"] == "document_fake"
    assert shown["cross_validation"]["errors"] == ["document_fake"]


def test_a_match_is_shown_as_one(trial, stack):
    session, _ = finished(trial, stack, ["aml_check", "pep_check"],
                          name="Trial Sanctions")
    shown = ask(trial, session, "process").json["data"]["processing_results"]
    assert shown["external_validations"]["lists_check"] == {
        "is_match": True, "match_count": 1,
        "lists_checked": ["ofac", "un", "eu"]}


def test_other_names_mean_nothing(trial, stack):
    for name in ("Trial", "Trial Clear Jr", "Ann Example", None):
        session, link = finished(trial, stack, ["document_check"], name=name)
        ask(trial, session, "process")
        assert state(link) == "manual_review", name


def test_in_live_mode_the_names_mean_nothing(api, stack, listed):
    made = [finished(api, stack, ["document_check"],
                     name=row["customer_name"]) for row in listed]
    for session, link in made:
        wait_until(lambda link=link: state(link) == "manual_review", 20,
                   "not decided")
        shown = ask(api, session, "process").json["data"][
            "processing_results"]
        assert shown["failure_reason"] == "document_unreadable"


def test_what_takes_long_is_answered_before(trial, stack):
    """20 s for the wait and 5 more for the check; the rest waits aside."""
    session, link = finished(trial, stack, ["document_check", "aml_check"],
                             name="Trial Slow", process="call")
    answers = []
    crowd = [threading.Thread(target=lambda verb=verb: answers.append(
        (verb, ask(trial, session, verb)))) for verb in
        ("process", "validate")]
    for t in crowd:
        t.start()
    for t in crowd:
        t.join()
    for verb, answer in answers:
        data = answer.json["data"]
        assert answer.status == 202 and data["status"] == "processing", verb
        shown = data.get("processing_results") or data["validation_results"]
        lists = (shown.get("external_validations") or shown)["lists_check"]
        assert lists["status"] == "pending" and lists["is_match"] is None
        assert not shown.get("final_decision")
    done = ask(trial, session, "process")
    assert done.status == 200 and state(link) == "approved"
    assert done.json["data"]["processing_results"][
        "processing_time_ms"] >= 20_000


def test_nobody_waits_where_no_worker_is_to_spare(trial, stack, tmp_path):
    """As nginx says it once half of the slow pool is taken: 202 at once, and
    the checks have been started all the same."""
    session, link = finished(trial, stack, ["document_check"],
                             name="Trial Slow", process="call")
    began = time.monotonic()
    answer = Later(stack, trial.key, 0, tmp_path).ask(
        "POST", "/kyc/sessions/%s/process" % session["id"], {},
        VOUCHSAFE_NOWAIT="1")
    assert answer.status == 202, answer
    assert answer.json["data"]["status"] == "processing"
    assert time.monotonic() - began < 5
    assert state(link) in ("completed", "processing")
