# SPDX-License-Identifier: GPL-3.0-or-later
"""The public API: what was read off a document so far."""
import uuid

import pytest

from kit import Link, jpeg, passport, wait_until
from test_dossiers import check_headers
from test_public import check_error, rows

NAME = "Trial Clear"


@pytest.fixture(scope="module")
def api(stack):
    """In test mode, where a name decides what the checks find."""
    client = stack.tenant("Test of test_extract")
    return client.with_key(stack.add_key(client.org, "--mode", "test"))


@pytest.fixture
def link(api):
    session = api.create(customerName=NAME)
    opened = Link(api, session["token"])
    opened.session = session
    return opened


def extract(link, doc_id):
    return link.post("/extract", {"doc_id": doc_id})


def checks_set(stack, session, status):
    stack.sql("UPDATE check_run SET status = %d WHERE session_id = UNHEX("
              "'%s') AND kind = 1" % (status, session["id"].replace("-", "")))


def finished(link, stack):
    """The documents' ids by type, once all checks have ended and a reviewer
    has asked for another picture: the customer may act again."""
    link.finish()
    wait_until(lambda: {row[0] for row in rows(
        stack, link.session, "status", "check_run")} == {"3"}, 30,
        "the checks have not ended")
    steps = link.get().json["data"]["steps_data"]
    asked = link.client.ask(
        "POST", "/kyc/sessions/%s/corrections" % link.session["id"],
        {"corrections": [{"step_id": "step_document", "message": "Sharper.",
                          "document_types": ["id"]}]})
    assert asked.status == 200, asked
    return {d["type"]: d["doc_id"] for s in steps for d in s["documents"]}


def test_before_any_check(link, api):
    document = link.upload(passport(), jpeg()).json["data"]["doc_id"]
    answer = extract(link, document)
    assert answer.status == 200
    check_headers(answer)
    assert answer.json == {"status": "success", "data": {
        "doc_id": document, "status": "unavailable", "fields": {}}}
    # It is an act like any other.
    other = Link(api, (made := api.create())["token"])
    check_error(extract(other, document), 404)
    assert api.show(made)["state"] == "created"


def test_what_a_check_has_read(link, stack):
    documents = finished(link, stack)
    data = extract(link, documents["id"]).json["data"]
    assert data["status"] == "completed"
    assert data["doc_id"] == documents["id"]
    assert {"full_name", "document_number", "date_of_birth", "nationality",
            "expiry_date"} <= set(data["fields"])
    assert all(isinstance(v, str) for v in data["fields"].values())
    # Faces are compared, not read.
    assert extract(link, documents["selfie"]).json["data"] == {
        "doc_id": documents["selfie"], "status": "unavailable", "fields": {}}


@pytest.mark.parametrize("status", [1, 2])
def test_while_a_check_reads(link, stack, status):
    documents = finished(link, stack)
    checks_set(stack, link.session, status)
    answer = extract(link, documents["id"])
    assert answer.status == 202
    assert answer.json["data"] == {"doc_id": documents["id"],
                                   "status": "processing", "fields": {}}
    assert extract(link, documents["selfie"]).status == 200


def test_a_newer_document_has_not_been_read(link, stack):
    documents = finished(link, stack)
    new = link.upload(passport(), jpeg(b"new")).json["data"]["doc_id"]
    assert extract(link, new).json["data"]["status"] == "unavailable"
    check_error(extract(link, documents["id"]), 404)


def test_what_cannot_be_read(stack):
    """In live mode a photo is looked at: of one pixel there is nothing to
    read, and that is no empty success."""
    api = stack.tenant("Live of test_extract")
    session = api.create(customerName=NAME)
    link = Link(api, session["token"])
    link.session = session
    documents = finished(link, stack)
    assert extract(link, documents["id"]).json["data"] == {
        "doc_id": documents["id"], "status": "unavailable", "fields": {}}


def test_wrong_documents(link):
    for body in ({}, {"doc_id": None}, {"doc_id": 1}, {"doc_id": ""},
                 {"doc_id": "d" * 65}):
        check_error(link.post("/extract", body), 400, "doc_id")
    for doc_id in ("doc_" + "0" * 32, "doc_", str(uuid.uuid4()), "x"):
        check_error(extract(link, doc_id), 404)
