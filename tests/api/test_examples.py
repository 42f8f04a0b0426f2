# SPDX-License-Identifier: GPL-3.0-or-later
"""Every call that the published documents show, by the real curl, with host,
key and ids put in and nothing else changed; each answer field by field beside
the document's.

What a session must have come to before a call is brought about through the
public API, in test mode, where a customer of the right name passes every
check.
"""
import datetime
import http.client
import io
import json
import math
import os
import subprocess
import urllib.parse

import pytest

import flow
import openapi
import shape
from checked import test_mode
from kit import SECRETS, Answer, Link, wait_until
from receiver import Receiver, mac

PRELUDE = r"""
command -v uuidgen >/dev/null ||
	uuidgen() { cat /proc/sys/kernel/random/uuid; }
curl() {
	command curl -q -sS -D "$HEAD" -o "$BODY" \
		-w '%{method} %{url_effective}' "$@"
}
"""
ENTITY = "550e8400-e29b-41d4-a716-446655440000"
SESSION = "770e8400-e29b-41d4-a716-446655440002"
EXISTING = "880e8400-e29b-41d4-a716-446655440003"
HOSTS = ("https://api.kycgenie.com", "https://kycgenie.com",
         "https://verilock.io", "https://klustr.example.com")
KEYS = ("YOUR_API_KEY", "your_api_key_here", "YOUR_ACCESS_TOKEN")
WEBHOOK = "https://your-domain.com/webhooks/verification"


class Stage:
    """An organisation in test mode, and what its examples need."""

    def __init__(self, stack, directory):
        self.stack, self.directory = stack, directory
        self.api = test_mode(stack, "Examples Ltd")
        self.receiver = Receiver()

    def curl(self, command):
        head, body = self.directory / "head", self.directory / "body"
        body.unlink(missing_ok=True)
        told = subprocess.run(
            ["bash", "-euc", PRELUDE + command], capture_output=True,
            text=True, timeout=60, env={"PATH": os.environ["PATH"],
                                        "HEAD": head, "BODY": body})
        assert told.returncode == 0, told.stderr
        method, url = told.stdout.split()
        status, _, rest = head.read_bytes().partition(b"\r\n")
        headers = http.client.parse_headers(io.BytesIO(rest))
        answer = Answer(int(status.split()[1]), headers, body.read_bytes())
        where = urllib.parse.urlsplit(url)
        openapi.check(method, where.path + "?" + where.query, answer.status,
                      headers.get("Content-Type"), answer.body)
        SECRETS.see(answer.body.decode())
        return answer

    def fill(self, text, words):
        """With this server's host, this key, and the things by their names in
        the document."""
        for host in HOSTS:
            text = text.replace(host, self.stack.url)
        for key in KEYS:
            text = text.replace(key, self.api.key)
        for name, value in words.items():
            text = text.replace(name, value)
        return text.replace(WEBHOOK, self.receiver.url)

    def run(self, case, words):
        return self.curl(self.fill(case.call, words))

    def expected(self, case, words):
        return json.loads(self.fill(json.dumps(case.answer), words))

    # -- what there must be before ----------------------------------------
    def entity(self, **fields):
        answer = self.api.ask("POST", "/kyc/entities", fields)
        assert answer.status == 201, answer
        return answer.json["data"]["entity_id"]

    def finish(self, session):
        """The customer's part; any protocol's session shows its token to the
        native API."""
        shown = self.api.ask("GET", "/kyc/sessions/" + session)
        assert shown.status == 200, shown
        token = shown.json["data"]["access_token"]
        SECRETS.add(token)
        flow.walk(Link(self.api, token))


@pytest.fixture(scope="module")
def stage(stack, tmp_path_factory):
    one = Stage(stack, tmp_path_factory.mktemp("curl"))
    yield one
    one.receiver.close()


@pytest.fixture
def fresh(stack, tmp_path):
    """An organisation that has no sessions of other examples."""
    one = Stage(stack, tmp_path)
    yield one
    one.receiver.close()


def named(case):
    return " ".join(filter(None, (case.section, case.title, case.version)))


def cases(protocol):
    return pytest.mark.parametrize("case", shape.cases(protocol), ids=named)


# -- kycgenie ------------------------------------------------------------------
def genie(stage, case, method, path, body=None, status=200):
    answer = stage.api.ask(method, "/api/%s/%s" % (case.version, path), body)
    assert answer.status == status, answer
    return answer.json


