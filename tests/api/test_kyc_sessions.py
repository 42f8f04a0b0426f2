# SPDX-License-Identifier: GPL-3.0-or-later
"""The operator's sessions: made, looked at, changed."""
import threading
import time
import uuid

import pytest

import kit
from shape import beside, error

JOHN = {"user_email": "user@example.com", "user_name": "John Doe"}
DAY = 86_400


@pytest.fixture(scope="module")
def api(stack):
    return stack.tenant("Sessions Ltd")


def create(api, **fields):
    return beside("create", api.ask("POST", "/kyc/sessions", fields), 201)


def path(session, more=""):
    return "/kyc/sessions/" + session["session_id"] + more


def show(api, session):
    return api.ask("GET", path(session)).json["data"]


def finished(api, **fields):
    """A session whose customer has gone the whole way."""
    made = create(api, **fields)
    kit.Link(api, made["access_token"]).finish()
    return made


def reviewed(api, stack, **fields):
    """One that waits for a person, without waiting for engines."""
    made = finished(api, **fields)
    kit.wait_until(lambda: show(api, made)["status"] == "manual_review", 20,
                   "never processed")
    return made


# -- creation ---------------------------------------------------------------
def test_the_documents_example(api):
    made = create(api, ttl_days=7, metadata=JOHN)
    assert made["status"] == "active" and made["ttl_days"] == 7
    assert made["metadata"] == JOHN and made["workflow_version"] == 1
    assert made["access_link"].endswith(
        "/public/sessions/" + made["access_token"])
    assert abs(made["expires_at"] - (time.time() + 7 * DAY)) < 60
    assert {s["status"] for s in made["steps_data"]} == {"pending"}
    assert made["tenant_id"] == api.org
    shown = show(api, made)
    assert shown == made


def test_an_empty_body_is_enough(api):
    made = create(api)
    assert made["metadata"] == {} and made["customer_id"] is None
    assert made["priority"] == "medium" and made["ttl_days"] == 7
    answer = api.ask("POST", "/kyc/sessions")
    assert answer.status == 201, answer


def test_everything_that_may_be_said(api, stack):
    made = create(
        api, ttl_days=90, external_id="x-1", client_id="client 7",
        callback_url="https://shop.example/back", priority="urgent",
        webhook_url="https://shop.example/hook", locale="ar",
        metadata={"user_name": "Ann Ex", "deep": {"list": [1, 2.5, None]}})
    assert made["external_id"] == "x-1" and made["client_id"] == "client 7"
    assert made["callback_url"] == "https://shop.example/back"
    assert made["webhook_url"] == "https://shop.example/hook"
    assert made["priority"] == "urgent" and made["locale"] == "ar"
    assert made["metadata"]["deep"] == {"list": [1, 2.5, None]}
    assert abs(made["expires_at"] - (time.time() + 90 * DAY)) < 60
    rows = stack.sql("SELECT COUNT(*) FROM session_detail WHERE sealed LIKE "
                     "'%shop.example%' OR sealed LIKE '%deep%'")
    assert rows == [["0"]]


@pytest.mark.parametrize("body, field", [
    ({"ttl_days": 0}, "ttl_days"), ({"ttl_days": 91}, "ttl_days"),
    ({"ttl_days": "7"}, "ttl_days"), ({"workflow_id": "mine"}, "workflow_id"),
    ({"metadata": []}, "metadata"),
    ({"metadata": {"a": "b\u0007"}}, "metadata"),
    ({"metadata": {"a\u0007": 1}}, "metadata"),
    ({"metadata": {"a": "x" * 16384}}, "metadata"),
    ({"metadata": {"user_email": "nobody"}}, "metadata.user_email"),
    ({"metadata": {"user_email": 7}}, "metadata.user_email"),
    ({"metadata": {"user_name": ""}}, "metadata.user_name"),
    ({"metadata": {"user_name": "x" * 256}}, "metadata.user_name"),
    ({"callback_url": "javascript:alert(1)"}, "callback_url"),
    ({"callback_url": "https://me@shop.example/"}, "callback_url"),
    ({"callback_url": "https://"}, "callback_url"),
    ({"webhook_url": "ftp://x.example"}, "webhook_url"),
    ({"webhook_url": "https://10.1.2.3/hook"}, "webhook_url"),
    ({"webhook_url": "https://[fd00::1]/hook"}, "webhook_url"),
    ({"webhook_url": "https://0x7f.1/hook"}, "webhook_url"),
    ({"webhook_url": "https://me:x@shop.example/"}, "webhook_url"),
    ({"priority": "now"}, "priority"), ({"draft": "yes"}, "draft"),
    ({"locale": "!!"}, "locale"), ({"customer_id": "cust_1"}, "customer_id"),
    ({"client_id": ""}, "client_id"),
    ({"client_id": "a", "customer_id": str(uuid.uuid4())}, "client_id"),
    ({"external_id": "x" * 256}, "external_id"),
])
def test_what_is_wrong_is_named(api, body, field):
    error(api.ask("POST", "/kyc/sessions", body), 400, field)


