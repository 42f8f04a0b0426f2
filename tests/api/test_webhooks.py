# SPDX-License-Identifier: GPL-3.0-or-later
"""Webhook endpoints: their life, their secrets, what they refuse."""
import re

import pytest

from receiver import Receiver, add

URL = "https://hooks.example.com/vouchsafe"
ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def fields_of(answer):
    assert answer.status == 400, answer
    return answer.json["details"]["fields"]


def test_life(api):
    made = add(api, URL, description="the backend")
    assert re.fullmatch(r"wh_[0-9a-f]{32}", made["webhook_id"])
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", made.pop("secret"))
    assert ISO.fullmatch(made["created_at"])
    assert made == {
        "webhook_id": made["webhook_id"], "url": URL, "protocol": "kyc",
        "events": ["*"], "description": "the backend", "enabled": True,
        "disabled_reason": None, "previous_secret_expires_at": None,
        "created_at": made["created_at"], "updated_at": made["updated_at"]}
    path = "/kyc/webhooks/" + made["webhook_id"]
    assert api.ask("GET", path).json == {"status": "success", "data": made}
    assert made in api.ask("GET", "/kyc/webhooks").json["data"]["webhooks"]
    changed = api.ask("PATCH", path, {
        "url": URL + "/2", "enabled": False, "description": "",
        "events": ["kyc.session.approved", "kyc.session.rejected"]})
    assert changed.status == 200, changed
    data = changed.json["data"]
    assert (data["url"], data["enabled"], data["description"]) == (
        URL + "/2", False, None)
    assert data["events"] == ["kyc.session.approved", "kyc.session.rejected"]
    gone = api.ask("DELETE", path)
    assert gone.json["data"] == {"webhook_id": made["webhook_id"],
                                 "deleted": True}
    for method in ("GET", "DELETE"):
        assert api.ask(method, path).status == 404
    assert api.ask("PATCH", path, {}).status == 404


@pytest.mark.parametrize("protocol, word", [
    ("kyc", "kyc.session.manual_review"),
    ("kycgenie", "verification.session_completed"),
    ("dossiers", "kycSession.session.updated"),
    ("verilock", "aml.completed")])
def test_words_are_the_protocols(api, protocol, word):
    made = add(api, URL, protocol=protocol, events=[word])
    assert made["protocol"] == protocol and made["events"] == [word]
    other = "kyc.session.created" if protocol != "kyc" else "aml.completed"
    wrong = fields_of(api.ask("POST", "/kyc/webhooks", {
        "url": URL, "protocol": protocol, "events": [word, other, 7]}))
    assert set(wrong) == {"events[1]", "events[2]"}


@pytest.mark.parametrize("url", [
    "ftp://example.com/", "//example.com/", "example.com", "https://",
    "https:///x", "https://user@example.com/", "https://example.com:0/",
    "https://example.com:99999/", "https://exa mple.com/",
    "https://ex\u00e4mple.com/", "https://example.com\\@127.0.0.1/",
    "https://10.0.0.1/", "https://192.168.1.1/x", "https://169.254.169.254/",
    "https://[::1]/", "https://[fe80::1]/", "https://[::ffff:10.0.0.1]/",
    "https://2130706433/", "https://0x7f000001/", "https://0177.0.0.1/",
    "https://127.1/", "https://10.1/"])
def test_urls_refused(api, url):
    assert list(fields_of(api.ask("POST", "/kyc/webhooks",
                                  {"url": url}))) == ["url"]


def test_wrong_fields(api):
    wrong = fields_of(api.ask("POST", "/kyc/webhooks", {
        "protocol": "klustr", "events": [], "enabled": "yes"}))
    assert set(wrong) == {"url", "protocol", "events", "enabled"}


def test_rotation_answers(api):
    made = add(api, URL)
    path = "/kyc/webhooks/%s/rotate-secret" % made["webhook_id"]
    first = api.ask("POST", path).json["data"]
    assert first["secret"] != made["secret"]
    assert ISO.fullmatch(first["previous_secret_expires_at"])
    last = api.ask("POST", path, {"overlap_hours": 0}).json["data"]
    assert last["previous_secret_expires_at"] is None
    assert len({made["secret"], first["secret"], last["secret"]}) == 3
    assert list(fields_of(api.ask("POST", path, {"overlap_hours": -1}))) == [
        "overlap_hours"]


