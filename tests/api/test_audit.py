# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit trail: who, what, when, from where; and that it stays so."""
import subprocess
import threading
import urllib.parse
import uuid

import pytest

import kit
from test_erasure import erase, quoted
from test_kyc_entities import ISO, error


def audit(api, **params):
    answer = api.ask("GET", "/kyc/audit?" + urllib.parse.urlencode(params))
    assert answer.status == 200, answer
    return answer.json["data"]


def tenant_of(stack, api, live=1):
    return "UNHEX('%s')" % stack.sql(
        "SELECT HEX(id) FROM tenant WHERE live = %d AND organisation_id ="
        " UNHEX(REPLACE('%s', '-', ''))" % (live, api.org))[0][0]


def chained(stack, api):
    """Waits until nothing is left to chain; the tenant."""
    tenant = tenant_of(stack, api)
    kit.wait_until(lambda: stack.sql(
        "SELECT COUNT(*) FROM audit WHERE tail = 1 AND tenant_id = %s"
        % tenant) == [["0"]], 10, "rows are not chained")
    return tenant


def verify(stack, api, *words):
    return stack.tool("audit", "verify", "--org", api.org, *words,
                      check=False)


@pytest.fixture
def own(stack):
    """A tenant with a chain that a test may spoil."""
    client = stack.tenant("Audit Ltd")
    client.sessions = [client.create() for _ in range(4)]
    client.tenant = chained(stack, client)
    # what making the tenant itself has recorded comes before
    client.base = int(stack.sql("SELECT COUNT(*) FROM audit_chain WHERE "
                                "tenant_id = %s" % client.tenant)[0][0]) - 4
    assert client.base in (0, 1)
    told = verify(stack, client)
    assert told.returncode == 0, told.stdout
    assert counted(client, 4) in told.stdout
    return client


def counted(own, n):
    return "\n  %d rows chained, all as written" % (own.base + n)


def row(stack, own, seq):
    """HEX of the audit row's id."""
    return stack.sql("SELECT HEX(audit_id) FROM audit_chain WHERE tenant_id ="
                     " %s AND seq = %d" % (own.tenant, own.base + seq))[0][0]


def named(told, hex_id):
    return str(uuid.UUID(hex_id)) in told.stdout


# -- the list ---------------------------------------------------------------
def test_a_row_is_whole(stack):
    api = stack.tenant("Rows Ltd")
    session = api.create()
    chained(stack, api)
    data = audit(api)
    assert set(data) == {"audit", "next_key"} and data["next_key"] is None
    made = data["audit"][0]
    assert set(made) == {"id", "seq", "at", "actor", "action", "session_id",
                         "object_id", "from", "to", "ip"}
    assert uuid.UUID(made["id"]) and made["seq"] == len(data["audit"])
    assert ISO.match(made["at"])
    assert made["actor"]["type"] == "api_key"
    assert made["actor"]["name"] == "a test's"
    assert uuid.UUID(made["actor"]["id"])
    assert made["action"] == "session_created"
    assert made["session_id"] == session["id"]
    assert made["object_id"] is None
    assert (made["from"], made["to"]) == (None, "invited")
    assert made["ip"] == "127.0.0.1"


def test_actors_have_their_names(api):
    session = api.create()
    link = kit.Link(api, session["token"])
    link.finish()
    kit.wait_until(lambda: len(audit(api, session_id=session["id"])["audit"])
                   >= 8, 15, "the checks have not ended")
    rows = audit(api, session_id=session["id"])["audit"]
    types = {r["action"]: r["actor"]["type"] for r in rows}
    assert types["session_created"] == "api_key"
    assert types["document_uploaded"] == "customer"
    assert types["processing_ended"] == "system"
    assert {r["session_id"] for r in rows} == {session["id"]}


def test_pages_and_filters(stack):
    api = stack.tenant("Pages Ltd")
    before = len(audit(api)["audit"])
    sessions = [api.create() for _ in range(5)]
    kit.Link(api, sessions[0]["token"]).post("/open")
    seen, key = [], None
    while True:
        data = audit(api, limit=2, **({"next_key": key} if key else {}))
        seen += data["audit"]
        key = data["next_key"]
        if not key:
            break
        assert len(data["audit"]) == 2
    assert len(seen) == before + 6 == len({r["id"] for r in seen})
    assert [r["id"] for r in seen] == sorted((r["id"] for r in seen),
                                             reverse=True)
    assert seen[0]["action"] == "session_opened"
    opened = audit(api, action="session_opened")["audit"]
    assert [r["session_id"] for r in opened] == [sessions[0]["id"]]
    mine = audit(api, actor=seen[1]["actor"]["id"])["audit"]
    assert len(mine) == 5
    both = audit(api, session_id=sessions[0]["id"], action="session_created")
    assert len(both["audit"]) == 1
    assert audit(api, to="2020-01-01T00:00:00Z")["audit"] == []
    assert audit(api, **{"from": "2090-01-01T00:00:00Z"})["audit"] == []
    assert len(audit(api, **{"from": "2020-01-01"})["audit"]) == before + 6
    assert audit(api, session_id=str(uuid.uuid4()))["audit"] == []


