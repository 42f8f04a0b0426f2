# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of workflows share: definitions, and sessions of them."""
from kit import Link, jpeg, multipart, passport

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


# -- the whole way, whatever is asked for ------------------------------------
def agree(link, step):
    return link.complete(step["step_id"], consent={
        "accepted": True, "text_version": step["options"]["text_version"],
        "locale": "en"})


def send(link, fields):
    answer = link.upload(fields, jpeg())
    assert answer.status == 201, answer


def show_document(link, step):
    send(link, passport(step_id=step["step_id"]))
    return link.complete(step["step_id"], document_kind="passport")


def show_picture(link, step):
    send(link, {"step_id": step["step_id"], "type": step["kind"],
                "side": "front"})
    return link.complete(step["step_id"])


def show_living_face(link, step):
    answer = link.post("/liveness/start", {"step_id": step["step_id"]})
    assert answer.status == 201, answer
    challenge = answer.json["data"]
    body, kind = multipart(
        {"challenge_id": challenge["challenge_id"]},
        [("frames", "face-%d.jpg" % i, jpeg(b"%d" % i))
         for i, _ in enumerate(challenge["actions"])])
    answer = link.client.ask("POST", link.base + "/liveness/complete", body,
                             {"Content-Type": kind}, key=False)
    assert answer.status == 201, answer
    return link.complete(step["step_id"])


WAYS = {"consent": agree, "document": show_document, "selfie": show_picture,
        "proof_of_address": show_picture, "liveness": show_living_face}


def walk(link):
    """Every step of the session, one after the other."""
    for step in link.get().json["data"]["steps_data"]:
        answer = WAYS[step["kind"]](link, step)
        assert answer.status == 200, answer
    return answer.json["data"]
