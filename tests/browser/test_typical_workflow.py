# SPDX-License-Identifier: GPL-3.0-or-later
"""The nine steps of the native API's "Typical Workflow", from outside: a
backend over HTTP, a receiver of webhooks, a mailbox, two people at the page.
Each answer is laid beside the document's example."""

import copy
import email
import email.policy
import os
import re
import subprocess
import sys
import urllib.parse
from pathlib import Path

import pytest

from drive import DESKTOP, NARROW, agree, choose, send, upload
from ways import CONSENT, SHORT_FORM, begin, fill, fill_short, labelled, people

# After this directory: both have a conftest.
sys.path.append(str(Path(__file__).resolve().parent.parent / "api"))
# pylint: disable=wrong-import-position
from kit import (SELFIE, Client, Link, Stack, jpeg, passport,  # noqa: E402
                 wait_until)
from receiver import Receiver, add, mac, standard  # noqa: E402
from shape import EXAMPLES, beside, error, like  # noqa: E402

ID = {"step_id": "id_document", "kind": "document",
      "options": {"document_kinds": ["passport", "id_card"]}}
FACE = {"step_id": "face", "kind": "selfie"}
TAGS = {"department": "onboarding", "region": "latam"}
LOOKS = {"wide-en": (DESKTOP, "en"), "narrow-ar": (NARROW, "ar")}


@pytest.fixture(scope="module")
def house():
    return Stack(os.environ["VOUCHSAFE_ENV"])


@pytest.fixture(scope="module")
def hook():
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def backend(house, hook):
    """An organisation of its own in test mode, and its webhook's secret."""
    org = house.add_org("Typical & Sons")
    client = Client(house.url, house.add_key(org, "--mode", "test"))
    client.secret = add(client, hook.url)["secret"]
    return client


def told(hook, backend, session, kind):
    """Waits for an event of the session, verified as a receiver does it."""
    def arrived():
        return next((d for d in list(hook.got) if d.json["type"] == kind and
                     d.json["data"]["session_id"] == session), None)
    got = wait_until(arrived, 15, "no webhook " + kind)
    assert got.headers["X-Webhook-Signature"] == "sha256=" + mac(
        backend.secret, got.body)
    assert standard(backend.secret, got) in got.headers[
        "webhook-signature"].split()
    return got.json["data"]


def workflows(backend):
    """One with people who have a workflow of their own; its id."""
    def make(definition):
        answer = backend.ask("POST", "/kyc/workflows", definition)
        assert answer.status == 201, answer
        return answer.json["data"]["workflow_id"]

    owner = make({"name": "Owner", "steps": [SHORT_FORM]})
    return make({
        "name": "Typical", "entity_types": ["individual"], "ttl_days": 7,
        "custom_tags": TAGS, "steps": [
            CONSENT, ID, FACE, SHORT_FORM, people(owner)],
        "validations": ["document_check", "identity_check", "aml_check",
                        "adverse_media_check"],
        "automation": {"process": "call", "apply_decision": False}})


def invitation(house, to):
    """The link of the mail, which its QR code holds too."""
    def find():
        for path in (house.run / "mail" / "new").iterdir():
            mail = email.message_from_bytes(path.read_bytes(),
                                            policy=email.policy.default)
            if to in str(mail["To"]):
                return mail
        return None
    mail = wait_until(find, 15, "no mail to " + to)
    parts = {p.get_content_type(): p for p in mail.walk()}
    link = re.search(r"https?://\S+/public/sessions/[0-9a-f-]{36}",
                     parts["text/plain"].get_content()).group()
    done = subprocess.run(["zbarimg", "-q", "--raw", "-"], check=True,
                          input=parts["image/png"].get_content(),
                          capture_output=True)
    assert done.stdout.decode().strip() == link
    return link


def finish_owner(open_page, link, size, code):
    page = open_page("typical-owner", size)
    page.open(link)
    page.view("start")
    page.primary()
    fill_short(page, "Juan Garcia", "juan@example.org")
    page.language(code)
    page.primary()
    send(page)
    page.driver.quit()


def add_owner(page):
    page.view("people-view")
    page.until(lambda: page.all(".empty"), "empty")
    labelled(page, "Name").send_keys("Juan Garcia - UBO")
    page.click(".adder .secondary")
    page.until(lambda: page.all(".person"), "added")


def subsessions(backend, session):
    data = beside("subsession_list", backend.ask(
        "GET", "/kyc/sessions/%s/subsessions" % session))
    return data["subsessions"], (data["total"], data["completed"],
                                 data["pending"])