def test_wrong_parameters_and_keys(api, stack):
    for params, field in (({"action": "x"}, "action"),
                          ({"limit": 101}, "limit"),
                          ({"session_id": "x"}, "session_id"),
                          ({"from": "x"}, "from"),
                          ({"next_key": "AAAA"}, "next_key")):
        error(api.ask("GET", "/kyc/audit?" + urllib.parse.urlencode(params)),
              400, field)
    key = stack.add_key(api.org, "--permissions", "kyc:read,tenant:manage")
    assert api.with_key(key).ask("GET", "/kyc/audit").status == 403
    ours = api.create()["id"]
    assert audit(stack.live, session_id=ours)["audit"] == []


def test_a_viewed_document_is_named(api):
    link = kit.Link(api, (session := api.create())["token"])
    doc = link.upload(kit.passport(), kit.jpeg()).json["data"]["doc_id"]
    url = api.ask("GET", "/kyc/sessions/%s/documents/%s/url"
                  % (session["id"], doc)).json["data"]["presigned_url"]
    api.ask("GET", urllib.parse.urlsplit(url).path, key=False)
    (view,) = audit(api, session_id=session["id"],
                    action="document_viewed")["audit"]
    assert view["object_id"] == doc and view["actor"]["type"] == "api_key"


# -- the chain ----------------------------------------------------------------
def test_rows_are_chained_within_seconds_and_once(stack):
    api = stack.tenant("Parallel Ltd")
    rows = 60 + len(audit(api)["audit"])
    threads = [threading.Thread(target=lambda: [api.create()
                                                for _ in range(15)])
               for _ in range(4)]
    for t in threads:
        t.start()
    # other hosts' jobs, at the same time
    hosts = [subprocess.Popen([stack.bin / "vouchsafe-jobs", "--conf",
                               stack.conf, "--once"]) for _ in range(3)]
    assert [h.wait(60) for h in hosts] == [0] * 3
    for t in threads:
        t.join()
    tenant = chained(stack, api)
    assert stack.sql("SELECT COUNT(*), MIN(seq), MAX(seq), COUNT(DISTINCT "
                     "audit_id) FROM audit_chain WHERE tenant_id = %s"
                     % tenant) == [[str(rows), "1", str(rows), str(rows)]]
    told = verify(stack, api, "--mode", "live")
    assert told.returncode == 0 and "%d rows chained" % rows in told.stdout


def test_a_row_that_was_committed_late_is_chained(stack, own):
    stack.sql("INSERT INTO audit (tenant_id, id, actor, verb, salt, "
              "created_at) VALUES (%s, UNHEX('01900000000070008000000000000001"
              "'), 4, 35, RANDOM_BYTES(16), 1)" % own.tenant)
    chained(stack, own)
    told = verify(stack, own)
    assert told.returncode == 0 and counted(own, 5) in told.stdout
    assert row(stack, own, 5).startswith("0190000000007")


@pytest.mark.parametrize("change", [
    "verb = 16", "actor = 4", "actor_id = NULL", "created_at = created_at - 1",
    "session_id = RANDOM_BYTES(16)", "object_id = RANDOM_BYTES(16)",
    "from_state = 1", "to_state = 10", "remote_addr = '192.0.2.1'",
    "salt = RANDOM_BYTES(16)", "addr_digest = RANDOM_BYTES(32)"])
def test_a_changed_row_is_named_and_no_other(stack, own, change):
    spoiled = row(stack, own, 2)
    stack.sql("UPDATE audit SET %s WHERE tenant_id = %s AND id = UNHEX('%s')"
              % (change, own.tenant, spoiled))
    told = verify(stack, own)
    assert told.returncode == 1 and named(told, spoiled), told.stdout
    for seq in (1, 3, 4):
        assert not named(told, row(stack, own, seq)), told.stdout
    assert "NOT as they were written" in told.stdout


def test_a_removed_row_is_named(stack, own):
    gone = row(stack, own, 3)
    stack.sql("DELETE FROM audit WHERE tenant_id = %s AND id = UNHEX('%s')"
              % (own.tenant, gone))
    told = verify(stack, own)
    assert told.returncode == 1 and named(told, gone)
    assert "is missing" in told.stdout


def test_a_row_that_is_removed_with_its_link_is_seen(stack, own):
    gone, after = row(stack, own, 3), row(stack, own, 4)
    stack.sql("DELETE FROM audit WHERE tenant_id = %s AND id = UNHEX('%s');"
              "DELETE FROM audit_chain WHERE tenant_id = %s AND seq = %d"
              % (own.tenant, gone, own.tenant, own.base + 3))
    told = verify(stack, own)
    assert told.returncode == 1 and named(told, after)
    assert "missing" in told.stdout
    # closing the gap does not help
    stack.sql("UPDATE audit_chain SET seq = seq - 1 WHERE tenant_id = %s AND "
              "seq = %d" % (own.tenant, own.base + 4))
    told = verify(stack, own)
    assert told.returncode == 1 and named(told, after)