def test_the_browser_may_go_to_the_house(api):
    made = create(api, callback_url="http://192.168.1.9:8080/done?a=b")
    assert made["callback_url"] == "http://192.168.1.9:8080/done?a=b"


def test_what_is_not_there_is_not_found(api, stack):
    for name in ("workflow_id", "customer_id"):
        error(api.ask("POST", "/kyc/sessions", {name: str(uuid.uuid4())}),
              404)
    # another organisation's count as not there
    other = stack.tenant("Elsewhere Ltd")
    theirs = create(other, metadata=JOHN)
    for name in ("workflow_id", "customer_id"):
        error(api.ask("POST", "/kyc/sessions", {name: theirs[name]}), 404)
    error(api.ask("GET", path(theirs)), 404)
    error(api.ask("PATCH", path(theirs), {"priority": "low"}), 404)
    error(api.ask("PATCH", "/kyc/sessions/no-uuid", {}), 404)


def test_an_entity_lends_name_and_address(api):
    entity = api.ask("POST", "/kyc/entities", {
        "first_name": "Eve", "last_name": "Lend",
        "email": "eve@example.org"}).json["data"]
    made = create(api, customer_id=entity["entity_id"])
    assert made["customer_id"] == entity["entity_id"]
    assert made["customer_name"] == "Eve Lend"
    assert made["customer_email"] == "eve@example.org"
    error(api.ask("DELETE", "/kyc/entities/" + entity["entity_id"]), 409)


def test_an_unknown_client_is_made_once(api):
    made = []

    def one():
        made.append(create(api, client_id="crowd")["customer_id"])

    crowd = [threading.Thread(target=one) for _ in range(12)]
    for t in crowd:
        t.start()
    for t in crowd:
        t.join()
    assert len(made) == 12 and len(set(made)) == 1 and made[0]
    found = api.ask("GET", "/kyc/entities?external_id=crowd").json["data"]
    assert [e["entity_id"] for e in found["entities"]] == made[:1]


def test_a_time_comes_from_the_workflow(api):
    id = api.ask("POST", "/kyc/workflows", dict(EXAMPLE, ttl_days=3)
                 ).json["data"]["workflow_id"]
    assert create(api, workflow_id=id)["ttl_days"] == 3
    assert create(api, workflow_id=id, ttl_days=5)["ttl_days"] == 5


# -- a look -----------------------------------------------------------------
def test_a_finished_one_beside_the_documents(api):
    made = finished(api, metadata=JOHN)
    data = show(api, made)
    assert data["status"] in ("completed", "processing", "manual_review")
    assert data["current_step_index"] == 3 == data["completed_steps"]
    assert data["progress_percent"] == 100
    assert data["access_token"] == made["access_token"]
    beside("get", api.ask("GET", path(made)))
    by_id = {s["step_id"]: s for s in data["steps_data"]}
    for step in data["steps_data"]:
        assert step["status"] == "completed"
        assert step["started_at"].endswith("Z")
        assert step["completed_at"].endswith("Z")
    one, = by_id["step_document"]["documents"]
    assert one["doc_id"].startswith("doc_") and one["type"] == "id"
    assert one["mime_type"] == "image/jpeg" and one["file_name"]
    assert one["uploaded_at"].endswith("Z")
    assert data["completed_at"].endswith("Z")


FIELDS = {"full_name": ("field_abc123", "Full Name", "name", "John Doe"),
          "date_of_birth": ("field_xyz789", "Date of Birth", "date",
                            "1990-01-15"),
          "email": ("field_email456", "Email", "email", "john@example.com")}
