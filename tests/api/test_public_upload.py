# SPDX-License-Identifier: GPL-3.0-or-later
"""The public API: an upload in three requests, and GET …/workflow."""
import os
import re
import threading
import time
import uuid

import pytest

from kit import SELFIE, Link, jpeg, passport, pdf, png, wait_until
from test_dossiers import check_headers, set_state
from test_public import ISO, check_error, rows

UPLOAD_ID = re.compile(r"upl_[0-9a-f]{32}")


def announce(link, data, fields=None, mime="image/jpeg", **more):
    return link.post("/upload/init", dict(
        fields or passport(), mime_type=mime, size=len(data),
        file_name="C:\\me\\pass.jpg", **more))


def put(link, ticket, data, **headers):
    path = ticket["upload_url"].split("/", 3)[3]
    return link.client.send("PUT", "/" + path, data, headers)


def confirm(link, ticket, **headers):
    return link.post("/upload/confirm", {"upload_id": ticket["upload_id"]},
                     **headers)


def begun(link, data, *fields):
    answer = announce(link, data, *fields)
    assert answer.status == 201, answer
    return answer.json["data"]


def objects(stack, session):
    """What the store holds of the session."""
    return {p.name.split(".")[1] for p in (stack.run / "store").rglob(
        session["id"] + ".*")}


def doc_uuid(data):
    return str(uuid.UUID(data["doc_id"][4:]))


# -- the way -----------------------------------------------------------------
def test_announce_put_confirm(link, stack):
    data = jpeg(b"one")
    answer = announce(link, data)
    assert answer.status == 201 and set(answer.json) == {"status", "data"}
    check_headers(answer)
    ticket = answer.json["data"]
    assert set(ticket) == {"upload_id", "upload_url", "expires_at"}
    assert UPLOAD_ID.fullmatch(ticket["upload_id"])
    assert ticket["upload_url"] == "%s%s/upload/%s" % (
        stack.url, link.base, ticket["upload_id"])
    assert 890 <= ticket["expires_at"] - time.time() <= 900
    done = put(link, ticket, data)
    assert (done.status, done.body) == (204, b"")
    check_headers(done)
    # Not a document yet.
    assert rows(stack, link.session, "COUNT(*)", "document") == [["0"]]
    assert link.get().json["data"]["steps_data"][1]["documents"] == []
    answer = confirm(link, ticket)
    assert answer.status == 201
    found = answer.json["data"]
    assert ISO.fullmatch(found.pop("uploaded_at"))
    assert doc_uuid(found) in objects(stack, link.session)
    found.pop("doc_id")
    assert found == {"step_id": "step_document", "type": "id",
                     "document_kind": "passport", "side": "front",
                     "file_name": "pass.jpg", "mime_type": "image/jpeg",
                     "size": len(data)}
    step = link.get().json["data"]["steps_data"][1]
    assert step["documents"][0].pop("quality")["tries_left"] == 2
    assert step["documents"] == [answer.json["data"]]
    assert step["status"] == "in_progress"
    assert link.complete("step_document").status == 200


def test_confirming_again_gives_the_same(link, stack):
    ticket = begun(link, jpeg())
    put(link, ticket, jpeg())
    first = confirm(link, ticket)
    for headers in ({}, {"Idempotency-Key": "a"}, {"Idempotency-Key": "a"}):
        again = confirm(link, ticket, **headers)
        assert (again.status, again.json) == (201, first.json)
    assert rows(stack, link.session, "COUNT(*)", "document") == [["1"]]
    # A confirmed one takes no other bytes.
    check_error(put(link, ticket, jpeg()), 409)
    # The same side by another way: that document is none any more.
    assert link.upload(passport(), png()).status == 201
    assert "replaced" in check_error(confirm(link, ticket), 409)
    assert len(objects(stack, link.session)) == 1


def test_putting_again_replaces(link, stack):
    data = [jpeg(bytes([n]) * 9) for n in (65, 66)]
    ticket = begun(link, data[0])
    for one in data:
        assert put(link, ticket, one).status == 204
    assert len(objects(stack, link.session)) == 1
    found = confirm(link, ticket).json["data"]
    assert objects(stack, link.session) == {doc_uuid(found)}


def test_confirming_replaces_like_an_upload(link, stack):
    old = link.upload(passport(document_kind="id_card", side="back"),
                      jpeg()).json["data"]
    ticket = begun(link, png(), passport(side="front"))
    put(link, ticket, png())
    assert old["doc_id"] in link.get().body.decode()
    new = confirm(link, ticket).json["data"]
    assert new["mime_type"] == "image/png"  # the bytes tell
    assert objects(stack, link.session) == {doc_uuid(new)}
    # Each left its trace: KYC_UPLOAD and the document.
    traces = rows(stack, link.session, "verb, LOWER(HEX(object_id))", "audit")
    for document in (old, new):
        assert ["8", document["doc_id"][4:]] in traces


