# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of workflows share: definitions, and sessions of them."""
from kit import Link

CONSENT = {"step_id": "consent", "kind": "consent",
           "options": {"text_version": "1"}}
SELFIE = {"step_id": "selfie", "kind": "selfie"}


def form(*fields, step_id="form", **more):
    return dict({"step_id": step_id, "kind": "form",
                 "options": {"fields": list(fields)}}, **more)


def field(kind, key=None, **more):
    return dict({"key": key or kind, "name": "The " + kind, "type": kind},
                **more)


def workflow(*steps, **more):
    return dict({"name": "A test's", "steps": list(steps)}, **more)


def make(api, definition):
    answer = api.ask("POST", "/kyc/workflows", definition)
    assert answer.status == 201, answer
    return answer.json["data"]


def begin(api, definition):
    """The link of a session of a new workflow, which becomes the default."""
    made = make(api, definition)
    answer = api.ask("PATCH", "/kyc/tenants/me",
                     {"default_workflow_id": made["workflow_id"]})
    assert answer.status == 200, answer
    session = api.create()
    link = Link(api, session["token"])
    link.session = session
    return link


def steps(answer):
    assert answer.status == 200, answer
    return {s["step_id"]: s for s in answer.json["data"]["steps_data"]}


def statuses(answer):
    return {name: step["status"] for name, step in steps(answer).items()}


def fields(answer, status=400):
    assert answer.status == status, answer
    return answer.json["details"]["fields"]
