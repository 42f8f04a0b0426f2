# SPDX-License-Identifier: GPL-3.0-or-later
"""A client of the verilock protocol, and a customer of its sessions."""
import re

import kit
from kit import SECRETS, SELFIE, Link, jpeg, passport
from test_dossiers import check_headers
from test_liveness import faces, send

PATH = "/api/v1/sessions"
ID = re.compile(r"ses_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-"
                r"[0-9a-f]{12}")
ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
EVERY = ["document", "selfie", "face_match", "liveness", "aml"]
JEAN = {"first_name": "Jean", "last_name": "Dupont",
        "email": "jean.dupont@example.com"}
# A session of the document's list.
EXAMPLE = {
    "id": "ses_a1b2c3d4-e5f6-7890-abcd-ef1234567890", "type": "kyc",
    "status": "approved", "reference_id": "usr_12345",
    "steps": ["document", "selfie", "face_match"], "applicant": JEAN,
    "created_at": "2026-03-15T10:30:00Z",
    "completed_at": "2026-03-15T10:45:22Z"}
META = {"current_page": 1, "last_page": 4, "per_page": 10, "total": 38}
ERRORS = {400: "validation_error", 401: "authentication_error",
          403: "permission_error", 404: "not_found",
          405: "method_not_allowed", 409: "conflict",
          413: "payload_too_large", 415: "validation_error",
          422: "validation_error"}


def check_error(answer, status, *fields):
    assert answer.status == status, answer
    assert answer.headers.get_content_type() == "application/json"
    check_headers(answer)
    body = answer.json
    assert set(body) == {"error", "message", "details"}, body
    assert body["error"] == ERRORS[status]
    assert isinstance(body["message"], str) and body["message"]
    assert sorted(body["details"]) == sorted(fields), body
    for messages in body["details"].values():
        assert messages and all(isinstance(m, str) for m in messages)


def body_of(steps, first="Ann", last="Example", **more):
    applicant = {"first_name": first, "last_name": last}
    return dict({"steps": steps, "applicant": applicant}, **more)


def create(api, *steps, **more):
    answer = api.ask("POST", PATH, body_of(list(steps), **more))
    assert answer.status == 201, answer
    made = answer.json
    applicant = made["applicant"]
    SECRETS.add(made["hosted_url"].partition("#")[2],
                "%(first_name)s %(last_name)s" % applicant)
    return made


def show(api, made):
    answer = api.ask("GET", PATH + "/" + made["id"])
    assert answer.status == 200, answer
    return answer.json


def listed(api, query=""):
    answer = api.ask("GET", PATH + query)
    assert answer.status == 200, answer
    assert set(answer.json) == {"data", "meta"}
    return answer.json


def ids(found):
    return [s["id"] for s in found["data"]]


def plain(made):
    """The id as the other protocols know it."""
    return made["id"].removeprefix("ses_")


def native(api, made):
    answer = api.ask("GET", "/kyc/sessions/" + plain(made))
    assert answer.status == 200, answer
    return answer.json["data"]


def decide(api, made, status):
    answer = api.ask("PATCH", "/kyc/sessions/" + plain(made),
                     {"status": status})
    assert answer.status == 200, answer


def link_of(api, made):
    return Link(api, made["hosted_url"].partition("#")[2])


def finish(link):
    """The whole way, whatever the session asks for."""
    assert link.consent().status == 200
    for step in link.get().json["data"]["steps_data"][1:]:
        if step["kind"] == "liveness":
            challenge = link.post("/liveness/start",
                                  {"step_id": step["step_id"]}).json["data"]
            answer = send(link, challenge["challenge_id"], faces(challenge))
        else:
            answer = link.upload(
                passport() if step["kind"] == "document" else SELFIE, jpeg())
        assert answer.status == 201, answer
        more = ({"document_kind": "passport"} if step["kind"] == "document"
                else {})
        assert link.complete(step["step_id"], **more).status == 200


def settled(api, made):
    """As it is shown once the checks have ended."""
    finish(link_of(api, made))
    return kit.wait_until(
        lambda: (lambda s: s if s["completed_at"] else None)(show(api, made)),
        20, "the checks do not end")


def statuses(shown):
    return {step: r["status"] for step, r in shown["results"].items()}
