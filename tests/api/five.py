# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests that go through all five protocols share: an organisation
with its people, and one way to do each thing in each protocol."""
import urllib.parse
import uuid

from kit import SELFIE, Client, Link, jpeg, passport, wait_until
from test_klustr import Account

BORN = "1974-08-12"
AUTOMATION = {"process": "completion", "apply_decision": True}


def good(answer, status=200):
    assert answer.status == status, answer
    return answer.json


class Five:
    """api has an API key; klustr has a service account's token."""

    def __init__(self, stack, name, mode="test"):
        self.stack = stack
        self.org = stack.add_org(name)
        self.api = Client(stack.url, stack.add_key(self.org, "--mode", mode))
        self.api.org = self.org
        self.klustr = Account(stack, self.org, "--mode", mode).client()

    # -- people ---------------------------------------------------------------
    def person(self, name="Ann Example"):
        """(id of the entity, its external_id), of age."""
        first, _, last = name.partition(" ")
        theirs = "person " + uuid.uuid4().hex[:12]
        made = good(self.api.ask("POST", "/kyc/entities", {
            "first_name": first, "last_name": last, "date_of_birth": BORN,
            "external_id": theirs}), 201)
        return made["data"]["entity_id"], theirs

    def person_of(self, session):
        """The same of the entity that a session was made with; one that came
        of names alone has no external_id yet."""
        entity = self.native(session)["customer_id"]
        path = "/kyc/entities/" + entity
        theirs = good(self.api.ask("GET", path))["data"]["external_id"]
        if not theirs:
            theirs = "person " + uuid.uuid4().hex[:12]
            good(self.api.ask("PATCH", path, {"external_id": theirs}))
        return entity, theirs

    # -- sessions: the id without ses_, whoever makes them --------------------
    def kyc(self, name="Ann Example", **more):
        return good(self.api.ask("POST", "/kyc/sessions", dict(
            {"customer_id": self.person(name)[0]}, **more)), 201)[
                "data"]["session_id"]

    def kycgenie(self, name="Ann Example", version="v1", **more):
        return good(self.api.ask(
            "POST", "/api/%s/verification/sessions/" % version, dict(
                {"entity_id": self.person(name)[0],
                 "email": "ann@example.org",
                 "verification_profile": "basic"}, **more)), 202)[
                     "session_id"]

    def dossiers(self, name="Ann Example", **more):
        """Without a name, of nobody."""
        if name:
            more["customerName"] = name
        return self.api.create(**more)["id"]

    def verilock(self, name="Ann Example", **more):
        first, _, last = name.partition(" ")
        return good(self.api.ask("POST", "/api/v1/sessions", dict(
            {"steps": ["document"],
             "applicant": {"first_name": first, "last_name": last}},
            **more)), 201)["id"].removeprefix("ses_")

    def klustrs(self, name="Ann Example", person=None, **more):
        where = urllib.parse.quote(person or self.person(name)[1])
        return good(self.klustr.ask(
            "POST", "/ekyc/admin/%s/sessions" % where, more))["id"]

    # -- what the others know of them -----------------------------------------
    def native(self, session):
        return good(self.api.ask("GET", "/kyc/sessions/" + session))["data"]

    def status(self, session):
        return self.native(session)["status"]

    def link(self, session):
        return Link(self.api, self.native(session)["access_token"])

    def becomes(self, session, status):
        wait_until(lambda: self.status(session) == status, 60,
                   "%s does not become %s" % (session, status))
        return session

    # -- what a customer does -------------------------------------------------
    def consent(self, session):
        good(self.link(session).consent())
        return session

    def finish(self, session):
        """All steps, of whatever workflow has documents and selfies."""
        link = self.link(session)
        for step in good(link.get())["data"]["steps_data"]:
            name, more = step["step_id"], {}
            if step["kind"] == "consent":
                more["consent"] = {"accepted": True, "text_version": "1",
                                   "locale": "en"}
            elif step["kind"] == "document":
                good(link.upload(passport(step_id=name), jpeg()), 201)
                more["document_kind"] = "passport"
            else:
                good(link.upload(dict(SELFIE, step_id=name), jpeg()), 201)
            good(link.complete(name, **more))
        return session

    def workflow(self, **automation):
        return good(self.api.ask("POST", "/kyc/workflows", definition(
            **automation)), 201)["data"]["workflow_id"]


def definition(**automation):
    """A native workflow of a consent and a selfie, and one check."""
    return {"name": "A test's", "validations": ["aml_check"],
            "steps": [{"step_id": "step_consent", "kind": "consent",
                       "options": {"text_version": "1"}},
                      {"step_id": "step_selfie", "kind": "selfie"}],
            "automation": dict(AUTOMATION, **automation)}
