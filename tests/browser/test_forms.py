# SPDX-License-Identifier: GPL-3.0-or-later
"""Forms: every type of field, errors at their field, nothing lost."""

import json

import pytest
from selenium.webdriver.common.keys import Keys

from audit import audit, quiet
from drive import DESKTOP, NARROW, agree, keys, nothing, send, tab_to, upload
from ways import (CONSENT, LONG_FORM, SELFIE, SHORT_FORM, begin, fill,
                  fill_long, fill_short, labelled)


def answers(stack, session, step_id):
    _, data = stack.public(session)
    return next(s for s in data["steps_data"]
                if s["step_id"] == step_id)["form_data"]


def test_every_type_is_taken(stack, open_page, files):
    session = stack.start([CONSENT, LONG_FORM, SELFIE])
    page = open_page("form")
    begin(page, stack, session)
    page.primary()
    agree(page)
    fill_long(page)
    fill(page, "Yearly income", "1 234,5")
    fill(page, "Website", "https://ada.example.com/")
    audit(page, "filled")
    page.primary()
    page.view("intro")
    assert answers(stack, session, "details") == {
        "full_name": "Ada Núñez", "date_of_birth": "1990-01-15",
        "email": "ada@example.com", "phone": "+49301234567",
        "nationality": "ES", "income": 1234.5, "purpose": "savings",
        "site": "https://ada.example.com/",
        "home": {"line_1": "Calle Mayor 1", "city": "Madrid",
                 "postal_code": "28013", "country": "ES"}}
    upload(page, files)
    page.view("review")
    assert "Spain" in page.text(".fact-list")
    audit(page, "review")
    page.click(".piece-top .link")
    page.view("fill")
    assert labelled(page, "Full name").get_attribute("value") == "Ada Núñez"
    fill(page, "Full name", "Ada Smith")
    page.primary()
    send(page)
    assert stack.finished(session)


@pytest.mark.parametrize("code", ["en", "ar"])
@pytest.mark.parametrize("look", ["desktop", "narrow", "dark"])
def test_looks(stack, open_page, code, look):
    session = stack.start([LONG_FORM, SELFIE])
    page = open_page("form-%s-%s" % (look, code),
                     NARROW if look == "narrow" else DESKTOP,
                     dark=look == "dark")
    begin(page, stack, session)
    page.language(code)
    page.js("document.querySelector('.heading').focus()")
    audit(page, "start")
    page.primary()
    page.view("fill")
    audit(page, "empty")
    page.primary()
    page.one(".message")
    assert page.js("return document.activeElement.name") == "full_name"
    assert len(page.all(".field-error:not([hidden])")) >= 8
    audit(page, "missing")


def test_controls_tell_what_they_take(stack, open_page):
    page = open_page("attributes")
    begin(page, stack, stack.start([LONG_FORM, SELFIE]))
    page.primary()
    page.view("fill")
    found = {label: [labelled(page, label).get_attribute(a)
                     for a in ("type", "autocomplete", "inputmode")]
             for label in ("Full name", "Date of birth", "Email", "Phone",
                           "Yearly income", "Street and number",
                           "Postal code")}
    assert found == {
        "Full name": ["text", "name", None],
        "Date of birth": ["date", "bday", None],
        "Email": ["email", "email", "email"],
        "Phone": ["tel", "tel", "tel"],
        "Yearly income": ["text", "off", "decimal"],
        "Street and number": ["text", "address-line1", None],
        "Postal code": ["text", "postal-code", None]}
    born = labelled(page, "Date of birth")
    assert born.get_attribute("min") == "1900-01-01"
    assert born.get_attribute("max") == "2010-12-31"
    name = labelled(page, "Full name")
    assert name.get_attribute("aria-required") == "true"
    described = name.get_attribute("aria-describedby").split()
    assert "First and last names" in page.js(
        "return document.getElementById(arguments[0]).textContent",
        described[0])
    assert len(page.all("fieldset.address legend")) == 1
    assert len(page.all("[role=radiogroup] input[type=radio]")) == 2
    assert len(page.all("select.select")) == 2