def test_a_replaced_file_is_an_attempt(link, stack):
    counts = []
    for _ in range(3):
        ticket = begun(link, jpeg())
        put(link, ticket, jpeg())
        assert confirm(link, ticket).status == 201
        counts += stack.sql("SELECT attempts FROM session WHERE id = UNHEX("
                            "'%s')" % link.session["id"].replace("-", ""))
    assert counts == [["0"], ["1"], ["2"]]


@pytest.mark.parametrize("way", ["upload", "confirm"])
def test_attempts_used_up(link, api, stack, way):
    assert link.upload(passport(), jpeg()).status == 201
    here = "WHERE id = UNHEX('%s')" % link.session["id"].replace("-", "")
    stack.sql("UPDATE session SET attempts = 20 " + here)
    ticket = begun(link, jpeg())
    assert put(link, ticket, jpeg()).status == 204
    last = (link.upload(passport(), jpeg()) if way == "upload"
            else confirm(link, ticket))
    assert "attempts" in check_error(last, 409)
    # Written, although the answer is an error: FAILED, ATTEMPTS_EXCEEDED.
    assert stack.sql("SELECT state, failure_reason FROM session " + here) == [
        ["14", "11"]]
    assert ["11"] in rows(stack, link.session, "kind", "event")
    assert rows(stack, link.session, "COUNT(*)", "document") == [["1"]]
    shown = api.show(link.session)
    assert shown["state"] == "failed" and shown["isInvalid"] is True
    assert link.get().json["data"]["status"] == "failed"
    for answer in (link.upload(passport(), jpeg()), announce(link, jpeg()),
                   confirm(link, ticket), put(link, ticket, jpeg())):
        check_error(answer, 409)


def test_announcing_opens(api, stack):
    opened = Link(api, (made := api.create())["token"])
    assert announce(opened, jpeg()).status == 201
    assert api.show(made)["state"] == "started"


def test_idempotent_init(link):
    answers = [link.client.ask(
        "POST", link.base + "/upload/init",
        dict(passport(), mime_type="image/jpeg", size=9),
        {"Idempotency-Key": "init"}, key=False) for _ in range(2)]
    assert answers[0].json == answers[1].json
    assert answers[1].headers["Idempotency-Replayed"] == "true"


# -- what is refused ---------------------------------------------------------
@pytest.mark.parametrize("change, status, field", [
    ({"step_id": None}, 400, "step_id"), ({"step_id": "no"}, 400, "step_id"),
    ({"step_id": "step_consent"}, 400, "step_id"),
    ({"type": None}, 400, "type"), ({"type": "visa"}, 400, "type"),
    ({"type": "selfie"}, 400, "type"), ({"type": "liveness"}, 400, "type"),
    ({"side": "top"}, 400, "side"), ({"side": "back"}, 400, "side"),
    ({"document_kind": None}, 400, "document_kind"),
    ({"size": None}, 400, "size"), ({"size": 0}, 400, "size"),
    ({"size": -1}, 400, "size"), ({"size": "9"}, 400, "size"),
    ({"size": (15 << 20) + 1}, 400, "size"), ({"size": 1.5}, 400, "size"),
    ({"mime_type": None}, 400, "mime_type"),
    ({"mime_type": 1}, 400, "mime_type"),
    ({"file_name": "a\u0001"}, 400, "file_name"),
    ({"mime_type": "image/gif"}, 415, None),
    ({"mime_type": "application/octet-stream"}, 415, None)])
def test_wrong_fields_of_init(link, change, status, field):
    body = dict(passport(), mime_type="image/jpeg", size=9, file_name="a")
    answer = link.post("/upload/init", dict(body, **change))
    check_error(answer, status, *([field] if field else []))


def test_a_selfie_is_no_pdf(link):
    check_error(announce(link, pdf(), SELFIE, "application/pdf"), 415)
    # Said to be a photo, but the bytes tell, when they are confirmed.
    ticket = begun(link, pdf(), SELFIE)
    assert put(link, ticket, pdf()).status == 204
    check_error(confirm(link, ticket), 415)
    assert link.get().json["data"]["steps_data"][2]["documents"] == []


def test_wrong_sizes(link, stack):
    data = jpeg()
    ticket = begun(link, data)
    for wrong in (data + b"\0", data[:-1], b"", bytes(2 << 20)):
        message = check_error(put(link, ticket, wrong), 400, "size")
        assert str(len(data)) in message and str(len(wrong)) in message
    assert objects(stack, link.session) == set()
    check_error(confirm(link, ticket), 409)
    assert put(link, ticket, data).status == 204
    assert confirm(link, ticket).status == 201


def test_no_picture(link, stack):
    for data in (b"GIF89a" + bytes(99), b"x"):
        ticket = begun(link, data)
        check_error(put(link, ticket, data), 415)
        check_error(confirm(link, ticket), 409)
    assert objects(stack, link.session) == set()


def test_fifteen_mebibytes(link):
    data = jpeg() + bytes((15 << 20) - len(jpeg()))
    ticket = begun(link, data)
    assert put(link, ticket, data).status == 204
    assert confirm(link, ticket).json["data"]["size"] == 15 << 20


