# SPDX-License-Identifier: GPL-3.0-or-later
"""Links of sessions: made, made anew, given more time; drafts."""
import email
import email.policy
import threading
import time
from pathlib import Path

import pytest

import kit
from shape import beside, error

ANN = {"user_email": "ann.links@example.org", "user_name": "Ann Links"}
DAY = 86_400


@pytest.fixture(scope="module")
def api(stack):
    return stack.tenant("Links Ltd")


def create(api, **fields):
    return beside("create", api.ask("POST", "/kyc/sessions", fields), 201)


def draft(api, **fields):
    answer = api.ask("POST", "/kyc/sessions", dict(fields, draft=True))
    assert answer.status == 201, answer
    return answer.json["data"]


def path(session, more=""):
    return "/kyc/sessions/" + session["session_id"] + more


def show(api, session):
    return api.ask("GET", path(session)).json["data"]


def relink(api, session, body=None):
    return beside("link", api.ask("POST", path(session, "/generate-link"),
                                  body))


def follow(api, token):
    return kit.Link(api, token).get().status


def mails(stack, session):
    """What is queued or sent: generation and status."""
    return stack.sql("SELECT generation, status FROM mail WHERE session_id = "
                     "UNHEX('%s') ORDER BY id"
                     % session["session_id"].replace("-", ""))


# -- a new link -------------------------------------------------------------
def test_the_old_link_is_dead_at_once(api):
    made = create(api)
    tokens = [made["access_token"]]
    for _ in range(3):
        data = relink(api, made)
        assert data["link"].endswith("/public/sessions/" +
                                     data["access_token"])
        assert data["expires_at"] == made["expires_at"]
        assert [follow(api, t) for t in tokens] == [404] * len(tokens)
        assert follow(api, data["access_token"]) == 200
        tokens.append(data["access_token"])
    assert len(set(tokens)) == 4
    assert show(api, made)["access_token"] == tokens[-1]
    for answer in (kit.Link(api, tokens[0]).post("/open"),
                   kit.Link(api, tokens[0]).get("/qr")):
        assert answer.status == 404, answer


def test_a_page_that_is_open_is_replaced_too(api):
    made = create(api)
    link = kit.Link(api, made["access_token"])
    assert link.consent().status == 200
    new = kit.Link(api, relink(api, made)["access_token"])
    assert link.complete("step_selfie").status == 404
    steps = new.get().json["data"]["steps_data"]
    assert steps[0]["status"] == "completed"
    assert show(api, made)["status"] == "active"


def test_of_links_made_at_once_one_is_valid(api):
    made = create(api)
    tokens = []
    crowd = [threading.Thread(target=lambda: tokens.append(
        relink(api, made)["access_token"])) for _ in range(8)]
    for t in crowd:
        t.start()
    for t in crowd:
        t.join()
    valid = [t for t in tokens if follow(api, t) == 200]
    assert len(set(tokens)) == 8 and len(valid) == 1
    assert show(api, made)["access_token"] == valid[0]
    assert show(api, made)["version"] == 9


def test_other_protocols_links_die_too(api):
    session = api.create(customerName="Somebody Else")
    made = {"session_id": session["id"]}
    assert follow(api, session["token"]) == 200
    token = relink(api, made)["access_token"]
    assert follow(api, session["token"]) == 404
    assert follow(api, token) == 200
    assert show(api, made)["customer_name"] == "Somebody Else"


def test_no_link_where_it_would_lead_nowhere(api, later):
    made = create(api)
    ahead = later(8 * DAY * 1000)
    error(ahead.ask("POST", path(made, "/generate-link"), {}), 409)
    api.ask("PATCH", path(made), {"status": "revoked"})
    error(api.ask("POST", path(made, "/generate-link"), {}), 409)
    error(api.ask("POST", "/kyc/sessions/none/generate-link", {}), 404)


def test_secrets_are_not_plain_in_the_database(api, stack):
    made = create(api)
    token = relink(api, made)["access_token"]
    for column in ("sealed", "digest"):
        rows = stack.sql("SELECT COUNT(*) FROM link WHERE %s LIKE '%%%s%%'"
                         % (column, token))
        assert rows == [["0"]]


# -- mail -------------------------------------------------------------------
def test_an_invitation_goes_out_unless_it_shall_not(api, stack):
    made = create(api, metadata=ANN)
    assert [m[0] for m in mails(stack, made)] == ["1"]
    assert mails(stack, create(api, metadata=ANN, send_invitation=False)) == []
    assert mails(stack, create(api, metadata={"user_email": "x@example.org"})
                 ) == []
    inbox = Path(stack.env["VOUCHSAFE_MAIL"])

    def arrived():
        for file in inbox.glob("new/*"):
            text = email.message_from_bytes(
                file.read_bytes(), policy=email.policy.default)
            body = text.get_body(("plain",)).get_content()
            if made["access_link"] in body:
                return text
        return None

    assert ANN["user_email"] in kit.wait_until(arrived, 20,
                                               "no invitation")["To"]


def test_a_new_link_is_mailed_on_demand_only(api, stack):
    made = create(api, metadata=ANN, send_invitation=False)
    relink(api, made)
    assert mails(stack, made) == []
    relink(api, made, {"send_invitation": True})
    assert [m[0] for m in mails(stack, made)] == ["3"]
    nobody = create(api)
    error(api.ask("POST", path(nobody, "/generate-link"),
                  {"send_invitation": True}), 400, "send_invitation")


