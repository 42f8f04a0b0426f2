# SPDX-License-Identifier: GPL-3.0-or-later
"""Subsessions: sessions that a step of another one asks for."""
import threading
import uuid

import pytest

import kit
from shape import beside, error

DAY = 86_400
CONSENT = {"step_id": "step_consent", "kind": "consent",
           "options": {"text_version": "1"}}
PERSON = [CONSENT,
          {"step_id": "step_document", "kind": "document",
           "options": {"document_kinds": ["passport"]}},
          {"step_id": "step_selfie", "kind": "selfie"}]


def step_ubos(workflow, **options):
    return {"step_id": "step_ubos", "kind": "subsessions", "title": "Owners",
            "options": dict({"workflow_id": workflow, "min": 1, "max": 3},
                            **options)}


class Tree:
    """An organisation with a workflow for people and one for companies."""

    def __init__(self, stack, name):
        self.stack, self.api = stack, stack.tenant(name)
        self.person = self.workflow("Owner", *PERSON, ttl_days=14)
        self.company = self.workflow("Company", CONSENT,
                                     step_ubos(self.person))

    def workflow(self, name, *steps, id=None, **more):
        answer = self.api.ask(
            "PUT" if id else "POST", "/kyc/workflows" + ("/" + id if id
                                                         else ""),
            dict(more, name=name, steps=steps,
                 validations=["document_check"]))
        assert answer.status in (200, 201), answer
        return answer.json["data"]["workflow_id"]

    def parent(self, workflow=None, **fields):
        answer = self.api.ask("POST", "/kyc/sessions", dict(
            fields, workflow_id=workflow or self.company))
        return beside("create", answer, 201)

    def add(self, parent, label="Juan Garcia - UBO", **fields):
        return self.api.ask("POST", path(parent), dict(
            {"step_id": "step_ubos", "label": label}, **fields))

    def made(self, parent, *args, **fields):
        return beside("subsession_create", self.add(parent, *args, **fields),
                      201)

    def list(self, parent, query=""):
        return beside("subsession_list", self.api.ask(
            "GET", path(parent) + query))

    def show(self, id):
        return self.api.ask("GET", "/kyc/sessions/" + id).json["data"]


def path(parent, more=""):
    return "/kyc/sessions/%s/subsessions%s" % (parent["session_id"], more)


@pytest.fixture(scope="module")
def tree(stack):
    return Tree(stack, "Trees Ltd")


# -- the operator -----------------------------------------------------------
def test_the_documents_example(tree):
    parent = tree.parent(webhook_url="https://a.example/hook", locale="ar")
    made = tree.made(parent, metadata={"ownership_percentage": 25})
    assert made["status"] == "active" and made["workflow_id"] == tree.person
    assert made["label"] == "Juan Garcia - UBO"
    child = tree.show(made["subsession_id"])
    assert child["parent_session_id"] == parent["session_id"]
    assert child["parent_step_id"] == "step_ubos" and child["is_subsession"]
    assert child["metadata"] == {"ownership_percentage": 25}
    assert child["label"] == "Juan Garcia - UBO" and child["locale"] == "ar"
    assert child["webhook_url"] == "https://a.example/hook"
    assert child["ttl_days"] == 14
    above = tree.show(parent["session_id"])
    assert above["subsessions"] == {"total": 1, "completed": 0, "pending": 1}
    assert above["status"] == "active" and not above["is_subsession"]
    assert above["steps_data"][1]["subsessions"]["pending"] == 1


