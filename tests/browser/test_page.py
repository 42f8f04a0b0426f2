# SPDX-License-Identifier: GPL-3.0-or-later
"""The public verification page, from the first view to the last."""

import json
import re

import pytest
from selenium.webdriver.common.keys import Keys

from audit import audit, quiet
from drive import DESKTOP, NARROW
from drive import (CHANGED, agree, choose, keys, send, tab_to, upload,
                   whole_flow)


@pytest.mark.parametrize("code", ["en", "ar"])
@pytest.mark.parametrize("look", ["desktop", "narrow", "dark"])
def test_whole_flow(stack, open_page, code, look):
    session = stack.session()
    size = NARROW if look == "narrow" else DESKTOP
    page = open_page("%s-%s" % (look, code), size, dark=look == "dark")
    page.open(stack.link(session))
    page.view("start")
    page.language(code)
    page.js("document.querySelector('.heading').focus()")
    assert page.js("return document.documentElement.dir") == (
        "rtl" if code == "ar" else "ltr")
    page.until(lambda: page.js(
        "const q = document.querySelector('.qr');"
        "return q && q.naturalWidth > 0"), "no QR code")
    whole_flow(page, audit)
    assert stack.is_complete(session) is True


def test_progress_is_told(stack, open_page):
    page = open_page("progress")
    page.open(stack.link(stack.session()))
    page.view("start")
    page.primary()
    page.view("consent")
    told = page.one(".progress-text")
    assert told.get_attribute("role") == "status"
    assert re.match(r"Step 1 of 4: \S", page.text(".progress-text"))
    agree(page)
    page.view("choose")
    assert re.match(r"Step 2 of 4: \S", page.text(".progress-text"))
    title = re.sub("[\u2068\u2069]", "", page.driver.title)
    assert title.startswith("Step 2 of 4: ")


def test_language_switch_keeps_the_photo(stack, open_page, files):
    page = open_page("switch")
    page.open(stack.link(stack.session()))
    page.view("start")
    page.primary()
    agree(page)
    choose(page, "passport")
    page.view("intro")
    page.pick(files / "photo.png")
    page.view("preview")
    page.language("ar")
    assert page.one(".shot")
    page.primary()
    page.until(lambda: "selfie" in page.js("return history.state.page"),
               "selfie")


def test_keyboard_only(stack, open_page, shots):
    session = stack.session()
    page = open_page("keyboard")
    page.open(stack.link(session))
    page.view("start")
    tab_to(page, ".primary")
    page.shot("focus")
    keys(page, Keys.ENTER)
    page.view("consent")
    tab_to(page, ".tick")
    keys(page, Keys.SPACE)
    tab_to(page, ".primary")
    keys(page, Keys.ENTER)
    page.view("choose")
    tab_to(page, "[role=combobox]")
    keys(page, "aus", Keys.ARROW_DOWN)
    active = page.js("const i = document.activeElement;"
                     "return document.getElementById("
                     "i.getAttribute('aria-activedescendant')).textContent")
    assert active.startswith("Austria"), active
    keys(page, Keys.ENTER)
    assert page.js("return document.activeElement.value") == "Austria"
    tab_to(page, ".choice-input")
    keys(page, Keys.SPACE)
    page.shot("radio")
    tab_to(page, ".primary")
    keys(page, Keys.ENTER)
    for part in ("document", "selfie"):
        page.view("intro")
        tab_to(page, ".primary")
        keys(page, Keys.ENTER)
        page.view("camera")
        page.until(lambda: not page.all(".primary[aria-disabled]"), part)
        tab_to(page, ".primary")
        keys(page, Keys.SPACE)
        page.view("preview")
        tab_to(page, ".primary")
        keys(page, Keys.ENTER)
        page.until(lambda: not page.all(".view.preview"), part)
    page.view("review")
    tab_to(page, ".primary")
    keys(page, Keys.ENTER)
    page.view("done")
    assert stack.is_complete(session) is True
    quiet(page)


def test_resume_in_another_browser(stack, open_page, files):
    session = stack.session()
    page = open_page("before")
    page.open(stack.link(session))
    page.view("start")
    page.primary()
    agree(page)
    choose(page, "id_card")
    upload(page, files)
    page.view("intro")
    page.driver.quit()

    page = open_page("resume")
    page.open(stack.link(session))
    page.view("start")
    audit(page, "start")
    assert "Welcome back" in page.text(".heading")
    page.primary()
    page.view("intro")
    assert page.js("return history.state.page").endswith(":back")
    page.click(".back")
    page.view("sent")
    audit(page, "sent")
    page.secondary()
    upload(page, files)
    upload(page, files)
    upload(page, files)
    page.view("review")
    audit(page, "review")
    page.primary()
    page.one(".message")
    box = page.one("[role=combobox]")
    box.send_keys("France")
    box.send_keys(Keys.ENTER)
    page.primary()
    page.view("done")
    assert stack.is_complete(session) is True


