# SPDX-License-Identifier: GPL-3.0-or-later
"""Every route against every key: made from the route tables themselves."""
import re
import uuid

import pytest

from kit import Link, SECRETS
from test_openapi import routes  # noqa: F401, a fixture

PERMISSIONS = ["kyc:create", "kyc:read", "kyc:update", "kyc:delete",
               "kyc:review", "kyc:export", "tenant:manage",
               "ekyc.session.list", "ekyc.session.get",
               "ekyc.session.create"]
# What a permission brings along: a key that reads sessions reads them by
# every protocol.
BRINGS = {"kyc:read": {"ekyc.session.list", "ekyc.session.get"},
          "kyc:create": {"ekyc.session.create"}}

# What stands for a part of a path: a thing of the tenant, by the word before
# the part; None: nothing to find there.
PARTS = {
    "sessions": "session", "kyc-sessions": "session", "documents": "document",
    "subsessions": "subsession", "entities": "entity", "api-keys": "key",
    "workflows": "workflow", "webhooks": "webhook",
    "deliveries": "delivery", "notification-channels": "channel",
}
# verilock puts a word before the id of a session.
LEADS = {"/api/v1/sessions/": "ses_"}
UNKNOWN = {"document": "doc_" + "0" * 32, "webhook": "wh_" + "0" * 32,
           "delivery": "del_" + "0" * 32, "channel": "ch_" + "0" * 32}


def data(answer, status=201):
    assert answer.status == status, answer
    return answer.json["data"]


def brings(permission):
    return {permission} | BRINGS.get(permission, set())


class Tenant:
    """An organisation with one of each thing, and a key of each kind."""

    def __init__(self, stack, name, mode):
        self.org = stack.add_org(name)
        self.all = stack.live.with_key(
            stack.add_key(self.org, "--mode", mode))
        self.things = {}
        self.make()
        self.only = {}
        self.without = {}
        for permission in PERMISSIONS:
            self.only[permission] = self.grant([permission])
            self.without[permission] = self.grant(
                [p for p in PERMISSIONS if permission not in brings(p)])

    def grant(self, permissions):
        made = data(self.all.ask("POST", "/kyc/api-keys", {
            "name": "one of the matrix", "permissions": permissions}))
        SECRETS.add(made["api_key"])
        self.things["key"] = made["api_key_id"]
        return self.all.with_key(made["api_key"])

    def make(self):
        things, ask = self.things, self.all.ask
        session = data(ask("POST", "/kyc/sessions", {}))
        things["session"] = session["session_id"]
        Link(self.all, session["access_token"]).finish()
        detail = data(ask("GET", "/kyc/sessions/" + things["session"]), 200)
        things["document"] = [d["doc_id"] for s in detail["steps_data"]
                              for d in s.get("documents", [])][0]
        things["entity"] = data(ask("POST", "/kyc/entities", {
            "first_name": "Matrix"}))["entity_id"]
        things["workflow"] = data(ask(
            "POST", "/kyc/workflows/from-template/basic-kyc"))["workflow_id"]
        company = data(ask("POST",
                           "/kyc/workflows/from-template/company-kyc"))
        parent = data(ask("POST", "/kyc/sessions", {
            "workflow_id": company["workflow_id"]}))["session_id"]
        things["subsession"] = data(ask(
            "POST", "/kyc/sessions/%s/subsessions" % parent,
            {"step_id": "step_ubos", "label": "One"}))["subsession_id"]
        things["parent"] = parent


@pytest.fixture(scope="module")
def tenants(stack):
    return {"ours": Tenant(stack, "Matrix Ltd", "live"),
            "theirs": Tenant(stack, "Mirror Ltd", "live")}


def fill(path, things):
    """The path with what it is about put in; names of things besides."""
    used = []

    def part(match):
        before = match.group(1)
        name = PARTS.get(before)
        if before == "subsessions":
            used.append("subsession")
        if name is None or name not in things:
            return before + "/" + str(uuid.uuid4())
        used.append(name)
        return before + "/" + things[name]

    full = re.sub(r"([\w-]+)/\{\w+\}", part, path)
    for start, lead in LEADS.items():
        if path.startswith(start + "{"):
            full = start + lead + full[len(start):]
    if "subsession" in used and "parent" in things:
        full = full.replace(things["session"], things["parent"])
    return full, used


def unknown(path):
    things = {name: UNKNOWN.get(name, str(uuid.uuid4()))
              for name in set(PARTS.values())}
    return fill(path, things)[0]


def keyed(routes):  # noqa: F811
    return [r for r in routes if r["auth"] == "key"]


