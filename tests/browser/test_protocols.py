# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions of the other protocols, by the links that their customers get."""

import email
import email.policy
import re
import time
import uuid

import pytest

from audit import audit
from drive import agree, choose, send, take_photo
from ways import go_through_actions

BACK = "https://shop.example.org/welcome"


def mailed_link(stack, address):
    """From the invitation that a real SMTP server filed."""
    box = stack.mail / "new"
    end = time.monotonic() + 20
    while time.monotonic() < end:
        for path in box.iterdir():
            mail = email.message_from_bytes(path.read_bytes(),
                                            policy=email.policy.default)
            if address in str(mail["To"]):
                text = mail.get_body(("plain",)).get_content()
                return re.search(r"http\S+/verify/\S+", text).group()
        time.sleep(0.1)
    raise AssertionError("no mail to " + address)


def photo_of(page, name):
    page.until(lambda: name in page.js("return history.state.page"), name)
    take_photo(page, name, audit)


def begin(page, url):
    page.open(url)
    page.view("start")
    audit(page, "start")
    page.primary()
    agree(page)


def test_kycgenie_from_the_mail(stack, open_page):
    status, entity = stack.call("POST", "/api/v1/entities/", {
        "first_name": "Ada", "last_name": "Example"})
    assert status == 201, entity
    address = "ada.%s@example.org" % uuid.uuid4().hex[:12]
    status, made = stack.call("POST", "/api/v1/verification/sessions/", {
        "entity_id": entity["id"], "email": address})
    assert status == 202, made
    link = mailed_link(stack, address)
    assert link.startswith(made["verification_url"] + "#")
    page = open_page("kycgenie")
    begin(page, link)
    choose(page, "passport")
    photo_of(page, "front")
    page.until(lambda: "liveness" in page.js("return history.state.page"),
               "liveness")
    page.view("intro")
    page.primary()
    go_through_actions(page, audit, 2)
    page.view("preview")
    page.primary()
    send(page, audit)
    path = "/api/v1/verification/sessions/%s/" % made["session_id"]
    shown = stack.call("GET", path)[1]
    assert shown["status"] in ("accessed", "completed")
    assert shown["accessed_at"]
    assert stack.finished({"id": made["session_id"]})


def finish_with_a_selfie(page):
    choose(page, "passport")
    photo_of(page, "front")
    photo_of(page, "selfie")
    send(page, audit)
    # where the operator wants the customer to go at last
    assert page.one("a[href='%s']" % BACK)


def test_verilock_by_its_hosted_url(stack, open_page):
    status, made = stack.call("POST", "/api/v1/sessions", {
        "steps": ["document", "selfie", "face_match"], "redirect_url": BACK,
        "applicant": {"first_name": "Ada", "last_name": "Example"}})
    assert status == 201, made
    page = open_page("verilock")
    begin(page, made["hosted_url"])
    finish_with_a_selfie(page)
    shown = stack.call("GET", "/api/v1/sessions/" + made["id"])[1]
    assert shown["status"] == "processing"
    assert shown["results"]["selfie"]["status"] == "pending"


@pytest.mark.parametrize("code", ["en", "ar"])
def test_klustr_by_its_url(stack, open_page, code):
    user = "user-" + uuid.uuid4().hex
    status, entity = stack.call("POST", "/kyc/entities", {
        "external_id": user, "first_name": "Ada", "last_name": "Example",
        "date_of_birth": "1990-01-15"})
    assert status == 201, entity
    status, made = stack.call("POST", "/ekyc/admin/%s/sessions" % user,
                              {"callback": BACK})
    assert status == 200, made
    page = open_page("klustr-" + code)
    page.open(made["url"])
    page.view("start")
    page.language(code)
    page.primary()
    agree(page)
    if code == "en":
        finish_with_a_selfie(page)
        shown = stack.call("GET", "/ekyc/admin/%s/status" % user)[1]
        assert shown["submitted"]["id"] == made["id"]
    else:
        page.view("choose")
        audit(page, "choose")
        shown = stack.call("GET", "/ekyc/admin/%s/status" % user)[1]
        assert shown["started"]["id"] == made["id"]