def test_all_sent_but_not_completed_goes_to_review(stack, open_page, files):
    session = stack.session()
    page = open_page("unsent")
    page.open(stack.link(session))
    page.view("start")
    page.primary()
    agree(page)
    choose(page, "passport")
    upload(page, files)
    upload(page, files)
    page.view("review")
    assert stack.is_complete(session) is False
    page.driver.refresh()
    page.view("start")
    page.primary()
    send(page)
    assert stack.is_complete(session) is True
    page.driver.refresh()
    page.view("done")


def test_change_on_review(stack, open_page, files):
    session = stack.session()
    page = open_page("change")
    page.open(stack.link(session))
    page.view("start")
    page.primary()
    agree(page)
    choose(page, "passport")
    upload(page, files)
    upload(page, files)
    page.view("review")
    _, before = stack.public(session)
    page.click(".thumb .link")
    upload(page, files)
    page.view("review")
    _, after = stack.public(session)

    def ids(data):
        return [(d["doc_id"], d["uploaded_at"]) for s in data["steps_data"]
                for d in s["documents"] if d["type"] == "id"]
    assert len(ids(after)) == 1
    assert ids(after) != ids(before)
    page.driver.back()
    page.until(lambda: not page.all(".view.review"), "back")
    page.driver.forward()
    page.view("review")
    send(page)


def test_path_link(stack, open_page):
    session = stack.session()
    page = open_page("path")
    page.open(stack.url + "/public/sessions/" + session["token"])
    page.view("start")
    quiet(page)
    page.open(stack.url + "/verify/" + session["id"] + "#" +
              session["token"])
    page.view("start")
    quiet(page)


def test_desktop_follows_the_phone(stack, open_page, files):
    session = stack.session()
    desk = open_page("follow")
    desk.open(stack.link(session))
    desk.view("start")
    phone = open_page("phone", NARROW)
    phone.open(stack.link(session))
    phone.view("start")
    phone.primary()
    agree(phone)
    desk.view("follow")
    audit(desk, "follow")
    assert len(desk.all(".need.done")) == 1
    choose(phone, "passport")
    upload(phone, files)
    desk.until(lambda: len(desk.all(".need.done")) == 2, "document")
    upload(phone, files)
    send(phone)
    desk.view("done")


def test_corrections_show_only_what_was_asked(stack, open_page, files):
    page = open_page("correct")
    page.inject(CHANGED % """
        s.status = 'awaiting_client_correction';
        s.steps_data.forEach((x) => { x.status = x.kind === 'selfie' ?
            'needs_correction' : 'completed'; });
        const x = s.steps_data.find((y) => y.kind === 'selfie');
        x.correction_requests = [{ id: 'c', step_id: x.step_id,
            document_types: ['selfie'], message: 'Too dark, sorry.',
            status: 'open' }];
        x.documents = [{ doc_id: 'd', step_id: x.step_id, type: 'selfie',
            side: 'front', file_name: 'a.jpg', mime_type: 'image/jpeg',
            size: 5, uploaded_at: '2026-01-01T00:00:00Z' }];""")
    page.open(stack.link(stack.session()))
    page.view("start")
    audit(page, "start")
    assert len(page.all(".need")) == 1
    assert "Too dark, sorry." in page.text(".ask")
    page.primary()
    page.view("intro")
    assert page.text(".progress-text").startswith("Step 1 of 2")
    upload(page, files)
    page.view("review")


def test_double_click_sends_once(stack, open_page, files):
    session = stack.session()
    page = open_page("double")
    page.inject("window.__sent = 0;"
                "const send = XMLHttpRequest.prototype.send;"
                "XMLHttpRequest.prototype.send = function (b) {"
                "window.__sent += 1; return send.call(this, b); };")
    page.open(stack.link(session))
    page.view("start")
    page.primary()
    agree(page)
    choose(page, "passport")
    page.view("intro")
    page.pick(files / "photo.png")
    page.view("preview")
    page.js("const b = document.querySelector('.primary');"
            "b.click(); b.click(); b.click();")
    page.until(lambda: not page.all(".view.preview"), "upload")
    assert page.js("return window.__sent") == 1


def test_token_stays_secret(stack, open_page):
    session = stack.session()
    page = open_page("token")
    page.driver.execute_cdp_cmd("Network.enable", {})
    page.open(stack.link(session))
    page.view("start")
    page.primary()
    page.view("consent")
    urls = page.js("return performance.getEntriesByType('resource')"
                   ".map((e) => e.name)")
    assert len(urls) > 10
    for url in urls:
        assert url.startswith(stack.url + "/"), url
        assert session["token"] not in url.replace(
            "/public/sessions/" + session["token"], ""), url
    logs = json.dumps(page.driver.get_log("browser"))
    kept = page.js("return JSON.stringify([localStorage, sessionStorage])")
    assert session["token"] not in logs + kept