def ask(client, route, path, **more):
    body = None if route["method"] in ("GET", "DELETE") else {}
    return client.ask(route["method"], path, body, **more)


def test_no_route_without_a_key(stack, tenants, routes):  # noqa: F811
    ours = tenants["ours"]
    bad = ours.all.with_key("vs_live_" + "0" * 36)
    for route in keyed(routes):
        path, _ = fill(route["path"], ours.things)
        for client in (stack.live.with_key(None), bad):
            answer = ask(client, route, path)
            assert answer.status == 401, (route, answer)
            assert answer.headers["WWW-Authenticate"], route


def test_each_permission_opens_its_routes_alone(tenants, routes):  # noqa: F811
    ours = tenants["ours"]
    for route in keyed(routes):
        enough = route["permission"].split("|")
        path, _ = fill(route["path"], ours.things)
        for permission in PERMISSIONS:
            if brings(permission) & set(enough):
                continue
            answer = ask(ours.only[permission], route, path)
            assert answer.status == 403, (route, permission, answer)
        if len(enough) == 1:
            answer = ask(ours.without[enough[0]], route, path)
            assert answer.status == 403, (route, answer)


def test_a_person_is_no_key(stack, tenants, routes):  # noqa: F811
    person = [r for r in routes if r["auth"] == "person"]
    assert person
    for route in person:
        answer = ask(tenants["ours"].all, route, route["path"])
        assert answer.status == 403, (route, answer)
        answer = ask(stack.live.with_key(None), route, route["path"])
        assert answer.status == 401, (route, answer)


def test_the_permission_is_enough(tenants, routes):  # noqa: F811
    """With a body of nothing most say what is missing; none says 403."""
    ours = tenants["ours"]
    for route in keyed(routes):
        if route["method"] == "DELETE":
            continue
        path = unknown(route["path"])
        for permission in route["permission"].split("|"):
            answer = ask(ours.only[permission], route, path)
            assert answer.status not in (401, 403, 500), (route, answer)


@pytest.mark.parametrize("change, needed", [
    ({"status": "approved"}, "kyc:review"),
    ({"status": "revoked"}, "kyc:update"), ({"priority": "low"}, "kyc:update"),
    ({"notes": "x"}, "kyc:update"), ({"metadata": {}}, "kyc:update"),
    ({"assigned_to": "somebody"}, "kyc:update"),
    ({"legal_hold": True}, "tenant:manage")])
def test_each_change_of_a_session_needs_its_own(tenants, change, needed):
    ours = tenants["ours"]
    path = "/kyc/sessions/" + ours.things["parent"]
    for permission in ("kyc:update", "kyc:review", "tenant:manage"):
        answer = ours.only[permission].ask("PATCH", path, change)
        if permission == needed:
            assert answer.status in (200, 409), (permission, answer)
        elif not (needed == "kyc:update" and permission == "kyc:review" and
                  "notes" in change):
            assert answer.status == 403, (permission, answer)


@pytest.mark.parametrize("who", ["another organisation", "the other mode"])
def test_what_is_not_ours_does_not_exist(stack, tenants, routes,  # noqa: F811
                                         who):
    """The same answer for somebody else's thing as for no thing at all."""
    ours = tenants["ours"]
    if who == "the other mode":
        stranger = stack.live.with_key(
            stack.add_key(ours.org, "--mode", "test"))
    else:
        stranger = tenants["theirs"].all
    tried = 0
    for route in keyed(routes):
        path, used = fill(route["path"], ours.things)
        if not used:
            continue
        tried += 1
        seen = ask(stranger, route, path)
        nothing = ask(stranger, route, unknown(route["path"]))
        assert seen.status == nothing.status, (route, seen, nothing)
        assert seen.status in (400, 404), (route, seen)
        plain = re.compile(rb'"request_id":"[^"]*"|"timestamp":"[^"]*"|'
                           rb'"path":"[^"]*"')
        assert plain.sub(b"", seen.body) == plain.sub(b"", nothing.body), route
    assert tried > 10
    # and nothing was changed by trying
    assert data(ours.all.ask(
        "GET", "/kyc/sessions/" + ours.things["session"]), 200)


def test_lists_hold_only_ones_own(tenants, routes):  # noqa: F811
    ours, theirs = tenants["ours"], tenants["theirs"]
    for route in keyed(routes):
        if route["method"] != "GET" or "{" in route["path"]:
            continue
        body = theirs.all.ask("GET", route["path"]).body.decode()
        for name, thing in ours.things.items():
            assert thing not in body, (route, name)