EXAMPLE = {
    "name": "Basic KYC",
    "custom_tags": {"department": "onboarding", "region": "latam"},
    "steps": [
        {"step_id": "step_1", "kind": "document",
         "options": {"document_kinds": ["passport"]}},
        {"step_id": "step_2", "kind": "selfie"},
        {"step_id": "step_3", "kind": "form", "options": {"fields": [
            {"key": key, "field_id": row[0], "name": row[1], "type": row[2],
             "required": True} for key, row in FIELDS.items()]}}],
    "validations": ["document_check"]}


def test_the_whole_example_with_its_form(api):
    workflow = api.ask("POST", "/kyc/workflows", EXAMPLE).json["data"]
    made = create(api, workflow_id=workflow["workflow_id"], metadata=JOHN)
    assert made["custom_tags"] == EXAMPLE["custom_tags"]
    assert made["workflow_name"] == "Basic KYC"
    link = kit.Link(api, made["access_token"])
    assert link.upload({"step_id": "step_1", "type": "id", "side": "front",
                        "document_kind": "passport"}, kit.jpeg(),
                       "passport.jpg").status == 201
    assert link.complete("step_1", document_kind="passport").status == 200
    assert link.upload({"step_id": "step_2", "type": "selfie"}, kit.jpeg(),
                       "selfie.jpg").status == 201
    assert link.complete("step_2").status == 200
    answer = link.complete("step_3", form_data={
        key: row[3] for key, row in FIELDS.items()})
    assert answer.status == 200, answer
    data = beside("get", api.ask("GET", path(made)))
    shown = {s["step_id"]: s for s in data["steps_data"]}
    assert shown["step_1"]["documents"][0]["file_name"] == "passport.jpg"
    assert shown["step_2"]["documents"][0]["type"] == "selfie"
    assert shown["step_3"]["form_data"] == {
        key: row[3] for key, row in FIELDS.items()}
    assert data["form_data"] == {
        key: dict(zip(("field_id", "name", "type", "value"), row))
        for key, row in FIELDS.items()}
    # a later version changes neither steps nor tags of this session
    changed = dict(EXAMPLE, custom_tags={"department": "other"},
                   steps=EXAMPLE["steps"][:1])
    assert api.ask("PUT", "/kyc/workflows/" + workflow["workflow_id"],
                   changed).status == 200
    later = api.ask("GET", path(made)).json["data"]
    assert later["custom_tags"] == EXAMPLE["custom_tags"]
    assert later["workflow_version"] == 1 and later["total_steps"] == 3


def test_results_and_corrections_are_shown(api, stack):
    made = reviewed(api, stack)
    assert show(api, made)["processing_results"]["final_decision"] == (
        "manual_review")
    body = {"corrections": [{"step_id": "step_document",
                             "document_types": ["id"],
                             "message": "Please upload a clearer photo."}]}
    answer = api.ask("POST", path(made, "/corrections"), body)
    assert answer.status == 200, answer
    data = show(api, made)
    assert data["status"] == "awaiting_client_correction"
    assert data["compliance_status"] == "remediation"
    assert data["final_decision"] is None and data["decided_at"] is None
    steps = {s["step_id"]: s for s in data["steps_data"]}
    one, = steps["step_document"]["correction_requests"]
    assert one["status"] == "open" and one["id"].startswith("corr_")
    assert steps["step_document"]["status"] == "needs_correction"
    assert "correction_requests" not in steps["step_selfie"]


def test_a_deleted_workflow_makes_no_session(api):
    workflow = api.ask("POST", "/kyc/workflows", EXAMPLE).json["data"]
    where = {"workflow_id": workflow["workflow_id"]}
    made = create(api, **where)
    assert api.ask("DELETE", "/kyc/workflows/" + where["workflow_id"]
                   ).status == 200
    error(api.ask("POST", "/kyc/sessions", where), 404)
    assert show(api, made)["status"] == "active"


def test_one_whose_time_is_up_shows_it(api, later):
    made = create(api)
    ahead = later(8 * DAY * 1000)
    data = ahead.ask("GET", path(made)).json["data"]
    assert data["status"] == "expired" and data["access_token"] is None
    assert data["compliance_status"] == "incomplete"


