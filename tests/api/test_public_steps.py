# SPDX-License-Identifier: GPL-3.0-or-later
"""The public API: completing steps, the end of the way, and what is kept."""
import base64
import subprocess

import pytest

from kit import SELFIE, Link, jpeg, now_ms, passport, pdf, png, wait_until
from test_public import check_error, rows


def statuses(answer):
    data = answer.json["data"]
    return (data["current_step_index"],
            [s["status"] for s in data["steps_data"]])


def test_in_order(link, api):
    assert statuses(link.get()) == (0, ["pending"] * 3)
    done = link.consent()
    assert done.status == 200
    assert statuses(done) == (1, ["completed", "pending", "pending"])
    for side in ("front", "back"):
        assert link.upload(passport(document_kind="id_card", side=side),
                           jpeg()).status == 201
        assert statuses(link.get()) == (
            1, ["completed", "in_progress", "pending"])
    done = link.complete("step_document", document_kind="id_card",
                         document_country="DE")
    assert statuses(done) == (2, ["completed", "completed", "pending"])
    assert link.upload(SELFIE, jpeg()).status == 201
    assert api.show(link.session)["isComplete"] is False
    before = now_ms()
    done = link.complete("step_selfie")
    assert statuses(done) == (3, ["completed"] * 3)
    assert done.json["data"]["status"] == "completed"
    shown = api.show(link.session)
    assert shown["isComplete"] is True and shown["expiresAt"] is None
    assert before <= shown["completedAt"] <= now_ms()


def test_out_of_order(link, api):
    assert link.upload(SELFIE, png()).status == 201
    assert statuses(link.complete("step_selfie")) == (
        0, ["pending", "pending", "completed"])
    assert link.upload(passport(), pdf()).status == 201
    # Without its kind: the one that it was uploaded as.
    assert statuses(link.complete("step_document")) == (
        0, ["pending", "completed", "completed"])
    assert statuses(link.consent()) == (3, ["completed"] * 3)
    assert api.show(link.session)["isComplete"] is True


def test_missing_parts_are_named(link, api):
    assert "document" in check_error(link.complete("step_document"), 409)
    assert "front" in check_error(
        link.complete("step_document", document_kind="passport"), 409)
    assert "selfie" in check_error(link.complete("step_selfie"), 409)
    card = {"document_kind": "driving_license"}
    link.upload(passport(side="front", **card), jpeg())
    message = check_error(link.complete("step_document"), 409)
    assert "back" in message and "front" not in message
    # A kind with fewer sides than what was sent needs no more.
    other = Link(api, api.create()["token"])
    other.upload(passport(side="back", **card), jpeg())
    message = check_error(other.complete("step_document", **card), 409)
    assert "front" in message and "back" not in message
    assert statuses(link.get())[1] == ["pending", "in_progress", "pending"]


def test_consent_must_be_given_to_the_text_in_force(link, stack):
    for body in ({}, {"consent": None}, {"consent": {}},
                 {"consent": {"accepted": False, "text_version": "1"}},
                 {"consent": {"accepted": None, "text_version": "1"}}):
        assert "onsent" in check_error(link.post(
            "/step/step_consent/complete", body), 409)
    check_error(link.consent(text_version="0"), 400, "consent.text_version")
    check_error(link.consent(text_version=None), 400, "consent.text_version")
    assert rows(stack, link.session, "COUNT(*)", "consent") == [["0"]]
    assert statuses(link.get())[1][0] == "pending"


def test_consent_is_stored(link, stack):
    before = now_ms()
    assert link.consent(locale="ar").status == 200
    found = rows(stack, link.session,
                 "step_id, text_version, locale, accepted_at", "consent")
    assert found[0][:3] == ["step_consent", "1", "ar"] and len(found) == 1
    assert before <= int(found[0][3]) <= now_ms()
    # Giving it again keeps the first.
    assert link.consent(locale="en").status == 200
    assert rows(stack, link.session,
                "step_id, text_version, locale, accepted_at",
                "consent") == found


WRONG = [
    ("step_consent", {"consent": 1}, "consent"),
    ("step_consent", {"consent": {"accepted": 1}}, "consent.accepted"),
    ("step_consent", {"consent": {"accepted": "true"}}, "consent.accepted"),
    ("step_consent", {"consent": {"text_version": 1}},
     "consent.text_version"),
    ("step_consent", {"consent": {"text_version": ""}},
     "consent.text_version"),
    ("step_consent", {"consent": {"locale": []}}, "consent.locale"),
    ("step_consent", {"consent": {"locale": "e"}}, "consent.locale"),
    ("step_consent", {"consent": {"locale": "x" * 17}}, "consent.locale"),
    ("step_consent", {"consent": {"locale": "日本語"}}, "consent.locale"),
    ("step_consent", {"consent": {"locale": "../en"}}, "consent.locale"),
    ("step_document", {"document_kind": "visa"}, "document_kind"),
    ("step_document", {"document_kind": 1}, "document_kind"),
    ("step_document", {"document_country": "de"}, "document_country"),
    ("step_document", {"document_country": "DEU"}, "document_country"),
    ("step_document", {"document_country": "D"}, "document_country"),
    ("step_document", {"document_country": "ÄÖ"}, "document_country"),
    ("step_document", {"document_country": 49}, "document_country")]