def customer(open_page, files, backend, session, link, look):
    """Steps 3 and 4 of the document: the whole page, and an owner's."""
    size, code = LOOKS[look]
    page = open_page("typical-" + look, size)
    page.open(link)
    page.view("start")
    page.shot("start")
    page.primary()
    agree(page)
    choose(page, "passport")
    upload(page, files)
    upload(page, files)
    fill_short(page, "Trial Consider", "ada@example.org")
    page.primary()
    add_owner(page)
    page.language(code)
    page.shot("people")
    children, counts = subsessions(backend, session)
    assert counts == (1, 0, 1)
    assert children[0]["label"] == "Juan Garcia - UBO"
    finish_owner(open_page, children[0]["access_link"], size, code)
    page.until(lambda: page.all(".person.done"), "owner done")
    assert subsessions(backend, session)[1] == (1, 1, 0)
    page.shot("people-done")
    page.primary()
    page.view("review")
    # a title of another direction stays beside its sign
    assert page.js("""
const box = document.querySelectorAll('.piece.closed')[1];
const text = document.createRange();
text.selectNodeContents(box.querySelector('h2'));
const title = text.getBoundingClientRect();
const sign = box.querySelector('.icon').getBoundingClientRect();
return Math.min(Math.abs(sign.left - title.right),
    Math.abs(title.left - sign.right));""") < 16
    page.shot("review")
    page.primary()
    page.view("done")
    page.shot("done")
    page.driver.quit()
    return children[0]["subsession_id"]


def process(backend, session, *unasked):
    """The data; unasked: results of what the workflow does not check."""
    answer = backend.ask("POST", "/kyc/sessions/%s/process" % session)
    assert answer.status == 200, answer
    example = copy.deepcopy(EXAMPLES["process"])
    # by the id of each document
    example["data"]["processing_results"]["extraction_results"] = {}
    for name in unasked:
        example["data"]["processing_results"][name] = None
    like(example, answer.json)
    return answer.json["data"]


def mend(open_page, files, link, look):
    """Steps 7 and 8: only what was asked for is shown."""
    size, code = LOOKS[look]
    page = open_page("typical-mend-" + look, size)
    page.open(link)
    page.view("start")
    assert len(page.all(".need")) == 2
    page.language(code)
    page.shot("start")
    page.language("en")
    page.primary()
    page.view("intro")
    assert "clearer photo" in page.text(".ask")
    page.shot("document")
    upload(page, files)
    page.view("fill")
    assert "so it matches your ID" in page.text(".ask")
    fill(page, "Full name", "Trial Clear")
    page.shot("form")
    page.primary()
    page.view("review")
    assert len(page.all(".piece")) == 2
    page.language(code)
    page.shot("review")
    page.primary()
    page.view("done")
    page.driver.quit()


def documents(backend, session):
    """Every document of the session, by its signed URL."""
    data = beside("get", backend.ask("GET", "/kyc/sessions/" + session))
    found = [d for s in data["steps_data"] for d in s.get("documents", [])]
    assert sorted(d["type"] for d in found) == ["id", "selfie"]
    paths = []
    for one in found:
        url = beside("document_url", backend.ask(
            "GET", "/kyc/sessions/%s/documents/%s/url" % (
                session, one["doc_id"])))["presigned_url"]
        parts = urllib.parse.urlsplit(url)
        paths.append(parts.path + ("?" + parts.query if parts.query else ""))
        got = backend.ask("GET", paths[-1], key=False)
        assert got.status == 200, got
        assert got.headers["Content-Type"] == one["mime_type"]
        assert got.headers["Cache-Control"] == "no-store"
        assert got.body[:3] in (b"\xff\xd8\xff", b"\x89PN")
    return paths


def ask_for_corrections(backend, session):
    data = beside("corrections", backend.ask(
        "POST", "/kyc/sessions/%s/corrections" % session, {
            "corrections": [
                {"step_id": "about", "field_ids": ["full_name"], "message":
                 "Please correct your legal name so it matches your ID."},
                {"step_id": "id_document", "document_types": ["id"],
                 "message": "Please upload a clearer photo of your ID."}],
            "comment": "Name mismatch and blurry ID image"}))
    assert data["status"] == "awaiting_client_correction"
    asked = {s["step_id"] for s in data["steps_data"]
             if s["status"] == "needs_correction"}
    assert asked == {"about", "id_document"}


