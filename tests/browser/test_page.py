# SPDX-License-Identifier: GPL-3.0-or-later
"""The public verification page, from the first view to the last."""

import json
import re
import uuid

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from audit import audit, quiet
from conftest import DESKTOP, I18N, NARROW, WWW

NO_CAMERA = ()
DENIED = {"profile.managed_default_content_settings.media_stream_camera": 2,
          "profile.default_content_setting_values.media_stream_camera": 2}


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


def test_camera_denied_then_files(stack, open_page, files):
    session = stack.session()
    page = open_page("denied", extra=("--use-fake-device-for-media-stream",
                                      "--deny-permission-prompts"),
                     prefs=DENIED)
    page.open(stack.link(session))
    page.view("start")
    page.primary()
    agree(page)
    choose(page, "passport")
    page.view("intro")
    page.primary()
    page.view("files")
    audit(page, "files")
    assert "camera" in page.text(".explain").lower()
    for name in ("text.txt", "fake.jpg", "empty.jpg"):
        page.pick(files / name)
        page.one(".message")
        audit(page, "file-" + name.split(".")[0])
        page.js("document.querySelector('.message').hidden = true")
    page.pick(files / "paper.pdf")
    page.view("preview")
    audit(page, "preview-pdf")
    page.primary()
    page.until(lambda: "selfie" in page.js("return history.state.page"),
               "selfie")
    page.pick(files / "paper.pdf")
    page.one(".message")
    page.pick(files / "photo.png")
    page.view("preview")
    page.primary()
    send(page)
    assert stack.is_complete(session) is True


def test_phone_offers_its_own_camera(stack, open_page, files):
    """Touch only: no code to scan; without getUserMedia, capture."""
    session = stack.session()
    page = open_page("phone", NARROW)
    page.cdp("Emulation.setDeviceMetricsOverride", width=320, height=640,
             deviceScaleFactor=1, mobile=True)
    page.cdp("Emulation.setTouchEmulationEnabled", enabled=True)
    page.inject("Object.defineProperty(navigator, 'mediaDevices', "
                "{ value: undefined });")
    page.open(stack.link(session))
    page.view("start")
    assert page.all(".phone") == []
    audit(page, "start")
    page.primary()
    agree(page)
    choose(page, "passport")
    page.view("files")
    assert page.all(".drop") == []
    inputs = page.all("input[type=file]")
    assert [i.get_attribute("capture") for i in inputs] == [
        "environment", None]
    audit(page, "files")
    inputs[0].send_keys(str(files / "photo.png"))
    page.view("preview")
    page.primary()
    page.until(lambda: "selfie" in page.js("return history.state.page"),
               "selfie")
    page.view("files")
    assert page.all("input[type=file]")[0].get_attribute(
        "capture") == "user"


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


def test_no_camera(stack, open_page):
    page = open_page("nocamera", extra=NO_CAMERA)
    page.inject("navigator.mediaDevices.getUserMedia = () => Promise.reject("
                "new DOMException('', 'NotFoundError'));")
    page.open(stack.link(stack.session()))
    page.view("start")
    page.primary()
    agree(page)
    choose(page, "passport")
    page.view("intro")
    page.primary()
    page.view("files")
    assert "No camera" in page.text(".explain")


def test_large_picture_is_scaled_down(stack, open_page, files):
    session = stack.session()
    page = open_page("large")
    page.open(stack.link(session))
    page.view("start")
    page.primary()
    agree(page)
    choose(page, "passport")
    page.view("intro")
    page.pick(files / "wide.png")
    page.view("preview")
    page.until(lambda: page.js(
        "return document.querySelector('.shot').naturalWidth") == 4096,
        "not scaled")
    page.primary()
    page.until(lambda: "selfie" in page.js("return history.state.page"),
               "selfie")
    _, data = stack.public(session)
    sent = [d for s in data["steps_data"] for d in s["documents"]]
    assert [d["mime_type"] for d in sent] == ["image/jpeg"]


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


def upload(page, files):
    page.view("intro")
    page.pick(files / "photo.png")
    page.view("preview")
    page.primary()
    page.until(lambda: not page.all(".view.preview"), "upload")


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