def test_unknown_uploads(link, api):
    other = Link(api, api.create()["token"])
    known = begun(other, jpeg())
    for upload_id in (known["upload_id"], "upl_" + "0" * 32, "upl_", "x",
                      str(uuid.uuid4()), known["upload_id"] + "0"):
        fake = dict(known, upload_id=upload_id, upload_url="%s%s/upload/%s" % (
            api_url(link), link.base, upload_id))
        check_error(put(link, fake, jpeg()), 404)
        check_error(confirm(link, fake), 404)
    for body in ({}, {"upload_id": None}, {"upload_id": 1},
                 {"upload_id": "u" * 65}):
        check_error(link.post("/upload/confirm", body), 400, "upload_id")
    # init and confirm are no ids.
    for word in ("init", "confirm"):
        assert link.client.send("PUT", link.base + "/upload/" + word,
                                jpeg()).status == 404
        assert link.get("/upload/" + word).status == 405


def api_url(link):
    return "http://%s:%d" % (link.client.host, link.client.port)


def test_too_many_at_once(link):
    tickets = [begun(link, jpeg()) for _ in range(8)]
    check_error(announce(link, jpeg()), 409)
    put(link, tickets[3], jpeg())
    assert confirm(link, tickets[3]).status == 201
    assert announce(link, jpeg()).status == 201


def test_two_confirm_at_once(link, stack):
    """One document, one answer, whoever is first."""
    ticket = begun(link, jpeg())
    put(link, ticket, jpeg())
    answers = []
    threads = [threading.Thread(
        target=lambda: answers.append(confirm(link, ticket)))
        for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [a.status for a in answers] == [201] * 4
    assert len({a.body for a in answers}) == 1
    assert rows(stack, link.session, "COUNT(*)", "document") == [["1"]]


# -- time --------------------------------------------------------------------
def expire(stack, ticket):
    stack.sql("UPDATE upload_ticket SET expires_at = created_at - 1"
              " WHERE id = UNHEX('%s')" % ticket["upload_id"][4:])


def test_time_is_up(link, stack):
    ticket = begun(link, jpeg())
    assert put(link, ticket, jpeg()).status == 204
    expire(stack, ticket)
    check_error(put(link, ticket, jpeg()), 404)
    check_error(confirm(link, ticket), 404)


def test_what_nobody_confirms_is_swept(link, stack):
    """Its row is forgotten, its object removed; what has a document or a
    ticket stays, however old its file."""
    notes = (b"kept", b"lost", b"held")
    kept, lost, held = [begun(link, jpeg(note)) for note in notes]
    for ticket, note in zip((kept, lost, held), notes):
        assert put(link, ticket, jpeg(note)).status == 204
    document = doc_uuid(confirm(link, kept).json["data"])
    expire(stack, lost)
    assert len(objects(stack, link.session)) == 3
    for path in (stack.run / "store").rglob(link.session["id"] + ".*"):
        os.utime(path, (1, 1))
    swept = next(stack.run.rglob("swept"), None)
    if swept:
        swept.unlink()
    wait_until(lambda: len(objects(stack, link.session)) == 2, 30,
               "the clean-up has not come")
    assert document in objects(stack, link.session)
    assert rows(stack, link.session, "COUNT(*)", "upload_ticket") == [["2"]]
    assert confirm(link, held).status == 201


# -- links that are over -----------------------------------------------------
def every_post(link, ticket):
    yield announce(link, jpeg())
    yield put(link, ticket, jpeg())
    yield confirm(link, ticket)


@pytest.mark.parametrize("how, status", [
    ("expired", 410), ("revoked", 410), ("replaced", 404),
    ("completed", 409), ("approved", 409), ("failed", 409)])
def test_ended_sessions(link, stack, how, status):
    ticket = begun(link, jpeg())
    if how == "replaced":
        stack.sql("UPDATE session SET link_generation = 2 WHERE id = UNHEX("
                  "'%s')" % link.session["id"].replace("-", ""))
    else:
        set_state(stack, link.session, how)
    for answer in every_post(link, ticket):
        check_error(answer, status)
    shown = link.get("/workflow")
    assert shown.status == (200 if status == 409 else status)


def test_unknown_tokens(link, api):
    ticket = begun(link, jpeg())
    bad = Link(api, str(uuid.uuid4()))
    fake = dict(ticket, upload_url=ticket["upload_url"].replace(
        link.session["token"], bad.base.rsplit("/", 1)[1]))
    check_error(announce(bad, jpeg()), 404)
    check_error(put(bad, fake, jpeg()), 404)
    check_error(confirm(bad, ticket), 404)
    check_error(bad.get("/workflow"), 404)


# -- the workflow ------------------------------------------------------------
def test_the_workflow(link):
    answer = link.get("/workflow")
    assert answer.status == 200
    check_headers(answer)
    data = answer.json["data"]
    steps = link.get().json["data"]["steps_data"]
    assert data == {
        "name": "Identity verification", "description": None, "version": 1,
        "steps": [{k: s[k] for k in (
            "step_id", "kind", "title", "description", "optional",
            "options")} for s in steps]}