@pytest.mark.parametrize("look", LOOKS)
def test_all_nine_steps(house, backend, hook, open_page, files, look):
    address = "ada-%s-%d@example.org" % (look, os.getpid())
    made = beside("create", backend.ask("POST", "/kyc/sessions", {
        "workflow_id": workflows(backend), "ttl_days": 7, "metadata": {
            "user_email": address, "user_name": "John Doe"}}), 201)
    session = made["session_id"]
    assert made["status"] == "active" and made["custom_tags"] == TAGS
    assert told(hook, backend, session, "kyc.session.created")[
        "custom_tags"] == TAGS
    link = invitation(house, address)
    assert link == made["access_link"]

    child = customer(open_page, files, backend, session, link, look)
    told(hook, backend, session, "kyc.session.completed")
    told(hook, backend, child, "kyc.session.completed")

    data = process(backend, session)
    assert data["processing_results"]["final_decision"] == "manual_review"
    told(hook, backend, session, "kyc.session.processed")
    ask_for_corrections(backend, session)
    told(hook, backend, session, "kyc.session.corrections_requested")
    mend(open_page, files, link, look)
    data = process(backend, session)
    assert data["status"] == "processed"
    assert data["processing_results"]["final_decision"] == "approved"

    data = beside("update", backend.ask(
        "PATCH", "/kyc/sessions/" + session, {
            "status": "approved", "assigned_to": "user_abc123",
            "notes": "All documents verified successfully"}))
    assert data["status"] == "approved"
    told(hook, backend, session, "kyc.session.approved")
    listed = backend.ask(
        "GET", "/kyc/sessions?status=approved&include_summary=true")
    example = copy.deepcopy(EXAMPLES["list"])
    example["data"]["next_key"] = None  # there is no second page
    like(example, listed.json)
    assert [s["session_id"] for s in listed.json["data"]["sessions"]] == [
        session]

    paths = documents(backend, session)
    beside("delete", backend.ask("DELETE", "/kyc/sessions/" + session))
    for path in ["/kyc/sessions/" + session, "/kyc/sessions/" + child]:
        error(backend.ask("GET", path), 404)
    for path in paths + [urllib.parse.urlsplit(link).path]:
        assert backend.ask("GET", path, key=False).status == 404, path


ADDRESS = {"line_1": "Calle Mayor 1", "city": "Madrid",
           "postal_code": "28013", "country": "ES"}


def owner_by_program(backend, child):
    """The steps of the template's own workflow for owners."""
    link = Link(backend, child["access_token"])
    assert link.consent().status == 200
    assert link.complete("step_form", form_data={
        "full_name": "Trial Clear", "date_of_birth": "1990-01-15",
        "email": "juan@example.org"}).status == 200
    for fields in (passport(), SELFIE):
        assert link.upload(fields, jpeg()).status == 201
    assert link.complete("step_document",
                         document_kind="passport").status == 200
    done = link.complete("step_selfie")
    assert done.status == 200, done
    assert done.json["data"]["status"] != "active"


def test_a_company_of_the_template(backend, hook):
    """The same without a page, with the operator's subsessions too."""
    made = backend.ask("POST", "/kyc/workflows/from-template/company-kyc")
    assert made.status == 201, made
    parent = beside("create", backend.ask("POST", "/kyc/sessions", {
        "workflow_id": made.json["data"]["workflow_id"], "metadata": {
            "user_email": "firm@example.org",
            "user_name": "Trial Clear"}}), 201)
    session = parent["session_id"]
    base = "/kyc/sessions/%s/subsessions" % session
    link = Link(backend, parent["access_token"])
    assert link.consent().status == 200
    answer = link.complete("step_company", form_data={
        "legal_name": "Typical & Sons", "registration_number": "B-123",
        "jurisdiction": "ES", "address": ADDRESS})
    assert answer.status == 200, answer
    error(backend.ask("POST", "/kyc/sessions/%s/process" % session), 409)

    theirs = link.post("/subsessions", {"step_id": "step_ubos",
                                        "label": "Juan Garcia - UBO"})
    like(EXAMPLES["subsession_create"], theirs.json)
    ours = beside("subsession_create", backend.ask("POST", base, {
        "step_id": "step_ubos", "label": "Maria Lopez - UBO",
        "metadata": {"ownership_percentage": 25}}), 201)
    gone = beside("subsession_create", backend.ask("POST", base, {
        "step_id": "step_ubos", "label": "A mistake"}), 201)
    beside("subsession_delete", backend.ask(
        "DELETE", base + "/" + gone["subsession_id"]))
    fresh = beside("subsession_link", backend.ask(
        "POST", "%s/%s/regenerate-link" % (base, ours["subsession_id"])))
    assert Link(backend, ours["access_token"]).get().status == 404
    assert Link(backend, gone["access_token"]).get().status == 404

    owner_by_program(backend, theirs.json["data"])
    assert subsessions(backend, session)[1] == (2, 1, 1)
    error(link.complete("step_ubos"), 409)
    owner_by_program(backend, fresh)
    # the last of them completes the step, which was the session's last
    assert subsessions(backend, session)[1] == (2, 2, 0)
    error(link.complete("step_ubos"), 409)
    told(hook, backend, session, "kyc.session.completed")
    told(hook, backend, session, "kyc.session.processed")
    data = process(backend, session, "cross_validation", "face_match_result")
    assert data["processing_results"]["final_decision"] == "approved"
    beside("update", backend.ask("PATCH", "/kyc/sessions/" + session,
                                 {"status": "approved", "notes": "Fine"}))
    told(hook, backend, session, "kyc.session.approved")
    beside("delete", backend.ask("DELETE", "/kyc/sessions/" + session))
    error(backend.ask("GET", "/kyc/sessions/" + ours["subsession_id"]), 404)
