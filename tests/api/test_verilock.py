# SPDX-License-Identifier: GPL-3.0-or-later
"""The verilock protocol: create, get, list, results, errors."""
import datetime
import re
import time
import uuid

import pytest

import kit
from checked import test_mode
from kit import HOUR, SECRETS, SELFIE, Later, Link, jpeg, passport
from receiver import Receiver, add, mac, standard
from shape import like
from test_dossiers import PERMISSIONS, WORDS, check_headers, set_state
from test_idempotency import fresh, replayed, running
from test_liveness import faces, send

PATH = "/api/v1/sessions"
ID = re.compile(r"ses_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-"
                r"[0-9a-f]{12}")
ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
EVERY = ["document", "selfie", "face_match", "liveness", "aml"]
JEAN = {"first_name": "Jean", "last_name": "Dupont",
        "email": "jean.dupont@example.com"}
# A session of the document's list.
EXAMPLE = {
    "id": "ses_a1b2c3d4-e5f6-7890-abcd-ef1234567890", "type": "kyc",
    "status": "approved", "reference_id": "usr_12345",
    "steps": ["document", "selfie", "face_match"], "applicant": JEAN,
    "created_at": "2026-03-15T10:30:00Z",
    "completed_at": "2026-03-15T10:45:22Z"}
META = {"current_page": 1, "last_page": 4, "per_page": 10, "total": 38}
ERRORS = {400: "validation_error", 401: "authentication_error",
          403: "permission_error", 404: "not_found",
          405: "method_not_allowed", 409: "conflict",
          413: "payload_too_large", 415: "validation_error",
          422: "validation_error"}


def check_error(answer, status, *fields):
    assert answer.status == status, answer
    assert answer.headers.get_content_type() == "application/json"
    check_headers(answer)
    body = answer.json
    assert set(body) == {"error", "message", "details"}, body
    assert body["error"] == ERRORS[status]
    assert isinstance(body["message"], str) and body["message"]
    assert sorted(body["details"]) == sorted(fields), body
    for messages in body["details"].values():
        assert messages and all(isinstance(m, str) for m in messages)


def body_of(steps, first="Ann", last="Example", **more):
    applicant = {"first_name": first, "last_name": last}
    return dict({"steps": steps, "applicant": applicant}, **more)


def create(api, *steps, **more):
    answer = api.ask("POST", PATH, body_of(list(steps), **more))
    assert answer.status == 201, answer
    made = answer.json
    applicant = made["applicant"]
    SECRETS.add(made["hosted_url"].partition("#")[2],
                "%(first_name)s %(last_name)s" % applicant)
    return made


def show(api, made):
    answer = api.ask("GET", PATH + "/" + made["id"])
    assert answer.status == 200, answer
    return answer.json


def listed(api, query=""):
    answer = api.ask("GET", PATH + query)
    assert answer.status == 200, answer
    assert set(answer.json) == {"data", "meta"}
    return answer.json


def ids(found):
    return [s["id"] for s in found["data"]]


def plain(made):
    """The id as the other protocols know it."""
    return made["id"].removeprefix("ses_")


def native(api, made):
    answer = api.ask("GET", "/kyc/sessions/" + plain(made))
    assert answer.status == 200, answer
    return answer.json["data"]


def decide(api, made, status):
    answer = api.ask("PATCH", "/kyc/sessions/" + plain(made),
                     {"status": status})
    assert answer.status == 200, answer


def link_of(api, made):
    return Link(api, made["hosted_url"].partition("#")[2])


def finish(link):
    """The whole way, whatever the session asks for."""
    assert link.consent().status == 200
    for step in link.get().json["data"]["steps_data"][1:]:
        if step["kind"] == "liveness":
            challenge = link.post("/liveness/start",
                                  {"step_id": step["step_id"]}).json["data"]
            answer = send(link, challenge["challenge_id"], faces(challenge))
        else:
            answer = link.upload(
                passport() if step["kind"] == "document" else SELFIE, jpeg())
        assert answer.status == 201, answer
        more = ({"document_kind": "passport"} if step["kind"] == "document"
                else {})
        assert link.complete(step["step_id"], **more).status == 200


def settled(api, made):
    """As it is shown once the checks have ended."""
    finish(link_of(api, made))
    return kit.wait_until(
        lambda: (lambda s: s if s["completed_at"] else None)(show(api, made)),
        20, "the checks do not end")


def statuses(shown):
    return {step: r["status"] for step, r in shown["results"].items()}


@pytest.fixture(scope="module")
def trial(stack):
    return test_mode(stack, "Verilock Trials Ltd")


