# SPDX-License-Identifier: GPL-3.0-or-later
"""The kycgenie protocol, v1 and v2: sessions from creation to review."""
import re
import time
import uuid

import pytest

from genie import Genie, VERSIONS, genie
from kit import now_ms, wait_until
from receiver import Receiver, mac
from test_dossiers import check_headers

ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
CODES = {400: ("INVALID_REQUEST", "VALIDATION_ERROR"),
         401: ("AUTHENTICATION_FAILED",), 403: ("PERMISSION_DENIED",),
         404: ("NOT_FOUND",), 405: ("INVALID_REQUEST",), 409: ("CONFLICT",),
         413: ("INVALID_REQUEST",), 415: ("INVALID_REQUEST",),
         422: ("IDEMPOTENCY_MISMATCH",), 429: ("RATE_LIMITED",)}


def error(answer, status, code=None, details=None, errors=()):
    """An error in the document's shape; its body."""
    assert answer.status == status, answer
    body = answer.json
    assert body["code"] in ((code,) if code else CODES[status]), body
    assert body["error"] and isinstance(body["error"], str)
    assert body["request_id"] == answer.headers["X-Request-Id"]
    if details is not None:
        assert body["details"] == details, body
    assert sorted(body.get("errors", {})) == sorted(errors), body
    for messages in body.get("errors", {}).values():
        assert messages and all(isinstance(m, str) for m in messages)
    check_headers(answer)
    return body


@pytest.fixture(scope="module", params=VERSIONS)
def api(stack, request):
    return genie(stack, "Genie " + request.param, request.param)


@pytest.fixture(scope="module")
def live(stack, api):
    """The same organisation's live key."""
    return Genie(stack.live.with_key(stack.add_key(api.client.org)),
                 api.base.split("/")[2])


