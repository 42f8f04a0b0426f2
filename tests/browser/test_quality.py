# SPDX-License-Identifier: GPL-3.0-or-later
"""The page tells within two seconds what is wrong with a photo, offers to take
it again, and holds nobody up."""

import os
import subprocess
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from audit import audit
from drive import DESKTOP, NARROW, agree, choose, keys, send, tab_to

TOP = Path(__file__).resolve().parents[2]
PROBE = Path(os.environ.get("VOUCHSAFE_BUILD", TOP / "build")) / "photo-probe"
# The two seconds that the page waits become a minute: what is done before is
# done without them, on however slow a machine.
PATIENT = """
(() => {
    const real = window.setTimeout;
    window.setTimeout = (call, ms, ...more) =>
        real(call, ms === 2000 ? 60000 : ms, ...more);
})();
"""
LOOKS = {"wide-en": (DESKTOP, "en", "blurred"),
         "narrow-ar": (NARROW, "ar", "غير واضحة")}


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """Paths of a sharp photo and of others that are not."""
    folder = tmp_path_factory.mktemp("photos")
    for name, look in (("sharp", ()), ("blurred", ("blur=6",)),
                       ("dark", ("light=0.2",))):
        made = subprocess.run([PROBE, "jpeg", "1600", "1200", *look],
                              capture_output=True, check=True)
        (folder / (name + ".jpg")).write_bytes(made.stdout)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\n" + bytes(999))
    return folder


def to_passport(stack, open_page, tag, size=DESKTOP, language="en",
                script=None, patient=True):
    session = stack.session()
    page = open_page(tag, size)
    page.looks_at_quality = True
    if patient:
        page.inject(PATIENT)
    if script:
        page.inject(script)
    page.open(stack.link(session))
    page.view("start")
    page.language(language)
    page.primary()
    agree(page)
    choose(page, "passport", {"en": "Germany", "ar": "ألمانيا"}[language])
    page.view("intro")
    return page, session


def use(page, path):
    """Picks and sends it."""
    page.pick(path)
    page.view("preview")
    page.primary()


def at(page, step):
    return page.until(lambda: step in page.js("return history.state.page") and
                      page.all(".view.intro"), "not at " + step)


def quiet(page):
    assert page.console() == []
    assert page.js("return window.__violations") == []
    assert not page.js("return document.documentElement.dataset.missing")


@pytest.mark.parametrize("look", LOOKS)
def test_a_poor_photo_is_taken_again(stack, open_page, photos, look):
    size, language, word = LOOKS[look]
    page, session = to_passport(stack, open_page, "quality-" + look, size,
                                language)
    use(page, photos / "blurred.jpg")
    page.view("quality")
    assert word in page.text(".explain")
    assert page.one(".explain").get_attribute("role") == "alert"
    assert len(page.all(".actions button")) == 2
    assert page.one(".shot")
    audit(page, "poor")
    # It is there already: nothing keeps anybody from going on.
    [document] = stack.public(session)[1]["steps_data"][1]["documents"]
    assert document["quality"]["flaw"] == "blurred"
    page.primary()
    page.view("intro")
    use(page, photos / "sharp.jpg")
    at(page, "selfie")
    assert not page.all(".good")
    [better] = stack.public(session)[1]["steps_data"][1]["documents"]
    assert better["quality"]["verdict"] == "clear"
    quiet(page)


def test_three_tries_then_as_it_is(stack, open_page, photos):
    page, _ = to_passport(stack, open_page, "tries")
    for name in ("blurred.jpg", "dark.jpg"):
        use(page, photos / name)
        page.view("quality")
        assert name.split(".")[0] in page.text(".explain")
        page.primary()
        page.view("intro")
    use(page, photos / "broken.pdf")
    page.view("quality")
    assert len(page.all(".actions button")) == 1
    assert "a person" in page.text(".explain")
    audit(page, "last")
    page.primary()
    at(page, "selfie")
    quiet(page)


def test_as_it_is_by_keyboard(stack, open_page, photos):
    page, session = to_passport(stack, open_page, "as-it-is")
    use(page, photos / "broken.pdf")
    page.view("quality")
    assert "opened" in page.text(".explain")
    tab_to(page, ".actions .secondary")
    keys(page, Keys.ENTER)
    at(page, "selfie")
    # Whoever comes back sees what was said.
    page.click(".back")
    page.view("sent")
    assert "opened" in page.text(".explain")
    audit(page, "sent")
    page.primary()
    page.view("intro")
    use(page, photos / "sharp.jpg")
    page.until(lambda: not page.all(".view.preview"), "upload")
    send(page)
    assert stack.is_complete(session) is True
    quiet(page)


def test_a_camera_of_few_pixels(stack, open_page):
    """The browser's own has 640 × 480: it is opened again for another."""
    page, _ = to_passport(stack, open_page, "few-pixels")
    for left in (2, 1, 0):
        if left == 2:
            page.primary()
        page.view("camera")
        page.primary()
        page.view("preview")
        page.primary()
        page.view("quality")
        if left:
            page.primary()
    page.primary()
    at(page, "selfie")
    quiet(page)


def test_another_language_while_it_is_said(stack, open_page, photos):
    page, _ = to_passport(stack, open_page, "translated")
    use(page, photos / "blurred.jpg")
    page.view("quality")
    page.language("ar")
    assert "غير واضحة" in page.text(".explain")
    page.primary()
    at(page, "selfie")


SILENT = """
(() => {
    const real = window.fetch;
    window.fetch = (url, options) => (/\\/quality$/.test(String(url)) ?
        %s : real(url, options));
})();
"""
SILENCES = {
    "no answer": "new Promise(() => {})",
    "no line": "Promise.reject(new TypeError())",
    "never done": "Promise.resolve(new Response(JSON.stringify({ data: {"
                  "quality: { status: 'pending' } } })))",
    "too busy": "Promise.resolve(new Response('', { status: 429 }))",
    "gone": "Promise.resolve(new Response('', { status: 404 }))"}


@pytest.mark.parametrize("why", SILENCES)
def test_no_verdict_holds_nobody_up(stack, open_page, photos, why):
    """Two seconds at most, then the page goes on and says so."""
    page, _ = to_passport(stack, open_page, "silence",
                          script=SILENT % SILENCES[why],
                          patient=why == "gone")
    use(page, photos / "blurred.jpg")
    at(page, "selfie")
    assert "later" in page.text(".good")
    assert page.one(".good").get_attribute("role") == "status"
    quiet(page)


def test_only_cron_looks(stack, open_page, photos):
    """No process is there: the page does not wait at all."""
    page, _ = to_passport(stack, open_page, "cron", script=SILENT % (
        "Promise.resolve(new Response(JSON.stringify({ data: {"
        "quality: { status: 'later' } } })))"))
    use(page, photos / "blurred.jpg")
    at(page, "selfie")
    audit(page, "later")
    # Said once.
    page.pick(photos / "sharp.jpg")
    page.view("preview")
    assert not page.all(".good")