# -- create ------------------------------------------------------------------
def test_the_documents_example(stack):
    api = stack.tenant("Verilock")
    answer = api.ask("POST", PATH, {
        "type": "kyc", "steps": EXAMPLE["steps"], "applicant": JEAN,
        "reference_id": "usr_12345"}, {"X-API-Key": api.key}, key=False)
    assert answer.status == 201, answer
    check_headers(answer)
    made = answer.json
    SECRETS.add(made["hosted_url"].partition("#")[2], JEAN["email"])
    assert ID.fullmatch(made["id"]) and ISO.fullmatch(made["created_at"])
    assert made["hosted_url"].startswith(
        "%s/verify/%s#" % (stack.url, made["id"]))
    assert ISO.fullmatch(made["expires_at"])
    assert made == {
        "id": made["id"], "type": "kyc", "status": "created",
        "reference_id": "usr_12345", "steps": EXAMPLE["steps"],
        "applicant": dict(JEAN, date_of_birth=None, nationality=None),
        "created_at": made["created_at"], "completed_at": None,
        "hosted_url": made["hosted_url"], "redirect_url": None,
        "expires_at": made["expires_at"]}
    shown = show(api, made)
    assert shown.pop("risk_score") is None
    assert shown.pop("results") == {
        step: {"status": "not_started"} for step in EXAMPLE["steps"]}
    assert shown == made
    found = listed(api, "?status=created&per_page=10")
    one, = found["data"]
    like(dict(EXAMPLE, completed_at=None), one)
    for name in ("hosted_url", "redirect_url", "expires_at"):
        del made[name]
    assert one == made
    like(META, found["meta"])
    assert link_of(api, answer.json).get().json["data"]["status"] == "active"


def test_everything_that_may_be_said(api, stack):
    applicant = dict(JEAN, date_of_birth="1980-02-29", nationality="FR")
    answer = api.ask("POST", PATH, {
        "steps": ["aml", "document"], "applicant": applicant,
        "reference_id": "order 1/2", "locale": "ar",
        "redirect_url": "https://shop.example.com/done?a=1",
        "webhook_url": "https://shop.example.com/hook"})
    assert answer.status == 201, answer
    made = answer.json
    assert made["applicant"] == applicant == show(api, made)["applicant"]
    assert made["redirect_url"] == "https://shop.example.com/done?a=1"
    assert show(api, made)["redirect_url"] == made["redirect_url"]
    data = native(api, made)
    assert data["workflow_name"] == "document, aml"
    assert data["customer_name"] == "Jean Dupont"
    assert data["customer_email"] == JEAN["email"]
    assert data["external_id"] == "order 1/2" and data["locale"] == "ar"
    assert data["callback_url"] == made["redirect_url"]
    assert data["webhook_url"] == "https://shop.example.com/hook"
    entity = api.ask("GET", "/kyc/entities/" + data["customer_id"])
    entity = entity.json["data"]
    assert entity["entity_type"] == "individual"
    assert {n: entity[n] for n in applicant} == applicant
    assert entity["external_id"] is None


def test_null_is_absent(api):
    made = create(api, "selfie", type=None, reference_id=None,
                  redirect_url=None, webhook_url=None, locale=None,
                  applicant={"first_name": "A", "last_name": "B",
                             "email": None, "date_of_birth": None,
                             "nationality": None})
    assert made["type"] == "kyc" and made["reference_id"] is None
    assert made["applicant"] == {
        "first_name": "A", "last_name": "B", "email": None,
        "date_of_birth": None, "nationality": None}


def test_an_address_gets_the_invitation(api, stack):
    for email in ("verilock.invited@example.org", None):
        made = create(api, "selfie", applicant={
            "first_name": "In", "last_name": "Vited", "email": email})
        rows = stack.sql("SELECT COUNT(*) FROM mail WHERE session_id = "
                         "UNHEX('%s')" % plain(made).replace("-", ""))
        assert rows == [["1" if email else "0"]]


@pytest.mark.parametrize("asked, shown, kinds, checks", [
    ("document", "document", "consent document", "document_check"),
    ("selfie", "selfie", "consent selfie", ""),
    ("face_match", "document selfie face_match", "consent document selfie",
     "identity_check"),
    ("liveness", "liveness", "consent liveness", "liveness_check"),
    ("aml", "aml", "consent", "aml_check"),
    (" ".join(EVERY), " ".join(EVERY), "consent document selfie liveness",
     "document_check identity_check aml_check liveness_check")])
def test_what_each_step_brings(api, asked, shown, kinds, checks):
    """A face is compared with a document: both have to be brought."""
    made = create(api, *asked.split())
    assert made["steps"] == shown.split() == show(api, made)["steps"]
    workflow = api.ask("GET", "/kyc/workflows/" + native(
        api, made)["workflow_id"]).json["data"]
    assert [s["kind"] for s in workflow["steps"]] == kinds.split()
    assert workflow["validations"] == checks.split()
    assert workflow["name"] == ", ".join(asked.split())


