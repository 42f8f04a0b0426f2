# SPDX-License-Identifier: GPL-3.0-or-later
"""Which steps are asked for: conditions, optional steps, corrections."""
import pytest

from flow import (CONSENT, SELFIE, begin, field, fields, form, make, statuses,
                  steps, workflow)
from kit import jpeg, pdf

JOB = form(field("choice", "job", choices=["none", "judge", "minister"]),
           field("number", "age", required=False),
           field("country", "home", required=False))


@pytest.fixture(scope="module")
def api(stack):
    return stack.tenant("Branches Ltd")


def hangs(when, step_id="more"):
    return form(field("text", step_id), step_id=step_id, when=when)


def conflict(answer):
    assert answer.status == 409, answer
    return answer.json["message"]


def answer_job(link, **values):
    return statuses(link.complete("form", form_data={"job": "none", **values}))


@pytest.mark.parametrize("field_name, test, given, asked", [
    ("job", {"equals": "judge"}, {"job": "judge"}, True),
    ("job", {"equals": "judge"}, {"job": "none"}, False),
    ("job", {"in": ["judge", "minister"]}, {"job": "minister"}, True),
    ("job", {"in": ["judge", "minister"]}, {"job": "none"}, False),
    ("job", {"not_in": ["none"]}, {"job": "judge"}, True),
    ("job", {"not_in": ["none"]}, {"job": "none"}, False),
    ("age", {"equals": 18}, {"age": 18.0}, True),
    ("age", {"in": [17, 18.5]}, {"age": 18}, False),
    ("home", {"not_in": ["DE"]}, {"home": "uy"}, True),
    # an answer that was left out makes every condition false
    ("home", {"not_in": ["DE"]}, {}, False),
    ("home", {"in": ["DE"]}, {}, False)])
def test_a_step_hangs_on_an_answer(api, field_name, test, given, asked):
    link = begin(api, workflow(
        JOB, hangs({"step": "form", "field": field_name, **test}), CONSENT))
    assert statuses(link.get())["more"] == "pending"
    assert "form" in conflict(link.complete("more", form_data={"more": "x"}))
    now = answer_job(link, **given)
    assert now["more"] == ("pending" if asked else "skipped")
    data = link.get().json["data"]
    assert data["current_step_index"] == (1 if asked else 2)
    assert data["total_steps"] == 3
    if asked:
        assert statuses(link.complete("more", form_data={"more": "x"}))[
            "more"] == "completed"
    else:
        assert "not asked" in conflict(
            link.complete("more", form_data={"more": "x"}))
    end = link.complete("consent", consent={"accepted": True,
                                            "text_version": "1"})
    assert end.json["data"]["status"] == "approved"


def test_another_answer_turns_the_way(api):
    link = begin(api, workflow(
        JOB, hangs({"step": "form", "field": "job", "equals": "judge"}, "a"),
        hangs({"step": "a", "field": "a", "equals": "yes"}, "b"), CONSENT))
    assert answer_job(link) == {"form": "completed", "a": "skipped",
                                "b": "skipped", "consent": "pending"}
    assert answer_job(link, job="judge") == {
        "form": "completed", "a": "pending", "b": "pending",
        "consent": "pending"}
    assert statuses(link.complete("a", form_data={"a": "yes"}))["b"
                                                                ] == "pending"
    assert answer_job(link)["b"] == "skipped"


def test_a_step_hangs_on_a_document(api):
    link = begin(api, workflow(
        {"step_id": "id", "kind": "document", "options": {
            "document_kinds": ["passport", "id_card"],
            "sides": {"id_card": ["front"]}, "countries": ["DE", "UY"]}},
        hangs({"step": "id", "field": "document_kind", "equals": "id_card"},
              "card"),
        hangs({"step": "id", "field": "document_country", "in": ["UY"]},
              "uy")))
    up = {"step_id": "id", "type": "id", "document_kind": "id_card"}
    assert list(fields(link.upload({**up, "side": "back"}, jpeg()))) == [
        "side"]
    assert link.upload({**up, "side": "front"}, jpeg()).status == 201
    assert list(fields(link.complete("id"))) == ["document_country"]
    assert list(fields(link.complete("id", document_country="FR"))) == [
        "document_country"]
    assert list(fields(link.complete("id", document_country="XX"))) == [
        "document_country"]
    assert statuses(link.complete("id", document_country="DE")) == {
        "id": "completed", "card": "pending", "uy": "skipped"}
    # a replaced side takes the step back to its middle
    assert link.upload({**up, "side": "front"}, jpeg()).status == 201
    assert statuses(link.get()) == {
        "id": "in_progress", "card": "pending", "uy": "pending"}