def test_who_has_finished_is_not_invited(api, stack):
    made = create(api, metadata=ANN, send_invitation=False)
    link = kit.Link(api, made["access_token"])
    link.finish()
    answer = api.ask("POST", path(made, "/generate-link"),
                     {"send_invitation": True})
    assert "finished" in error(answer, 409)["message"]
    # nothing happened: the old link is still the one
    assert follow(api, made["access_token"]) == 200
    assert follow(api, relink(api, made)["access_token"]) == 200
    assert mails(stack, made) == []


# -- drafts -----------------------------------------------------------------
def test_a_draft_has_no_link_until_one_is_made(api, stack):
    made = draft(api, metadata=ANN)
    assert made["status"] == "draft"
    assert made["access_token"] is None and made["access_link"] is None
    assert made["compliance_status"] == "incomplete"
    assert mails(stack, made) == []
    data = relink(api, made)
    assert follow(api, data["access_token"]) == 200
    assert show(api, made)["status"] == "active"
    # the first link invites
    assert [m[0] for m in mails(stack, made)] == ["1"]
    quiet = draft(api, metadata=ANN)
    relink(api, quiet, {"send_invitation": False})
    assert mails(stack, quiet) == []


def test_a_draft_is_changed_extended_and_revoked(api, later):
    made = draft(api, ttl_days=1)
    assert api.ask("PATCH", path(made), {"priority": "low"}).status == 200
    answer = api.ask("POST", path(made, "/extend"), {"extend_days": 2})
    data = answer.json["data"]
    assert data["access_token"] is None and data["link"] is None
    assert data["expires_at"] == made["expires_at"] + 2 * DAY
    assert later(4 * DAY * 1000).ask("GET", path(made)
                                     ).json["data"]["status"] == "expired"
    data = beside("update", api.ask("PATCH", path(made),
                                    {"status": "revoked"}))
    assert data["status"] == "revoked"


# -- more time --------------------------------------------------------------
def test_more_time_keeps_the_link(api):
    made = create(api, ttl_days=3)
    data = beside("link", api.ask("POST", path(made, "/extend"), {
        "extend_days": 7,
        "comment": "Allow customer to complete requested corrections"}))
    assert data["access_token"] == made["access_token"]
    assert data["link"] == made["access_link"]
    assert data["expires_at"] == made["expires_at"] + 7 * DAY
    note, = show(api, made)["notes"]
    assert note["action"] == "extend"
    assert note["text"] == "Allow customer to complete requested corrections"


def test_time_counts_from_now_where_it_is_past(api, later):
    made = create(api, ttl_days=1)
    kit.Link(api, made["access_token"]).post("/open")
    ahead = later(5 * DAY * 1000)
    answer = ahead.ask("POST", path(made, "/extend"), {"extend_days": 7})
    data = beside("link", answer)
    assert abs(data["expires_at"] - (time.time() + 12 * DAY)) < 60
    assert data["access_token"] == made["access_token"]
    assert show(api, made)["status"] == "active"
    assert follow(api, made["access_token"]) == 200


def test_a_jwt_lives_as_long_as_its_session(api, later):
    session = api.create(customerName="Jay Dubya", expiresInMs=60_000)
    made = {"session_id": session["id"]}
    answer = api.ask("POST", path(made, "/extend"), {"extend_days": 1})
    assert answer.status == 200, answer
    ahead = later(kit.HOUR)
    assert ahead.ask("GET", "/public/sessions/" + session["token"]
                     ).status == 200


def test_a_finished_one_is_extended_too(api):
    made = create(api)
    kit.Link(api, made["access_token"]).finish()
    data = beside("link", api.ask("POST", path(made, "/extend"),
                                  {"extend_days": 90}))
    assert data["expires_at"] == made["expires_at"] + 90 * DAY
    assert show(api, made)["status"] != "active"


def test_a_revoked_one_is_not(api, stack):
    made = create(api)
    api.ask("PATCH", path(made), {"status": "revoked"})
    error(api.ask("POST", path(made, "/extend"), {"extend_days": 1}), 409)
    failed = create(api)
    stack.sql("UPDATE session SET state = 14, due_at = NULL, prior_state = 3 "
              "WHERE id = UNHEX('%s')" % failed["session_id"].replace("-", ""))
    error(api.ask("POST", path(failed, "/extend"), {"extend_days": 1}), 409)


@pytest.mark.parametrize("body, field", [
    ({}, "extend_days"), ({"extend_days": 0}, "extend_days"),
    ({"extend_days": 91}, "extend_days"), ({"extend_days": 1.5},
                                           "extend_days"),
    ({"extend_days": 1, "comment": "x" * 4001}, "comment"),
    ({"extend_days": 1, "comment": 7}, "comment")])
def test_what_is_wrong_is_named(api, body, field):
    error(api.ask("POST", path(create(api), "/extend"), body), 400, field)


def test_what_was_done_is_in_the_audit(api, stack):
    made = draft(api)
    relink(api, made)
    relink(api, made)
    api.ask("POST", path(made, "/extend"), {"extend_days": 1})
    rows = stack.sql("SELECT verb FROM audit WHERE session_id = UNHEX('%s') "
                     "ORDER BY id" % made["session_id"].replace("-", ""))
    # made, issued, made anew, extended
    assert [r[0] for r in rows] == ["1", "9", "10", "11"]