# -- changes ----------------------------------------------------------------
def test_fields_change_and_the_rest_stays(api, stack):
    made = create(api, metadata=JOHN)
    data = beside("update", api.ask("PATCH", path(made), {
        "priority": "high", "assigned_to": "user_abc123",
        "notes": "Called back\nlater", "metadata": {"a": 1}}))
    assert data["status"] == "active" and data["version"] == 2
    shown = show(api, made)
    assert shown["priority"] == "high"
    assert shown["assigned_to"] == "user_abc123"
    assert shown["metadata"] == {"a": 1}
    assert shown["customer_name"] == "John Doe"
    note, = shown["notes"]
    assert note["text"] == "Called back\nlater" and note["by"]
    assert note["action"] == "update" and note["at"].endswith("Z")
    api.ask("PATCH", path(made), {"assigned_to": "", "notes": "Second"})
    shown = show(api, made)
    assert shown["assigned_to"] is None and shown["priority"] == "high"
    assert [n["text"] for n in shown["notes"]] == [note["text"], "Second"]
    # nothing to do is no change
    assert api.ask("PATCH", path(made), {}).json["data"]["version"] == 3
    verbs = stack.sql("SELECT COUNT(*) FROM audit WHERE verb = 13 AND "
                      "session_id = UNHEX('%s')"
                      % made["session_id"].replace("-", ""))
    assert verbs == [["2"]]


def test_notes_have_an_end(api):
    made = create(api)
    for i in range(200):
        assert api.ask("PATCH", path(made), {"notes": str(i)}).status == 200
    error(api.ask("PATCH", path(made), {"notes": "201"}), 409)
    assert [n["text"] for n in show(api, made)["notes"]] == [
        str(i) for i in range(200)]


@pytest.mark.parametrize("body, field", [
    ({"status": "flagged"}, "status"), ({"status": 1}, "status"),
    ({"priority": "now"}, "priority"), ({"notes": "x" * 4001}, "notes"),
    ({"assigned_to": "x" * 65}, "assigned_to"), ({"version": 0}, "version"),
    ({"metadata": {"user_email": "no"}}, "metadata.user_email"),
])
def test_a_wrong_change_is_named(api, body, field):
    error(api.ask("PATCH", path(create(api)), body), 400, field)


def test_a_version_that_is_gone(api):
    made = create(api)
    assert api.ask("PATCH", path(made), {"priority": "low", "version": 1}
                   ).status == 200
    body = error(api.ask("PATCH", path(made), {"priority": "high",
                                               "version": 1}), 409, "version")
    assert "2" in body["details"]["fields"]["version"][0]
    assert show(api, made)["priority"] == "low"


@pytest.mark.parametrize("status", ["draft", "completed", "processing",
                                    "expired", "failed", "active", "approved",
                                    "awaiting_client_correction"])
def test_what_nobody_may_set(api, status):
    made = create(api)
    error(api.ask("PATCH", path(made), {"status": status,
                                        "priority": "urgent"}), 409)
    # all or nothing
    assert show(api, made)["priority"] == "medium"


def test_a_revoked_one_is_over(api):
    made = create(api)
    link = kit.Link(api, made["access_token"])
    data = beside("update", api.ask("PATCH", path(made),
                                    {"status": "revoked"}))
    assert data["status"] == "revoked"
    shown = show(api, made)
    assert shown["access_token"] is None and shown["access_link"] is None
    assert link.get().status == 410
    for body in ({"status": "active"}, {"status": "revoked"}):
        error(api.ask("PATCH", path(made), body), 409)


def test_an_expired_one_goes_on(api, later):
    made = create(api, ttl_days=1)
    kit.Link(api, made["access_token"]).post("/open")
    ahead = later(3 * DAY * 1000)
    error(ahead.ask("PATCH", path(made), {"status": "revoked"}), 409)
    answer = ahead.ask("PATCH", path(made), {"status": "active"})
    data = beside("update", answer)
    assert data["status"] == "active"
    # renewed by the workflow's seven days, from then
    assert abs(data["expires_at"] - (time.time() + 10 * DAY)) < 60
    shown = show(api, made)
    assert shown["access_token"] == made["access_token"]
    assert kit.Link(api, made["access_token"]).get().status == 200
    error(ahead.ask("PATCH", path(made), {"status": "active"}), 409)