def test_the_same_steps_are_one_workflow(api):
    """In whichever order, and however often each is named."""
    made = [create(api, *steps) for steps in (
        ["document", "selfie"], ["selfie", "document"],
        ["selfie", "document", "selfie", "document", "document"])]
    assert [m["steps"] for m in made] == [["document", "selfie"]] * 3
    assert len({native(api, m)["workflow_id"] for m in made}) == 1
    other = create(api, "document", "selfie", "face_match")
    assert native(api, other)["workflow_id"] != native(
        api, made[0])["workflow_id"]


ANN = {"first_name": "Ann", "last_name": "Example"}


@pytest.mark.parametrize("wrong, fields", [
    ({"type": "kyb"}, ["type"]), ({"type": 1}, ["type"]),
    ({"type": ""}, ["type"]),
    ({"steps": None}, ["steps"]), ({"steps": []}, ["steps"]),
    ({"steps": "document"}, ["steps"]), ({"steps": {}}, ["steps"]),
    ({"steps": EVERY + ["aml"]}, ["steps"]),
    ({"steps": ["document", "passport"]}, ["steps[1]"]),
    ({"steps": [None, 1, ["aml"], "Aml", "aml\0"]},
     ["steps[%d]" % i for i in range(5)]),
    ({"applicant": None}, ["applicant"]), ({"applicant": []}, ["applicant"]),
    ({"applicant": "Ann"}, ["applicant"]),
    ({"applicant": {}}, ["applicant.first_name", "applicant.last_name"]),
    ({"applicant": {"first_name": "", "last_name": 1}},
     ["applicant.first_name", "applicant.last_name"]),
    ({"applicant": {"first_name": "a" * 256, "last_name": "b\n"}},
     ["applicant.first_name", "applicant.last_name"]),
    ({"applicant": {"first_name": "a" * 255, "last_name": "b"}},
     ["applicant.last_name"]),
    ({"applicant": dict(ANN, email="nobody")}, ["applicant.email"]),
    ({"applicant": dict(ANN, email="")}, ["applicant.email"]),
    ({"applicant": dict(ANN, date_of_birth="1980-02-30")},
     ["applicant.date_of_birth"]),
    ({"applicant": dict(ANN, date_of_birth="2980-02-28")},
     ["applicant.date_of_birth"]),
    ({"applicant": dict(ANN, date_of_birth="")}, ["applicant.date_of_birth"]),
    ({"applicant": dict(ANN, date_of_birth=1980)},
     ["applicant.date_of_birth"]),
    ({"applicant": dict(ANN, nationality="fr")}, ["applicant.nationality"]),
    ({"applicant": dict(ANN, nationality="")}, ["applicant.nationality"]),
    ({"applicant": dict(ANN, nationality="France")},
     ["applicant.nationality"]),
    ({"steps": ["x"], "applicant": dict(ANN, date_of_birth="x",
                                        nationality="XX")},
     ["steps[0]", "applicant.date_of_birth", "applicant.nationality"]),
    ({"reference_id": ""}, ["reference_id"]),
    ({"reference_id": 5}, ["reference_id"]),
    ({"reference_id": "a" * 256}, ["reference_id"]),
    ({"redirect_url": "shop.example.com"}, ["redirect_url"]),
    ({"redirect_url": "javascript:alert(1)"}, ["redirect_url"]),
    ({"webhook_url": "ftp://example.com/"}, ["webhook_url"]),
    ({"webhook_url": "https://10.0.0.1/"}, ["webhook_url"]),
    ({"webhook_url": 1}, ["webhook_url"]),
    ({"locale": "x"}, ["locale"]), ({"locale": "no language"}, ["locale"]),
    ({"type": 1, "steps": 1, "reference_id": 1, "redirect_url": 1,
      "applicant": {"email": 1}},
     ["type", "steps", "reference_id", "redirect_url", "applicant.first_name",
      "applicant.last_name", "applicant.email"])])
def test_what_is_wrong_is_named(api, wrong, fields):
    before = listed(api)["meta"]["total"]
    body = dict({"steps": ["selfie"], "applicant": ANN}, **wrong)
    check_error(api.ask("POST", PATH, body), 422, *fields)
    assert listed(api)["meta"]["total"] == before


def test_a_wrong_request_leaves_no_entity(api, stack):
    count = ("SELECT COUNT(*) FROM entity WHERE tenant_id IN (SELECT id FROM "
             "tenant WHERE organisation_id = UNHEX('%s'))"
             % api.org.replace("-", ""))
    before = stack.sql(count)
    check_error(api.ask("POST", PATH, body_of(
        ["selfie"], webhook_url="https://10.0.0.1/")), 422, "webhook_url")
    assert stack.sql(count) == before


