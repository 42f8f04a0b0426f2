# SPDX-License-Identifier: GPL-3.0-or-later
"""Counters are exact: whatever happens at once, and whoever is killed."""
import os
import random
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

from kit import Link, wait_until

def tenant_of(stack, api):
    return stack.sql("SELECT HEX(id) FROM tenant WHERE live = 1 AND "
                     "organisation_id = UNHEX('%s')"
                     % api.org.replace("-", ""))[0][0]


ROWS = """
SELECT '%(label)s', HEX(workflow_id), %(day)s AS d, state, COUNT(*),
 COUNT(risk), COALESCE(SUM(risk), 0), SUM(validated & 1),
 SUM(validated >> 1 & 1), SUM(validated >> 2 & 1) FROM session
WHERE tenant_id = 0x%(tenant)s GROUP BY workflow_id, d, state
"""
COUNTERS = """
SELECT '%(label)s', HEX(workflow_id), d, state, SUM(n), SUM(scored),
 SUM(risk), SUM(lists), SUM(face_match), SUM(adverse_media) FROM
 (SELECT workflow_id, day AS d, state, n, scored, risk, lists, face_match,
   adverse_media FROM session_count WHERE tenant_id = 0x%(tenant)s AND
   day %(where)s
  UNION ALL SELECT workflow_id, %(delta)s, state, n, scored, risk, lists,
   face_match, adverse_media FROM session_delta WHERE
   tenant_id = 0x%(tenant)s) c
GROUP BY workflow_id, d, state HAVING SUM(n) <> 0
"""


def check_exact(stack, tenant):
    """Rows against counters and deltas, by day and in all, in one snapshot:
    checks may still run."""
    found = stack.sql(
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ;"
        " START TRANSACTION WITH CONSISTENT SNAPSHOT;" + ";".join((
            ROWS % dict(label="rows by day", tenant=tenant,
                        day="created_at DIV 86400000"),
            COUNTERS % dict(label="by day", tenant=tenant, where="> 0",
                            delta="day"),
            ROWS % dict(label="rows", tenant=tenant, day="0"),
            COUNTERS % dict(label="in all", tenant=tenant, where="= 0",
                            delta="0"))))
    by_label = {label: sorted(r[1:] for r in found if r[0] == label)
                for label in ("rows by day", "by day", "rows", "in all")}
    assert by_label["rows"]
    assert by_label["by day"] == by_label["rows by day"]
    assert by_label["in all"] == by_label["rows"]


def deltas(stack):
    return int(stack.sql("SELECT COUNT(*) FROM session_delta")[0][0])


def wait_folded(stack):
    wait_until(lambda: not deltas(stack), 20, "nothing folds")


def total(api):
    answer = api.ask("GET", "/kyc/sessions?include_summary=true&limit=1")
    assert answer.status == 200, answer
    return answer.json["data"]["summary"]["total"]


def children(pid):
    path = "/proc/%d/task/%d/children" % (pid, pid)
    return [int(p) for p in Path(path).read_text().split()]


class Work:
    """Threads that create sessions and move them, until told to stop."""

    def __init__(self, stack, api, threads=3):
        self.stack, self.api, self.made = stack, api, []
        self.stopping, self.faults = threading.Event(), []
        self.threads = [threading.Thread(target=self.run, args=(i,))
                        for i in range(threads)]

    def __enter__(self):
        for t in self.threads:
            t.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for t in self.threads:
            t.join()
        assert not self.faults, self.faults

    def run(self, seed):
        rand = random.Random(seed)
        try:
            while not self.stopping.is_set():
                made = self.api.create(customerName="Ann Example")
                self.made.append(made["id"])
                link = Link(self.api, made["token"])
                what = rand.randrange(3)
                if what == 1:
                    assert link.consent().status == 200
                elif what == 2:
                    link.finish()
        except Exception as fault:  # shown by the main thread
            self.faults.append(repr(fault))


def test_folded_within_a_second(stack, api):
    wait_folded(stack)
    tenant = tenant_of(stack, api)
    api.create()
    wait_until(lambda: stack.sql(
        "SELECT SUM(n) FROM session_count WHERE day = 0 AND tenant_id = 0x"
        + tenant)[0][0] == "1", 3, "the counter does not grow")
    assert total(api) == 1


def test_exact_while_all_go_on(stack):
    """A total is never less than what was answered before it was asked for,
    nor more than what had been sent when it came."""
    api = stack.tenant("Parallel Ltd")
    tenant = tenant_of(stack, api)
    with Work(stack, api) as work:
        end = time.monotonic() + 2.5
        while time.monotonic() < end:
            least = len(work.made)
            found = total(api)
            assert least <= found <= len(work.made) + len(work.threads)
    check_exact(stack, tenant)
    wait_folded(stack)
    check_exact(stack, tenant)
    assert total(api) == len(work.made)


