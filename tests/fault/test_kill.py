# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 at random: what was answered stays, nothing is lost or stuck."""
import http.client
import os
import random
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from victim import children, sockets, wait_for

CREATIONS = 300
CLIENTS = 8
# How often each is killed while the sessions are created.
KILLS = {"worker": 24, "lane": 10, "jobs": 3, "db": 3, "api": 2}
AHEAD = 12  # creations that may run ahead of their share of the kills
ANSWER_S = 60
MAIL_LANES = 2  # as the configuration has it by default
LEASE_S = 5  # as stack.sh has it


class Killer:
    """Kills by the progress of the clients, in an order that the seed gives."""

    def __init__(self, victim, seed):
        self.victim = victim
        self.random = random.Random(seed)
        self.order = [k for k, n in KILLS.items() for _ in range(n)]
        self.random.shuffle(self.order)
        self.turn = threading.Condition()
        self.done = 0  # creations
        self.kills = 0
        self.hits = dict.fromkeys(KILLS, 0)
        self.long_outages = 0  # of the database, longer than a lease
        self.failed = None

    def may_start(self, number):
        """Waits until the kills have kept up with the creations."""
        with self.turn:
            while (self.kills * CREATIONS < (number - AHEAD) * len(self.order)
                   and not self.failed):
                self.turn.wait(1)
        assert not self.failed, self.failed

    def creation_done(self):
        with self.turn:
            self.done += 1
            self.turn.notify_all()

    def victims(self, kind):
        if kind == "worker":
            return children(self.victim.pid("api"))
        if kind == "lane":
            return self.lanes()
        return [self.victim.pid(kind)]

    def lanes(self):
        """Those that send a mail just now, at some moment of that; all where
        none does for a while."""
        end = time.monotonic() + 0.5
        while time.monotonic() < end:
            lanes = children(self.victim.pid("jobs"))
            busy = [pid for pid in lanes if sockets(pid) > 1]
            if busy:
                time.sleep(self.random.uniform(0, 0.004))
                return busy
        return lanes

    def strike(self, kind):
        pids = self.victims(kind)
        if pids and self.victim.kill(self.random.choice(pids)):
            self.hits[kind] += 1
        if kind in ("worker", "lane"):
            return
        began = time.monotonic()
        time.sleep(self.random.uniform(0, 0.5))
        self.victim.restart(kind)
        wait_for(30, self.victim.answers, "%s to come back" % kind)
        if kind == "db" and time.monotonic() - began > LEASE_S - 1:
            self.long_outages += 1

    def run(self):
        try:
            for i, kind in enumerate(self.order):
                with self.turn:
                    while self.done * len(self.order) < i * CREATIONS:
                        self.turn.wait(1)
                time.sleep(self.random.uniform(0, 0.03))
                self.strike(kind)
                with self.turn:
                    self.kills += 1
                    self.turn.notify_all()
        except BaseException as error:
            with self.turn:
                self.failed = error
                self.turn.notify_all()
            raise


def body_of(number):
    return {"externalId": "kill-%d" % number,
            "customerName": "Ada %d" % number,
            "customerEmail": "kill-%d@example.org" % number}


def create(victim, number):
    """The same request until a definite answer; then its session's id."""
    end = time.monotonic() + ANSWER_S
    answer = None
    while time.monotonic() < end:
        try:
            answer = victim.call("POST", "/kyc-sessions", body_of(number),
                                 Idempotency_Key="kill-%d" % number)
        except (OSError, http.client.HTTPException, ValueError) as error:
            answer = error
        else:
            if answer[0] == 201:
                return answer[1]["id"]
            # 409: the claim of a worker that died has not run out yet
            assert answer[0] == 409 or answer[0] >= 500, answer
        time.sleep(0.1)
    raise AssertionError("creation %d: no answer within %d s; last: %r"
                         % (number, ANSWER_S, answer))


def create_all(victim, killer):
    def one(number):
        killer.may_start(number)
        session = create(victim, number)
        killer.creation_done()
        return session

    thread = threading.Thread(target=killer.run)
    thread.start()
    try:
        with ThreadPoolExecutor(CLIENTS) as clients:
            return list(clients.map(one, range(CREATIONS)))
    except BaseException as error:
        with killer.turn:
            killer.done = CREATIONS  # the killer waits for nobody
            killer.turn.notify_all()
        raise error
    finally:
        thread.join()


def test_creations_survive_kills(victim):
    seed = os.environ.get("VOUCHSAFE_KILL_SEED") or random.randrange(10 ** 9)
    print("VOUCHSAFE_KILL_SEED=%s" % seed, file=sys.stderr)
    killer = Killer(victim, int(seed))
    ids = create_all(victim, killer)
    print("killed: %s" % killer.hits, file=sys.stderr)
    assert killer.hits["worker"] and killer.hits["db"], "nothing was killed"
    sessions_are_there(victim, ids)
    mails_arrive(victim, killer)
    nothing_is_stuck(victim)


def sessions_are_there(victim, ids):
    assert len(set(ids)) == CREATIONS
    for number, session in enumerate(ids):
        status, found = victim.call("GET", "/kyc-sessions/" + session)
        assert status == 200 and found["externalId"] == "kill-%d" % number
        # one session a key: the same answer again
        assert create(victim, number) == session
    assert victim.sql(
        "SELECT COUNT(*), COUNT(DISTINCT external_id) FROM session"
        " WHERE external_id LIKE 'kill-%'") == [[str(CREATIONS)] * 2]


def mails_arrive(victim, killer):
    wait_for(60, lambda: victim.operator("jobs", "status") == "no jobs\n",
             "the jobs to end")
    mails = victim.mails()
    missing = [n for n in range(CREATIONS)
               if "kill-%d@example.org" % n not in mails]
    assert not missing, "no mail for %s" % missing
    ours = {to: ids for to, ids in mails.items() if to.startswith("kill-")}
    # A second copy is the same mail: whoever reads it sees one.
    assert all(len(set(ids)) == 1 for ids in ours.values())
    twice = sum(len(ids) - 1 for ids in ours.values())
    print("mails sent twice: %d" % twice, file=sys.stderr)
    # Each kill can fall between 250 and commit of one mail a lane. A database
    # that is back before the lease ends is waited for.
    crashes = killer.hits["lane"] + MAIL_LANES * (killer.hits["jobs"]
                                                  + killer.long_outages)
    assert twice <= crashes


def nothing_is_stuck(victim):
    assert victim.sql("SELECT COUNT(*) FROM mail WHERE status <> 2") == [["0"]]
    assert victim.sql("SELECT COUNT(*) FROM job") == [["0"]]
    assert victim.sql("SELECT COUNT(*) FROM idempotency"
                      " WHERE status IS NULL") == [["0"]]
    assert victim.sql("SELECT COUNT(*) FROM idempotency WHERE status <> 201"
                      ) == [["0"]]
    assert victim.answers()
    # all workers of both pools and all lanes are back
    wait_for(10, lambda: len(children(victim.pid("api"))) == 8, "workers")
    wait_for(10, lambda: len(children(victim.pid("jobs"))) == 7, "lanes")
    assert victim.findings() == []
