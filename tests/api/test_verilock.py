# SPDX-License-Identifier: GPL-3.0-or-later
"""The verilock protocol: create, get, errors, and who may what."""
import uuid

import pytest

from kit import SECRETS
from lock import (EVERY, EXAMPLE, ID, ISO, JEAN, META, PATH, body_of,
                  check_error, create, ids, link_of, listed, native, plain,
                  show)
from shape import like
from test_dossiers import PERMISSIONS, check_headers
from test_idempotency import fresh, replayed, running


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
