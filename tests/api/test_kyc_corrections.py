# SPDX-License-Identifier: GPL-3.0-or-later
"""Corrections: asked for, made by the customer, checked again."""
import threading

import pytest

from checked import (ask, columns, events, row_of, settled, started, state,
                     test_mode, workflow, STEPS)
from kit import HOUR, jpeg, passport, wait_until
from shape import beside, error

FORM = STEPS + [{"id": "step_form", "step_id": "step_form", "kind": "form",
                 "options": {"fields": [
                     {"key": "full_name", "field_id": "field_1",
                      "name": "Full Name", "type": "name"}]}}]
BLURRY = {"step_id": "step_document", "document_types": ["id"],
          "message": "Please upload a clearer photo of your ID."}


@pytest.fixture(scope="module")
def trial(stack):
    return test_mode(stack, "Corrections Ltd")


def correct(client, session, *items, **more):
    return ask(client, session, "corrections",
               dict({"corrections": list(items)}, **more))


def steps(link):
    return {s["step_id"]: s["status"]
            for s in link.get().json["data"]["steps_data"]}


def test_the_documents_example(trial, stack):
    session, link = settled(trial, stack, name="Trial Document Fake")
    before = trial.show(session)
    data = beside("corrections", correct(
        trial, session, BLURRY, comment="Blurry ID image"))
    assert data["status"] == "awaiting_client_correction"
    assert data["current_step_index"] == 1
    [step] = data["steps_data"]
    assert (step["step_id"], step["status"]) == ("step_document",
                                                 "needs_correction")
    [asked] = step["correction_requests"]
    assert asked["status"] == "open" and asked["document_types"] == ["id"]
    assert asked["field_ids"] == [] and asked["step_id"] == "step_document"
    assert "comment" not in asked
    assert steps(link) == {"step_consent": "completed",
                           "step_document": "needs_correction",
                           "step_selfie": "completed"}
    shown = trial.show(session)
    assert before["isComplete"] and not shown["isComplete"]
    assert shown["state"] == "started"
    assert columns(stack, session,
                   "decision, decided_at, steps_done, step_current") == [
                       "0", "NULL", "2", "1"]
    # the event, and neither message nor comment in plain text
    assert events(stack, session)[-1][0] == 12
    assert row_of(stack, "correction", session,
                  "LOCATE('clearer', sealed) + LOCATE('Blurry', sealed)") == [
                      ["0"]]


def test_the_way_back(trial, stack):
    session, link = settled(trial, stack, name="Trial Document Fake")
    old = row_of(stack, "check_run", session, "kind, created_at")
    assert correct(trial, session, BLURRY, {
        "step_id": "step_selfie", "message": "With open eyes."}).status == 200
    # what was there stays, but it does not count
    assert [len(s["documents"]) for s in
            link.get().json["data"]["steps_data"]] == [0, 1, 1]
    answer = error(link.complete("step_document",
                                 document_kind="passport"), 409)
    assert "id" in answer["message"]
    assert link.upload(passport(), jpeg(b"clear")).status == 201
    assert link.complete("step_document",
                         document_kind="passport").status == 200
    assert state(link) == "awaiting_client_correction"
    # the other one asks for nothing in particular
    assert link.complete("step_selfie").status == 200
    wait_until(lambda: state(link) == "manual_review", 20, "not again")
    assert row_of(stack, "correction", session, "resolved_at IS NULL") == [
        ["0"], ["0"]]
    new = row_of(stack, "check_run", session, "kind, created_at")
    assert [k for k, _ in old] == [k for k, _ in new] and old != new
    told = [e[0] for e in events(stack, session)]
    assert told == [1, 2, 3, 4, 4, 5, 8, 12, 3, 4, 4, 5, 8]
    assert ask(trial, session, "process").json["data"][
        "processing_results"]["failure_reason"] == "document_fake"


def test_while_correcting_nothing_is_processed(trial, stack):
    session, link = settled(trial, stack, name="Trial Clear")
    assert correct(trial, session, BLURRY).status == 200
    error(ask(trial, session, "process"), 409)
    error(correct(trial, session, BLURRY), 409)


def test_on_call_the_checks_wait_again(trial, stack):
    session, link = started(trial, stack, ["document_check"],
                            name="Trial Clear", process="call")
    link.finish()
    assert ask(trial, session, "process").json["data"]["status"] == "approved"
    correct(trial, session, BLURRY)
    link.upload(passport(), jpeg(b"new"))
    link.complete("step_document", document_kind="passport")
    assert state(link) == "completed"
    assert row_of(stack, "check_run", session, "kind") == []
    assert columns(stack, session, "risk, outcome, processed_at") == [
        "NULL", "0", "NULL"]
    assert ask(trial, session, "process").json["data"]["status"] == "approved"


