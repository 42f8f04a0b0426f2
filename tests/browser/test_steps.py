# SPDX-License-Identifier: GPL-3.0-or-later
"""Proof of address, liveness, optional and unknown steps, the way back."""

import pytest

from audit import audit
from drive import (CHANGED, DESKTOP, NARROW, agree, choose, nothing, send,
                   upload)
from ways import (CONSENT, LIVENESS, PROOF, SELFIE, SHORT_FORM, begin,
                  fill_short, go_through_actions)

LOOKS = [("desktop", "en"), ("narrow", "en"), ("narrow", "ar"),
         ("dark", "en"), ("dark", "ar")]


def documents(stack, session, step_id):
    _, data = stack.public(session)
    return next(s for s in data["steps_data"]
                if s["step_id"] == step_id)["documents"]


def looked_at(open_page, tag, look, code):
    return open_page("%s-%s-%s" % (tag, look, code),
                     NARROW if look == "narrow" else DESKTOP,
                     dark=look == "dark")


def in_language(page, code):
    page.language(code)
    page.js("document.querySelector('.heading').focus()")


@pytest.mark.parametrize("look,code", LOOKS)
def test_proof_of_address(stack, open_page, files, look, code):
    session = stack.start([PROOF])
    page = looked_at(open_page, "proof", look, code)
    begin(page, stack, session)
    in_language(page, code)
    page.primary()
    page.view("proof")
    assert page.one(".note").text
    audit(page, "kind")
    page.primary()
    page.one(".message")
    page.all(".choice-input[value=utility_bill]")[0].find_element(
        "xpath", "..").click()
    page.primary()
    page.view("intro")
    audit(page, "intro")
    page.primary()
    page.view("camera")
    page.until(lambda: not page.all(".primary[aria-disabled]"), "camera")
    audit(page, "camera")
    page.click(".back")
    page.view("intro")
    page.pick(files / "paper.pdf")
    page.view("preview")
    page.primary()
    send(page, audit)
    sent = documents(stack, session, "address")
    assert [(d["type"], d["document_kind"]) for d in sent] == [
        ("proof_of_address", "utility_bill")]
    assert stack.finished(session)


def test_proof_of_one_kind_does_not_ask_for_it(stack, open_page, files):
    session = stack.start([dict(PROOF, options={
        "document_kinds": ["tax_bill"], "max_age_days": 1})])
    page = open_page("proof-one")
    begin(page, stack, session)
    page.primary()
    page.view("intro")
    assert "Not older than 1 day:" in page.text(".note")
    audit(page, "intro")
    upload(page, files)
    send(page)
    assert stack.finished(session)


@pytest.mark.parametrize("look,code", LOOKS)
def test_liveness(stack, open_page, look, code):
    session = stack.start([CONSENT, LIVENESS])
    page = looked_at(open_page, "live", look, code)
    begin(page, stack, session)
    in_language(page, code)
    page.primary()
    agree(page)
    page.view("intro")
    audit(page, "intro")
    page.primary()
    check = audit if code == "en" else nothing
    go_through_actions(page, check, 2) if code == "en" else arabic(page)
    page.view("preview")
    page.until(lambda: page.js(
        "return [...document.images].every((i) => i.naturalWidth > 0)"),
        "frames")
    audit(page, "frames")
    page.primary()
    send(page, audit)
    assert [d["type"] for d in documents(stack, session, "alive")] == [
        "liveness"] * 2
    assert stack.finished(session)


def arabic(page):
    """The numbers are in Arabic there: by the number of frames instead."""
    page.view("live-check")
    for _ in range(2):
        page.until(lambda: page.all(".act-text") and not page.all(
            ".live-check .primary[aria-disabled]"), "action")
        audit(page, "action")
        page.click(".actions .quiet")


def test_a_movement_can_be_left_out_and_taken_again(stack, open_page):
    session = stack.start([LIVENESS])
    page = open_page("cannot")
    begin(page, stack, session)
    page.primary()
    page.view("intro")
    page.primary()
    page.view("live-check")
    first = page.text(".act-text")
    page.until(lambda: not page.all(".primary[aria-disabled]"), "camera")
    assert page.one(".act").get_attribute("role") == "status"
    page.click(".actions .quiet")
    page.until(lambda: page.text(".act-text") != first, "next action")
    page.language("ar")
    page.language("en")
    page.until(lambda: not page.all(".primary[aria-disabled]"), "camera")
    assert page.text(".act-count") == "Photo 2 of 2"
    page.click(".actions .quiet")
    page.view("preview")
    assert len(page.all(".thumb img")) == 2
    page.click(".thumb .link")
    page.view("live-check")
    assert page.text(".act-text") == first
    page.until(lambda: not page.all(".primary[aria-disabled]"), "camera")
    page.primary()
    page.until(lambda: page.one(".finder-count").text == "2", "countdown")
    page.view("preview")
    page.primary()
    send(page)
    assert stack.finished(session)


