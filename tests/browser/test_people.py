# SPDX-License-Identifier: GPL-3.0-or-later
"""Owners and directors: sessions of their own, and who is still missing."""

import pytest

from audit import audit
from drive import CHANGED, DESKTOP, NARROW, nothing, send, upload
from ways import SELFIE, SHORT_FORM, begin, fill_short, labelled, people


@pytest.fixture(scope="module")
def owners(stack):
    """The workflow of an owner: one form."""
    return stack.workflow([SHORT_FORM])


def add(page, name, mail=""):
    labelled(page, "Name").send_keys(name)
    if mail:
        page.all(".adder input[type=email]")[0].send_keys(mail)
    before = len(page.all(".person"))
    page.click(".adder .secondary")
    page.until(lambda: len(page.all(".person")) == before + 1, "added")


def children(stack, session):
    status, body = stack.call(
        "GET", "/public/sessions/%s/subsessions?step_id=step_ubos"
        % session["token"])
    assert status == 200, body
    return body["data"]["subsessions"]


def finish_child(stack, open_page, child, tag):
    page = open_page(tag, NARROW)
    begin(page, stack, {"token": child["access_token"]})
    page.primary()
    fill_short(page, child["label"])
    page.primary()
    send(page)
    page.driver.quit()


@pytest.mark.parametrize("look,code", [
    ("desktop", "en"), ("narrow", "en"), ("narrow", "ar"), ("dark", "ar")])
def test_looks(stack, open_page, owners, look, code):
    session = stack.start([people(owners), SELFIE])
    page = open_page("people-%s-%s" % (look, code),
                     NARROW if look == "narrow" else DESKTOP,
                     dark=look == "dark")
    begin(page, stack, session)
    audit(page, "start")
    page.primary()
    page.view("people-view")
    page.until(lambda: page.all(".empty"), "empty")
    add(page, "María José Fernández de la Cruz y Montoya")
    add(page, "Bo")
    page.language(code)
    page.until(lambda: len(page.all(".person")) == 2, "list")
    audit(page, "list")
    page.all(".person-buttons button[aria-expanded]")[0].click()
    page.until(lambda: page.js(
        "const q = document.querySelector('.hand-over .qr');"
        "return q && q.naturalWidth > 0"), "no QR code")
    audit(page, "code")


def test_the_rest_is_done_meanwhile(stack, open_page, owners, files):
    session = stack.start([people(owners, min=2), SELFIE])
    page = open_page("people")
    begin(page, stack, session)
    page.primary()
    page.view("people-view")
    page.until(lambda: page.all(".empty"), "empty")
    assert page.text(".people-state") == "2 more people are needed."
    audit(page, "empty")
    page.click(".adder .secondary")
    assert "name" in page.text(".adder .message")
    audit(page, "nameless")
    add(page, "Juan Garcia")
    assert page.text(".people-state") == "1 more person is needed."
    add(page, "Maria Lopez", "maria@example.com")
    assert page.text(".people-state") == "Waiting for 2 people."
    assert [c["label"] for c in children(stack, session)][-2:] != []
    page.primary()
    page.view("intro")
    upload(page, files)
    page.view("review")
    audit(page, "review")
    page.primary()
    page.view("people-view")
    page.until(lambda: len(page.all(".person")) == 2, "list")
    assert not page.all(".actions .primary")
    for i, child in enumerate(children(stack, session)):
        finish_child(stack, open_page, child, "owner%d" % i)
    # the last of them completes the step and, as nothing else is left, all
    page.view("done")
    audit(page, "finished")
    assert stack.finished(session)


def test_the_link_can_be_copied(stack, open_page, owners):
    session = stack.start([people(owners)])
    page = open_page("copy")
    page.cdp("Browser.grantPermissions", origin=stack.url, permissions=[
        "clipboardReadWrite", "clipboardSanitizedWrite"])
    begin(page, stack, session)
    page.primary()
    page.view("people-view")
    page.until(lambda: page.all(".empty"), "empty")
    add(page, "Juan Garcia")
    button = page.all(".person-buttons button")[0]
    assert button.get_attribute("aria-label").replace(
        "\u2068", "").replace("\u2069", "") == "Copy link for Juan Garcia"
    button.click()
    page.until(lambda: "Copied" in page.text(".person .hint"), "copied")
    copied = page.js("return navigator.clipboard.readText()")
    assert copied == children(stack, session)[0]["access_link"]
    page.inject("Object.defineProperty(navigator, 'clipboard', "
                "{ value: undefined }); document.execCommand = () => false;")
    page.driver.refresh()
    page.view("start")
    page.primary()
    page.view("people-view")
    page.until(lambda: page.all(".person"), "list")
    page.all(".person-buttons button")[0].click()
    page.until(lambda: "by hand" in page.text(".person .hint"), "by hand")
    assert page.one(".hand-over input").get_attribute("value") == copied


def test_only_the_operator_adds(stack, open_page, owners):
    session = stack.start([people(owners, customer_may_create=False)])
    page = open_page("theirs")
    begin(page, stack, session)
    page.primary()
    page.view("people-view")
    page.until(lambda: page.all(".empty"), "empty")
    audit(page, "empty")
    assert not [e for e in page.all(".adder") if e.is_displayed()]
    status, body = stack.call(
        "POST", "/kyc/sessions/%s/subsessions" % session["id"],
        {"step_id": "step_ubos", "label": "Juan Garcia - UBO"})
    assert status == 201, body
    page.until(lambda: page.all(".person"), "shown by itself")


def test_so_many_and_no_more(stack, open_page, owners):
    session = stack.start([people(owners, min=0, max=1), SELFIE])
    page = open_page("most")
    begin(page, stack, session)
    page.primary()
    page.view("people-view")
    page.until(lambda: page.all(".empty"), "empty")
    assert "go on without" in page.text(".people-state")
    add(page, "Juan Garcia")
    assert not [e for e in page.all(".adder") if e.is_displayed()]
    page.primary()
    page.view("intro")


def test_a_list_that_fails_can_be_asked_again(stack, open_page, owners):
    session = stack.start([people(owners)])
    page = open_page("people-error")
    page.inject("""
(() => {
    const real = window.fetch;
    let first = true;
    window.fetch = (url, options) => {
        if (!first || !String(url).includes('/subsessions?'))
            return real(url, options);
        first = false;
        return Promise.resolve(new Response(JSON.stringify({
            status: 'error', error: 'internal', message: '' }),
            { status: 500 }));
    };
})();""")
    begin(page, stack, session)
    page.primary()
    page.view("people-view")
    page.one(".message")
    audit(page, "error")
    page.primary()
    page.until(lambda: page.all(".empty"), "empty")


def test_a_subsession_says_whom_it_is_for(stack, open_page, owners):
    page = open_page("child", NARROW)
    page.inject(CHANGED % "s.label = 'Juan Garcia'; s.is_subsession = true;")
    begin(page, stack, stack.start([SHORT_FORM]))
    assert page.text(".for-whom") == "For: Juan Garcia"
    audit(page, "start")
    nothing(page, "start")