def test_unknown_link(stack, open_page):
    page = open_page("unknown")
    page.expected_errors = ("404",)
    for fragment in ("", "#" + str(uuid.uuid4()), "#../../etc/passwd"):
        page.open(stack.url + "/verify" + fragment)
        page.view("problem")
        audit(page, "link")
        assert "does not work" in page.text(".heading")


def test_ended_link(stack, open_page):
    session = stack.session(expiresInMs=60000)
    page = open_page("ended")
    page.expected_errors = ("410",)

    def ended():
        return stack.public(session)[0] == 410
    for _ in range(5):
        try:
            page.until(ended, "still open")
            break
        except Exception:  # the minute isn't over yet
            continue
    assert ended()
    page.open(stack.link(session))
    page.view("problem")
    audit(page, "link")
    assert "has ended" in page.text(".heading")


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


FAIL_FIRST = """
(() => {
    const real = window.fetch;
    let left = %d;
    window.fetch = (url, options) => {
        if (String(url).includes('%s') && left > 0) {
            left -= 1;
            return Promise.resolve(new Response('{}', { status: %d,
                headers: { 'Retry-After': '1' } }));
        }
        return real(url, options);
    };
})();
"""


@pytest.mark.parametrize("status", [429, 503])
def test_busy_server_is_tried_again(stack, open_page, status):
    page = open_page("busy%d" % status)
    page.inject(FAIL_FIRST % (3, "/open", status))
    page.open(stack.link(stack.session()))
    page.view("start")
    page.primary()
    assert page.one(".notice").get_attribute("role") == "status"
    audit(page, "notice") if status == 429 else None
    page.view("consent")
    assert not page.one(".shell").find_elements(
        "css selector", ".notice:not([hidden])")


def offline(page, state):
    page.cdp("Network.enable")
    page.cdp("Network.emulateNetworkConditions", offline=state, latency=0,
             downloadThroughput=-1, uploadThroughput=-1)


def test_offline_upload_goes_on(stack, open_page, files):
    session = stack.session()
    page = open_page("offline")
    page.expected_errors = ("ERR_INTERNET_DISCONNECTED",)
    page.open(stack.link(session))
    page.view("start")
    page.primary()
    agree(page)
    choose(page, "passport")
    page.view("intro")
    page.pick(files / "photo.png")
    page.view("preview")
    offline(page, True)
    page.primary()
    page.until(lambda: "offline" in page.text(".notice"), "no notice")
    page.shot("notice")
    offline(page, False)
    page.until(lambda: "selfie" in page.js("return history.state.page"),
               "went on")
    assert not page.js("return !document.querySelector('.notice').hidden")
    _, data = stack.public(session)
    assert sum(len(s["documents"]) for s in data["steps_data"]) == 1


FAIL_UPLOAD = """
(() => {
    const open = XMLHttpRequest.prototype.open;
    let first = true;
    XMLHttpRequest.prototype.open = function (method, url) {
        if (url.endsWith('/upload') && first) {
            first = false;
            Object.defineProperty(this, 'status', { value: %d });
            Object.defineProperty(this, 'responseText', { value:
                '{"status":"error","error":"x","message":"","details":{}}' });
        }
        return open.apply(this, arguments);
    };
})();
"""


@pytest.mark.parametrize("status", [400, 413, 415])
def test_refused_upload_has_a_way_on(stack, open_page, files, status):
    page = open_page("refused%d" % status)
    page.inject(FAIL_UPLOAD % status)
    page.open(stack.link(stack.session()))
    page.view("start")
    page.primary()
    agree(page)
    choose(page, "passport")
    page.view("intro")
    page.pick(files / "photo.png")
    page.view("preview")
    page.primary()
    assert len(page.text(".message")) > 20
    audit(page, "message")
    page.primary()
    upload(page, files)
    page.view("intro")


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


@pytest.mark.parametrize("status,words", [
    ("approved", "is confirmed"), ("rejected", "is finished"),
    ("manual_review", "Thank you"), ("processing", "Thank you")])