def person(stage, case):
    return {ENTITY: stage.entity(first_name="John", last_name="Doe")}


def company(stage, case):
    return {ENTITY: stage.entity(entity_type="company",
                                 legal_name="Example Ltd")}


def session_of(stage, case, words, **more):
    made = genie(stage, case, "POST", "verification/sessions/", dict(more, **{
        "entity_id": words[ENTITY], "email": "john.doe@example.com"}), 202)
    return dict(words, **{SESSION: made["session_id"]})


def pending(stage, case):
    words = session_of(stage, case, person(stage, case))
    return dict(words, **{EXISTING: words[SESSION]})


def resent_thrice(stage, case):
    words = pending(stage, case)
    for n in range(1, 4):
        told = genie(stage, case, "POST", "verification/sessions/%s/resend/" %
                     words[SESSION])
        assert told["resend_count"] == n
        assert told["email_sent_to"] == "john.doe@example.com"
    return words


def completed(stage, case, **more):
    words = {ENTITY: stage.entity(first_name="Trial", last_name="Clear"),
             "John Doe": "Trial Clear"}
    words = session_of(stage, case, words, **more)
    stage.finish(words[SESSION])
    path = "verification/sessions/%s/" % words[SESSION]
    wait_until(lambda: genie(stage, case, "GET", path)["status"] ==
               "completed", 30, "the checks do not end")
    return words


def reviewed(stage, case):
    words = completed(stage, case)
    genie(stage, case, "POST", "verification/sessions/%s/reviews/create/" %
          words[SESSION], {
              "decision": "approved",
              "notes": "Identity verified successfully. All checks clear."},
          201)
    return words


def fifty_and_one(stage, case):
    """More than a page of sessions that show pending; of another protocol,
    which needs no entity for each."""
    for _ in range(51):
        stage.api.create()
    return {}


BEFORE = {
    "Create Session (Standard Profile)": person,
    "Custom Checks Example": person,
    "Error - 400 Invalid Entity Type": company,
    "Error - 409 Active Session Exists": pending,
    "Get Session Status": completed,
    "Get Detailed Results": completed,
    "Error - 400 Session Not Completed": pending,
    "Resend Verification Link": pending,
    "Error - 429 Max Resends Reached": resent_thrice,
    "Revoke Session": pending,
    "Error - 400 Already Completed": completed,
    "List Sessions for Entity": completed,
    "List All Sessions": fifty_and_one,
    "Create Review": completed,
    "List Reviews": reviewed,
}


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def check_created(stage, case, words, body):
    assert instant(body["expires_at"]) - instant(
        body["created_at"]) == datetime.timedelta(hours=48)


def check_custom(stage, case, words, body):
    """What was asked for is what the customer must show, and the session's
    own webhook tells of it."""
    check_created(stage, case, words, body)
    shown = stage.api.ask("GET", "/kyc/sessions/" + body["session_id"])
    kinds = {s["kind"] for s in shown.json["data"]["steps_data"]}
    assert {"document", "selfie", "proof_of_address"} <= kinds
    assert "liveness" not in kinds

    def told():
        return [d for d in stage.receiver.got
                if d.json["data"]["session_id"] == body["session_id"]]

    [event] = wait_until(told, 15, "no event came")
    assert event.json["event"] == "verification.session_created"
    openapi.document("kycgenie").check_event(event.json["event"], event.body)


def check_status(stage, case, words, body):
    assert [c["check_type"] for c in body["checks"]] == [
        c["check_type"] for c in case.answer["checks"]]


def check_entity_list(stage, case, words, body):
    assert [s["session_id"] for s in body["results"]] == [words[SESSION]]
    if case.version == "v1":
        assert body["count"] == 1


def check_list(stage, case, words, body):
    assert len(body["results"]) == 50
    if case.version == "v1":
        assert body["count"] > 50
        return
    more = genie(stage, case, "GET", "verification/sessions/list/?status="
                 "pending&page_size=50&after=" +
                 urllib.parse.quote(body["next_cursor"]))
    assert more["results"] and more["prev_cursor"]
    assert not ({s["session_id"] for s in body["results"]} &
                {s["session_id"] for s in more["results"]})


def check_reviews(stage, case, words, body):
    total = "total_reviews" if case.version == "v1" else "count"
    assert body[total] == case.answer[total]