def test_what_cannot_be_read(api):
    for wrong in (b"{", b"[]", b'"x"', b"[" * 40, b"\xff"):
        check_error(api.ask("POST", PATH, wrong), 400)
    check_error(api.ask("POST", PATH), 422, "steps", "applicant")
    check_error(api.ask("POST", PATH, {}, {"Content-Type": "text/plain"}),
                415)
    check_error(api.ask("POST", PATH, b'{"x":"' + b"a" * (1 << 20) + b'"}'),
                413)


# -- get ---------------------------------------------------------------------
def test_what_is_not_there_is_not_found(api, stack):
    made = create(api, "selfie")
    for wrong in ("ses_" + str(uuid.uuid4()), plain(made), "ses_", "0",
                  "SES_" + plain(made), "ses_" + made["id"], "%20",
                  made["id"] + "0"):
        check_error(api.ask("GET", PATH + "/" + wrong), 404)
    for path in (PATH + "/x/y", PATH + "//" + made["id"], PATH + "//"):
        check_error(api.ask("GET", path), 404)
    test = api.with_key(stack.add_key(api.org, "--mode", "test"))
    for other in (stack.tenant("Not verilock's"), test, stack.live):
        check_error(other.ask("GET", PATH + "/" + made["id"]), 404)
        assert made["id"] not in ids(listed(other, "?per_page=100"))


def test_a_trailing_slash_makes_no_difference(api):
    answer = api.ask("POST", PATH + "/", body_of(["selfie"]))
    assert answer.status == 201, answer
    made = answer.json
    SECRETS.add(made["hosted_url"].partition("#")[2])
    assert api.ask("GET", "%s/%s/" % (PATH, made["id"])).json == show(
        api, made)
    slash = api.ask("GET", PATH + "/?per_page=1")
    assert slash.json == listed(api, "?per_page=1")


def test_a_look_is_one_statement(api, stack):
    """The key and all that is shown of the session."""
    made = create(api, *EVERY)
    api.ask("GET", PATH)  # the key's use is noted by now
    answer = api.ask("GET", PATH + "/" + made["id"])
    word = "id=%s " % answer.headers["X-Request-Id"]
    line, = kit.wait_until(
        lambda: [row for row in (stack.logs / "api.log").read_text()
                 .splitlines() if word in row], 10, "not in the log")
    assert " sql=1 " in line and " protocol=verilock " in line, line


def test_head_is_get_without_a_body(api):
    path = PATH + "/" + create(api, "selfie")["id"]
    for one in (path, PATH):
        get, head = api.ask("GET", one), api.ask("HEAD", one)
        assert head.status == 200 and head.body == b""
        assert head.headers["Content-Length"] == str(len(get.body))


def test_methods_of_each_path(api):
    for path, allowed in ((PATH, {"GET", "HEAD", "POST", "OPTIONS"}),
                          (PATH + "/ses_x", {"GET", "HEAD", "OPTIONS"})):
        for method in ("PUT", "PATCH", "DELETE", "POST", "X-Y"):
            if method in allowed:
                continue
            answer = api.ask(method, path)
            check_error(answer, 405)
            assert set(answer.headers["Allow"].split(", ")) == allowed
        answer = api.ask("OPTIONS", path)
        assert answer.status == 204 and answer.body == b""


# -- who may what ------------------------------------------------------------
def test_permissions_of_each_route(api, stack):
    made = create(api, "selfie")
    for permission in PERMISSIONS:
        limited = api.with_key(stack.add_key(api.org, "--permissions",
                                             permission))
        for method, path, needed, status in (
                ("POST", PATH, "kyc:create", 201),
                ("GET", PATH, "kyc:read", 200),
                ("GET", PATH + "/" + made["id"], "kyc:read", 200)):
            answer = limited.ask(method, path, body_of(["selfie"])
                                 if method == "POST" else None)
            if needed == permission:
                assert answer.status == status, (permission, path, answer)
            else:
                check_error(answer, 403)
                assert needed in answer.json["message"]


def test_both_headers_carry_the_key(api):
    path = PATH + "/" + create(api, "selfie")["id"]
    for headers in ({"X-API-Key": api.key}, {"x-api-key": api.key},
                    {"Authorization": "Bearer " + api.key}):
        assert api.ask("GET", path, headers=headers, key=False).status == 200
    for headers in ({}, {"X-API-Key": "your_api_key_here"},
                    {"X-API-Key": ""},
                    {"Authorization": "Bearer vs_live_x"}):
        for method, where in (("GET", path), ("GET", PATH), ("POST", PATH)):
            answer = api.ask(method, where, headers=headers, key=False)
            check_error(answer, 401)
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")