def test_optional_steps_may_be_left_out(api):
    link = begin(api, workflow(
        dict(JOB, optional=True), dict(SELFIE, optional=True),
        {"step_id": "proof", "kind": "proof_of_address", "optional": True},
        {"step_id": "id", "kind": "document", "optional": True,
         "options": {"document_kinds": ["passport"]}},
        dict(CONSENT, optional=True),
        hangs({"step": "form", "field": "job", "not_in": ["none"]}),
        dict(SELFIE, step_id="last")))
    for name in ("form", "proof", "id", "consent"):
        assert statuses(link.complete(name))[name] == "skipped"
    assert list(fields(link.complete("form", form_data={"age": 5}))) == [
        "form_data.job"]
    # what an answer would have decided is not asked for
    assert statuses(link.get())["more"] == "skipped"


def test_a_proof_of_address(api):
    link = begin(api, workflow(
        {"step_id": "proof", "kind": "proof_of_address",
         "options": {"document_kinds": ["tax_bill", "bank_statement"]}},
        CONSENT))
    step = steps(link.get())["proof"]
    assert step["options"]["document_kinds"] == ["bank_statement", "tax_bill"]
    assert step["options"]["max_age_days"] == 90
    assert "application/pdf" in step["options"]["media_types"]
    assert "missing" in conflict(link.complete("proof"))
    up = {"step_id": "proof", "type": "proof_of_address"}
    assert list(fields(link.upload({**up, "type": "id"}, pdf()))) == ["type"]
    assert list(fields(link.upload({**up, "document_kind": "utility_bill"},
                                   pdf()))) == ["document_kind"]
    made = link.upload({**up, "document_kind": "tax_bill"}, pdf())
    assert made.status == 201 and made.json["data"]["type"] == (
        "proof_of_address")
    assert "tax_bill" in conflict(
        link.complete("proof", document_kind="bank_statement"))
    assert statuses(link.complete("proof"))["proof"] == "completed"


def test_subsessions_must_have_finished(stack, api):
    child = make(api, workflow(CONSENT))
    link = begin(api, workflow(
        {"step_id": "owners", "kind": "subsessions", "options": {
            "workflow_id": child["workflow_id"], "min": 2}}, CONSENT))
    assert steps(link.get())["owners"]["options"] == {
        "workflow_id": child["workflow_id"], "min": 2, "max": 20,
        "customer_may_create": True}
    assert "0 of at least 2" in conflict(link.complete("owners"))

    def attach(state):
        stack.sql("UPDATE session SET parent_id = UNHEX('%s'), parent_step ="
                  " 'owners', state = %d WHERE id = UNHEX('%s')" % (
                      link.session["id"].replace("-", ""), state,
                      api.create()["id"].replace("-", "")))

    attach(5)   # completed
    attach(13)  # revoked: as if it had never been
    assert "1 of at least 2" in conflict(link.complete("owners"))
    attach(4)   # started
    assert "1 of 2" in conflict(link.complete("owners"))
    stack.sql("UPDATE session SET state = 10 WHERE state = 4 AND parent_id ="
              " UNHEX('%s')" % link.session["id"].replace("-", ""))
    assert statuses(link.complete("owners"))["owners"] == "completed"