def test_a_list_with_its_counts(tree):
    parent = tree.parent()
    assert tree.list(parent) == {"subsessions": [], "total": 0,
                                 "completed": 0, "pending": 0}
    first = tree.made(parent, "Juan")
    second = tree.made(parent, "Maria")
    kit.Link(tree.api, first["access_token"]).finish()
    data = tree.list(parent)
    assert (data["total"], data["completed"], data["pending"]) == (2, 1, 1)
    assert [s["label"] for s in data["subsessions"]] == ["Juan", "Maria"]
    done, waiting = data["subsessions"]
    assert done["completed_at"].endswith("Z")
    assert "completed_at" not in waiting
    assert waiting["access_token"] == second["access_token"]
    assert waiting["access_link"] == second["access_link"]
    assert tree.list(parent, "?step_id=step_ubos")["total"] == 2
    assert tree.list(parent, "?step_id=other")["total"] == 0


def test_ended_ones_are_neither_done_nor_waited_for(tree):
    parent = tree.parent()
    made = tree.made(parent)
    tree.api.ask("PATCH", "/kyc/sessions/" + made["subsession_id"],
                 {"status": "revoked"})
    data = tree.api.ask("GET", path(parent)).json["data"]
    assert (data["total"], data["completed"], data["pending"]) == (1, 0, 0)
    one, = data["subsessions"]
    assert one["status"] == "revoked" and one["access_token"] is None


@pytest.mark.parametrize("body, field", [
    ({}, "step_id"), ({"step_id": "nowhere"}, "step_id"),
    ({"step_id": "step_consent"}, "step_id"),
    ({"step_id": "step_ubos", "label": 7}, "label"),
    ({"step_id": "step_ubos", "label": "x" * 256}, "label"),
    ({"step_id": "step_ubos", "metadata": "x"}, "metadata"),
    ({"step_id": "step_ubos", "metadata": {"user_email": "x"}},
     "metadata.user_email"),
    ({"step_id": "step_ubos", "ttl_days": 91}, "ttl_days")])
def test_what_is_wrong_is_named(tree, body, field):
    error(tree.api.ask("POST", path(tree.parent()), body), 400, field)


def test_as_many_as_the_step_may(tree):
    parent = tree.parent()
    codes = []

    def one():
        codes.append(tree.add(parent).status)

    crowd = [threading.Thread(target=one) for _ in range(10)]
    for t in crowd:
        t.start()
    for t in crowd:
        t.join()
    assert sorted(codes) == [201] * 3 + [409] * 7
    assert tree.list(parent)["total"] == 3


def test_families_end_somewhere(tree):
    again = tree.workflow("Again", CONSENT)
    tree.workflow("Again", CONSENT, step_ubos(again), id=again)
    above = tree.parent(again)["session_id"]
    for _ in range(3):
        above = tree.made({"session_id": above})["subsession_id"]
    error(tree.add({"session_id": above}), 409)


def test_a_parent_that_has_ended_gets_none(tree, later):
    parent = tree.parent()
    tree.api.ask("PATCH", "/kyc/sessions/" + parent["session_id"],
                 {"status": "revoked"})
    error(tree.add(parent), 409)
    error(tree.api.ask("POST", path({"session_id": str(uuid.uuid4())}),
                       {"step_id": "step_ubos"}), 404)


def test_a_childs_life_is_its_own(tree, stack, tmp_path):
    parent = tree.parent(ttl_days=1)
    made = tree.made(parent)
    ahead = kit.Later(stack, tree.api.key, 3 * DAY * 1000, tmp_path)
    assert ahead.ask("GET", "/kyc/sessions/" + parent["session_id"]
                     ).json["data"]["status"] == "expired"
    assert ahead.ask("GET", "/kyc/sessions/" + made["subsession_id"]
                     ).json["data"]["status"] == "active"


def test_a_new_link_for_one(tree):
    parent = tree.parent()
    made = tree.made(parent)
    where = path(parent, "/%s/regenerate-link" % made["subsession_id"])
    data = beside("subsession_link", tree.api.ask("POST", where))
    assert data["access_token"] != made["access_token"]
    assert kit.Link(tree.api, made["access_token"]).get().status == 404
    assert kit.Link(tree.api, data["access_token"]).get().status == 200
    other = tree.parent()
    for wrong in (path(other, "/%s/regenerate-link" % made["subsession_id"]),
                  path(parent, "/%s/regenerate-link" % other["session_id"]),
                  path(parent, "/none/regenerate-link")):
        error(tree.api.ask("POST", wrong), 404)