# -- Idempotency-Key ---------------------------------------------------------
def test_an_idempotency_key(api, stack):
    key, body = fresh(), body_of(["selfie"], reference_id="once only")
    headers = {"Idempotency-Key": key}
    before = listed(api)["meta"]["total"]
    first = api.ask("POST", PATH, body, headers)
    assert first.status == 201 and not replayed(first)
    again = api.ask("POST", PATH, body, headers)
    assert again.status == 201 and replayed(again)
    assert again.body == first.body
    assert listed(api)["meta"]["total"] == before + 1
    check_error(api.ask("POST", PATH, body_of(["aml"]), headers), 422)
    running(stack, api, key)
    check_error(api.ask("POST", PATH, body, headers), 409)
    check_error(api.ask("POST", PATH, body, {"Idempotency-Key": '""'}), 422,
                "Idempotency-Key")
    wrong = {"Idempotency-Key": fresh()}
    first = api.ask("POST", PATH, body_of(["none"]), wrong)
    check_error(first, 422, "steps[0]")
    again = api.ask("POST", PATH, body_of(["none"]), wrong)
    assert again.status == 422 and again.body == first.body
    assert replayed(again)


# -- the way of a session ----------------------------------------------------
def test_trial_clear(trial):
    made = create(trial, *EVERY, first="Trial", last="Clear")
    link = link_of(trial, made)
    assert statuses(show(trial, made)) == dict.fromkeys(EVERY, "not_started")
    link.consent()
    shown = show(trial, made)
    assert shown["status"] == "processing"
    assert statuses(shown) == dict.fromkeys(EVERY, "not_started")
    link.upload(passport(document_kind="id_card"), jpeg())
    assert statuses(show(trial, made)) == dict(dict.fromkeys(
        EVERY, "not_started"), document="pending")
    shown = settled(trial, made)
    assert shown["status"] == "approved" and shown["risk_score"] == 0
    assert ISO.fullmatch(shown["completed_at"])
    face = {"status": "matched", "confidence": 0.95, "threshold": 0.8}
    assert shown["results"] == {
        "document": {"status": "approved", "type": "passport", "details": {
            "full_name": "Trial Clear", "document_type": "passport"}},
        "selfie": {"status": "approved"},
        "face_match": {"status": "approved", "score": 0.95, "details": face},
        "liveness": {"status": "approved", "score": 0.95, "details": face},
        "aml": {"status": "approved", "details": {
            "is_match": False, "match_count": 0,
            "lists_checked": ["ofac", "un", "eu"], "matches": []}}}
    assert list(shown["results"]) == EVERY
    # the page still tells of it, and nothing else changed
    assert shown["hosted_url"] == made["hosted_url"]
    assert listed(trial, "?status=approved")["data"][0] == {
        name: shown[name] for name in EXAMPLE}


def test_trial_document_fake(trial):
    made = create(trial, "document", "selfie", "face_match",
                  first="Trial Document", last="Fake")
    shown = settled(trial, made)
    assert shown["status"] == "processing" and shown["risk_score"] == 90
    assert statuses(shown) == {"document": "declined", "selfie": "pending",
                               "face_match": "approved"}
    decide(trial, made, "rejected")
    shown = show(trial, made)
    assert shown["status"] == "declined"
    assert statuses(shown) == {"document": "declined", "selfie": "declined",
                               "face_match": "approved"}
    decide(trial, made, "approved")
    shown = show(trial, made)
    assert shown["status"] == "approved"
    assert statuses(shown) == {"document": "declined", "selfie": "approved",
                               "face_match": "approved"}


def test_trial_error(trial):
    """What could not run says nothing until a person does."""
    made = create(trial, *EVERY, first="Trial", last="Error")
    shown = settled(trial, made)
    assert shown["status"] == "processing"
    assert shown["results"] == dict(
        {step: {"status": "pending"} for step in EVERY},
        document={"status": "pending", "type": "passport"})
    for status, word in (("approved", "approved"), ("rejected", "declined"),
                         ("manual_review", "pending")):
        decide(trial, made, status)
        shown = show(trial, made)
        assert statuses(shown) == dict.fromkeys(EVERY, word)


@pytest.mark.parametrize("name, step", [
    ("Trial Consider", "document"), ("Trial Document Expired", "document"),
    ("Trial Face Mismatch", "face_match"), ("Trial Liveness", "liveness"),
    ("Trial Sanctions", "aml")])
def test_the_other_trials(trial, name, step):
    first, _, last = name.rpartition(" ")
    shown = settled(trial, create(trial, *EVERY, first=first, last=last))
    declined = name not in ("Trial Consider", "Trial Document Expired")
    assert statuses(shown) == dict(
        dict.fromkeys(EVERY, "approved"), selfie="pending",
        **{step: "declined" if declined else "pending"})
    result = shown["results"][step]
    if "score" in result:
        assert result["score"] == 0.31
    if step == "aml":
        assert result["details"]["matches"] == [
            {"list": "ofac", "name": "Trial Sanctions"}]


def test_in_live_mode_no_engine_is_there(api):
    made = create(api, "document", "aml", first="Trial", last="Clear")
    shown = settled(api, made)
    assert shown["status"] == "processing"
    assert shown["results"] == {
        "document": {"status": "pending", "type": "passport"},
        "aml": {"status": "pending"}}


