# SPDX-License-Identifier: GPL-3.0-or-later
"""Helpers of the browser tests: the stack, Chromium, and a page to drive."""

import json
import os
import pathlib
import re
import shlex
import struct
import tempfile
import urllib.error
import urllib.request
import zlib

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from drive import DESKTOP

HERE = pathlib.Path(__file__).resolve().parent
WAIT_S = 20
FAKE_CAMERA = ("--use-fake-device-for-media-stream",
               "--use-fake-ui-for-media-stream")
FLAGS = ("--headless=new", "--disable-gpu", "--disable-quic",
         "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync",
         "--force-device-scale-factor=1")


def read_env(path):
    """Shell lines NAME=value (with or without export) as a dict."""
    found = {}
    for line in pathlib.Path(path).read_text().splitlines():
        words = shlex.split(line, comments=True)
        for word in words:
            name, eq, value = word.partition("=")
            if eq and re.fullmatch(r"\w+", name):
                found[name] = value
    return found


class Stack:
    """The server under test, by its REST API."""

    def __init__(self, url, key, mail):
        self.url = url.rstrip("/")
        self.key = key
        self.mail = pathlib.Path(mail)

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.url + path, data=data, method=method,
            headers={"Authorization": "Bearer " + self.key,
                     "Accept": "application/json",
                     "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"{}")

    def session(self, **fields):
        status, body = self.call("POST", "/kyc-sessions", fields)
        assert status == 201, body
        return body

    def workflow(self, steps, **more):
        """The id of a new workflow of the native API."""
        status, body = self.call("POST", "/kyc/workflows", dict(
            {"name": "Page test", "entity_types": ["individual"],
             "steps": steps, "validations": []}, **more))
        assert status == 201, body
        return body["data"]["workflow_id"]

    def start(self, steps, **fields):
        """A native session of a workflow of these steps: id, token."""
        status, body = self.call("POST", "/kyc/sessions", dict(
            {"workflow_id": self.workflow(steps)}, **fields))
        assert status == 201, body
        data = body["data"]
        return {"id": data["session_id"], "token": data["access_token"]}

    def status(self, session):
        status, body = self.call("GET", "/kyc/sessions/" + session["id"])
        assert status == 200, body
        return body["data"]["status"]

    def finished(self, session):
        return self.status(session) in ("completed", "processing",
                                        "processed", "manual_review",
                                        "approved")

    def correct(self, session, *corrections):
        status, body = self.call(
            "POST", "/kyc/sessions/%s/corrections" % session["id"],
            {"corrections": list(corrections)})
        assert status == 200, body

    def is_complete(self, session):
        status, body = self.call("GET", "/kyc-sessions/" + session["id"])
        assert status == 200, body
        return body["isComplete"]

    def public(self, session):
        status, body = self.call("GET",
                                 "/public/sessions/" + session["token"])
        return status, body.get("data", body)

    def link(self, session):
        return self.url + "/verify#" + session["token"]


@pytest.fixture(scope="session")
def stack():
    path = os.environ.get("VOUCHSAFE_ENV")
    if not path:
        pytest.fail("VOUCHSAFE_ENV must name the stack's env file")
    env = read_env(path)
    return Stack(env["VOUCHSAFE_URL"], env["VOUCHSAFE_KEY"],
                 env["VOUCHSAFE_MAIL"])


@pytest.fixture(scope="session")
def shots():
    path = os.environ.get("VOUCHSAFE_SHOTS") or tempfile.mkdtemp()
    os.makedirs(path, exist_ok=True)
    return pathlib.Path(path)


def png(width, height):
    """A PNG with a gradient, made without any library."""
    rows = b"".join(
        b"\0" + bytes(v for x in range(width)
                      for v in (x * 255 // width, y * 255 // height, 90))
        for y in range(height))

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(
            ">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """Paths of files to pick: photo, wide (over 4096 px), pdf, text, empty."""
    folder = tmp_path_factory.mktemp("files")
    made = {
        "photo.png": png(640, 404), "wide.png": png(5000, 60),
        "paper.pdf": b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n"
                     b"trailer<</Root 1 0 R>>\n%%EOF\n",
        "text.txt": b"not a picture", "fake.jpg": b"not a picture either",
        "empty.jpg": b"",
    }
    for name, data in made.items():
        (folder / name).write_bytes(data)
    return folder


def start_chromium(profile, size, extra=(), prefs=None):
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for flag in FLAGS + tuple(extra):
        options.add_argument(flag)
    # Root has none, and a plain user in a container or chroot may have none
    # either. The only page that is opened is our own, on loopback.
    options.add_argument("--no-sandbox")
    options.add_argument("--user-data-dir=" + str(profile))
    options.add_argument("--lang=en-GB")
    options.add_argument("--accept-lang=en-GB")
    options.add_experimental_option("prefs", dict(
        prefs or {}, **{"intl.accept_languages": "en-GB"}))
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"),
                              options=options)
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": size[0], "height": size[1], "deviceScaleFactor": 1,
        "mobile": False})
    return driver


WATCH = """
window.__violations = [];
document.addEventListener('securitypolicyviolation', (e) =>
    window.__violations.push(e.violatedDirective + ' ' + e.blockedURI));
"""


class Page:
    """A browser on the verification page."""

    def __init__(self, driver, shots, tag):
        self.driver = driver
        self.shots = shots
        self.tag = tag
        self.expected_errors = ()
        self.looks_at_quality = False
        driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument",
                               {"source": WATCH})

    def inject(self, source):
        """Runs a script before those of each page that is loaded."""
        self.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument",
                                    {"source": source})

    def cdp(self, command, **values):
        return self.driver.execute_cdp_cmd(command, values)

    def open(self, url):
        self.driver.get("about:blank")
        self.driver.get(url)

    def js(self, source, *values):
        return self.driver.execute_script(source, *values)

    def until(self, condition, what):
        def seen(_):
            self.pass_quality()
            return condition()
        return WebDriverWait(
            self.driver, WAIT_S, 0.1,
            ignored_exceptions=(StaleElementReferenceException,)).until(
            seen, what)

    def pass_quality(self):
        """The photos of most tests are poor: they go on with them."""
        if not self.looks_at_quality:
            for use in self.all(".view.quality .actions button:last-child"):
                use.click()

    def all(self, css):
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def one(self, css):
        def visible():
            return next((e for e in self.all(css) if e.is_displayed()), None)
        return self.until(visible, "no visible " + css)

    def view(self, name):
        """Waits for a view by its class and for its heading's focus."""
        self.until(lambda: self.all(".view." + name), "no view " + name)
        focus = self.js("return document.activeElement.className")
        assert "heading" in focus, "focus is on %r" % focus

    def click(self, css):
        self.one(css).click()

    def primary(self):
        self.until(lambda: self.js(
            "const b = document.querySelector('.actions .primary');"
            "return b && !b.hasAttribute('aria-disabled')"), "no primary")
        self.click(".actions .primary")

    def secondary(self):
        self.click(".actions .secondary")

    def text(self, css):
        return re.sub("[\u2068\u2069]", "", self.one(css).text)

    def language(self, code):
        self.js("document.querySelector('.language[lang=\"%s\"]').click()"
                % code)
        self.until(lambda: self.js(
            "return document.documentElement.lang") == code, code)

    def pick(self, path):
        self.all("input[type=file]")[-1].send_keys(str(path))

    def shot(self, name):
        height = self.js("return Math.max(innerHeight,"
                         "document.documentElement.scrollHeight)")
        width = self.js("return innerWidth")
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1,
            "mobile": False})
        self.driver.save_screenshot(
            str(self.shots / ("%s-%s.png" % (self.tag, name))))
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": self.height, "deviceScaleFactor": 1,
            "mobile": False})

    height = 900

    def console(self):
        """What the browser complained of, without what was expected."""
        return [e["message"] for e in self.driver.get_log("browser")
                if e["level"] in ("SEVERE", "WARNING") and
                not any(x in e["message"] for x in self.expected_errors)]


@pytest.fixture
def open_page(shots, tmp_path):
    """open_page(tag, size, ...) gives a Page; all are closed afterwards."""
    opened = []

    def make(tag, size=DESKTOP, extra=FAKE_CAMERA, prefs=None, dark=False):
        profile = tmp_path / ("profile%d" % len(opened))
        driver = start_chromium(profile, size, extra, prefs)
        page = Page(driver, shots, tag)
        page.height = size[1]
        opened.append(driver)
        if dark:
            driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
                "features": [{"name": "prefers-color-scheme",
                              "value": "dark"}]})
        return page

    yield make
    for driver in opened:
        driver.quit()