def test_a_failed_one_goes_on_with_new_attempts(api, stack):
    made = create(api)
    kit.Link(api, made["access_token"]).post("/open")
    where = "WHERE id = UNHEX('%s')" % made["session_id"].replace("-", "")
    stack.sql("UPDATE session SET state = 14, prior_state = 3, "
              "attempts = 21, due_at = NULL, version = version + 1 " + where)
    assert show(api, made)["status"] == "failed"
    assert show(api, made)["access_token"] is None
    data = beside("update", api.ask("PATCH", path(made),
                                    {"status": "active"}))
    assert data["status"] == "active"
    assert data["expires_at"] == made["expires_at"]
    assert stack.sql("SELECT attempts, state, due_at DIV 1000 FROM session "
                     + where) == [["0", "3", str(made["expires_at"])]]


def test_decisions(api, stack):
    made = reviewed(api, stack)
    data = beside("update", api.ask("PATCH", path(made), {
        "status": "approved",
        "notes": "All documents verified successfully"}))
    assert data["status"] == "approved"
    shown = show(api, made)
    assert shown["final_decision"] == "approved"
    assert shown["decided_at"].endswith("Z")
    assert shown["compliance_status"] == "approved"
    for status, inbox in (("rejected", "rejected"), ("processed", "completed"),
                          ("manual_review", "manual_review")):
        answer = api.ask("PATCH", path(made), {"status": status})
        assert answer.json["data"]["status"] == status
        assert answer.json["data"]["compliance_status"] == inbox


def test_fifty_at_once_have_one_winner(api, stack):
    made = reviewed(api, stack)
    version = show(api, made)["version"]
    codes = []

    def one(i):
        status = ("approved", "rejected")[i % 2]
        codes.append(api.ask("PATCH", path(made), {
            "status": status, "version": version}).status)

    crowd = [threading.Thread(target=one, args=(i,)) for i in range(50)]
    for t in crowd:
        t.start()
    for t in crowd:
        t.join()
    assert sorted(codes) == [200] + [409] * 49
    assert show(api, made)["version"] == version + 1
    rows = stack.sql("SELECT COUNT(*) FROM review WHERE actor = 1 AND "
                     "session_id = UNHEX('%s')" % made["session_id"].replace("-", ""))
    assert rows == [["1"]]


def test_who_may(api, stack):
    def key(*permissions):
        return api.with_key(stack.add_key(api.org, "--permissions",
                                          ",".join(permissions)))

    made = reviewed(api, stack)
    reader, updater, reviewer = (key("kyc:read"), key("kyc:update"),
                                 key("kyc:review"))
    error(reader.ask("PATCH", path(made), {"priority": "low"}), 403)
    error(reader.ask("PATCH", path(made), {}), 403)
    error(reader.ask("POST", path(made, "/generate-link"), {}), 403)
    error(reader.ask("POST", "/kyc/sessions", {}), 403)
    error(updater.ask("GET", path(made)), 403)
    error(updater.ask("PATCH", path(made), {"status": "approved"}), 403)
    assert updater.ask("PATCH", path(made), {"priority": "low"}).status == 200
    error(reviewer.ask("PATCH", path(made), {"priority": "high"}), 403)
    assert reviewer.ask("PATCH", path(made), {"status": "approved"}
                        ).status == 200


def test_a_legal_hold(api, stack):
    made = create(api)
    assert made["legal_hold"] is False
    updater = api.with_key(stack.add_key(api.org, "--permissions",
                                         "kyc:update"))
    error(updater.ask("PATCH", path(made), {"legal_hold": True}), 403)
    assert api.ask("PATCH", path(made), {"legal_hold": True}).status == 200
    assert show(api, made)["legal_hold"] is True
    error(api.ask("DELETE", path(made)), 409)
    assert api.ask("PATCH", path(made), {"legal_hold": False}).status == 200
    assert api.ask("DELETE", path(made)).status == 200


def test_a_key_replays_a_change(api):
    made = create(api)
    again = [api.ask("PATCH", path(made), {"notes": "once"},
                     {"Idempotency-Key": "change-1"}) for _ in range(2)]
    assert again[0].body == again[1].body
    assert len(show(api, made)["notes"]) == 1