def test_corrections_are_processing(trial):
    """What an earlier round found stands until the next one begins."""
    made = create(trial, "document", "selfie", "aml", first="Trial Document",
                  last="Fake")
    before = settled(trial, made)
    answer = trial.ask(
        "POST", "/kyc/sessions/%s/corrections" % plain(made),
        {"corrections": [{"step_id": "step_selfie", "reason": "Blurred",
                          "document_types": ["selfie"]}]})
    assert answer.status == 200, answer
    shown = show(trial, made)
    assert shown["status"] == "processing"
    assert shown["results"] == before["results"]
    assert statuses(shown) == {"document": "declined", "selfie": "pending",
                               "aml": "approved"}
    assert shown["hosted_url"] == made["hosted_url"]


# -- sessions of other protocols ---------------------------------------------
def started(api, **fields):
    answer = api.ask("POST", "/kyc/sessions", fields)
    assert answer.status == 201, answer
    data = answer.json["data"]
    SECRETS.add(data["access_token"])
    return {"id": "ses_" + data["session_id"],
            "hosted_url": "#" + data["access_token"]}


def test_a_session_of_dossiers(api):
    session = api.create(customerName="Maria de la Cruz", externalId="d-1",
                         customerEmail="maria.cruz@example.org")
    shown = show(api, {"id": "ses_" + session["id"]})
    assert shown["steps"] == ["document", "selfie", "face_match"]
    assert shown["reference_id"] == "d-1"
    assert shown["applicant"] == {
        "first_name": "Maria de la", "last_name": "Cruz",
        "email": "maria.cruz@example.org", "date_of_birth": None,
        "nationality": None}
    assert listed(api, "?per_page=1")["data"][0]["applicant"] == shown[
        "applicant"]
    Link(api, shown["hosted_url"].partition("#")[2]).get()
    one = show(api, {"id": "ses_" + api.create(customerName="Madonna")["id"]})
    assert (one["applicant"]["first_name"],
            one["applicant"]["last_name"]) == (None, "Madonna")
    none = show(api, {"id": "ses_" + api.create()["id"]})
    assert set(none["applicant"].values()) == {None}


def test_a_company_has_one_name(api):
    entity = api.ask("POST", "/kyc/entities", {
        "entity_type": "company", "legal_name": "Nadir Trading Ltd"})
    made = started(api, customer_id=entity.json["data"]["entity_id"])
    assert show(api, made)["applicant"] == {
        "first_name": None, "last_name": "Nadir Trading Ltd", "email": None,
        "date_of_birth": None, "nationality": None}


def workflow(api, kinds, checks, **more):
    steps = [{"step_id": kind, "kind": kind, "options": {
        "consent": {"text_version": "1"},
        "document": {"document_kinds": ["passport"]}}.get(kind, {})}
        for kind in kinds]
    answer = api.ask("POST", "/kyc/workflows", dict(
        {"name": "A test's", "steps": steps + more.pop("besides", []),
         "validations": checks}, **more))
    assert answer.status == 201, answer
    return answer.json["data"]["workflow_id"]


def processed(api, made):
    answer = api.ask("POST", "/kyc/sessions/%s/process" % plain(made))
    assert answer.status == 200, answer
    return show(api, made)


def go(api, kinds, checks, name, **more):
    """A native session of such a workflow, all done by its customer."""
    made = started(api, workflow_id=workflow(api, kinds, checks, **more),
                   metadata={"user_name": name})
    link = link_of(api, made)
    for kind in kinds:
        body = {}
        if kind == "consent":
            body = {"consent": {"accepted": True, "text_version": "1",
                                "locale": "en"}}
        elif kind == "liveness":
            challenge = link.post("/liveness/start",
                                  {"step_id": kind}).json["data"]
            send(link, challenge["challenge_id"], faces(challenge))
        else:
            fields = passport() if kind == "document" else SELFIE
            assert link.upload(dict(fields, step_id=kind),
                               jpeg()).status == 201
        assert link.complete(kind, **body).status == 200
    return processed(api, made)


def test_an_enhanced_check_tells_of_both(trial):
    shown = go(trial, ["consent", "document", "liveness"],
               ["enhanced_identity_check"], "Trial Face Mismatch")
    assert shown["steps"] == ["document", "face_match", "liveness"]
    assert statuses(shown) == {"document": "pending", "face_match": "declined",
                               "liveness": "declined"}
    assert shown["results"]["liveness"]["score"] == 0.31
    # no check of its own: the decision of the whole
    assert shown["results"]["document"] == {"status": "pending",
                                            "type": "passport"}


@pytest.mark.parametrize("name, status, matches", [
    ("Trial PEP", "pending", 1), ("Trial Sanctions", "declined", 1),
    ("Trial Clear", "approved", 0), ("Trial Error", "pending", None)])
