# SPDX-License-Identifier: GPL-3.0-or-later
"""klustr and OAuth2 by clients that mean harm, or are in a hurry."""
import base64
import uuid

import pytest

from kit import SECRETS

GRANT = b"grant_type=client_credentials"


@pytest.fixture(scope="module")
def client(stack, api):
    """The id and the secret of a service account."""
    made = stack.tool("client", "add", "--org", api.org, "--name", "a test's")
    account = [line.split("=")[1] for line in made.stdout.split()]
    SECRETS.add(account[1])
    return account


def basic(client):
    return {"Authorization": "Basic " +
            base64.b64encode(":".join(client).encode()).decode()}


def token(api, form, headers=None, path="/oauth2/token"):
    return api.send("POST", path, form, dict(
        {"Content-Type": "application/x-www-form-urlencoded"},
        **(headers or {})))


def refused(answer, status=400, word="invalid_request"):
    assert (answer.status, answer.json["error"]) == (status, word), answer
    return answer.json["error_description"]


@pytest.mark.parametrize("more", [
    b"&grant_type=client_credentials", b"&grant_type=password",
    b"&scope=ekyc.session.get&scope=ekyc.session.list"])
def test_a_parameter_is_given_once(api, client, more):
    assert "must be given once" in refused(token(api, GRANT + more,
                                                 basic(client)))


def test_what_is_empty_is_absent(api, client):
    answer = token(api, GRANT + b"&scope=&client_id=&client_secret=&scope=",
                   basic(client))
    assert answer.status == 200
    assert len(answer.json["scope"].split()) == 3
    assert refused(token(api, b"grant_type=", basic(client))) == \
        "grant_type is required"
    assert refused(token(api, b"token=", basic(client),
                         "/oauth2/introspect")) == "token is required"


def test_a_form_has_no_byte_of_zero(api, client):
    refused(token(api, GRANT + b"\0&grant_type=password", basic(client)))


def test_one_client_asks(api, client):
    named = GRANT + b"&client_id=%s"
    for same in (client[0], client[0].upper()):
        assert token(api, named % same.encode(),
                     basic(client)).status == 200
    refused(token(api, named % str(uuid.uuid4()).encode(), basic(client)))
    refused(token(api, named % client[0].encode() + b"&client_secret=" +
                  client[1].encode(), basic(client)))


def user(api, name):
    answer = api.ask("POST", "/api/v1/entities/", {
        "first_name": "Jane", "last_name": "Roe", "external_id": name,
        "date_of_birth": "1990-01-31"})
    assert answer.status == 201, answer


def begin(api, name):
    answer = api.ask("POST", "/ekyc/admin/%s/sessions" % name, {})
    assert answer.status == 200, answer
    return answer.json["id"]


def test_a_session_without_its_key_spoils_no_list(stack, api):
    """As after a restore of the tables from before its erasure."""
    for name in ("restored", "untouched"):
        user(api, name)
    gone, kept = begin(api, "restored"), begin(api, "restored")
    other = begin(api, "untouched")
    stack.sql("DELETE FROM vouchsafe_keys.session_key WHERE session_id ="
              " UNHEX('%s')" % gone.replace("-", ""))
    answer = api.ask("GET", "/ekyc/admin")
    assert answer.status == 200, answer
    found = {u["id"]: list(u["sessions"]) for u in answer.json}
    assert (found["restored"], found["untouched"]) == ([kept], [other])
    answer = api.ask("GET", "/ekyc/admin/restored/status")
    assert answer.json["total_sessions"] == 1
    answer = api.ask("GET", "/ekyc/admin/restored/sessions")
    assert list(answer.json["sessions"]) == [kept]


def test_a_blank_makes_another_user(api):
    """MariaDB's own way is to compare without the blanks at the end."""
    user(api, "bob")
    mine = begin(api, "bob")
    for other in ("bob%20", "bob%20%20", "%20bob", "BOB"):
        answer = api.ask("GET", "/ekyc/admin/%s/sessions" % other)
        assert answer.status == 404, answer
        answer = api.ask("POST", "/ekyc/admin/%s/sessions" % other, {})
        assert answer.status == 400, answer
    user(api, "bob ")
    assert begin(api, "bob%20") != mine
    answer = api.ask("GET", "/ekyc/admin/bob/sessions")
    assert list(answer.json["sessions"]) == [mine]
    answer = api.ask("POST", "/api/v1/entities/", {
        "first_name": "B", "last_name": "B", "external_id": "bob "})
    assert answer.status == 409