def test_tenants_secret(api):
    seen = api.ask("GET", "/kyc/webhooks/secret").json["data"]
    assert "secret" not in seen and seen["previous_secret_expires_at"] is None
    made = api.ask("POST", "/kyc/webhooks/secret/rotate").json["data"]
    assert made["secret"].startswith("whsec_")
    seen = api.ask("GET", "/kyc/webhooks/secret").json["data"]
    assert "secret" not in seen and seen["previous_secret_expires_at"]
    listed = api.ask("GET", "/kyc/webhooks").json["data"]["webhooks"]
    assert all(w["url"] for w in listed)


def test_other_tenants_see_nothing(stack, api):
    made = add(api, URL)
    other = stack.tenant("Another of webhooks")
    path = "/kyc/webhooks/" + made["webhook_id"]
    for method, end in (("GET", ""), ("PATCH", ""), ("DELETE", ""),
                        ("POST", "/rotate-secret"), ("POST", "/test"),
                        ("GET", "/deliveries")):
        assert other.ask(method, path + end).status == 404
    assert other.ask("GET", "/kyc/webhooks").json["data"] == {"webhooks": []}
    reader = other.with_key(stack.add_key(api.org, "--permissions",
                                          "kyc:read"))
    assert reader.ask("GET", path).status == 403


def test_nothing_is_plain_in_the_database(stack, api):
    made = add(api, URL + "?token=4711-plain-token", description="plain words")
    rows = stack.sql("SELECT HEX(sealed), events FROM webhook")
    text = bytes.fromhex("".join(r[0] for r in rows))
    for word in ("4711-plain-token", "plain words", made["secret"]):
        assert word.encode() not in text


def test_audited(stack, api):
    made = add(api, URL)
    base = "/kyc/webhooks/" + made["webhook_id"]
    api.ask("PATCH", base, {"enabled": False})
    api.ask("POST", base + "/rotate-secret")
    api.ask("DELETE", base)
    rows = stack.sql("SELECT verb FROM audit WHERE object_id = UNHEX('%s')"
                     " ORDER BY id" % made["webhook_id"][3:])
    assert [int(r[0]) for r in rows] == [27, 28, 30, 29]


def test_a_test_event_comes_at_once(api):
    receiver = Receiver()
    made = add(api, receiver.url, events=["kyc.session.expired"])
    path = "/kyc/webhooks/%s/test" % made["webhook_id"]
    sent = api.ask("POST", path)
    assert sent.status == 202 and sent.json["data"]["event_type"] == \
        "webhook.test"
    receiver.wait(1, 5)
    body = receiver.got[0].json
    assert body["type"] == "webhook.test" and body["data"]["test"] is True
    api.ask("PATCH", path[:-5], {"enabled": False})
    assert api.ask("POST", path).status == 409
    receiver.close()


def test_every_word_of_the_table(api):
    """What each protocol can be asked for is PROTOCOLS' table, no more."""
    session = ["created", "completed", "processed", "approved", "rejected",
               "manual_review", "expired", "revoked", "corrections_requested"]
    words = {
        "kyc": ["kyc.session." + w for w in session] + ["kyc.alert.created"],
        "kycgenie": ["verification." + w for w in (
            "session_created", "session_accessed", "check_completed",
            "session_completed", "session_failed", "session_expired")],
        "dossiers": ["kycSession.session." + w for w in (
            "created", "completed", "updated")],
        "verilock": ["session.completed", "session.approved",
                     "session.declined", "session.expired", "aml.completed",
                     "aml.match_found"]}
    for protocol, all_words in words.items():
        made = add(api, URL, protocol=protocol, events=all_words)
        assert made["events"] == all_words
    for protocol, word in (("kyc", "kyc.session.failed"),
                           ("kyc", "kyc.session.opened"),
                           ("verilock", "session.created")):
        assert list(fields_of(api.ask("POST", "/kyc/webhooks", {
            "url": URL, "protocol": protocol, "events": [word]}))) == [
                "events[0]"]
