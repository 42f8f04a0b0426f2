# SPDX-License-Identifier: GPL-3.0-or-later
"""Processing and validating: what runs, what is shown, what follows."""
import copy
import threading

import pytest

from checked import (ask, columns, events, finished, plain, row_of, settled,
                     started, state, test_mode)
from kit import wait_until
from shape import EXAMPLES, beside, error, like

EVERY = ["document_check", "identity_check", "aml_check", "pep_check",
         "adverse_media_check", "crypto_check"]


@pytest.fixture(scope="module")
def trial(stack):
    return test_mode(stack, "Processing Ltd")


def processed(answer):
    assert answer.status == 200, answer
    example = copy.deepcopy(EXAMPLES["process"])
    # by the id of each document
    example["data"]["processing_results"]["extraction_results"] = {}
    like(example, answer.json)
    return answer.json["data"]["processing_results"]


# -- the document's answers --------------------------------------------------
def test_results_are_those_of_the_document(trial, stack):
    session, link = finished(trial, stack, EVERY, name="Trial Clear",
                             apply_decision=False)
    answer = ask(trial, session, "process")
    found = processed(answer)
    assert answer.json["data"]["status"] == "processed" == state(link)
    document = [d["doc_id"] for s in link.get().json["data"]["steps_data"]
                for d in s["documents"] if d["type"] == "id"]
    assert list(found["extraction_results"]) == document
    fields = found["extraction_results"][document[0]]
    assert list(fields) == ["full_name", "document_number", "date_of_birth",
                            "nationality", "expiry_date"]
    assert found["cross_validation"]["status"] == "passed"
    assert found["face_match_result"]["status"] == "matched"
    assert found["external_validations"]["lists_check"]["match_count"] == 0
    assert found["external_validations"]["crypto_check"]["is_match"] is False
    assert found["final_decision"] == "approved"
    assert found["processing_time_ms"] >= 0
    # risk of nothing but clear checks is zero, and every bit is set
    assert columns(stack, session, "risk, validated, decision, decided_at") \
        == ["0", "7", "1", "NULL"]
    # asking again answers the same
    assert processed(ask(trial, session, "process")) == found


def test_validation_is_the_documents(trial, stack):
    session, _ = finished(trial, stack, ["document_check", "pep_check",
                                         "adverse_media_check"],
                          name="Trial Clear")
    found = beside("validate", ask(trial, session, "validate"))
    assert found["validation_results"]["lists_check"]["is_match"] is False
    assert found["validation_results"]["crypto_check"] is None


def test_no_engine_is_never_clear(api, stack):
    """Of the document nothing can be read, and for all else there is none."""
    session, link = finished(api, stack, EVERY + ["web_check"],
                             name="Trial Clear")
    found = ask(api, session, "process")
    assert found.status == 200
    data = found.json["data"]
    shown = data["processing_results"]
    assert data["status"] == "manual_review" == shown["final_decision"]
    assert [set(d.values()) for d in shown["extraction_results"].values()] \
        == [{None}]
    assert shown["cross_validation"] == {
        "status": "warning", "warnings": ["nothing could be compared"],
        "errors": [], "comparisons": []}
    assert shown["document_result"]["breakdown"] == {
        "document_validation": "consider", "image_quality": "consider",
        "visual_authenticity": None}
    assert shown["face_match_result"] == {
        "status": "unavailable", "confidence": None, "threshold": None}
    assert shown["external_validations"] == {
        "lists_check": {"status": "unavailable", "is_match": None,
                        "match_count": None, "lists_checked": None},
        "crypto_check": {"status": "unavailable", "is_match": None},
        "adverse_media_check": {"status": "unavailable", "risk_score": None,
                                "decision": None}}
    assert shown["web_validation_results"] == [{"status": "unavailable"}]
    assert (shown["outcome"], shown["failure_reason"]) == (
        "error", "document_unreadable")
    # 1 - 0.75^7, and nothing counts as validated
    assert columns(stack, session, "risk, validated") == ["8665", "0"]


# -- who may, and when -------------------------------------------------------
def test_not_before_the_customer_has_finished(api, stack):
    session, link = started(api, stack)
    for verb in ("process", "validate"):
        error(ask(api, session, verb), 409)
        link.consent()
        error(ask(api, session, verb), 409)


def test_only_ones_own_and_with_the_permission(api, stack, trial):
    session, _ = settled(api, stack)
    reader = api.with_key(stack.add_key(api.org, "--permissions",
                                        "kyc:read,kyc:create"))
    for verb in ("process", "validate"):
        error(ask(trial, session, verb), 404)
        error(ask(reader, session, verb), 403)
        error(api.ask("POST", "/kyc/sessions/none/" + verb), 404)


# -- the workflow's automation -----------------------------------------------
def test_on_call_nothing_runs_before_it_is_asked_for(trial, stack):
    session, link = finished(trial, stack, ["document_check", "aml_check"],
                             name="Trial Clear", process="call")
    assert row_of(stack, "check_run", session, "kind") == []
    found = ask(trial, session, "validate").json["data"]["validation_results"]
    assert found["lists_check"]["is_match"] is False
    assert found["crypto_check"] is None is found["adverse_media_check"]
    # the external ones alone, and no decision from them
    assert row_of(stack, "check_run", session, "kind") == [["5"]]
    assert state(link) == "completed"
    assert columns(stack, session, "decision, risk") == ["0", "NULL"]
    assert ask(trial, session, "process").status == 200
    assert row_of(stack, "check_run", session, "kind") == [["1"], ["5"]]
    assert state(link) == "approved"
    # created, opened, completed, both checks, processed, approved
    assert [e[0] for e in events(stack, session)] == [1, 2, 3, 4, 4, 5, 6]