def unix(text):
    assert ISO.fullmatch(text), text
    return time.mktime(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ")) - \
        time.timezone


# -- create ------------------------------------------------------------------
def test_create(api, stack):
    entity = api.entity("John Doe")
    made = api.start(entity)
    assert set(made) == {"session_id", "entity_id", "entity_name", "status",
                         "verification_url", "email_sent", "expires_at",
                         "created_at"}
    assert made["entity_id"] == entity["id"]
    assert made["entity_name"] == "John Doe" and made["status"] == "pending"
    assert made["email_sent"] is True
    assert made["verification_url"] == "%s/verify/%s" % (
        stack.url, made["session_id"])
    assert unix(made["expires_at"]) - unix(made["created_at"]) == 48 * 3600
    assert abs(unix(made["created_at"]) - now_ms() / 1000) < 60


@pytest.mark.parametrize("profile, kinds, checks", [
    ("basic", ["consent", "document"], ["document_check"]),
    (None, ["consent", "document", "liveness"],
     ["document_check", "enhanced_identity_check"]),
    ("comprehensive", ["consent", "document", "liveness"],
     ["document_check", "enhanced_identity_check", "aml_check",
      "pep_check"])])
def test_profiles(api, profile, kinds, checks):
    fields = {"verification_profile": profile} if profile else {}
    made = api.start(**fields)
    steps = api.link(made).get().json["data"]["steps_data"]
    assert [s["kind"] for s in steps] == kinds
    done = api.completed(made)
    assert [c["check_type"] for c in done["checks"]] == checks


@pytest.mark.parametrize("picked, kinds, checks", [
    ({"document_check": True, "photo_check": True, "video_check": False,
      "poa_check": True}, ["consent", "document", "selfie",
                           "proof_of_address"],
     ["document_check", "identity_check", "proof_of_address_check"]),
    ({"liveness_check": {"strict": True}}, ["consent", "document",
                                            "liveness"],
     ["enhanced_identity_check"]),
    ({"identity_check": {"enabled": True}, "aml_check": {"enabled": False},
      "document_check": None, "pep_check": True},
     ["consent", "document", "selfie"], ["identity_check", "pep_check"])])
def test_picked_checks(api, picked, kinds, checks):
    made = api.start(verification_checks=picked, verification_profile="basic")
    steps = api.link(made).get().json["data"]["steps_data"]
    assert [s["kind"] for s in steps] == kinds
    assert [c["check_type"] for c in api.completed(made)["checks"]] == checks


@pytest.mark.parametrize("picked", [
    {}, {"document_check": False}, {"document_check": None},
    {"face_check": True}, {"document_check": 1}, {"document_check": "yes"},
    {"document_check": {"enabled": 3}}, [], "document_check", 7, True])
def test_wrong_checks_name_the_field(api, picked):
    answer = api.ask("POST", "verification/sessions/", {
        "entity_id": api.entity()["id"], "email": "a@example.com",
        "verification_checks": picked})
    error(answer, 400, "VALIDATION_ERROR", errors=["verification_checks"])


@pytest.mark.parametrize("fields, names", [
    ({}, ["entity_id", "email"]),
    ({"entity_id": "7", "email": "x"}, ["entity_id", "email"]),
    ({"entity_id": None, "email": "a@example.com"}, ["entity_id"]),
    ({"entity_id": str(uuid.uuid4()), "email": "a@example.com",
      "expiry_hours": 0, "send_email": "yes", "webhook_url": "ftp://x",
      "verification_profile": "gold"},
     ["expiry_hours", "send_email", "webhook_url", "verification_profile"]),
    ({"entity_id": str(uuid.uuid4()), "email": "a@example.com",
      "expiry_hours": 169}, ["expiry_hours"])])
def test_wrong_fields(api, fields, names):
    error(api.ask("POST", "verification/sessions/", fields), 400,
          "VALIDATION_ERROR", errors=names)


def test_hours(api):
    made = api.start(expiry_hours=168)
    assert unix(made["expires_at"]) - unix(made["created_at"]) == 168 * 3600


def test_a_company_is_refused(api):
    company = api.ask("POST", "entities/", {
        "entity_type": "company", "legal_name": "Acme GmbH"}).json
    body = error(api.ask("POST", "verification/sessions/", {
        "entity_id": company["id"], "email": "a@example.com"}), 400,
        "INVALID_REQUEST",
        {"entity_type": "company", "entity_id": company["id"]})
    assert body["error"] == \
        "Identity verification is only available for individuals."


def test_unknown_entity(api):
    error(api.ask("POST", "verification/sessions/", {
        "entity_id": str(uuid.uuid4()), "email": "a@example.com"}), 404)


def test_one_session_under_way(api):
    """Of whichever protocol; a pending one and an opened one."""
    entity = api.entity()
    made = api.start(entity)

    def again():
        return api.ask("POST", "verification/sessions/", {
            "entity_id": entity["id"], "email": "b@example.com"})

    body = error(again(), 409, details={
        "existing_session_id": made["session_id"], "status": "pending",
        "expires_at": made["expires_at"], "created_at": made["created_at"]})
    assert body["error"] == "Active verification session already exists."
    api.link(made).post("/open")
    assert error(again(), 409)["details"]["status"] == "accessed"
    assert api.ask("DELETE", api.path(made, "revoke/")).status == 200
    native = api.client.ask("POST", "/kyc/sessions", {
        "customer_id": entity["id"]}).json["data"]
    assert error(again(), 409)["details"]["existing_session_id"] == \
        native["session_id"]


def test_an_expired_one_is_no_obstacle(api, stack):
    entity = api.entity()
    made = api.start(entity)
    stack.sql("UPDATE session SET expires_at = 1, due_at = 1 WHERE id ="
              " UNHEX('%s')" % made["session_id"].replace("-", ""))
    assert api.show(made)["status"] == "expired"
    api.start(entity)


# -- status and results -------------------------------------------------------
def test_status_before_and_after(api):
    made = api.start()
    shown = api.show(made)
    assert shown["status"] == shown["outcome"] == "pending"
    assert shown["checks"] == [] and shown["failure_details"] == ""
    for name in ("failure_reason", "accessed_at", "completed_at"):
        assert shown[name] is None
    assert shown["delivery_method"] == "email" and shown["email_sent"] is True
    api.link(made).post("/open")
    assert api.show(made)["status"] == "accessed"
    done = api.completed(made)
    assert done["outcome"] == "clear" and done["failure_reason"] is None
    assert unix(done["accessed_at"]) <= unix(done["completed_at"])
    for check in done["checks"]:
        assert set(check) == {"check_id", "check_type", "status", "outcome",
                              "created_at", "completed_at"}
        assert (check["status"], check["outcome"]) == ("completed", "clear")
        uuid.UUID(check["check_id"])
    assert len({c["check_id"] for c in done["checks"]}) == 2


def test_results(api):
    made = api.start()
    error(api.ask("GET", api.path(made, "results/")), 400, "INVALID_REQUEST",
          {"session_id": made["session_id"], "current_status": "pending"})
    done = api.completed(made)
    shown = api.show(made, "results/")
    assert set(shown) == {"session_id", "entity_id", "status", "outcome",
                          "extracted_data", "checks"}
    read = shown["extracted_data"]
    # test mode: names and the type of the document alone
    assert {k: v for k, v in read.items() if v is not None} == {
        "first_name": "Trial", "last_name": "Clear",
        "document_type": "passport"}
    assert set(read) == {
        "first_name", "last_name", "date_of_birth", "document_type",
        "document_number", "document_country", "nationality", "expiry_date",
        "gender", "address"}
    document = shown["checks"][0]
    result = document.pop("result_data")
    assert document == done["checks"][0]
    uuid.UUID(result.pop("id"))
    assert result == {"type": "document_check", "result": "clear",
                      "breakdown": {"documentValidation": "clear",
                                    "imageQuality": "clear",
                                    "visualAuthenticity": "clear"}}


@pytest.mark.parametrize("name, outcome, reason, breakdown", [
    ("Trial Document Fake", "issue", "document_fake",
     ("clear", "clear", "issue")),
    ("Trial Unreadable", "consider", "document_unreadable",
     ("clear", "consider", "clear")),
    ("Trial Document Expired", "attention", "document_expired",
     ("consider", "clear", "clear")),
    ("Trial Error", "error", "technical_error", (None, None, None))])
def test_outcomes(api, name, outcome, reason, breakdown):
    done = api.completed(made := api.start(api.entity(name)))
    assert (done["outcome"], done["failure_reason"]) == (outcome, reason)
    assert done["failure_details"]
    result = api.show(made, "results/")["checks"][0]["result_data"]
    assert tuple(result["breakdown"][n] for n in (
        "documentValidation", "imageQuality", "visualAuthenticity")) == \
        breakdown


def test_no_engine_is_no_clear(live):
    """None is there for a face; of the document nothing can be read."""
    done = live.completed(made := live.start())
    assert (done["outcome"], done["failure_reason"]) == (
        "error", "document_unreadable")
    read = live.show(made, "results/")["extracted_data"]
    assert set(read.values()) == {None}


# -- resend and revoke ---------------------------------------------------------
def test_resend(api):
    made = api.start()
    link = api.link(made)
    for n in (1, 2, 3):
        answer = api.ask("POST", api.path(made, "resend/"))
        assert answer.status == 200, answer
        body = answer.json
        assert body == {"success": True,
                        "message": "Verification link resent successfully",
                        "session_id": made["session_id"],
                        "email_sent_to": body["email_sent_to"],
                        "resend_count": n}
    # the same address has the same link
    assert link.get().status == 200
    body = error(api.ask("POST", api.path(made, "resend/")), 429,
                 details={"session_id": made["session_id"],
                          "resend_count": 3})
    assert body["error"] == "Too many resend attempts. Please create a new " \
        "verification session."


def test_another_address_gets_another_link(api):
    """The old one may lie in a stranger's mailbox."""
    made = api.start()
    link = api.link(made)
    answer = api.ask("POST", api.path(made, "resend/"),
                     {"email": "work.desk@example.com"})
    assert answer.json["email_sent_to"] == "work.desk@example.com"
    assert link.get().status == 404
    assert api.link(made).get().status == 200
    found = api.client.ask("GET", "/kyc/sessions?search=work.desk").json
    assert [s["session_id"] for s in found["data"]["sessions"]] == [
        made["session_id"]]


def test_without_a_mail_no_link(api):
    made = api.start(send_email=False)
    assert made["email_sent"] is False and made["status"] == "pending"
    shown = api.show(made)
    assert shown["email_sent"] is False and shown["delivery_method"] is None
    native = api.client.ask("GET", "/kyc/sessions/" + made["session_id"])
    assert native.json["data"]["access_token"] is None
    assert api.ask("POST", api.path(made, "resend/")).json[
        "resend_count"] == 1
    assert api.link(made).get().status == 200
    assert api.show(made)["email_sent"] is True


@pytest.mark.parametrize("body, names", [
    ({"email": "x"}, ["email"]), ({"email": 7}, ["email"])])
def test_wrong_address(api, body, names):
    made = api.start()
    error(api.ask("POST", api.path(made, "resend/"), body), 400,
          "VALIDATION_ERROR", errors=names)


def test_ended_sessions_are_not_resent(api):
    done = api.completed(made := api.start())
    error(api.ask("POST", api.path(made, "resend/")), 400, "INVALID_REQUEST",
          {"session_id": made["session_id"], "status": done["status"]})


def test_revoke(api):
    made = api.start()
    link = api.link(made)
    answer = api.ask("DELETE", api.path(made, "revoke/"))
    assert answer.status == 200 and answer.json == {
        "success": True, "message": "Verification session revoked",
        "session_id": made["session_id"], "status": "revoked"}
    assert link.get().status == 410
    assert error(api.ask("DELETE", api.path(made, "revoke/")), 400, details={
        "session_id": made["session_id"], "status": "revoked",
        "completed_at": None})["error"] == "Cannot revoke revoked session"


def test_a_completed_one_is_not_revoked(api):
    done = api.completed(made := api.start())
    body = error(api.ask("DELETE", api.path(made, "revoke/")), 400,
                 "INVALID_REQUEST", {
                     "session_id": made["session_id"], "status": "completed",
                     "completed_at": done["completed_at"]})
    assert body["error"] == "Cannot revoke completed session"


# -- reviews -------------------------------------------------------------------
def test_reviews(api, stack):
    made = api.start(api.entity("Trial Consider"))
    review = {"decision": "approved", "notes": "All checks clear."}
    error(api.ask("POST", api.path(made, "reviews/create/"), review), 400,
          "INVALID_REQUEST", {"session_id": made["session_id"],
                              "current_status": "pending"})
    done = api.completed(made)
    items, count = (("reviews", "total_reviews") if "v1" in api.base
                    else ("results", "count"))
    empty = api.show(made, "reviews/")
    assert empty == {
        "session_id": made["session_id"], "entity_id": made["entity_id"],
        "session_status": "completed", "session_outcome": "consider",
        items: [], count: 0, "latest_decision": None}
    checks = [done["checks"][1]["check_id"]]
    written = []
    for decision, ids in (("pending", None), ("rejected", checks),
                          ("flagged", None), ("approved", checks)):
        answer = api.ask("POST", api.path(made, "reviews/create/"), {
            "decision": decision, "notes": "By rule\n4", "check_ids": ids})
        assert answer.status == 201, answer
        body = answer.json
        assert body["decision"] == decision and body["check_ids"] == ids
        assert body["notes"] == "By rule\n4"
        assert body["session_id"] == made["session_id"]
        assert body["reviewed_by"]["name"] == "a test's"
        assert body["reviewed_by"]["email"] is None
        uuid.UUID(body["reviewed_by"]["id"])
        unix(body["reviewed_at"])
        written.insert(0, body)
    listed = api.show(made, "reviews/")
    assert listed[count] == 4 and listed["latest_decision"] == "approved"
    for body in written:
        del body["session_id"]
    assert listed[items] == written
    native = api.client.ask("GET", "/kyc/sessions/" + made["session_id"])
    assert native.json["data"]["status"] == "approved"


@pytest.mark.parametrize("fields, names", [
    ({}, ["decision", "notes"]),
    ({"decision": "perhaps", "notes": ""}, ["decision", "notes"]),
    ({"decision": "approved", "notes": "x" * 4001}, ["notes"]),
    ({"decision": "approved", "notes": "x", "check_ids": "all"},
     ["check_ids"]),
    ({"decision": "approved", "notes": "x", "check_ids": [
        str(uuid.uuid4()), 7]}, ["check_ids[0]", "check_ids[1]"])])
def test_wrong_reviews(api, fields, names):
    api.completed(made := api.start())
    error(api.ask("POST", api.path(made, "reviews/create/"), fields), 400,
          "VALIDATION_ERROR", errors=names)


# -- everybody -----------------------------------------------------------------
def test_a_slash_less(api):
    made = api.start()
    path = api.base + api.path(made)[:-1]
    answer = api.client.ask("GET", path)
    assert answer.status == 200 and answer.json == api.show(made)


@pytest.mark.parametrize("method, path, status", [
    ("GET", "nothing/", 404), ("GET", "", 404),
    ("PUT", "verification/sessions/", 405),
    ("DELETE", "verification/sessions/list/", 405),
    ("GET", "verification/sessions/7/", 404),
    ("POST", "verification/sessions/7/resend/", 404)])
def test_paths(api, method, path, status):
    answer = api.ask(method, path)
    error(answer, status)
    assert bool(answer.headers["Allow"]) == (status == 405)


def test_bodies(api):
    path = api.base + "verification/sessions/"
    ask = api.client.ask
    error(ask("POST", path, "{"), 400, "INVALID_REQUEST")
    error(ask("POST", path, "[]"), 400, "INVALID_REQUEST")
    error(ask("POST", path, "{}", {"Content-Type": "text/plain"}), 415)
    error(ask("POST", path, '{"a":"%s"}' % ("x" * (1 << 20))), 413)


def test_keys(api, stack):
    made = api.start()
    path = api.base + api.path(made)
    error(api.client.ask("GET", path, key=False), 401)
    error(api.client.ask("GET", path,
                         headers={"Authorization": "Bearer x"}), 401)
    answer = api.client.ask("GET", path, key=False,
                            headers={"X-API-Key": api.client.key})
    assert answer.status == 200
    mine = api.client.with_key(stack.add_key(
        api.client.org, "--mode", "test", "--permissions", "kyc:read"))
    assert mine.ask("GET", path).status == 200
    error(mine.ask("DELETE", path + "revoke/"), 403)


def test_modes_and_tenants_are_apart(api, live, stack):
    made = api.start()
    other = genie(stack, "Others", api.base.split("/")[2])
    for stranger in (live, other):
        for method, tail in (("GET", ""), ("GET", "results/"),
                             ("POST", "resend/"), ("DELETE", "revoke/"),
                             ("GET", "reviews/")):
            error(stranger.ask(method, api.path(made, tail)), 404)
        error(stranger.ask("GET", "entities/%s/verification-sessions/"
                           % made["entity_id"]), 404)
        error(stranger.ask("POST", "verification/sessions/", {
            "entity_id": made["entity_id"], "email": "a@example.com"}), 404)


# -- webhooks ------------------------------------------------------------------
def test_webhooks_of_a_session(api):
    """Its own URL is told in this protocol's envelope, signed with the
    organisation's secret; opening is told once."""
    receiver = Receiver()
    secret = api.client.ask("POST", "/kyc/webhooks/secret/rotate").json[
        "data"]["secret"]
    made = api.start(webhook_url=receiver.url)
    link = api.link(made)
    for _ in range(3):
        link.post("/open")
    api.completed(made)
    words = ["verification." + w for w in (
        "session_created", "session_accessed", "check_completed",
        "check_completed", "session_completed")]
    wait_until(lambda: len(receiver.got) >= len(words), 15, "too few came")
    bodies = [d.json for d in receiver.got]
    assert sorted(b["event"] for b in bodies) == sorted(words)
    for delivery in receiver.got:
        assert delivery.headers["X-Webhook-Signature"] == mac(
            secret, delivery.body)
        unix(delivery.json["timestamp"])
    last = [b for b in bodies if b["event"] == words[-1]][0]["data"]
    assert last["session_id"] == made["session_id"]
    assert last["entity_id"] == made["entity_id"]
    assert (last["entity_name"], last["status"], last["outcome"]) == (
        "Trial Clear", "completed", "clear")
    assert last["checks_completed"] == 2
    unix(last["completed_at"])
    assert last["extracted_data"]["first_name"] == "Trial"
    assert last["extracted_data"]["document_type"] == "passport"
    checks = [b["data"] for b in bodies if b["event"] == words[2]]
    assert {c["check_type"] for c in checks} == {
        "document_check", "enhanced_identity_check"}
    receiver.close()
