# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways through the page that several tests take."""

from pathlib import Path

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

WWW = Path(__file__).resolve().parent.parent.parent / "www"
I18N = WWW / "static" / "verify" / "i18n"
DESKTOP = (1280, 900)
NARROW = (320, 640)


def nothing(page, name):
    """In place of audit where only the way matters."""


def take_photo(page, name, check):
    page.view("intro")
    check(page, name + "-intro")
    page.primary()
    page.view("camera")
    page.until(lambda: page.js(
        "const v = document.querySelector('video');"
        "return v && v.videoWidth > 0 && v.currentTime > 0.2"), "no video")
    check(page, name + "-camera")
    page.primary()
    page.view("preview")
    page.until(lambda: page.js(
        "return document.querySelector('.shot').naturalWidth > 0"), "shot")
    check(page, name + "-preview")
    page.primary()


def agree(page, check=nothing):
    page.view("consent")
    assert page.all(".tick")[0].is_selected() is False
    check(page, "consent")
    page.click(".agree label")
    page.primary()


def choose(page, kind, country="Germany", check=nothing):
    page.view("choose")
    box = page.one("[role=combobox]")
    box.click()
    box.send_keys(Keys.CONTROL, "a")
    box.send_keys(country)
    check(page, "country")
    box.send_keys(Keys.ENTER)
    card = page.all(".choice-input[value=%s]" % kind)[0]
    card.find_element("xpath", "..").click()
    check(page, "choose")
    page.primary()


def send(page, check=nothing):
    page.view("review")
    check(page, "review")
    page.primary()
    page.view("done")
    check(page, "done")


def whole_flow(page, check):
    page.view("start")
    check(page, "start")
    page.primary()
    agree(page, check)
    choose(page, "id_card", check=check)
    take_photo(page, "front", check)
    page.until(lambda: "back" in page.js("return history.state.page"), "back")
    take_photo(page, "back", check)
    page.until(lambda: "selfie" in page.js("return history.state.page"),
               "selfie")
    take_photo(page, "selfie", check)
    send(page, check)


def keys(page, *names):
    ActionChains(page.driver).send_keys(*names).perform()


def tab_to(page, css):
    """Presses Tab until the element has the focus, which must be seen."""
    for _ in range(40):
        keys(page, Keys.TAB)
        if page.js("return document.activeElement.matches(arguments[0])",
                   css):
            assert page.js("const s = getComputedStyle("
                           "document.activeElement);"
                           "return s.outlineStyle !== 'none'"), css
            return
    raise AssertionError("Tab never reaches " + css)


def upload(page, files):
    page.view("intro")
    page.pick(files / "photo.png")
    page.view("preview")
    page.primary()
    page.until(lambda: not page.all(".view.preview"), "upload")


CHANGED = """
(() => {
    const real = window.fetch;
    window.fetch = async (url, options) => {
        const answer = await real(url, options);
        if (!/sessions\\/[^/]+(\\/open)?$/.test(String(url)))
            return answer;
        const body = await answer.json();
        const s = body.data;
        %s
        return new Response(JSON.stringify(body), { status: 200 });
    };
})();
"""
