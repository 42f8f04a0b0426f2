# SPDX-License-Identifier: GPL-3.0-or-later
"""The page without camera, line or luck: there is always a way on."""

import uuid

import pytest

from audit import audit
from drive import NARROW
from drive import CHANGED, agree, choose, send, upload


NO_CAMERA = ()
DENIED = {"profile.managed_default_content_settings.media_stream_camera": 2,
          "profile.default_content_setting_values.media_stream_camera": 2}


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
