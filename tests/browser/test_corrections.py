# SPDX-License-Identifier: GPL-3.0-or-later
"""Corrections: only what was asked, with the words of who asked."""

import pytest

from audit import audit
from drive import DESKTOP, NARROW, agree, upload
from ways import (CONSENT, LIVENESS, PROOF, SHORT_FORM, begin, fill,
                  fill_short, labelled)

SAYS = "Please correct your legal name so it matches your ID."
TWO_FORMS = {"step_id": "work", "kind": "form", "title": "Your work",
             "options": {"fields": [{"key": "employer", "name": "Employer",
                                     "type": "text", "required": False}]}}


def finish(page, stack, session, files):
    begin(page, stack, session)
    page.primary()
    agree(page)
    fill_short(page, "Ada Smyth")
    page.primary()
    page.view("proof")
    page.all(".choice-input[value=utility_bill]")[0].find_element(
        "xpath", "..").click()
    page.primary()
    upload(page, files)
    page.view("review")


@pytest.mark.parametrize("look,code", [
    ("desktop", "en"), ("narrow", "en"), ("narrow", "ar"), ("dark", "ar")])
def test_a_form_and_a_photo(stack, open_page, files, look, code):
    session = stack.start([CONSENT, SHORT_FORM, PROOF])
    page = open_page("before", NARROW)
    finish(page, stack, session, files)
    page.primary()
    page.view("done")
    page.driver.quit()
    stack.correct(session,
                  {"step_id": "about", "field_ids": ["full_name"],
                   "message": SAYS},
                  {"step_id": "address",
                   "document_types": ["proof_of_address"],
                   "message": "The date can't be read."})

    page = open_page("corrections-%s-%s" % (look, code),
                     NARROW if look == "narrow" else DESKTOP,
                     dark=look == "dark")
    begin(page, stack, session)
    page.language(code)
    page.js("document.querySelector('.heading').focus()")
    assert len(page.all(".need")) == 2
    assert len(page.all(".ask")) == 2
    audit(page, "start")
    page.primary()
    page.view("fill")
    assert SAYS in page.text(".ask")
    assert labelled(page, "Full name").get_attribute("value") == "Ada Smyth"
    assert len(page.all(".tag")) == 1
    audit(page, "form")
    fill(page, "Full name", "Ada Smith")
    page.primary()
    assert stack.status(session) == "awaiting_client_correction"
    page.view("intro")
    assert "can't be read" in page.text(".ask")
    audit(page, "photo")
    upload(page, files)
    page.view("review")
    assert len(page.all(".piece")) == 2
    assert "Ada Smith" in page.text(".fact-list")
    audit(page, "review")
    assert stack.status(session) == "awaiting_client_correction"
    page.primary()
    page.view("done")
    assert stack.finished(session)


def test_other_steps_are_not_shown(stack, open_page):
    session = stack.start([SHORT_FORM, TWO_FORMS])
    page = open_page("one")
    begin(page, stack, session)
    page.primary()
    fill_short(page)
    page.primary()
    page.until(lambda: page.all("[name=employer]"), "second form")
    page.primary()
    page.view("review")
    page.primary()
    page.view("done")
    stack.correct(session, {"step_id": "work", "message": "Where?"})
    begin(page, stack, session)
    assert len(page.all(".need")) == 1
    page.primary()
    page.view("fill")
    assert page.text(".progress-text").startswith("Step 1 of 2")
    assert not page.all("[name=full_name]")
    fill(page, "Employer", "A bakery")
    page.primary()
    page.view("review")
    page.click(".piece-top .link")
    page.view("fill")
    assert labelled(page, "Employer").get_attribute("value") == "A bakery"
    page.primary()
    page.view("review")
    page.primary()
    page.view("done")
    assert stack.finished(session)


def test_liveness_is_done_again(stack, open_page):
    session = stack.start([LIVENESS])
    page = open_page("live-again")

    def move():
        page.view("intro")
        page.primary()
        for _ in range(2):
            page.until(lambda: page.all(".act-text") and not page.all(
                ".primary[aria-disabled]"), "camera")
            page.click(".actions .quiet")
        page.view("preview")
        page.primary()
        page.view("review")
        page.primary()
        page.view("done")

    begin(page, stack, session)
    page.primary()
    move()
    stack.correct(session, {"step_id": "alive", "message": "Too dark.",
                            "document_types": ["liveness"]})
    begin(page, stack, session)
    assert "Too dark." in page.text(".ask")
    page.primary()
    move()
    assert stack.finished(session)