def test_nobody_else_sees_them(tree, stack):
    parent = tree.parent()
    made = tree.made(parent)
    other = stack.tenant("Strangers Ltd")
    error(other.ask("GET", path(parent)), 404)
    error(other.ask("POST", path(parent), {"step_id": "step_ubos"}), 404)
    error(other.ask("POST", path(parent, "/%s/regenerate-link"
                                 % made["subsession_id"])), 404)


def test_one_is_deleted(tree):
    parent = tree.parent()
    made, stays = tree.made(parent), tree.made(parent, "Maria")
    where = path(parent, "/" + made["subsession_id"])
    for wrong in (path(tree.parent(), "/" + made["subsession_id"]),
                  path(parent, "/none")):
        error(tree.api.ask("DELETE", wrong), 404)
    data = beside("subsession_delete", tree.api.ask("DELETE", where))
    assert data == {"subsession_id": made["subsession_id"], "deleted": True}
    error(tree.api.ask("DELETE", where), 404)
    error(tree.api.ask("GET", "/kyc/sessions/" + made["subsession_id"]), 404)
    assert kit.Link(tree.api, made["access_token"]).get().status == 404
    data = tree.list(parent)
    assert [s["subsession_id"] for s in data["subsessions"]] == [
        stays["subsession_id"]]
    assert tree.show(parent["session_id"])["subsessions"]["total"] == 1


def test_a_deleted_parent_takes_them_along(tree):
    parent = tree.parent()
    made = tree.made(parent)
    answer = tree.api.ask("DELETE", "/kyc/sessions/" + parent["session_id"])
    beside("delete", answer)
    error(tree.api.ask("GET", "/kyc/sessions/" + made["subsession_id"]), 404)


# -- the customer -----------------------------------------------------------
def test_a_customer_adds_and_sees_them(tree):
    parent = tree.parent()
    link = kit.Link(tree.api, parent["access_token"])
    answer = link.post("/subsessions", {"step_id": "step_ubos",
                                        "label": "Maria Lopez - UBO"})
    made = beside("subsession_create", answer, 201)
    assert made["label"] == "Maria Lopez - UBO"
    data = beside("subsession_list", link.get("/subsessions"))
    assert data["total"] == 1 == data["pending"]
    assert data["subsessions"][0]["access_token"] == made["access_token"]
    assert link.get("/subsessions?step_id=other").json["data"]["total"] == 0
    child = kit.Link(tree.api, made["access_token"])
    assert child.get().json["data"]["session_id"] == made["subsession_id"]
    # what the customer did opened the session and began the step
    shown = tree.show(parent["session_id"])
    assert shown["opened_at"].endswith("Z")
    assert shown["steps_data"][1]["status"] == "in_progress"
    assert tree.show(made["subsession_id"])["opened_at"] is None


def test_whom_a_customer_names_is_invited(tree, stack):
    link = kit.Link(tree.api, tree.parent()["access_token"])
    made = link.post("/subsessions", {
        "step_id": "step_ubos", "label": "Owner Two",
        "email": "owner.two@example.org"}).json["data"]
    child = tree.show(made["subsession_id"])
    assert child["customer_email"] == "owner.two@example.org"
    assert child["customer_name"] == "Owner Two"
    rows = stack.sql("SELECT COUNT(*) FROM mail WHERE session_id = UNHEX('%s')"
                     % made["subsession_id"].replace("-", ""))
    assert rows == [["1"]]


@pytest.mark.parametrize("body, field", [
    ({"label": "x"}, "step_id"), ({"step_id": "step_ubos"}, "label"),
    ({"step_id": "step_ubos", "label": "x", "email": "x"}, "email"),
    ({"step_id": "step_consent", "label": "x"}, "step_id")])
