# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps that a check's outcome makes due, and names typed into forms."""
import pytest

from checked import (STEPS, ask, columns, events, finished, row_of, started,
                     state, test_mode)
from kit import wait_until

FORM = {"id": "step_form", "step_id": "step_form", "kind": "form",
        "options": {"fields": [{"key": "full_name", "field_id": "field_1",
                                "name": "Full Name", "type": "name",
                                "required": True}]}}
MORE = dict(FORM, id="step_more", step_id="step_more",
            when={"check": "pep_check", "outcome": ["attention", "issue"]})


def again(step_id, kind, after, outcome):
    return {"id": step_id, "step_id": step_id, "kind": "validation",
            "options": {"validations": [kind]},
            "when": {"check": after, "outcome": [outcome]}}


@pytest.fixture(scope="module")
def trial(stack):
    return test_mode(stack, "Due Ltd")


def test_a_name_in_a_form_counts(trial, stack):
    session, link = started(trial, stack, ["document_check"],
                            [FORM] + STEPS)
    assert link.complete("step_form", form_data={
        "full_name": "Trial Document Fake"}).status == 200
    link.finish()
    shown = ask(trial, session, "process").json["data"]["processing_results"]
    assert shown["failure_reason"] == "document_fake"
    [fields] = shown["extraction_results"].values()
    assert fields["full_name"] == "Trial Document Fake"


def test_an_outcome_asks_for_one_more_step(trial, stack):
    session, link = finished(trial, stack, ["pep_check"], STEPS + [MORE],
                             name="Trial PEP")
    wait_until(lambda: state(link) == "awaiting_client_correction", 20,
               "the step does not become due")
    # nothing was decided, and no review says so
    assert columns(stack, session, "decision, decided_at, completed_at") == [
        "0", "NULL", "NULL"]
    assert row_of(stack, "review", session, "id") == []
    assert [e[0] for e in events(stack, session)] == [1, 2, 3, 4, 5, 12]
    assert link.complete("step_more", form_data={
        "full_name": "Ann Example"}).status == 200
    # the same outcome again: the step is done, so that this time it ends
    wait_until(lambda: state(link) == "manual_review", 20, "no end")
    assert [e[0] for e in events(stack, session)] == [
        1, 2, 3, 4, 5, 12, 3, 4, 5, 8]


def test_another_outcome_does_not(trial, stack):
    session, link = finished(trial, stack, ["pep_check"], STEPS + [MORE],
                             name="Trial Clear")
    assert ask(trial, session, "process").json["data"]["status"] == "approved"
    assert [s["status"] for s in link.get().json["data"]["steps_data"]
            if s["step_id"] == "step_more"] in ([], ["skipped"])


def kinds(stack, session):
    return [k for [k] in sorted(row_of(stack, "check_run", session, "kind"))]


def test_an_outcome_asks_for_one_more_check(trial, stack):
    # one after another, and nothing is decided before the last has ended
    extra = [again("step_aml", "aml_check", "pep_check", "attention"),
             again("step_web", "crypto_check", "aml_check", "clear"),
             again("step_not", "web_check", "aml_check", "issue")]
    session, link = finished(trial, stack, ["pep_check"], STEPS + extra,
                             name="Trial PEP")
    wait_until(lambda: state(link) == "manual_review", 20, "no end")
    assert kinds(stack, session) == ["5", "6", "8"]
    # one event a check, one for all of them, one of the decision
    assert [e[0] for e in events(stack, session)] == [1, 2, 3, 4, 4, 4, 5, 8]


def test_checks_come_before_the_customers_step(trial, stack):
    extra = [MORE, again("step_aml", "aml_check", "pep_check", "attention")]
    session, link = finished(trial, stack, ["pep_check"], STEPS + extra,
                             name="Trial PEP")
    wait_until(lambda: state(link) == "awaiting_client_correction", 20,
               "the step does not become due")
    assert kinds(stack, session) == ["5", "6"]
    assert [e[0] for e in events(stack, session)] == [1, 2, 3, 4, 4, 5, 12]
