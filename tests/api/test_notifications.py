# SPDX-License-Identifier: GPL-3.0-or-later
"""Notification channels: the operator's people get mail about events."""
import re
import time
import uuid

import kit
from test_invitation import inbox, the_mail

BASE = "/kyc/tenants/me/notification-channels"


def address():
    return uuid.uuid4().hex + "@operator.example"


def add(client, **fields):
    answer = client.ask("POST", BASE, fields)
    assert answer.status == 201, answer
    return answer.json["data"]


def test_life(stack):
    api = stack.tenant("Channels")
    to = address()
    made = add(api, type="email", address=to, locale="ar",
               events=["kyc.session.manual_review", "kyc.session.rejected"])
    assert re.fullmatch(r"[0-9a-f-]{36}", made["channel_id"])
    assert made == {
        "channel_id": made["channel_id"], "type": "email", "address": to,
        "events": ["kyc.session.manual_review", "kyc.session.rejected"],
        "locale": "ar", "created_at": made["created_at"]}
    path = BASE + "/" + made["channel_id"]
    assert api.ask("GET", path).json["data"] == made
    assert api.ask("GET", BASE).json["data"] == {
        "notification_channels": [made]}
    rows = stack.sql("SELECT HEX(sealed) FROM channel WHERE id = UNHEX('%s')" %
                     made["channel_id"].replace("-", ""))
    assert to.encode() not in bytes.fromhex(rows[0][0])
    other = stack.tenant("Other channels")
    assert other.ask("GET", path).status == 404
    assert other.ask("DELETE", path).status == 404
    assert api.ask("DELETE", path).json["data"] == {
        "channel_id": made["channel_id"], "deleted": True}
    assert api.ask("DELETE", path).status == 404


def test_wrong_fields(api):
    answer = api.ask("POST", BASE, {"type": "sms", "address": "nobody",
                                    "events": []})
    assert answer.status == 400
    assert set(answer.json["details"]["fields"]) == {"type", "address",
                                                     "events"}
    answer = api.ask("POST", BASE, {"address": address(), "events": ["x"]})
    assert list(answer.json["details"]["fields"]) == ["events[0]"]
    answer = api.ask("POST", BASE, {"address": address(), "events": ["*"],
                                    "locale": "../../etc"})
    assert list(answer.json["details"]["fields"]) == ["locale"]


def test_a_mail_without_the_customer(stack):
    api = stack.tenant("Notified")
    english, arabic = address(), address()
    for to, locale in ((english, "en"), (arabic, "ar")):
        add(api, address=to, locale=locale,
            events=["kyc.session.manual_review"])
    session = api.create(customerName="Ada Augusta Byron-King",
                         externalId="order-4711-notify")
    kit.Link(api, session["token"]).finish()
    words = {english: "waits for a person's decision", arabic: "تنتظر"}
    for to, word in words.items():
        mail = the_mail(stack, to)
        text = "".join(p.get_content() for p in mail.walk()
                       if p.get_content_maintype() == "text")
        assert word in text and word.split()[0] in text
        assert session["id"] in text and "Notified" in mail["Subject"]
        assert "/console/" in text
        for personal in ("Byron", "order-4711-notify", session["token"]):
            assert personal not in str(mail) + text
    time.sleep(1)
    assert len(inbox(stack, english)) == 1


def test_a_deleted_channel_gets_none(stack):
    api = stack.tenant("No longer notified")
    to, last = address(), address()
    made = add(api, address=to, events=["*"])
    api.ask("DELETE", BASE + "/" + made["channel_id"])
    add(api, address=last, events=["kyc.session.created"])
    api.create()
    the_mail(stack, last)
    assert not inbox(stack, to)