AFTER = {
    "Create Session (Standard Profile)": check_created,
    "Custom Checks Example": check_custom,
    "Get Session Status": check_status,
    "List Sessions for Entity": check_entity_list,
    "List All Sessions": check_list,
    "List Reviews": check_reviews,
}

# What a check finds is shown by its type, and in test mode hardly at all; an
# API key that reviews has no mail address.
GENIE = shape.Rules(
    open=(), filled=True,
    null=("date_of_birth", "document_number", "document_country",
          "nationality", "expiry_date", "gender", "address",
          "documentValidation", "imageQuality", "visualAuthenticity",
          "email"),
    same=("status", "outcome", "failure_details", "code", "error", "message",
          "success", "decision", "notes", "entity_type", "entity_id",
          "entity_name", "session_id", "existing_session_id", "type",
          "result", "verification_url", "email_sent", "email_sent_to",
          "resend_count", "delivery_method", "current_status",
          "session_status", "session_outcome", "latest_decision", "limit",
          "offset", "has_more", "event", "checks_completed"))


def beside(case, body):
    """The part of an answer that the document's example is of."""
    if case.title == "Get Detailed Results":
        # it shows one of the two checks
        return dict(body, checks=[c for c in body["checks"]
                                  if c["check_type"] == "document_check"])
    if case.title == "List All Sessions":
        # of which one is shown, without its session's id being known
        return dict(body, results=[dict(s, session_id=SESSION)
                                   for s in body["results"]])
    return body


@cases("kycgenie")
def test_kycgenie(stage, case):
    words = BEFORE[case.title](stage, case)
    answer = stage.run(case, words)
    assert answer.status == case.status, answer
    body = answer.json
    if case.error:
        assert body["request_id"] == answer.headers["X-Request-Id"]
    elif "session_id" in body:
        words.setdefault(SESSION, body["session_id"])
    shape.like(stage.expected(case, words), beside(case, body), rules=GENIE)
    AFTER.get(case.title, lambda *_: None)(stage, case, words, body)


def test_kycgenie_webhook(stage):
    """The event beside the document's, and the signature as its own Python
    example verifies it."""
    secret = stage.api.ask("POST", "/kyc/webhooks/secret/rotate",
                           {"overlap_hours": 0}).json["data"]["secret"]
    receiver = Receiver()
    first = shape.cases("kycgenie")[0]
    words = completed(stage, first, webhook_url=receiver.url)
    [(_, text)] = shape.sections("kycgenie")["Webhook Events"]
    example = json.loads(stage.fill(text, words))
    event = wait_until(
        lambda: next((d for d in receiver.got
                      if d.json["event"] == example["event"]), None), 15,
        "no session_completed came")
    receiver.close()
    shape.like(example, event.json, rules=GENIE)
    assert event.headers["X-Webhook-Signature"] == mac(secret, event.body)
    for told in receiver.got:
        openapi.document("kycgenie").check_event(told.json["event"],
                                                 told.body)
        assert told.json["data"]["session_id"] == words[SESSION]


# -- verilock ------------------------------------------------------------------
LOCK = shape.Rules(open=(), filled=True, null=(), same=(
    "type", "status", "current_page", "per_page"))


def approved(stage, steps, reference):
    answer = stage.api.ask("POST", "/api/v1/sessions", {
        "type": "kyc", "steps": steps, "reference_id": reference,
        "applicant": {"first_name": "Trial", "last_name": "Clear",
                      "email": "trial.clear@example.com"}},
        {"X-API-Key": stage.api.key}, key=False)
    assert answer.status == 201 and answer.json["status"] == "created", answer
    session = answer.json["id"]
    stage.finish(session.removeprefix("ses_"))
    path = "/api/v1/sessions/" + session
    wait_until(lambda: stage.api.ask("GET", path).json["status"] ==
               "approved", 30, "the checks do not end")
    return session


@cases("verilock")
def test_verilock(fresh, case):
    made = [(approved(fresh, s["steps"], s["reference_id"]), s)
            for s in reversed(case.answer["data"])]
    answer = fresh.run(case, {})
    assert answer.status == case.status, answer
    body = answer.json
    shape.like(fresh.expected(case, {}), body, rules=LOCK)
    found = {s["id"]: s for s in body["data"]}
    for session, example in made:
        assert found[session]["steps"] == example["steps"]
        assert found[session]["reference_id"] == example["reference_id"]
    times = [s["created_at"] for s in body["data"]]
    assert times == sorted(times, reverse=True)
    assert body["meta"]["total"] >= 2
    assert body["meta"]["last_page"] == math.ceil(body["meta"]["total"] / 10)