@pytest.mark.parametrize("step, body, field", WRONG)
def test_wrong_fields(link, step, body, field):
    link.upload(passport(), jpeg())
    if "consent" in body and isinstance(body["consent"], dict):
        body = {"consent": dict({"accepted": True, "text_version": "1"},
                                **body["consent"])}
    check_error(link.post("/step/%s/complete" % step, body), 400, field)
    assert statuses(link.get())[1][0] == "pending"


def test_unknown_steps(link):
    for step in ("step_none", "consent", "%00", "STEP_CONSENT", "a" * 300):
        assert link.complete(step).status in (400, 404), step
    check_error(link.complete("step_ä".replace("ä", "%C3%A4")), 404)


def test_kind_and_country_are_kept(link, stack):
    link.upload(passport(), jpeg())
    assert link.complete("step_document", document_kind="passport",
                         document_country="SA").status == 200
    assert rows(stack, link.session,
                "document_kind, document_country", "step") == [["1", "SA"]]


# -- afterwards --------------------------------------------------------------
def test_checks_end_and_a_person_decides(link, api, stack):
    link.finish()

    def decided():
        shown = api.show(link.session)
        checks = (shown["documentVerification"], shown["faceVerification"])
        assert all(checks), "a check must be there from completion on"
        ended = [c["status"] for c in checks] == ["completed", "failed"]
        return shown if ended else None

    shown = wait_until(decided, 60, "the checks do not end")
    assert shown["state"] == "processing" and shown["isInvalid"] is False
    assert shown["isComplete"] is True
    # Nothing could be read, and no engine looked at the face: never clear.
    assert shown["documentVerification"]["result"] == "consider"
    assert shown["faceVerification"]["result"] is None
    for check in (shown["documentVerification"], shown["faceVerification"]):
        assert (shown["completedAt"] <= check["startedAt"] <=
                check["completedAt"] <= now_ms())
    wait_until(lambda: link.get().json["data"]["status"] == "manual_review",
               10, "no manual review")
    assert link.session["id"] in api.found(state="processing",
                                           isComplete=True)
    assert sorted(rows(stack, link.session, "kind, reason", "check_run")) == [
        ["1", "3"], ["2", "12"]]
    # created, opened, completed, two checks, processed, manual review
    kinds = rows(stack, link.session, "kind", "event")
    assert sorted(int(k) for k, in kinds) == [1, 2, 3, 4, 4, 5, 8]


def test_nothing_more_is_taken_afterwards(link, api):
    link.finish()
    before = api.show(link.session)
    for answer in (link.post("/open"), link.consent(),
                   link.upload(SELFIE, jpeg()),
                   link.post("/documents", dict(
                       SELFIE, content=base64.b64encode(jpeg()).decode())),
                   link.complete("step_selfie"),
                   link.complete("step_document"),
                   link.complete("step_none")):
        check_error(answer, 409)
    shown = link.get().json["data"]
    assert shown["status"] in ("completed", "processing", "manual_review")
    assert [len(s["documents"]) for s in shown["steps_data"]] == [0, 1, 1]
    assert link.get("/qr").status == 200
    assert api.show(link.session)["completedAt"] == before["completedAt"]


def test_methods(link):
    for path, allowed in (("", "GET, HEAD"), ("/open", "POST"),
                          ("/upload", "POST"), ("/documents", "POST"),
                          ("/qr", "GET, HEAD"),
                          ("/step/step_selfie/complete", "POST")):
        for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
            if method in allowed:
                continue
            answer = link.client.ask(method, link.base + path, key=False)
            check_error(answer, 405)
            assert answer.headers["Allow"] == allowed + ", OPTIONS"
    check_error(link.get("/nothing"), 404)


# -- nothing in plain text on a disk -----------------------------------------
def files_with(word, *places):
    found = subprocess.run(["grep", "-rlaF", "-e", word, *places],
                           capture_output=True, text=True, timeout=60)
    assert found.returncode in (0, 1), found.stderr
    return found.stdout.split("\n")[:-1]


def test_neither_contents_nor_names_of_files_lie_in_plain(api, stack):
    marks = ["MarkInAFile%dXyzzy" % now_ms(), "MarkInAName%dXyzzy" % now_ms()]
    control = "Plainly%dVisible" % now_ms()
    opened = Link(api, api.create(externalId=control)["token"])
    noted = jpeg(marks[0].encode())
    encoded = base64.b64encode(noted).decode()
    name = marks[1] + ".jpg"
    assert opened.upload(passport(), noted, name).status == 201
    assert opened.upload(passport(), noted, name).status == 201
    assert opened.post("/upload", dict(SELFIE, content=encoded,
                                       file_name=name)).status == 201
    names = [d["file_name"] for s in opened.get().json["data"]["steps_data"]
             for d in s["documents"]]
    assert names == [name, name]
    at = encoded.index(base64.b64encode(noted[24:60]).decode()[:16])
    words = marks + [encoded[at:at + 40]]
    # What is searched is what is written: a plain column is found there.
    assert files_with(control, stack.run / "db")
    for word in words:
        assert files_with(word, stack.run) == [], word
