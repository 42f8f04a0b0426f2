# SPDX-License-Identifier: GPL-3.0-or-later
"""A client of the kycgenie protocol, and a customer of its sessions."""
import itertools

from checked import test_mode
from kit import Link, SECRETS, jpeg, multipart, passport, wait_until

COUNT = itertools.count(1)
VERSIONS = ("v1", "v2")


class Genie:
    """One API key in one version; paths behind /api/vN/."""

    def __init__(self, client, version="v1"):
        self.client, self.base = client, "/api/%s/" % version

    def ask(self, method, path, body=None, **headers):
        return self.client.ask(method, self.base + path, body, headers)

    def entity(self, name="Trial Clear", **fields):
        first, _, last = name.rpartition(" ")
        answer = self.ask("POST", "entities/", dict(
            {"first_name": first, "last_name": last}, **fields))
        assert answer.status == 201, answer
        return answer.json

    def start(self, entity=None, **fields):
        """A session that must come about: its answer."""
        entity = entity or self.entity()
        email = "customer%d@example.com" % next(COUNT)
        SECRETS.add(email)
        answer = self.ask("POST", "verification/sessions/", dict(
            {"entity_id": entity["id"], "email": email}, **fields))
        assert answer.status == 202, answer
        return answer.json

    def path(self, session, tail=""):
        return "verification/sessions/%s/%s" % (session["session_id"], tail)

    def show(self, session, tail=""):
        answer = self.ask("GET", self.path(session, tail))
        assert answer.status == 200, answer
        return answer.json

    def link(self, session):
        """The customer's link: the native API shows it."""
        answer = self.client.ask("GET",
                                 "/kyc/sessions/" + session["session_id"])
        assert answer.status == 200, answer
        token = answer.json["data"]["access_token"]
        SECRETS.add(token)
        return Link(self.client, token)

    def finish(self, session):
        """The customer goes all steps; returns the link."""
        link = self.link(session)
        data = link.get().json["data"]
        for step in data["steps_data"]:
            STEPS[step["kind"]](link, step["step_id"])
        return link

    def completed(self, session):
        """Until its checks have ended."""
        self.finish(session)
        return wait_until(
            lambda: (lambda s: s if s["status"] == "completed" else None)(
                self.show(session)), 20, "the checks do not end")


def consent(link, step):
    assert link.consent().status == 200


def document(link, step):
    assert link.upload(passport(step_id=step), jpeg()).status == 201
    assert link.complete(step, document_kind="passport").status == 200


def selfie(link, step):
    fields = {"step_id": step, "type": "selfie", "side": "front"}
    assert link.upload(fields, jpeg()).status == 201
    assert link.complete(step).status == 200


def proof(link, step):
    fields = {"step_id": step, "type": "proof_of_address", "side": "front",
              "document_kind": "utility_bill"}
    assert link.upload(fields, jpeg()).status == 201
    assert link.complete(step).status == 200


def liveness(link, step):
    challenge = link.post("/liveness/start", {"step_id": step}).json["data"]
    body, kind = multipart({"challenge_id": challenge["challenge_id"]}, [
        ("frames", "face-%d.jpg" % i, jpeg(b"%d" % i))
        for i in range(len(challenge["actions"]))])
    answer = link.client.ask("POST", link.base + "/liveness/complete", body,
                             {"Content-Type": kind}, key=False)
    assert answer.status == 201, answer
    assert link.complete(step).status == 200


STEPS = {"consent": consent, "document": document, "selfie": selfie,
         "proof_of_address": proof, "liveness": liveness}


def genie(stack, name, version="v1"):
    """Of an organisation of its own, in test mode."""
    return Genie(test_mode(stack, name), version)
