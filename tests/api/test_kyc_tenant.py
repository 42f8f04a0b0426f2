# SPDX-License-Identifier: GPL-3.0-or-later
"""A tenant's own settings and its API keys."""
import time
import uuid

import pytest

from kit import SECRETS
from test_kyc_entities import ISO, error

ALL = ["kyc:create", "kyc:read", "kyc:update", "kyc:delete", "kyc:review",
       "kyc:export", "tenant:manage"]


@pytest.fixture(scope="module")
def api(stack):
    return stack.tenant("Settings Ltd")


def grant(api, **fields):
    answer = api.ask("POST", "/kyc/api-keys", dict(
        {"name": "a test's", "permissions": ALL}, **fields))
    assert answer.status == 201, answer
    SECRETS.add(answer.json["data"]["api_key"])
    return answer.json["data"]


def test_the_tenant_is_shown(api):
    data = api.ask("GET", "/kyc/tenants/me").json["data"]
    assert data["tenant_id"] == api.org and data["name"] == "Settings Ltd"
    assert data["mode"] == "live" and data["locale"] == "en"
    assert uuid.UUID(data["default_workflow_id"])
    assert ISO.match(data["created_at"])


def test_settings_change_and_are_checked(api, stack):
    own = stack.tenant("Before Ltd")
    answer = own.ask("PATCH", "/kyc/tenants/me", {"name": "After Ltd",
                                                  "locale": "ar"})
    assert answer.status == 200, answer
    assert answer.json["data"]["name"] == "After Ltd"
    data = own.ask("GET", "/kyc/tenants/me").json["data"]
    assert (data["name"], data["locale"]) == ("After Ltd", "ar")
    error(own.ask("PATCH", "/kyc/tenants/me", {"locale": "../x"}), 400,
          "locale")
    error(own.ask("PATCH", "/kyc/tenants/me", {"name": ""}), 400, "name")
    error(own.ask("PATCH", "/kyc/tenants/me",
                  {"default_workflow_id": str(uuid.uuid4())}), 400,
          "default_workflow_id")
    theirs = api.ask("GET", "/kyc/tenants/me"
                     ).json["data"]["default_workflow_id"]
    error(own.ask("PATCH", "/kyc/tenants/me",
                  {"default_workflow_id": theirs}), 400,
          "default_workflow_id")


def test_test_mode_does_not_touch_what_live_customers_see(api, stack):
    test = api.with_key(stack.add_key(api.org, "--mode", "test"))
    for change in ({"name": "Trial Ltd"}, {"locale": "ar"}):
        error(test.ask("PATCH", "/kyc/tenants/me", change), 403)
    data = api.ask("GET", "/kyc/tenants/me").json["data"]
    assert (data["name"], data["locale"]) == ("Settings Ltd", "en")
    own = test.ask("GET", "/kyc/tenants/me").json["data"]
    assert own["mode"] == "test"
    assert test.ask("PATCH", "/kyc/tenants/me", {
        "default_workflow_id": own["default_workflow_id"]}).status == 200


def test_a_key_works_until_it_is_revoked(api):
    made = grant(api, permissions=["kyc:read"])
    assert made["permissions"] == ["kyc:read"] and made["mode"] == "live"
    assert made["revoked_at"] is None and made["expires_at"] is None
    client = api.with_key(made["api_key"])
    assert client.ask("GET", "/kyc/tenants/me").status == 200
    error(client.ask("GET", "/kyc/api-keys"), 403)
    gone = api.ask("DELETE", "/kyc/api-keys/" + made["api_key_id"])
    assert gone.json["data"] == {"api_key_id": made["api_key_id"],
                                 "revoked": True}
    error(client.ask("GET", "/kyc/tenants/me"), 401)
    assert api.ask("DELETE", "/kyc/api-keys/" + made["api_key_id"]
                   ).status == 200


def test_a_key_is_shown_once(api):
    made = grant(api)
    listed = api.ask("GET", "/kyc/api-keys")
    assert made["api_key"] not in listed.body.decode()
    rows = [k for k in listed.json["data"]["api_keys"]
            if k["api_key_id"] == made["api_key_id"]]
    assert len(rows) == 1 and "api_key" not in rows[0]
    assert rows[0]["permissions"] == ALL


def test_nobody_grants_what_he_lacks(api):
    manager = api.with_key(grant(
        api, permissions=["tenant:manage", "kyc:read"])["api_key"])
    body = error(manager.ask("POST", "/kyc/api-keys", {
        "name": "more", "permissions": ["kyc:read", "kyc:delete"]}), 403)
    assert "kyc:delete" in body["message"]
    assert grant(manager, permissions=["kyc:read"])


@pytest.mark.parametrize("change, field", [
    ({"name": None}, "name"), ({"name": ""}, "name"),
    ({"permissions": None}, "permissions"),
    ({"permissions": []}, "permissions"),
    ({"permissions": "kyc:read"}, "permissions"),
    ({"permissions": ["kyc:read", "root"]}, "permissions[1]"),
    ({"permissions": [7]}, "permissions[0]"),
    ({"expires_at": "2001-01-01T00:00:00Z"}, "expires_at"),
    ({"expires_at": "tomorrow"}, "expires_at")])
def test_wrong_keys_are_named(api, change, field):
    error(api.ask("POST", "/kyc/api-keys", dict(
        {"name": "x", "permissions": ["kyc:read"]}, **change)), 400, field)


def test_an_expiry_is_kept(api):
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
    assert grant(api, expires_at=at)["expires_at"] == at


def test_keys_of_others_are_nobody(api, stack):
    other = stack.tenant("Other Keys Ltd")
    made = grant(api)
    error(other.ask("DELETE", "/kyc/api-keys/" + made["api_key_id"]), 404)
    assert made["api_key_id"] not in other.ask(
        "GET", "/kyc/api-keys").body.decode()
    error(api.ask("DELETE", "/kyc/api-keys/nonsense"), 404)


def test_test_keys_make_test_keys(stack):
    org = stack.add_org("Modes Ltd")
    test = stack.live.with_key(stack.add_key(org, "--mode", "test"))
    made = grant(test)
    assert made["mode"] == "test" and made["api_key"].startswith("vs_test_")
