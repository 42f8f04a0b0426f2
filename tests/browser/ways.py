# SPDX-License-Identifier: GPL-3.0-or-later
"""Workflows of the native API, and how the page goes through their steps."""

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

CONSENT = {"step_id": "agree", "kind": "consent",
           "options": {"text_version": "1"}}
SELFIE = {"step_id": "face", "kind": "selfie", "options": {}}
SHORT_FORM = {
    "step_id": "about", "kind": "form", "title": "About you",
    "options": {"fields": [
        {"key": "full_name", "name": "Full name", "type": "name",
         "required": True},
        {"key": "email", "name": "Email", "type": "email",
         "required": True}]}}
LONG_FORM = {
    "step_id": "details", "kind": "form", "title": "Personal information",
    "description": "Write it as it stands in your passport.",
    "options": {"fields": [
        {"key": "full_name", "name": "Full name", "type": "name",
         "required": True, "help": "First and last names"},
        {"key": "date_of_birth", "name": "Date of birth", "type": "date",
         "required": True, "min": "1900-01-01", "max": "2010-12-31"},
        {"key": "email", "name": "Email", "type": "email", "required": True},
        {"key": "phone", "name": "Phone", "type": "phone", "required": True},
        {"key": "nationality", "name": "Nationality", "type": "country",
         "required": True},
        {"key": "home", "name": "Home address", "type": "address",
         "required": True},
        {"key": "income", "name": "Yearly income", "type": "number",
         "required": False, "min": 0, "max": 1000000},
        {"key": "purpose", "name": "What do you need the account for?",
         "type": "choice", "required": True, "choices": [
             {"value": "salary", "label": "Salary"},
             {"value": "savings", "label": "Savings"}]},
        {"key": "job", "name": "Occupation", "type": "choice",
         "required": False, "choices": [
             "Artist", "Baker", "Clerk", "Doctor", "Engineer", "Farmer"]},
        {"key": "note", "name": "Anything else", "type": "text",
         "required": False, "max_length": 200},
        {"key": "site", "name": "Website", "type": "url",
         "required": False},
        {"key": "wallet", "name": "Wallet", "type": "wallet",
         "required": False}]}}
PROOF = {"step_id": "address", "kind": "proof_of_address",
         "options": {"document_kinds": ["utility_bill", "bank_statement"],
                     "max_age_days": 60}}
LIVENESS = {"step_id": "alive", "kind": "liveness",
            "options": {"actions": 2}}


def people(workflow_id, **options):
    return {"step_id": "step_ubos", "kind": "subsessions",
            "title": "Beneficial owners",
            "options": dict({"workflow_id": workflow_id, "min": 1, "max": 3,
                             "customer_may_create": True}, **options)}


def begin(page, stack, session):
    page.open(stack.url + "/public/sessions/" + session["token"])
    page.view("start")


def labelled(page, label):
    """The visible control whose accessible label begins so."""
    for node in page.all("label"):
        if not node.is_displayed():
            continue
        if node.text.replace(" *", "").strip() == label:
            return page.driver.find_element(
                By.ID, node.get_attribute("for"))
    raise AssertionError("no field " + label)


def fill(page, label, text):
    field = labelled(page, label)
    field.clear()
    field.send_keys(text)
    return field


def fill_date(page, key, value):
    """As a person's typing ends; the native control differs by language."""
    page.js("const e = document.querySelector('[name=' + arguments[0] + ']');"
            "e.value = arguments[1];"
            "e.dispatchEvent(new Event('input', { bubbles: true }));",
            key, value)


def fill_country(page, label, name):
    field = labelled(page, label)
    field.click()
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys(name, Keys.ENTER)


def fill_long(page):
    page.view("fill")
    fill(page, "Full name", "Ada Núñez")
    fill_date(page, "date_of_birth", "1990-01-15")
    fill(page, "Email", "ada@example.com")
    fill(page, "Phone", "+49 30 1234567")
    fill_country(page, "Nationality", "Spain")
    fill(page, "Street and number", "Calle Mayor 1")
    fill(page, "Town or city", "Madrid")
    fill(page, "Postal code", "28013")
    fill_country(page, "Country", "Spain")
    page.all(".choice-input[value=savings]")[0].find_element(
        By.XPATH, "..").click()


def fill_short(page, name="Ada Smith", mail="ada@example.com"):
    page.view("fill")
    fill(page, "Full name", name)
    fill(page, "Email", mail)


def go_through_actions(page, check, count):
    """All movements of a liveness check, with the fake camera."""
    page.view("live-check")
    for i in range(count):
        page.until(lambda: page.all(
            ".act-text") and not page.all(
            ".live-check .primary[aria-disabled]"), "action")
        page.until(lambda: (" %d " % (i + 1)) in
                   " " + page.text(".act-count") + " ", "count")
        if i == 0:
            check(page, "action")
        page.primary()