def test_a_customers_mistake_is_named(tree, body, field):
    link = kit.Link(tree.api, tree.parent()["access_token"])
    error(link.post("/subsessions", body), 400, field)


def test_where_only_the_operator_adds(tree):
    alone = tree.workflow("Closed", CONSENT, step_ubos(
        tree.person, customer_may_create=False))
    parent = tree.parent(alone)
    link = kit.Link(tree.api, parent["access_token"])
    error(link.post("/subsessions", {"step_id": "step_ubos", "label": "x"}),
          403)
    tree.made(parent)
    assert link.get("/subsessions").json["data"]["total"] == 1


def test_whom_the_operator_adds_late_is_waited_for(tree, stack):
    early = tree.parent(tree.workflow("Early", CONSENT, step_ubos(
        tree.person, min=0), PERSON[2]))
    link = kit.Link(tree.api, early["access_token"])
    assert link.consent().status == 200
    assert link.complete("step_ubos").status == 200
    before = tree.show(early["session_id"])
    assert before["steps_data"][1]["status"] == "completed"
    tree.made(early)
    after = tree.show(early["session_id"])
    assert after["steps_data"][1]["status"] == "in_progress"
    assert after["version"] > before["version"]
    assert stack.sql("SELECT steps_done, step_current FROM session WHERE id ="
                     " UNHEX('%s')" % early["session_id"].replace("-", "")
                     ) == [["1", "1"]]
    error(link.complete("step_ubos"), 409)


def test_the_last_of_them_completes_the_parents_step(tree):
    parent = tree.parent()
    link = kit.Link(tree.api, parent["access_token"])
    first, second = tree.made(parent), tree.made(parent)

    def steps():
        shown = tree.show(parent["session_id"])
        return shown["status"], {s["step_id"]: s["status"]
                                 for s in shown["steps_data"]}

    kit.Link(tree.api, first["access_token"]).finish()
    assert link.post("/open").status == 200
    assert steps()[1]["step_ubos"] != "completed", "one is missing"
    kit.Link(tree.api, second["access_token"]).finish()
    assert steps() == ("active", {"step_consent": "pending",
                                  "step_ubos": "completed"})
    # and where it was the parent's last step, the parent is complete
    assert link.consent().status == 200
    assert tree.show(parent["session_id"])["completed_at"]


def test_the_last_of_them_may_complete_the_parent(tree):
    parent = tree.parent()
    child = tree.made(parent)
    assert kit.Link(tree.api, parent["access_token"]).consent().status == 200
    assert not tree.show(parent["session_id"])["completed_at"]
    kit.Link(tree.api, child["access_token"]).finish()
    after = tree.show(parent["session_id"])
    assert after["status"] != "active" and after["completed_at"]


def test_a_parent_that_nobody_opened_waits_for_its_customer(tree):
    parent = tree.parent()
    kit.Link(tree.api, tree.made(parent)["access_token"]).finish()
    link = kit.Link(tree.api, parent["access_token"])
    assert tree.show(parent["session_id"])["opened_at"] is None
    assert link.consent().status == 200
    assert link.complete("step_ubos").status == 200
    assert tree.show(parent["session_id"])["completed_at"]


def test_after_the_end_a_link_adds_none(tree):
    parent = tree.parent(tree.person)
    link = kit.Link(tree.api, parent["access_token"])
    link.finish()
    error(link.post("/subsessions", {"step_id": "step_document",
                                     "label": "x"}), 409)
    error(tree.add(parent), 409)
    parent = tree.parent()
    link = kit.Link(tree.api, parent["access_token"])
    tree.api.ask("PATCH", "/kyc/sessions/" + parent["session_id"],
                 {"status": "revoked"})
    for answer in (link.get("/subsessions"),
                   link.post("/subsessions", {"step_id": "step_ubos",
                                              "label": "x"})):
        error(answer, 410)
    error(kit.Link(tree.api, str(uuid.uuid4())).get("/subsessions"), 404)