def test_the_servers_error_stands_at_its_field(stack, open_page):
    session = stack.start([SHORT_FORM, SELFIE])
    page = open_page("refused")
    page.expected_errors = ("400",)
    begin(page, stack, session)
    page.primary()
    fill_short(page, mail="not an address")
    page.primary()
    page.until(lambda: page.js("return document.activeElement.name") ==
               "email", "focus on the field")
    mail = labelled(page, "Email")
    assert mail.get_attribute("aria-invalid") == "true"
    told = page.js("return document.getElementById(arguments[0]).textContent",
                   mail.get_attribute("aria-describedby").split()[-1])
    assert told.startswith("Not accepted: ")
    audit(page, "error")
    assert answers(stack, session, "about") is None
    fill(page, "Email", "ada@example.com")
    assert mail.get_attribute("aria-invalid") is None
    page.primary()
    page.view("intro")


def test_what_was_typed_stays(stack, open_page):
    page = open_page("typed")
    begin(page, stack, stack.start([CONSENT, SHORT_FORM, SELFIE]))
    page.primary()
    agree(page)
    fill_short(page)
    page.language("ar")
    page.language("en")
    assert labelled(page, "Full name").get_attribute("value") == "Ada Smith"
    page.click(".back")
    page.view("start")
    page.primary()
    page.view("fill")
    assert labelled(page, "Email").get_attribute(
        "value") == "ada@example.com"
    kept = page.js("return JSON.stringify([localStorage, sessionStorage])")
    assert "Ada" not in kept and "example.com" not in kept


def test_coming_back_shows_what_was_sent(stack, open_page):
    session = stack.start([SHORT_FORM, SELFIE])
    page = open_page("return")
    begin(page, stack, session)
    page.primary()
    fill_short(page)
    page.primary()
    page.view("intro")
    page.driver.quit()

    page = open_page("returned")
    begin(page, stack, session)
    page.primary()
    page.view("intro")
    page.click(".back")
    page.view("fill")
    assert labelled(page, "Full name").get_attribute("value") == "Ada Smith"


def test_a_last_form_is_looked_over_before_it_is_sent(stack, open_page):
    session = stack.start([CONSENT, SHORT_FORM])
    page = open_page("last")
    page.expected_errors = ("400",)
    begin(page, stack, session)
    page.primary()
    agree(page)
    fill_short(page, mail="wrong")
    page.primary()
    page.view("review")
    assert not stack.finished(session)
    page.primary()
    page.until(lambda: page.js("return document.activeElement.name") ==
               "email", "focus on the field")
    fill(page, "Email", "ada@example.com")
    page.primary()
    send(page, nothing)
    assert stack.finished(session)


def test_keyboard_only(stack, open_page):
    session = stack.start([SHORT_FORM])
    page = open_page("form-keys")
    begin(page, stack, session)
    tab_to(page, ".primary")
    keys(page, Keys.ENTER)
    page.view("fill")
    tab_to(page, "[name=full_name]")
    keys(page, "Ada Smith")
    tab_to(page, "[name=email]")
    keys(page, "ada@example.com", Keys.ENTER)
    page.view("review")
    tab_to(page, ".primary")
    keys(page, Keys.ENTER)
    page.view("done")
    assert stack.finished(session)
    quiet(page)


def test_offline_the_form_waits(stack, open_page):
    session = stack.start([SHORT_FORM, SELFIE])
    page = open_page("form-offline")
    page.expected_errors = ("ERR_INTERNET_DISCONNECTED",)
    begin(page, stack, session)
    page.primary()
    fill_short(page)
    page.cdp("Network.enable")
    page.cdp("Network.emulateNetworkConditions", offline=True, latency=0,
             downloadThroughput=-1, uploadThroughput=-1)
    page.primary()
    page.until(lambda: "offline" in page.text(".notice"), "no notice")
    page.cdp("Network.emulateNetworkConditions", offline=False, latency=0,
             downloadThroughput=-1, uploadThroughput=-1)
    page.view("intro")
    assert json.dumps(answers(stack, session, "about"))


def test_a_form_that_depends_on_another(stack, open_page):
    first = {"step_id": "kind", "kind": "form", "title": "Kind",
             "options": {"fields": [
                 {"key": "business", "name": "For a business?",
                  "type": "choice", "required": True,
                  "choices": ["yes", "no"]}]}}
    second = dict(SHORT_FORM, when={"step": "kind", "field": "business",
                                    "equals": "yes"})
    session = stack.start([first, second])
    page = open_page("branch")
    begin(page, stack, session)
    page.primary()
    page.view("fill")
    page.all(".choice-input[value=yes]")[0].find_element(
        "xpath", "..").click()
    page.primary()
    page.until(lambda: page.all("[name=full_name]"), "second form")
    fill_short(page)
    page.primary()
    send(page)
    assert stack.finished(session)