# -- what is refused ---------------------------------------------------------
@pytest.fixture(scope="module")
def decided(api, stack):
    session, _ = settled(api, stack)
    workflow(stack, session, [], FORM)
    return session


@pytest.mark.parametrize("items, path", [
    ([], "corrections"),
    ("x", "corrections"),
    (["x"], "corrections[0]"),
    ([{}], "corrections[0].step_id"),
    ([{"step_id": 1}], "corrections[0].step_id"),
    ([BLURRY, {"step_id": "none"}], "corrections[1].step_id"),
    ([BLURRY, {"step_id": "step_form", "field_ids": ["full_name", "x"]}],
     "corrections[1].field_ids[1]"),
    ([{"step_id": "step_form", "field_ids": [7]}],
     "corrections[0].field_ids[0]"),
    ([{"step_id": "step_form", "field_ids": "full_name"}],
     "corrections[0].field_ids"),
    ([{"step_id": "step_form", "document_types": ["id"]}],
     "corrections[0].document_types"),
    ([{"step_id": "step_document", "document_types": ["selfie"]}],
     "corrections[0].document_types"),
    ([{"step_id": "step_document", "document_types": ["id", "visa"]}],
     "corrections[0].document_types[1]"),
    ([dict(BLURRY, message="x" * 4001)], "corrections[0].message"),
    ([dict(BLURRY, message="a\x01")], "corrections[0].message")])
def test_what_is_wrong_is_named(api, decided, items, path):
    answer = ask(api, decided, "corrections", {"corrections": items})
    error(answer, 400, path)


def test_wrong_comments_and_no_body(api, decided):
    error(correct(api, decided, BLURRY, comment="x" * 4001), 400, "comment")
    error(ask(api, decided, "corrections"), 400, "corrections")


def test_fields_of_a_form_are_kept(api, stack):
    session, _ = settled(api, stack)
    workflow(stack, session, [], FORM)
    answer = correct(api, session, {
        "step_id": "step_form", "field_ids": ["full_name", "field_1"],
        "message": "As in your ID,\nplease."})
    assert answer.status == 200, answer
    [step] = answer.json["data"]["steps_data"]
    assert step["correction_requests"][0]["field_ids"] == ["full_name",
                                                           "field_1"]
    assert step["correction_requests"][0]["message"].endswith("\nplease.")


def test_a_step_that_was_left_out_is_not_mended(api, stack):
    maybe = dict(FORM[-1], id="step_maybe", step_id="step_maybe",
                 options={"fields": [{"key": "funds", "name": "Funds",
                                      "type": "text"}]},
                 when={"step": "step_form", "field": "full_name",
                       "equals": "Somebody Else"})
    session, link = started(api, stack, [], FORM + [maybe])
    assert link.complete("step_form", form_data={
        "full_name": "Ann Example"}).status == 200
    link.finish()
    assert steps(link)["step_maybe"] == "skipped"
    before = state(link)
    error(correct(api, session, {"step_id": "step_maybe", "message": "?"}),
          400, "corrections[0].step_id")
    assert state(link) == before and steps(link)["step_maybe"] == "skipped"


def test_only_a_decided_session_and_a_living_link(api, stack, trial, later):
    session, link = started(api, stack)
    error(correct(api, session, BLURRY), 409)
    session, link = settled(api, stack)
    error(correct(trial, session, BLURRY), 404)
    key = stack.add_key(api.org, "--permissions", "kyc:read,kyc:update")
    error(correct(api.with_key(key), session, BLURRY), 403)
    ahead = later(2 * HOUR)
    path = "/kyc/sessions/%s/corrections" % session["id"]
    answer = error(ahead.ask("POST", path, {"corrections": [BLURRY]}), 409)
    assert "expired" in answer["message"]
    stack.sql("UPDATE session SET link_generation = 0 WHERE id = UNHEX('%s')"
              % session["id"].replace("-", ""))
    error(correct(api, session, BLURRY), 409)


def test_who_waits_too_long_expires(api, stack, later):
    session, link = settled(api, stack)
    assert correct(api, session, BLURRY).status == 200
    ahead = later(2 * HOUR)
    shown = ahead.ask("GET", "/kyc-sessions/" + session["id"]).json
    assert shown["state"] == "expired"


def test_of_many_reviewers_one_wins(api, stack):
    session, _ = settled(api, stack)
    codes = []
    crowd = [threading.Thread(target=lambda: codes.append(
        correct(api, session, BLURRY).status)) for _ in range(6)]
    for t in crowd:
        t.start()
    for t in crowd:
        t.join()
    assert sorted(codes) == [200] + [409] * 5
    assert row_of(stack, "correction", session, "COUNT(*)") == [["1"]]