def test_where_all_is_validated_processing_only_decides(trial, stack):
    session, link = finished(trial, stack, ["aml_check"], name="Trial Clear",
                             process="call")
    ask(trial, session, "validate")
    assert state(link) == "completed"
    assert ask(trial, session, "process").json["data"]["status"] == "approved"


def test_nothing_to_check_concludes_at_once(api, stack):
    session, link = finished(api, stack, [])
    assert state(link) == "approved"
    assert columns(stack, session, "risk, decision, outcome") == [
        "NULL", "1", "1"]
    session, link = finished(api, stack, [], process="call")
    assert state(link) == "completed"
    assert ask(api, session, "process").json["data"]["status"] == "approved"


RULES = {"clear": "manual_review", "consider": "flagged", "issue": "rejected"}


@pytest.mark.parametrize("name, status, decision, code, invalid", [
    ("Trial Clear", "manual_review", "manual_review", "3", False),
    ("Trial Consider", "approved", "flagged", "2", False),
    ("Trial Document Expired", "manual_review", "manual_review", "3", False),
    ("Trial Document Fake", "rejected", "rejected", "4", True),
    ("Trial Error", "manual_review", "manual_review", "3", False)])
def test_outcomes_lead_where_the_workflow_says(trial, stack, name, status,
                                               decision, code, invalid):
    session, _ = finished(trial, stack, ["document_check"], name=name,
                          outcomes=RULES)
    data = ask(trial, session, "process").json["data"]
    assert data["status"] == status
    assert data["processing_results"]["final_decision"] == decision
    assert columns(stack, session, "decision, decided_at = processed_at") == [
        code, "1"]
    # every decision is a review row; this one is a job's
    assert row_of(stack, "review", session, "decision, actor, actor_id") == [
        [code, "3", "NULL"]]
    assert trial.show(session)["isInvalid"] is invalid


def test_other_protocols_always_process_and_apply(trial, stack):
    session, link = started(trial, stack, ["document_check"],
                            name="Trial Clear", process="call",
                            apply_decision=False)
    stack.sql("UPDATE session SET protocol = 3 WHERE id = UNHEX('%s')" %
              plain(session))
    link.finish()
    assert ask(trial, session, "process").json["data"]["status"] == "approved"
    assert trial.show(session)["state"] == "completed"


# -- once ---------------------------------------------------------------------
def test_events_are_told_once_in_order_with_versions(trial, stack):
    session, _ = settled(trial, stack, ["document_check", "aml_check"],
                         name="Trial Sanctions", apply_decision=False)
    told = events(stack, session)
    assert [e[0] for e in told] == [1, 2, 3, 4, 4, 5]
    versions = [e[1] for e in told]
    assert versions == sorted(set(versions))
    assert told[-1][2] == 7 and str(versions[-1]) == columns(
        stack, session, "version")[0]


def test_a_crowd_starts_nothing_twice(trial, stack):
    session, _ = finished(trial, stack, ["document_check", "aml_check"],
                          name="Trial Clear", process="call")
    answers = []
    crowd = [threading.Thread(target=lambda: answers.append(
        ask(trial, session, "process"))) for _ in range(4)]
    for t in crowd:
        t.start()
    for t in crowd:
        t.join()
    assert [a.status for a in answers] == [200] * 4
    assert len({a.body for a in answers}) == 1
    assert [e[0] for e in events(stack, session)] == [1, 2, 3, 4, 4, 5, 6]


def test_an_idempotency_key_replays_and_is_erasable(trial, stack):
    session, _ = finished(trial, stack, ["document_check"],
                          name="Trial Clear")
    key = {"Idempotency-Key": "process-once"}
    first = ask(trial, session, "process", **key)
    again = ask(trial, session, "process", **key)
    assert first.body == again.body and first.status == 200
    assert again.headers["Idempotency-Replayed"] == "true"
    assert row_of(stack, "idempotency", session, "status") == [["200"]]


def test_findings_lie_sealed(trial, stack):
    session, _ = settled(trial, stack, ["document_check"], name="Trial Clear")
    rows = row_of(stack, "check_run", session,
                  "LENGTH(sealed) > 100, LOCATE('Trial', sealed)")
    assert rows == [["1", "0"]]


def test_a_check_that_fails_for_days_ends_as_an_error(trial, stack):
    form = {"id": "step_form", "kind": "form", "options": {"fields": [
        {"key": "job", "name": "Job", "type": "text"}]}}
    session, link = started(trial, stack, ["document_check"], [form],
                            process="call")
    assert link.complete("step_form", form_data={"job": "x"}).status == 200
    assert columns(stack, session, "state") == ["5"]
    stack.sql("""
        UPDATE step SET sealed = 'torn' WHERE session_id = UNHEX('%(id)s');
        INSERT INTO check_run (tenant_id, session_id, kind, status, outcome,
            reason, created_at)
        SELECT tenant_id, id, 1, 1, 0, 0, created_at FROM session
        WHERE id = UNHEX('%(id)s');
        INSERT INTO job (id, lane, kind, tenant_id, subject, argument, status,
            run_at, created_at)
        SELECT UNHEX(MD5('%(id)s')), 2, 2, tenant_id, id, 1, 0, 0,
            created_at - 6 * 86400000 FROM session WHERE id = UNHEX('%(id)s')
        """ % {"id": plain(session)})
    wait_until(lambda: columns(stack, session, "state, failure_reason") ==
               ["8", "12"], 20, "the session is held")
    assert stack.sql("SELECT COUNT(*) FROM job WHERE subject = UNHEX('%s')"
                     % plain(session)) == [["0"]]
