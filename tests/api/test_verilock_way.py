# SPDX-License-Identifier: GPL-3.0-or-later
"""The way of a session of the verilock protocol: results, ends, lists."""
import datetime
import re
import time

import pytest

from checked import test_mode
from kit import HOUR, SECRETS, SELFIE, Later, Link, jpeg, passport
from lock import (EVERY, EXAMPLE, ISO, PATH, body_of, check_error, create,
                  decide, ids, link_of, listed, native, plain, settled, show,
                  statuses)
from receiver import Receiver, add, mac, standard
from test_dossiers import WORDS, set_state
from test_liveness import faces, send


@pytest.fixture(scope="module")
def trial(stack):
    return test_mode(stack, "Verilock Trials Ltd")


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


def test_in_live_mode_the_names_mean_nothing(api):
    made = create(api, "document", "aml", first="Trial", last="Clear")
    shown = settled(api, made)
    assert shown["status"] == "processing"
    details = shown["results"]["document"].pop("details")
    assert set(details.values()) == {None}
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
