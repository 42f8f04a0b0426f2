# SPDX-License-Identifier: GPL-3.0-or-later
"""Retention: each class of data goes when its days are over."""
import subprocess

import pytest

import kit
from test_erasure import objects, quoted
from test_kyc_entities import error

DAY = 86_400_000


@pytest.fixture(scope="module")
def api(stack):
    return stack.tenant("Retention Ltd")


@pytest.fixture
def upkeep(stack, tmp_path):
    """Runs what is due with the clock so many days ahead."""
    def run(days):
        conf = tmp_path / "ahead.conf"
        conf.write_text(stack.conf.read_text().replace(
            "[service]", "[service]\nclock_offset_ms = %d" % (days * DAY), 1))
        conf.chmod(0o600)
        done = subprocess.run([stack.bin / "vouchsafe-jobs", "--conf", conf,
                               "--once"], capture_output=True, timeout=60)
        assert done.returncode == 0 and b"Sanitizer" not in done.stderr
    return run


def keep(api, **days):
    answer = api.ask("PATCH", "/kyc/tenants/me", {"retention": days})
    assert answer.status == 200, answer
    return answer.json["data"]["retention"]


def ended(api, stack, state=10):
    """A session with an end: decided now."""
    session = api.create(customerName="Rita Retain")
    kit.Link(api, session["token"]).finish()
    kit.wait_until(lambda: stack.sql(
        "SELECT COUNT(*) FROM session WHERE id = %s AND state IN (7, 8)"
        % quoted(session)) == [["1"]], 20, "the checks have not ended")
    stack.sql("UPDATE session SET state = %d, decided_at = %d WHERE id = %s"
              % (state, kit.now_ms(), quoted(session)))
    return session


def types(stack, session):
    return [r[0] for r in stack.sql("SELECT type FROM document WHERE "
                                    "session_id = %s ORDER BY 1"
                                    % quoted(session))]


def portraits(stack, session):
    return int(stack.sql("SELECT COUNT(*) FROM document_portrait WHERE "
                         "session_id = %s" % quoted(session))[0][0])


def test_settings_are_shown_and_checked(api):
    shown = api.ask("GET", "/kyc/tenants/me").json["data"]["retention"]
    assert shown == {"documents_days": 0, "biometrics_days": 0,
                     "sessions_days": 0}
    assert keep(api, documents_days=30) == dict(shown, documents_days=30)
    assert keep(api, sessions_days=90) == dict(shown, documents_days=30,
                                               sessions_days=90)
    assert keep(api, documents_days=0, sessions_days=0) == shown
    for wrong in (-1, 3651, "x", 1.5):
        error(api.ask("PATCH", "/kyc/tenants/me",
                      {"retention": {"documents_days": wrong}}), 400,
              "retention.documents_days")


def test_each_class_goes_in_its_time(api, stack, upkeep):
    keep(api, documents_days=10, biometrics_days=2, sessions_days=20)
    session, going_on = ended(api, stack), api.create()
    kit.Link(api, going_on["token"]).consent()
    stack.sql("INSERT INTO document_portrait SELECT tenant_id, session_id, "
              "id, 'sealed', 0 FROM document WHERE session_id = %s AND "
              "type = 1" % quoted(session))
    upkeep(1)
    assert types(stack, session) == ["1", "2"]
    assert portraits(stack, session) == 1
    upkeep(3)
    assert types(stack, session) == ["1"], "the selfie alone is due"
    assert portraits(stack, session) == 0, "a face cut out is one as well"
    upkeep(11)
    assert types(stack, session) == []
    assert api.show(session)["id"] == session["id"]
    verbs = [r[0] for r in stack.sql(
        "SELECT verb FROM audit WHERE session_id = %s AND actor = 3"
        % quoted(session))]
    assert verbs.count("21") == 2, "each erasure is on record"
    upkeep(21)
    assert api.ask("GET", "/kyc-sessions/" + session["id"]).status == 404
    assert objects(stack, session) == []


def test_a_session_that_goes_on_is_not_touched(api, stack, upkeep):
    keep(api, documents_days=1, biometrics_days=1, sessions_days=1)
    session = api.create()
    kit.Link(api, session["token"]).finish()
    kit.wait_until(lambda: stack.sql(
        "SELECT state FROM session WHERE id = %s" % quoted(session)) ==
        [["8"]], 20, "no review")
    upkeep(1000)
    assert types(stack, session) == ["1", "2"]


def test_an_expired_session_ends_with_its_link(api, stack, upkeep):
    keep(api, documents_days=0, biometrics_days=0, sessions_days=5)
    session = api.create(expiresInMs=2 * DAY)
    upkeep(6)
    assert api.ask("GET", "/kyc-sessions/" + session["id"]).status == 200
    upkeep(8)
    assert api.ask("GET", "/kyc-sessions/" + session["id"]).status == 404


def test_a_hold_stops_the_days(api, stack, upkeep):
    keep(api, documents_days=1, biometrics_days=1, sessions_days=1)
    session = ended(api, stack)
    stack.tool("session", "hold", session["id"], "--org", api.org)
    upkeep(30)
    assert types(stack, session) == ["1", "2"]
    stack.tool("session", "release", session["id"], "--org", api.org)
    upkeep(30)
    assert api.ask("GET", "/kyc-sessions/" + session["id"]).status == 404


def test_a_hold_stops_the_days_of_subsessions(api, stack, upkeep):
    keep(api, documents_days=1, biometrics_days=1, sessions_days=0)
    parent, child = api.create(), ended(api, stack)
    stack.sql("UPDATE session SET parent_id = %s WHERE id = %s"
              % (quoted(parent), quoted(child)))
    stack.tool("session", "hold", parent["id"], "--org", api.org)
    upkeep(30)
    assert types(stack, child) == ["1", "2"]
    stack.tool("session", "release", parent["id"], "--org", api.org)
    upkeep(30)
    assert types(stack, child) == []


def test_another_tenants_sessions_stay(api, stack, upkeep):
    keep(api, documents_days=1, biometrics_days=1, sessions_days=1)
    other = stack.tenant("Keeps All Ltd")
    session = ended(other, stack)
    upkeep(3000)
    assert types(stack, session) == ["1", "2"]
    assert other.show(session)["id"] == session["id"]