def test_rows_that_change_places_are_named(stack, own):
    a, b = row(stack, own, 2), row(stack, own, 3)
    at = "UPDATE audit_chain SET audit_id = UNHEX('%s') WHERE tenant_id = " \
        + own.tenant + " AND seq = %d;"
    second, third = own.base + 2, own.base + 3
    stack.sql(at % ("0" * 32, second) + at % (a, third) + at % (b, second))
    told = verify(stack, own)
    assert told.returncode == 1 and named(told, a) and named(told, b)


def test_an_inserted_row_is_named(stack, own):
    stack.sql("INSERT INTO audit (tenant_id, id, actor, verb, salt, "
              "created_at, tail) VALUES (%s, UNHEX('01910000000070008000000000"
              "000002'), 4, 35, RANDOM_BYTES(16), 1, 0)" % own.tenant)
    told = verify(stack, own)
    assert told.returncode == 1
    assert named(told, "01910000000070008000000000000002")


def test_a_row_that_is_said_to_wait_stops_no_chain(stack, own):
    again = row(stack, own, 2)
    stack.sql("UPDATE audit SET tail = 1 WHERE tenant_id = %s AND id ="
              " UNHEX('%s')" % (own.tenant, again))
    own.create()
    kit.wait_until(lambda: stack.sql(
        "SELECT COUNT(*) FROM audit WHERE tail = 1 AND tenant_id = %s"
        % own.tenant) == [["1"]], 20, "the new row is not chained")
    told = verify(stack, own)
    assert told.returncode == 1 and named(told, again), told.stdout
    assert "was chained, but says not" in told.stdout
    assert not named(told, row(stack, own, 1))


def test_a_cut_end_shows_by_a_head_that_was_noted(stack, own):
    told = verify(stack, own, "--mode", "live")
    head = next(line.split()[1] for line in told.stdout.splitlines()
                if line.startswith("  head "))
    ask = ("--mode", "live", "--head", head)
    assert verify(stack, own, *ask).returncode == 0
    own.create()
    chained(stack, own)
    assert verify(stack, own, *ask).returncode == 0
    stack.sql("DELETE a FROM audit a JOIN audit_chain c ON c.tenant_id ="
              " a.tenant_id AND c.audit_id = a.id WHERE c.tenant_id = %s AND"
              " c.seq >= %d; DELETE FROM audit_chain WHERE tenant_id = %s AND"
              " seq >= %d" % (own.tenant, own.base + 4, own.tenant,
                              own.base + 4))
    assert verify(stack, own).returncode == 0
    assert verify(stack, own, *ask).returncode == 1
    for wrong in ("x", "4:ff", "0:" + "0" * 64):
        assert verify(stack, own, "--mode", "live", "--head",
                      wrong).returncode == 1


def test_erasing_a_session_leaves_the_chain_whole(stack, own):
    assert erase(own, own.sessions[0]).status == 200
    chained(stack, own)
    told = verify(stack, own)
    assert told.returncode == 0 and counted(own, 5) in told.stdout
    # but an address that goes without its session is named
    gone = row(stack, own, 2)
    stack.sql("UPDATE audit SET remote_addr = NULL, salt = REPEAT(CHAR(0), "
              "16) WHERE tenant_id = %s AND id = UNHEX('%s')"
              % (own.tenant, gone))
    told = verify(stack, own)
    assert told.returncode == 1 and named(told, gone)


def test_what_is_not_chained_yet_is_told(stack, own):
    """A transaction that stays open holds rows back."""
    lock = stack.sql_session()
    try:
        # the chain's next number is taken: the job waits for it
        lock.run("BEGIN; INSERT INTO audit_chain VALUES (%s, %d, "
                 "RANDOM_BYTES(16), RANDOM_BYTES(32))"
                 % (own.tenant, own.base + 5))
        session = own.create()
        oldest = stack.sql("SELECT HEX(id) FROM audit WHERE session_id = %s"
                           % quoted(session))[0][0]
        told = verify(stack, own)
        assert told.returncode == 0
        assert "1 not chained yet" in told.stdout and named(told, oldest)
    finally:
        lock.run("ROLLBACK")
        lock.close()
    chained(stack, own)


def test_a_forger_without_the_keyring_cannot_chain(stack, own):
    """A hash that is made as anybody could make it does not pass."""
    spoiled = row(stack, own, 4)
    stack.sql("UPDATE audit SET verb = 16 WHERE tenant_id = %s AND id ="
              " UNHEX('%s'); UPDATE audit_chain SET hash ="
              " UNHEX(SHA2(CONCAT(hash, audit_id), 256)) WHERE tenant_id = %s"
              " AND seq = %d" % (own.tenant, spoiled, own.tenant, own.base + 4))
    told = verify(stack, own)
    assert told.returncode == 1 and named(told, spoiled)