def test_validation_steps_are_not_the_customers(stack, api):
    link = begin(api, workflow(
        JOB, {"step_id": "check", "kind": "validation",
              "options": {"validations": ["pep_check"]},
              "when": {"step": "form", "field": "job", "equals": "judge"}},
        validations=["document_check"]))
    data = link.get().json["data"]
    assert data["total_steps"] == 1 and len(data["steps_data"]) == 1
    assert link.complete("check").status == 404
    assert answer_job(link, job="judge") == {"form": "completed"}
    kinds = stack.sql("SELECT kind FROM check_run WHERE session_id ="
                      " UNHEX('%s') ORDER BY kind"
                      % link.session["id"].replace("-", ""))
    assert kinds == [["1"], ["6"]]


def test_the_session_keeps_its_version_and_its_progress(stack, api):
    link = begin(api, workflow(CONSENT, JOB, SELFIE))
    where = "FROM session WHERE id = UNHEX('%s')" % link.session[
        "id"].replace("-", "")

    def progress():
        return stack.sql("SELECT steps_total, steps_done, step_current "
                         + where)[0]

    assert progress() == ["3", "0", "0"]
    answer_job(link)
    assert progress() == ["3", "1", "0"]
    workflow_id = api.ask("GET", "/kyc/tenants/me").json["data"][
        "default_workflow_id"]
    assert api.ask("PUT", "/kyc/workflows/" + workflow_id,
                   workflow(SELFIE)).status == 200
    assert list(statuses(link.get())) == ["consent", "form", "selfie"]
    link.complete("consent", consent={"accepted": True, "text_version": "1"})
    assert progress() == ["3", "2", "2"]
    photo = {"step_id": "selfie", "type": "selfie"}
    assert link.upload(photo, jpeg()).status == 201
    link.complete("selfie")
    assert progress() == ["3", "3", "3"]


def test_attempts_are_counted_and_end(stack, api):
    link = begin(api, workflow(SELFIE, CONSENT,
                               automation={"attempts": 2}))
    photo = {"step_id": "selfie", "type": "selfie"}
    for _ in range(3):  # the first one is none
        assert link.upload(photo, jpeg()).status == 201
    assert "attempts" in conflict(link.upload(photo, jpeg()))
    assert link.get().json["data"]["status"] == "failed"
    assert api.show(link.session)["state"] == "failed"
    assert stack.sql("SELECT failure_reason FROM session WHERE id ="
                     " UNHEX('%s')" % link.session["id"].replace("-", "")
                     ) == [["11"]]
    conflict(link.complete("selfie"))


def correct(api, link, *corrections):
    return api.ask("POST", "/kyc/sessions/%s/corrections"
                   % link.session["id"], {"corrections": list(corrections)})


def test_corrections_reopen_their_steps_only(api):
    link = begin(api, workflow(
        JOB, hangs({"step": "form", "field": "job", "equals": "judge"}),
        SELFIE))
    answer_job(link)
    photo = {"step_id": "selfie", "type": "selfie"}
    link.upload(photo, jpeg())
    assert link.complete("selfie").json["data"]["status"] == "approved"
    asked = correct(api, link, {"step_id": "form", "field_ids": ["job"],
                                "message": "Please look again."})
    assert asked.status == 200, asked
    assert statuses(link.get()) == {"form": "needs_correction",
                                    "more": "pending", "selfie": "completed"}
    assert steps(link.get())["form"]["form_data"] == {"job": "none"}
    assert "mended" in conflict(link.complete("selfie"))
    conflict(link.upload(photo, jpeg()))
    # the new answer makes another step due
    assert answer_job(link, job="judge") == {
        "form": "completed", "more": "pending", "selfie": "completed"}
    done = link.complete("more", form_data={"more": "x"})
    assert done.json["data"]["status"] == "approved"


def test_a_replaced_photo_goes_on_to_need_correction(api):
    link = begin(api, workflow(SELFIE))
    photo = {"step_id": "selfie", "type": "selfie"}
    link.upload(photo, jpeg())
    assert link.complete("selfie").status == 200
    assert correct(api, link, {"step_id": "selfie",
                               "document_types": ["selfie"]}).status == 200
    conflict(link.complete("selfie"))
    assert link.upload(photo, jpeg()).status == 201
    assert statuses(link.get()) == {"selfie": "needs_correction"}
    assert statuses(link.complete("selfie")) == {"selfie": "completed"}