def test_two_lists_are_one_step(trial, name, status, matches):
    shown = go(trial, ["consent"], ["aml_check", "pep_check"], name)
    assert shown["steps"] == ["aml"]
    assert statuses(shown) == {"aml": status}
    if matches is None:
        assert "details" not in shown["results"]["aml"]
    else:
        assert shown["results"]["aml"]["details"]["match_count"] == matches


def test_a_computed_decision_is_not_yet_one(trial):
    made = go(trial, ["consent", "selfie"], ["web_check"], "Trial Clear",
              automation={"process": "call", "apply_decision": False})
    data = native(trial, made)
    assert (data["status"], data["final_decision"]) == ("processed",
                                                        "approved")
    assert made["status"] == "processing" and made["steps"] == ["selfie"]
    assert statuses(made) == {"selfie": "pending"}
    decide(trial, made, "approved")
    assert statuses(show(trial, made)) == {"selfie": "approved"}


def test_a_workflow_without_any_of_the_steps(trial):
    shown = go(trial, ["consent"], ["web_check"], "Trial Clear")
    assert shown["steps"] == [] and shown["results"] == {}
    assert shown["status"] == "processing" and shown["completed_at"]


def test_checks_of_a_validation_step_count(trial):
    """It shows as a step of its own, whether or not it becomes due."""
    later = {"step_id": "later", "kind": "validation",
             "options": {"validations": ["pep_check"]},
             "when": {"check": "document_check", "outcome": ["issue"]}}
    for name, status in (("Trial Clear", "not_started"),
                         ("Trial Document Fake", "approved")):
        shown = go(trial, ["consent", "document"], ["document_check"], name,
                   besides=[later])
        assert shown["steps"] == ["document", "aml"]
        assert shown["results"]["aml"]["status"] == status


# -- ends --------------------------------------------------------------------
def test_an_expired_one_leads_nowhere(api, later):
    made = create(api, "selfie")
    assert show(api, made)["hosted_url"] == made["hosted_url"]
    shown = later(8 * 24 * HOUR).ask("GET", PATH + "/" + made["id"]).json
    assert shown["status"] == "expired" and shown["hosted_url"] is None
    assert shown["expires_at"] == made["expires_at"]


def test_a_revoked_one_is_expired(api):
    made = create(api, "selfie")
    decide(api, made, "revoked")
    shown = show(api, made)
    assert shown["status"] == "expired" and shown["hosted_url"] is None


STATES = {"draft": "created", "invited": "created", "opened": "created",
          "approved": "approved", "rejected": "declined",
          "failed": "declined", "expired": "expired", "revoked": "expired"}


def test_words_of_every_state(stack):
    api = stack.tenant("Verilock states")
    made = {}
    for name in WORDS:
        made[name] = create(api, "selfie", reference_id=name)
        set_state(stack, {"id": plain(made[name])}, name)
        shown = show(api, made[name])
        assert shown["status"] == STATES.get(name, "processing"), name
    stack.recount(api)
    seen = 0
    for word in ("created", "processing", "approved", "declined", "expired"):
        found = listed(api, "?per_page=100&status=" + word)
        names = {s["reference_id"] for s in found["data"]}
        assert names == {n for n in WORDS
                         if STATES.get(n, "processing") == word}
        assert found["meta"]["total"] == len(names)
        seen += len(names)
    assert seen == len(WORDS)


# -- list --------------------------------------------------------------------
def test_pages(stack):
    api = stack.tenant("Verilock pages")
    assert listed(api) == {"data": [], "meta": {
        "current_page": 1, "last_page": 1, "per_page": 15, "total": 0}}
    made = [create(api, "selfie", reference_id=str(i))["id"]
            for i in range(16)][::-1]
    found = listed(api)
    assert ids(found) == made[:15]
    assert found["meta"] == {"current_page": 1, "last_page": 2,
                             "per_page": 15, "total": 16}
    assert ids(listed(api, "?page=2")) == made[15:]
    for page in range(1, 5):
        found = listed(api, "?per_page=5&page=%d" % page)
        assert ids(found) == made[5 * page - 5:5 * page]
        assert found["meta"] == {"current_page": page, "last_page": 4,
                                 "per_page": 5, "total": 16}
    for page in (5, 10_000_000):
        found = listed(api, "?per_page=5&page=%d" % page)
        assert found == {"data": [], "meta": {
            "current_page": page, "last_page": 4, "per_page": 5,
            "total": 16}}
    found = listed(api, "?per_page=8")["meta"]
    assert found["last_page"] == 2
    assert ids(listed(api, "?per_page=100&unknown=x")) == made


