# SPDX-License-Identifier: GPL-3.0-or-later
"""Every route of the public API, from its table: links that lead nowhere, that
are over, sessions that are finished, and looks that change nothing."""
import re
import subprocess
import uuid

import pytest

from kit import SELFIE, Link, jpeg, multipart, passport, wait_until
from test_dossiers import set_state
from test_public import check_error, rows, snapshot

# What every route takes: the right names with values of the right form.
BODY = dict(passport(), mime_type="image/jpeg", size=99, file_name="a.jpg",
            upload_id="upl_" + "0" * 32, doc_id="doc_" + "0" * 32,
            label="Somebody", consent={"accepted": True, "text_version": "1"})
SEGMENTS = {"step_id": "step_document", "upload_id": "upl_" + "0" * 32,
            "doc_id": "doc_" + "0" * 32}


@pytest.fixture(scope="module")
def routes(stack):
    told = subprocess.run([stack.bin / "vouchsafe.fcgi", "--routes"],
                          capture_output=True, text=True, check=True)
    found = [line.split("\t") for line in told.stdout.splitlines()]
    found = [(f[1], f[2].removeprefix("/public/sessions/{token}"), f[5])
             for f in found if f[0] == "public"]
    assert len(found) >= 14
    return found


def ask(link, route):
    method, path, body = route
    path = re.sub(r"\{(\w+)\}", lambda m: SEGMENTS[m[1]], path)
    if method == "GET":
        return link.get(path)
    if method == "PUT":
        return link.client.send("PUT", link.base + path, jpeg())
    if body == "stream" and path == "/liveness/complete":
        data, kind = multipart({"challenge_id": "chl_" + "0" * 32},
                               [("frames", "a.jpg", jpeg())])
        return link.client.ask("POST", link.base + path, data,
                               {"Content-Type": kind}, key=False)
    if body == "stream":
        return link.upload(passport(), jpeg())
    return link.post(path, BODY)


def shown(path):
    """Every session can be looked at; it has no document."""
    return 404 if "{doc_id}" in path else 200


def replace(stack, session):
    stack.sql("UPDATE session SET link_generation = link_generation + 1"
              " WHERE id = UNHEX('%s')" % session["id"].replace("-", ""))


def test_unknown_and_replaced_links(routes, link, api, stack):
    replace(stack, link.session)
    before = snapshot(stack, link)
    for bad in (link, Link(api, str(uuid.uuid4()))):
        for route in routes:
            check_error(ask(bad, route), 404)
    assert snapshot(stack, link) == before


@pytest.mark.parametrize("state", ["expired", "revoked"])
def test_links_that_are_over(routes, link, stack, state):
    set_state(stack, link.session, state)
    before = snapshot(stack, link)
    for route in routes:
        check_error(ask(link, route), 410)
    assert snapshot(stack, link) == before


@pytest.mark.parametrize("state", [
    "completed", "processing", "processed", "manual_review", "approved",
    "rejected", "failed"])
def test_finished_sessions(routes, link, stack, state):
    set_state(stack, link.session, state)
    before = snapshot(stack, link)
    for route in routes:
        answer = ask(link, route)
        if route[0] == "GET":
            assert answer.status == shown(route[1]), (route, answer)
        else:
            check_error(answer, 409)
    assert snapshot(stack, link) == before
    assert rows(stack, link.session, "COUNT(*)", "upload_ticket") == [["0"]]


def test_looks_change_nothing(routes, link, stack):
    """Mail scanners open links, with GET and with HEAD."""
    before = snapshot(stack, link)
    looks = [route for route in routes
             if route[0] == "GET" and shown(route[1]) == 200]
    for _, path, _ in looks:
        got = link.get(path)
        head = link.client.ask("HEAD", link.base + path, key=False)
        assert (got.status, head.status, head.body) == (200, 200, b"")
        assert head.headers["Content-Length"] == str(len(got.body))
        assert head.headers["Content-Type"] == got.headers["Content-Type"]
    known = {path for _, path, _ in looks}
    for method, path, _ in routes:
        if shown(path) == 404:
            continue
        path = re.sub(r"\{(\w+)\}", lambda m: SEGMENTS[m[1]], path)
        if path not in known:
            answer = link.get(path)
            assert answer.status == 405 and method in answer.headers["Allow"]
    assert snapshot(stack, link) == before


# -- what the page is shown besides its steps ---------------------------------
def test_redirect_and_corrections(api, stack):
    made = api.ask("POST", "/kyc/sessions", {
        "callback_url": "https://shop.example/back?a=b"}).json["data"]
    link = Link(api, made["access_token"])
    data = link.get().json["data"]
    assert data["redirect_url"] == "https://shop.example/back?a=b"
    assert data["is_subsession"] is False and "label" not in data
    link.finish()
    session = {"id": made["session_id"]}
    wait_until(lambda: set(map(tuple, rows(
        stack, session, "status", "check_run"))) == {("3",)}, 30, "no end")
    asked = api.ask("POST", "/kyc/sessions/%s/corrections" % session["id"], {
        "corrections": [{"step_id": "step_selfie", "message": "Too dark.",
                         "document_types": ["selfie"]}]})
    assert asked.status == 200, asked
    data = link.get().json["data"]
    assert data["status"] == "awaiting_client_correction"
    requests = [s["correction_requests"] for s in data["steps_data"]]
    assert [len(r) for r in requests] == [0, 0, 1]
    shown = requests[2][0]
    assert re.fullmatch("corr_[0-9a-f]{32}", shown["id"])
    assert {k: shown[k] for k in (
        "step_id", "field_ids", "document_types", "message", "status")} == {
        "step_id": "step_selfie", "field_ids": [], "message": "Too dark.",
        "document_types": ["selfie"], "status": "open"}
    assert [s["status"] for s in data["steps_data"]] == [
        "completed", "completed", "needs_correction"]
    # Mended, it is shown no more.
    assert link.upload(SELFIE, jpeg(b"lighter")).status == 201
    data = link.complete("step_selfie").json["data"]
    assert [s["correction_requests"] for s in data["steps_data"]] == [[]] * 3


def test_a_subsession_says_so(api):
    workflow = api.ask("POST", "/kyc/workflows/from-template/company-kyc",
                       {}).json["data"]
    parent = api.ask("POST", "/kyc/sessions", {
        "workflow_id": workflow["workflow_id"]}).json["data"]
    link = Link(api, parent["access_token"])
    step = [s for s in link.get().json["data"]["steps_data"]
            if s["kind"] == "subsessions"][0]
    assert step["subsessions"] == {"total": 0, "completed": 0, "pending": 0}
    made = link.post("/subsessions", {"step_id": step["step_id"],
                                      "label": "Juan Garcia - UBO"})
    assert made.status == 201, made
    child = Link(api, made.json["data"]["access_token"]).get().json["data"]
    assert child["is_subsession"] is True
    assert child["label"] == "Juan Garcia - UBO"
    steps = {s["step_id"]: s for s in link.get().json["data"]["steps_data"]}
    assert steps[step["step_id"]]["subsessions"] == {
        "total": 1, "completed": 0, "pending": 1}
    assert [s for s in steps.values() if "subsessions" in s] == [
        steps[step["step_id"]]]