# -- klustr --------------------------------------------------------------------
class User:
    """Somebody whose external id is what klustr calls the user's id, with a
    session; ids of all the user's sessions as they were made."""

    def __init__(self, stage):
        self.id, self.stack = "customer-17", stage.stack
        stage.entity(external_id=self.id, first_name="John", last_name="Doe",
                     date_of_birth="1985-05-15")
        made = stage.api.ask("POST", "/ekyc/admin/%s/sessions" % self.id, {})
        assert made.status == 200, made
        self.made = [made.json["id"]]

    def check_list(self, body):
        self.check_sessions(next(u for u in body if u["id"] == self.id))

    def check_sessions(self, body):
        assert body["id"] == self.id
        assert sorted(body["sessions"]) == sorted(self.made)
        for name, session in body["sessions"].items():
            assert session["id"] == name

    def check_created(self, body):
        assert body["status"] == "created" and body["sessionToken"]
        assert body["url"].startswith("%s/verify/%s" % (self.stack.url,
                                                        body["id"]))
        assert body["original_request"] == {
            "callback": "https://your-domain.com/verified"}
        assert body["id"] not in self.made
        self.made.append(body["id"])

    def check_status(self, body):
        assert body["total_sessions"] == len(self.made)
        assert body["verification"]["status"] == "created"
        assert body["created"]["id"] == self.made[-1]
        for word in ("started", "rejected", "success", "expired",
                     "submitted"):
            assert body[word] is None


@pytest.fixture(scope="module")
def user(stage):
    return User(stage)


KLUSTR = {
    "Admin list of user sessions": User.check_list,
    "Retrieve a specific user's session details": User.check_sessions,
    "Create a session for user verification": User.check_created,
    "Retrieve the session status of a specific user": User.check_status,
}


@cases("klustr")
def test_klustr(stage, user, case):
    answer = stage.run(case, {"USER_ID": user.id})
    assert answer.status == case.status, answer
    KLUSTR[case.title](user, answer.json)


def test_klustr_by_a_service_account(stage):
    """The first of its calls with what the document calls Service Credentials
    in place of a key."""
    env = stage.stack.env
    assert "VOUCHSAFE_CLIENT_ID" in env, "the stack has no service account"
    SECRETS.add(env["VOUCHSAFE_CLIENT_SECRET"])
    token = stage.curl(stage.fill(
        "curl -X POST %s/oauth2/token -u '%s:%s' "
        "-d grant_type=client_credentials -d scope=ekyc.session.list" % (
            HOSTS[-1], env["VOUCHSAFE_CLIENT_ID"],
            env["VOUCHSAFE_CLIENT_SECRET"]), {}))
    assert token.status == 200, token
    assert token.headers["Cache-Control"] == "no-store"
    case = shape.cases("klustr")[0]
    text = case.call.replace("YOUR_ACCESS_TOKEN", token.json["access_token"])
    answer = stage.curl(stage.fill(text, {}))
    assert answer.status == case.status, answer
    assert isinstance(answer.json, list)


# -- the comparison itself -----------------------------------------------------
@pytest.mark.parametrize("protocol, rules", [("kycgenie", GENIE),
                                             ("verilock", LOCK)])
def test_what_is_missing_or_other_is_noticed(protocol, rules):
    """Each example is like itself, and is not without one of its fields, nor
    with another type in its place."""
    for example in shape.answers(protocol):
        shape.like(example, example, rules=rules)
        for name, value in example.items():
            if value is None:
                continue
            without = {n: v for n, v in example.items() if n != name}
            for wrong in (without, dict(example, **{name: (0, None)})):
                with pytest.raises((AssertionError, KeyError)):
                    shape.like(example, wrong, rules=rules)


def test_curl_is_what_runs(stage):
    """The way of the examples, by a call that is answered already; shell and
    curl fail loudly."""
    answer = stage.curl(stage.fill(
        'curl "https://verilock.io/kyc/tenants/me?a=b" \\\n'
        '-H "X-API-Key: your_api_key_here"', {}))
    assert answer.status == 200 and answer.json["data"]["mode"] == "test"
    assert answer.headers["X-Request-Id"]
    for wrong in ("curl http://127.0.0.1:1/", "none-such", "curl --none"):
        with pytest.raises(AssertionError):
            stage.curl(wrong)
