# SPDX-License-Identifier: GPL-3.0-or-later
"""Deleting a session: nothing of it stays but that it was."""
import uuid

import pytest

import kit
from test_kyc_entities import error

NAME, MAIL = "Erasmus von Rotterdam", "erasmus.r@example.org"


def quoted(session):
    return "UNHEX('%s')" % session["id"].replace("-", "")


def objects(stack, session):
    return [p for p in (stack.run / "store").rglob(session["id"] + ".*")]


def erase(api, session, **headers):
    return api.ask("DELETE", "/kyc/sessions/" + session["id"],
                   headers=headers)


@pytest.fixture(scope="module")
def done(api):
    """A session that has been gone through."""
    session = api.create(customerName=NAME, customerEmail=MAIL,
                         externalId="E-1536")
    kit.Link(api, session["token"]).finish()
    return session


def session_tables(stack):
    """Every table of both databases that has rows of sessions."""
    return [tuple(row) for row in stack.sql(
        "SELECT table_schema, table_name FROM information_schema.columns "
        "WHERE column_name = 'session_id' AND table_schema LIKE 'vouchsafe%' "
        "ORDER BY 1, 2")]


def value(name, kind, session):
    """Something that a column takes."""
    if name == "session_id":
        return quoted(session)
    if name == "tenant_id":
        return "(SELECT tenant_id FROM vouchsafe.session s WHERE s.id = %s)" \
            % quoted(session)
    if kind in ("binary", "varbinary", "blob", "mediumblob"):
        return "RANDOM_BYTES(16)"
    return "'x'" if "char" in kind or "text" in kind else "1"


def fill(stack, schema, table, session):
    """A row of the session, whatever the table is for."""
    rows = stack.sql(
        "SELECT column_name, data_type, extra FROM information_schema.columns"
        " WHERE table_schema = '%s' AND table_name = '%s' AND (is_nullable ="
        " 'NO' AND column_default IS NULL OR column_name = 'session_id')"
        % (schema, table))
    rows = [r for r in rows if "GENERATED" not in r[2]]
    stack.sql("INSERT IGNORE INTO %s.%s (%s) VALUES (%s)" % (
        schema, table, ", ".join(r[0] for r in rows),
        ", ".join(value(r[0], r[1], session) for r in rows)))


def rows_of(stack, schema, table, session):
    return int(stack.sql("SELECT COUNT(*) FROM %s.%s WHERE session_id = %s"
                         % (schema, table, quoted(session)))[0][0])


def test_every_table_of_sessions_is_emptied(api, stack):
    session = api.create(customerName="Somebody Else")
    tables = session_tables(stack)
    assert len(tables) >= 13
    for schema, table in tables:
        if not rows_of(stack, schema, table, session):
            fill(stack, schema, table, session)
        assert rows_of(stack, schema, table, session), (
            "the test could not make a row of " + table)
    assert erase(api, session).status == 200
    left = [t for t in tables if rows_of(stack, *t, session)]
    # audit rows stay; the test below looks at what is in them
    assert [t for _, t in left] == ["audit"], (
        "kyc/erase.c lacks a table: %s" % left)


def test_no_table_of_sessions_is_scanned(stack):
    """An index leads to a session's rows in each."""
    found = {tuple(row) for row in stack.sql(
        "SELECT a.table_schema, a.table_name FROM"
        " information_schema.statistics a JOIN information_schema.statistics b"
        " ON b.table_schema = a.table_schema AND b.table_name = a.table_name"
        " AND b.index_name = a.index_name WHERE a.table_schema LIKE"
        " 'vouchsafe%' AND a.seq_in_index = 1 AND a.column_name = 'tenant_id'"
        " AND b.seq_in_index = 2 AND b.column_name = 'session_id'")}
    assert [t for t in session_tables(stack) if t not in found] == []


def test_deleting_answers_as_documented_and_once(api, stack, done):
    files = objects(stack, done)
    assert len(files) == 2
    answer = erase(api, done)
    assert answer.status == 200
    assert answer.json == {"status": "success", "data": {
        "session_id": done["id"], "deleted": True}}
    error(erase(api, done), 404)
    assert api.ask("GET", "/kyc-sessions/" + done["id"]).status == 404
    assert kit.Link(api, done["token"]).get().status == 404
    assert api.search(searchQuery="Erasmus")["sessions"] == []
    kit.wait_until(lambda: not objects(stack, done), 20,
                   "the files are still there")


def test_no_word_of_the_person_is_left(api, stack, done):
    erase(api, done)
    for schema, table, column in stack.sql(
            "SELECT table_schema, table_name, column_name FROM"
            " information_schema.columns WHERE table_schema LIKE"
            " 'vouchsafe%' AND (data_type LIKE '%char' OR data_type LIKE"
            " '%text' OR data_type LIKE '%blob' OR data_type ="
            " 'varbinary')"):
        for word in (NAME, MAIL, "E-1536"):
            found = stack.sql(
                "SELECT COUNT(*) FROM %s.%s WHERE INSTR(`%s`, '%s')"
                % (schema, table, column, word))
            assert found == [["0"]], (table, column, word)
    rows = stack.sql("SELECT remote_addr, HEX(salt), verb, actor FROM audit "
                     "WHERE session_id = %s ORDER BY id" % quoted(done))
    assert len(rows) >= 6 and rows[-1][2] == "18"
    assert all(r[0] == "NULL" for r in rows)
    assert all(r[1] == "0" * 32 for r in rows[:-1])