def test_ends(stack, open_page, status, words):
    page = open_page("end-" + status)
    page.inject(CHANGED % ("s.status = '%s';" % status))
    page.open(stack.link(stack.session()))
    page.view("done")
    audit(page, "done")
    assert words in page.text(".heading")


def test_unknown_kind_of_step(stack, open_page):
    page = open_page("kind")
    page.inject(CHANGED % """
        s.steps_data.unshift({ step_id: 'x', kind: 'palm_reading',
            title: 'Palm reading', status: 'pending', options: {},
            documents: [], correction_requests: [] });""")
    page.open(stack.link(stack.session()))
    page.view("start")
    assert "Palm reading" in page.text(".needs")
    page.primary()
    page.view("problem")
    audit(page, "step")
    assert "can’t be done here" in page.text(".heading")


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


def test_camera_stops_when_left(stack, open_page):
    page = open_page("stop")
    page.inject("const m = MediaDevices.prototype;"
                "const real = m.getUserMedia; window.__streams = [];"
                "m.getUserMedia = async function (c) {"
                "const s = await real.call(this, c);"
                "window.__streams.push(s); return s; };")
    page.open(stack.link(stack.session()))
    page.view("start")
    page.primary()
    agree(page)
    choose(page, "passport")
    page.view("intro")
    page.primary()
    page.view("camera")
    page.until(lambda: not page.all(".primary[aria-disabled]"), "camera")
    live = ("return window.__streams.map((s) => "
            "s.getTracks()[0].readyState)")
    assert page.js(live) == ["live"]
    page.click(".back")
    page.view("intro")
    assert page.js(live) == ["ended"]


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


def texts(code):
    return json.loads((I18N / (code + ".json")).read_text())


def sources():
    folder = WWW / "static" / "verify"
    return {p: p.read_text() for p in folder.rglob("*.js")}


def test_every_language_has_the_same_keys():
    codes = [e["code"] for e in json.loads(
        (I18N / "index.json").read_text())]
    assert {"en", "ar"} <= set(codes)
    english = texts("en")
    for code in codes:
        assert set(texts(code)) == set(english), code
        for key, text in texts(code).items():
            all_text = json.dumps(text)
            plural = isinstance(english[key], dict)
            assert isinstance(text, dict) == plural, key
            if not plural:
                assert set(re.findall(r"\{\w+\}", all_text)) == set(
                    re.findall(r"\{\w+\}", english[key])), (code, key)


def test_every_key_is_used_and_known():
    code = "\n".join(sources().values())
    english = texts("en")
    for key in re.findall(r"\bt\(\s*'([\w.]+)'\s*[,)]", code):
        assert key in english, key
    for key in english:
        parts = key.split(".")
        stems = [".".join(parts[:i]) + "." for i in range(1, len(parts))]
        used = "'%s'" % key in code or any(
            "'%s'" % stem in code for stem in stems) or (
            parts[0] in ("start", "again", "correct", "problem", "done"))
        assert used, "%s is never used" % key


def test_texts_are_only_in_the_language_files():
    for path, code in sources().items():
        code = re.sub(r"/\*.*?\*/|^\s*//.*?$", "", code,
                      flags=re.S | re.M)
        for text in re.findall(r"'((?:[^'\\\n]|\\.)*)'", code):
            assert not re.search(r"[A-Z][a-z]+ [a-z]+ [a-z]+", text), (
                path, text)


def test_files_are_small_and_self_contained():
    for path in WWW.glob("verify.html"):
        html = path.read_text()
        assert "style=" not in html and "onclick" not in html
        assert not re.search(r"<script(?![^>]*src=)", html)
    for path in (WWW / "static" / "verify").rglob("*"):
        if path.suffix not in (".js", ".css", ".svg", ".json"):
            continue
        text = path.read_text()
        assert len(text.splitlines()) < 500, path
        foreign = re.sub(r'xmlns="[^"]*"', "", text)
        assert not re.search(r"https?://", foreign), path
        assert "console." not in text and "eval(" not in text, path
        if path.suffix != ".json":
            assert "SPDX-License-Identifier" in text, path
