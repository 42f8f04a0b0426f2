# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 in the middle of what must be whole or not at all: erasing a
session, chaining audit rows, wrapping keys again."""
import fcgi
from test_kill_ticket import Way, kill_workers, waiting
from test_kill_upload import ended_without_answer
from victim import children, wait_for


def hex_of(session):
    return "0x" + session.replace("-", "")


def filled(victim):
    """A session with a document, whose rows and file are there."""
    way = Way(victim)
    ticket = way.init()
    assert way.put(ticket) == 204
    status, made = way.confirm(ticket)
    assert status == 201
    way.doc_id = made["data"]["doc_id"]
    assert len(way.objects()) == 1
    return way


def can_be_read(way):
    """The document opens: the session's key is there and is the right one."""
    status, shown = way.victim.call(
        "GET", "/kyc/sessions/%s/documents/%s/url" % (way.id, way.doc_id))
    assert status == 200, shown
    path = "/files/" + shown["data"]["presigned_url"].split("/files/")[1]
    return way.victim.ask("GET", path)[0] == 200


def kill_lanes(victim):
    parent = victim.pid("jobs")
    old = wait_for(20, lambda: children(parent), "lanes")
    for pid in old:
        victim.kill(pid)
    wait_for(20, lambda: not set(old) & set(children(parent)), "their end")


def test_erasing_is_whole_or_not_at_all(victim):
    way = filled(victim)
    path = "/kyc/sessions/" + way.id
    # one of the last tables: the key's row is deleted, but not committed
    holder = victim.hold("SELECT 1 FROM word WHERE session_id = %s FOR UPDATE"
                         % hex_of(way.id))
    try:
        # straight to a worker: nginx would try a DELETE again
        link = fcgi.begin(victim.sockets / "api.sock", {
            "REQUEST_URI": path, "REQUEST_METHOD": "DELETE",
            "HTTP_AUTHORIZATION": "Bearer " + victim.key}, b"", 0)
        wait_for(20, lambda: waiting(victim), "the lock to be waited for")
        kill_workers(victim)
        assert ended_without_answer(link)
    finally:
        holder.close()
    wait_for(20, lambda: not waiting(victim), "the lock")
    assert can_be_read(way)
    assert victim.sql("SELECT COUNT(*) FROM audit WHERE verb = 18 AND"
                      " session_id = " + hex_of(way.id)) == [["0"]]
    assert victim.call("DELETE", path)[0] == 200
    assert victim.call("GET", path)[0] == 404
    wait_for(40, lambda: not way.objects(), "the file to go")
    assert victim.findings() == []


def test_files_go_whoever_dies(victim):
    """The lane that removes them is killed after each deletion."""
    ways = [filled(victim) for _ in range(4)]
    for way in ways:
        assert victim.call("DELETE", "/kyc/sessions/" + way.id)[0] == 200
        kill_lanes(victim)
    assert victim.sql("SELECT COUNT(*) FROM vouchsafe_keys.session_key WHERE"
                      " session_id IN (%s)" % ", ".join(
                          hex_of(w.id) for w in ways)) == [["0"]]
    wait_for(60, lambda: not any(w.objects() for w in ways), "the files to go")
    wait_for(60, lambda: victim.sql("SELECT COUNT(*) FROM job") == [["0"]],
             "the jobs to end")
    assert victim.findings() == []


def verified(victim):
    said = victim.operator("audit", "verify")
    return "all as written" in said and "not chained" not in said


def tail(victim):
    return int(victim.sql("SELECT COUNT(*) FROM audit WHERE tail = 1")[0][0])


def test_a_chain_has_no_gap_and_no_fork(victim):
    assert victim.call("POST", "/kyc-sessions", {})[0] == 201
    wait_for(30, lambda: tail(victim) == 0, "all to be chained")
    tenant, head = victim.sql(
        "SELECT HEX(tenant_id), MAX(seq) FROM audit_chain WHERE tenant_id ="
        " (SELECT tenant_id FROM session ORDER BY id DESC LIMIT 1)"
        " GROUP BY 1")[0]
    # another host, which has begun to chain and will not end
    holder = victim.hold(
        "INSERT INTO audit_chain VALUES (0x%s, %d, RANDOM_BYTES(16),"
        " RANDOM_BYTES(32))" % (tenant, int(head) + 1))
    try:
        assert victim.call("POST", "/kyc-sessions", {})[0] == 201
        wait_for(20, lambda: waiting(victim), "the chain to wait")
        kill_lanes(victim)
        assert tail(victim) > 0
    finally:
        holder.close()
    wait_for(30, lambda: tail(victim) == 0, "all to be chained")
    wait_for(30, lambda: verified(victim), "all to be chained")
    assert victim.findings() == []


def wrapped_by(victim):
    """How many keys of sessions by master key."""
    return dict(victim.sql(
        "SELECT CONV(HEX(SUBSTR(wrapped, 6, 4)), 16, 10), COUNT(*) FROM"
        " vouchsafe_keys.session_key GROUP BY 1"))


def test_wrapping_again_loses_no_key(victim):
    ways = [filled(victim) for _ in range(2)]
    before = wrapped_by(victim)
    victim.kill(victim.pid("jobs"))
    said = victim.operator("keys", "rotate")
    new = said.split()[1]
    assert new not in before
    # whoever uses a key for the first time notes it: this one waits
    holder = victim.hold("INSERT INTO keyring_key VALUES (%s, 1)" % new)
    try:
        victim.restart("jobs")
        wait_for(20, lambda: waiting(victim), "the lane to wait")
        kill_lanes(victim)
        assert wrapped_by(victim) == before
        assert all(can_be_read(way) for way in ways)
    finally:
        holder.close()
    wait_for(60, lambda: set(wrapped_by(victim)) == {new}, "the wrapping")
    kill_workers(victim)
    assert all(can_be_read(way) for way in ways)
    assert victim.sql("SELECT COUNT(*) FROM keyring_key WHERE key_id = "
                      + new) == [["1"]]
    wait_for(30, lambda: verified(victim), "all to be chained")
    assert victim.findings() == []