@pytest.mark.late(5)
def test_killed_while_folding(stack):
    """kill -9 of whatever folds, at any moment, changes no sum."""
    api = stack.tenant("Killed Ltd")
    tenant = tenant_of(stack, api)
    jobs = stack.pid("jobs")
    with Work(stack, api) as work:
        for _ in range(12):
            time.sleep(random.uniform(0.05, 0.4))
            for child in children(jobs):
                try:
                    os.kill(child, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            least = len(work.made)
            assert total(api) >= least
    check_exact(stack, tenant)
    wait_folded(stack)
    check_exact(stack, tenant)


@pytest.mark.late(5)
def test_killed_in_the_middle(stack):
    """Between taking changes and adding them: a counter's row is held."""
    api = stack.tenant("Middle Ltd")
    tenant = tenant_of(stack, api)
    api.create()
    wait_folded(stack)
    held = stack.sql_session()
    try:
        held.run("START TRANSACTION; SELECT n FROM session_count WHERE "
                 "tenant_id = 0x%s FOR UPDATE" % tenant)
        for _ in range(3):
            api.create()
        wait_until(lambda: stack.sql(
            "SELECT COUNT(*) FROM information_schema.processlist WHERE info "
            "LIKE 'INSERT INTO session_count%'")[0][0] != "0", 10,
            "nobody folds")
        for child in children(stack.pid("jobs")):
            os.kill(child, signal.SIGKILL)
        assert total(api) == 4
    finally:
        held.run("ROLLBACK")
        held.close()
    check_exact(stack, tenant)
    wait_folded(stack)
    check_exact(stack, tenant)
    assert total(api) == 4


def test_several_fold_at_once(stack):
    """More processes of the same kind, as on several hosts."""
    api = stack.tenant("Hosts Ltd")
    tenant = tenant_of(stack, api)
    stopping = threading.Event()

    def fold():
        while not stopping.is_set():
            subprocess.run([stack.bin / "vouchsafe-jobs", "--conf",
                            stack.conf, "--once"], check=True, timeout=60)

    hosts = [threading.Thread(target=fold) for _ in range(3)]
    for h in hosts:
        h.start()
    try:
        with Work(stack, api, threads=2):
            time.sleep(2)
    finally:
        stopping.set()
        for h in hosts:
            h.join()
    check_exact(stack, tenant)
    wait_folded(stack)
    check_exact(stack, tenant)


def test_folding_in_any_order(stack):
    """What leaves a state may be folded before what entered it, and a row of
    zeros does not stay."""
    api = stack.tenant("Order Ltd")
    tenant = tenant_of(stack, api)
    workflow = "0x" + "ab" * 16
    day = 20_000

    def note(n, risk):
        stack.sql("INSERT INTO session_delta VALUES (UNHEX(REPLACE(UUID(), "
                  "'-', '')), 0x%s, %s, %d, 10, %d, %d, %d, %d, %d, 0)"
                  % (tenant, workflow, day, n, n, n * risk, n, n))
        wait_folded(stack)

    def rows():
        return stack.sql("SELECT day, n, scored, risk, lists FROM "
                         "session_count WHERE tenant_id = 0x%s AND "
                         "workflow_id = %s ORDER BY day" % (tenant, workflow))

    note(-1, 2550)
    assert rows() == [["0", "-1", "-1", "-2550", "-1"],
                      [str(day), "-1", "-1", "-2550", "-1"]]
    note(1, 2550)
    note(1, 100)
    assert rows() == [["0", "1", "1", "100", "1"],
                      [str(day), "1", "1", "100", "1"]]
    note(-1, 100)
    assert rows() == []


def test_what_is_held_is_skipped_and_counts(stack, api):
    """A change that another process folds right now holds up nobody, and is
    in every total."""
    before = total(api)
    wait_folded(stack)
    workflow = stack.sql("SELECT HEX(workflow_id) FROM tenant WHERE id = 0x"
                         + tenant_of(stack, api))[0][0]
    held = stack.sql_session()
    try:
        held.run("START TRANSACTION; INSERT INTO session_delta VALUES (0x01, "
                 "0x%s, 0x%s, 20000, 10, 1, 0, 0, 0, 0, 0)"
                 % (tenant_of(stack, api), workflow))
        api.create()
        assert total(api) == before + 1
        wait_until(lambda: not deltas(stack), 10, "one row holds up all")
        assert total(api) == before + 1
    finally:
        held.run("ROLLBACK")
        held.close()
    assert total(api) == before + 1