def test_the_person_goes_where_nobody_else_needs_it(api, stack):
    session = api.create(customerName="Only Once")
    kept = api.ask("POST", "/kyc/entities", {
        "entity_type": "individual", "first_name": "Kept", "last_name": "On"})
    assert kept.status == 201, kept
    kept = kept.json["data"]
    other = api.create(customerName="By The Operator")
    stack.sql("UPDATE session SET entity_id = UNHEX(REPLACE('%s', '-', '')) "
              "WHERE id = %s" % (next(v for k, v in kept.items()
                                      if k in ("id", "entity_id",
                                               "customer_id")),
                                 quoted(other)))
    for s in (session, other):
        assert erase(api, s).status == 200
    names = [r[0] for r in stack.sql("SELECT name FROM entity")]
    assert "Only Once" not in names and "Kept On" in names


def test_counters_forget(api, stack):
    own = stack.tenant("Counting Ltd")
    sessions = [own.create() for _ in range(3)]
    total = ("SELECT COALESCE(SUM(n), 0) FROM (SELECT d.n, d.tenant_id FROM"
             " session_delta d UNION ALL SELECT c.n, c.tenant_id FROM"
             " session_count c WHERE c.day = 0) x WHERE tenant_id ="
             " (SELECT tenant_id FROM audit WHERE session_id = %s LIMIT 1)"
             % quoted(sessions[0]))
    assert stack.sql(total) == [["3"]]
    erase(own, sessions[0])
    assert stack.sql(total) == [["2"]]
    assert own.search()["totalCount"] == 2


def test_subsessions_go_with_their_parent(api, stack):
    family = [api.create() for _ in range(3)]
    for child, parent in zip(family[1:], family):
        stack.sql("UPDATE session SET parent_id = %s, parent_step = 's' "
                  "WHERE id = %s" % (quoted(parent), quoted(child)))
    assert erase(api, family[0]).status == 200
    assert not set(api.found()) & {s["id"] for s in family}


def test_a_hold_keeps_the_whole_family(api, stack):
    parent, child = api.create(), api.create()
    stack.sql("UPDATE session SET parent_id = %s WHERE id = %s"
              % (quoted(parent), quoted(child)))
    stack.tool("session", "hold", child["id"], "--org", api.org)
    for session in (child, parent):
        said = error(erase(api, session), 409)
        assert "legal hold" in said["message"]
        assert api.show(session)["id"]
    stack.tool("session", "release", child["id"], "--org", api.org)
    assert erase(api, parent).status == 200
    verbs = [r[0] for r in stack.sql(
        "SELECT verb FROM audit WHERE session_id = %s ORDER BY id"
        % quoted(child))]
    assert verbs == ["1", "20", "38", "18"]


def test_a_hold_covers_the_people_of_a_company(api, stack):
    family = [api.create() for _ in range(3)]
    for child, parent in zip(family[1:], family):
        stack.sql("UPDATE session SET parent_id = %s, parent_step = 's' "
                  "WHERE id = %s" % (quoted(parent), quoted(child)))
    stack.tool("session", "hold", family[0]["id"], "--org", api.org)
    for session in family[::-1]:
        said = error(erase(api, session), 409)
        assert "legal hold" in said["message"]
    stack.tool("session", "release", family[0]["id"], "--org", api.org)
    assert erase(api, family[2]).status == 200


def test_who_may_delete(api, stack):
    session = api.create()
    key = stack.add_key(api.org, "--permissions", "kyc:read,kyc:update")
    assert erase(api.with_key(key), session).status == 403
    assert erase(stack.live, session).status == 404
    test_key = stack.add_key(api.org, "--mode", "test")
    assert erase(api.with_key(test_key), session).status == 404
    assert erase(api, {"id": "x"}).status == 404
    assert erase(api, {"id": str(uuid.uuid4())}).status == 404
    assert erase(api, session).status == 200


def test_a_repeated_request_is_answered_again(api):
    session, key = api.create(), str(uuid.uuid4())
    first = erase(api, session, **{"Idempotency-Key": key})
    again = erase(api, session, **{"Idempotency-Key": key})
    assert first.status == again.status == 200
    assert first.body == again.body
    assert again.headers["Idempotency-Replayed"] == "true"


def test_stored_answers_of_the_session_go(api, stack):
    key = str(uuid.uuid4())
    made = api.ask("POST", "/kyc-sessions", {}, {"Idempotency-Key": key})
    assert made.status == 201
    assert rows_of(stack, "vouchsafe", "idempotency", made.json) == 1
    erase(api, made.json)
    assert rows_of(stack, "vouchsafe", "idempotency", made.json) == 0