@pytest.mark.parametrize("code", ["en", "ar"])
def test_liveness_without_camera_goes_to_the_phone(stack, open_page, code):
    session = stack.start([LIVENESS])
    page = open_page("live-nocamera-" + code, NARROW, extra=())
    page.inject("if (navigator.mediaDevices) "
                "navigator.mediaDevices.getUserMedia = () => Promise.reject("
                "new DOMException('', 'NotFoundError'));")
    begin(page, stack, session)
    in_language(page, code)
    page.primary()
    page.view("intro")
    page.primary()
    page.view("files")
    page.until(lambda: page.js(
        "const q = document.querySelector('.qr');"
        "return q && q.naturalWidth > 0"), "no QR code")
    audit(page, "files")
    assert page.all("input[type=file]") == []
    phone = open_page("live-phone-" + code, NARROW)
    begin(phone, stack, session)
    phone.primary()
    phone.view("intro")
    phone.primary()
    for _ in range(2):
        phone.until(lambda: phone.all(".act-text") and not phone.all(
            ".primary[aria-disabled]"), "camera")
        phone.click(".actions .quiet")
    phone.view("preview")
    phone.primary()
    page.view("follow")
    send(phone)
    page.view("done")


def test_optional_steps_can_be_skipped(stack, open_page, files):
    session = stack.start([
        dict(SHORT_FORM, optional=True), dict(PROOF, optional=True),
        dict(LIVENESS, optional=True), SELFIE])
    page = open_page("skip")
    begin(page, stack, session)
    page.primary()
    for name in ("fill", "proof", "intro"):
        page.view(name)
        audit(page, name)
        before = page.js("return history.state.page")
        assert page.text(".actions .quiet") == "Skip this step"
        page.click(".actions .quiet")
        page.until(lambda: page.js("return history.state.page") != before,
                   "skipped")
    page.view("intro")
    assert not page.all(".actions .quiet")
    upload(page, files)
    send(page)
    assert stack.finished(session)


UNKNOWN = CHANGED.replace("(\\/open)?$", "(\\/open|\\/step\\/.*)?$") % """
    s.steps_data[0].kind = 'handwriting';
    s.steps_data[0].title = 'Your signature';
    s.steps_data[0].optional = %s;"""


@pytest.mark.parametrize("optional", ["true", "false"])
def test_an_unknown_step_has_a_way_on(stack, open_page, files, optional):
    session = stack.start([dict(SHORT_FORM, optional=optional == "true"),
                           SELFIE])
    page = open_page("unknown-" + optional)
    page.inject(UNKNOWN % optional)
    begin(page, stack, session)
    assert len(page.all(".need")) == 2
    page.primary()
    page.view("problem")
    audit(page, "step-first")
    assert page.text(".actions .primary") == "Go on with the other steps"
    page.primary()
    page.view("intro")
    upload(page, files)
    page.view("review")
    audit(page, "review")
    page.primary()
    page.view("problem")
    audit(page, "step")
    assert not page.all(".actions .primary")
    assert "Your signature" in page.text(".unknown-name")
    assert [b.text for b in page.all(".actions .quiet")] == (
        ["Skip this step"] if optional == "true" else [])
    assert not stack.finished(session)


@pytest.mark.parametrize("code", ["en", "ar"])
def test_the_way_back_is_a_button(stack, open_page, code):
    back = stack.url + "/livez?from=page"
    session = stack.start([SHORT_FORM], callback_url=back)
    page = open_page("return-" + code, NARROW)
    begin(page, stack, session)
    page.primary()
    fill_short(page)
    in_language(page, code)
    page.primary()
    send(page)
    link = page.one(".actions a.primary")
    assert link.get_attribute("href") == back
    assert "noreferrer" in link.get_attribute("rel")
    if code == "en":
        assert page.text(".actions a.primary").startswith("Back to ")
    audit(page, "done")
    link.click()
    page.until(lambda: page.driver.current_url == back, "went back")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x"])
def test_only_web_addresses_lead_back(stack, open_page, url):
    session = stack.start([SHORT_FORM])
    page = open_page("return-not")
    page.inject(CHANGED % "s.redirect_url = %r;" % url)
    begin(page, stack, session)
    page.primary()
    fill_short(page)
    page.primary()
    send(page)
    assert page.all(".actions a") == []


def test_the_country_is_not_asked_twice(stack, open_page, files):
    document = {"step_id": "paper", "kind": "document",
                "options": {"document_kinds": ["passport"]}}
    session = stack.start([document, SELFIE])
    page = open_page("country")
    begin(page, stack, session)
    page.primary()
    choose(page, "passport", "France")
    upload(page, files)
    upload(page, files)
    send(page)
    stack.correct(session, {"step_id": "paper", "document_types": ["id"],
                            "message": "Sharper, please."})
    page.driver.quit()

    page = open_page("country-again")
    begin(page, stack, session)
    page.primary()
    page.view("intro")
    upload(page, files)
    page.view("review")
    assert "France" in page.text(".fact-list")
    assert page.all("[role=combobox]") == []
    page.primary()
    page.view("done")