@pytest.mark.parametrize("query, fields", [
    ("page=0", ["page"]), ("page=-1", ["page"]), ("page=x", ["page"]),
    ("page=", ["page"]), ("page=1.5", ["page"]), ("page=10000001", ["page"]),
    ("per_page=0", ["per_page"]), ("per_page=101", ["per_page"]),
    ("per_page=99999999999999999999", ["per_page"]),
    ("status=pending", ["status"]), ("status=Approved", ["status"]),
    ("status=", ["status"]),
    ("from=2026-02-30", ["from"]), ("from=2026", ["from"]),
    ("to=2026-01-01T00:00:00Z", ["to"]), ("to=yesterday", ["to"]),
    ("to=%zz", ["to"]),
    ("page=0&per_page=x&status=y&from=z&to=1",
     ["page", "per_page", "status", "from", "to"])])
def test_a_wrong_query_is_named(api, query, fields):
    check_error(api.ask("GET", PATH + "?" + query), 422, *fields)


def test_days_are_whole_and_inclusive(stack, tmp_path):
    """Sessions of the last seconds of a day, of the first of the next."""
    api = stack.tenant("Verilock days")
    midnight = (time.time() // 86_400 + 1) * 86_400  # the next one, UTC

    def day(offset):
        at = datetime.datetime.fromtimestamp(midnight + 86_400 * offset,
                                             datetime.timezone.utc)
        return at.strftime("%Y-%m-%d")

    made = []
    for at in (-8, 1, 86_400 - 8, 86_401):
        ahead = int((midnight + at - time.time()) * 1000)
        answer = Later(stack, api.key, ahead, tmp_path).ask(
            "POST", PATH, body_of(["selfie"]))
        assert answer.status == 201, answer
        assert answer.json["created_at"].startswith(
            day(at // 86_400)), (answer, at)
        made.append(answer.json["id"])
    a, b, c, d = made
    for query, expected in (
            ("", made), ("from=%s" % day(-1), made),
            ("from=%s" % day(0), [b, c, d]), ("from=%s" % day(1), [d]),
            ("from=%s" % day(2), []), ("to=%s" % day(-2), []),
            ("to=%s" % day(-1), [a]), ("to=%s" % day(0), [a, b, c]),
            ("to=9999-12-31", made), ("to=1970-01-01", []),
            ("from=%s&to=%s" % (day(0), day(0)), [b, c]),
            ("from=%s&to=%s" % (day(1), day(0)), []),
            ("from=1970-01-01&to=%s&status=created" % day(-1), [a]),
            ("from=%s&status=approved" % day(-1), [])):
        found = listed(api, "?" + query)
        assert ids(found) == expected[::-1], query
        assert found["meta"]["total"] == len(expected), query


# -- webhooks ----------------------------------------------------------------
def test_a_sessions_own_webhook(trial):
    secret = trial.ask("POST", "/kyc/webhooks/secret/rotate",
                       {"overlap_hours": 0}).json["data"]["secret"]
    SECRETS.add(secret)
    receiver = Receiver()
    made = create(trial, "document", "aml", first="Trial", last="Clear",
                  webhook_url=receiver.url)
    shown = settled(trial, made)
    receiver.wait(3)
    assert sorted(receiver.types()) == ["aml.completed", "session.approved",
                                        "session.completed"]
    for got in receiver.got:
        body = got.json
        assert set(body) == {"event", "data", "timestamp", "webhook_id"}
        assert ISO.fullmatch(body["timestamp"])
        assert body["data"]["session_id"] == made["id"]
        signature = got.headers["X-Webhook-Signature"]
        assert re.fullmatch("[0-9a-f]{64}", signature)
        assert signature == mac(secret, got.body)
        assert got.headers["webhook-signature"] == standard(secret, got)
    told = {d.json["event"]: d.json["data"] for d in receiver.got}
    assert told["session.approved"] == {
        "session_id": made["id"], "status": "approved",
        "workflow_id": native(trial, made)["workflow_id"], "risk_score": 0,
        "completed_at": shown["completed_at"]}
    receiver.close()


def test_an_endpoint_of_the_protocol(trial):
    """It is told of a session that a person declines, whoever made it."""
    receiver = Receiver()
    endpoint = add(trial, receiver.url, protocol="verilock",
                   events=["session.declined", "session.expired"])
    made = create(trial, "document", first="Trial Document", last="Fake")
    settled(trial, made)
    decide(trial, made, "rejected")
    ended = create(trial, "selfie")
    decide(trial, ended, "revoked")  # no event: see the table of events
    got = receiver.wait(1)[0]
    assert got.json["event"] == "session.declined"
    assert got.json["data"]["status"] == show(trial, made)["status"]
    assert got.json["data"]["risk_score"] == 90
    assert got.headers["X-Webhook-Signature"] == mac(endpoint["secret"],
                                                     got.body)
    assert trial.ask("DELETE", "/kyc/webhooks/" + endpoint["webhook_id"]
                     ).status == 200
    assert receiver.types() == ["session.declined"]
    receiver.close()
