# SPDX-License-Identifier: GPL-3.0-or-later
"""Idempotency-Key: one effect a key, whatever happens in between."""
import collections
import os
import random
import signal
import socket
import threading
import time
import uuid

import pytest

from kit import SELFIE, jpeg, passport, wait_until
from test_dossiers import check_error

PATH = "/kyc-sessions"


def post(api, key, body=None, path=PATH, **headers):
    return api.ask("POST", path, {} if body is None else body,
                   dict(headers, **{"Idempotency-Key": key}))


def fresh():
    return "key-" + uuid.uuid4().hex


def replayed(answer):
    return answer.headers["Idempotency-Replayed"] == "true"


def total(api, **filters):
    return api.search(**filters)["totalCount"]


def test_replay_is_byte_identical_and_makes_nothing(api):
    key, body = fresh(), {"externalId": "once " + uuid.uuid4().hex}
    first = post(api, key, body)
    assert first.status == 201 and not replayed(first)
    assert "Idempotency-Replayed" not in first.headers
    for _ in range(3):
        again = post(api, key, body)
        assert again.status == 201 and replayed(again)
        assert again.body == first.body
        assert again.headers["Content-Type"] == first.headers["Content-Type"]
        assert again.headers["X-Request-Id"] != first.headers["X-Request-Id"]
    assert total(api, searchQuery=body["externalId"]) == 1


def test_another_request_under_the_same_key(api):
    key = fresh()
    first = post(api, key, {"externalId": "a"})
    for body, path in (({"externalId": "b"}, PATH), ({}, PATH),
                       (b'{"externalId": "a" }', PATH),
                       ({"externalId": "a"}, PATH + "/search"),
                       ({"externalId": "a"}, PATH + "?x=1")):
        check_error(post(api, key, body, path), 422, "Idempotency-Key")
    assert post(api, key, {"externalId": "a"}).body == first.body


def test_quoted_and_bare_are_one_key(api):
    key = fresh()
    first = post(api, '"%s"' % key)
    assert first.status == 201
    again = post(api, key)
    assert replayed(again) and again.body == first.body
    assert replayed(post(api, '"%s"' % key))
    assert not replayed(post(api, "'%s'" % key))


@pytest.mark.parametrize("key", ["k", "a b", "!#$%&'()*+,-./:;<=>?@[]^_`{|}~",
                                 "x" * 255, '"' + "y" * 255 + '"', '"', "a\"b",
                                 "\\"])
def test_keys_of_any_printable_sign(stack, key):
    api = stack.tenant("Keys")
    first = post(api, key)
    assert first.status == 201
    assert post(api, key).body == first.body and total(api) == 1


@pytest.mark.parametrize("key", ['""', "x" * 256, '"' + "y" * 256 + '"',
                                 "a\tb", "\xe4\xf6", "a\x7fb", "ключ"])
def test_bad_keys(api, key):
    before = total(api)
    key = key.encode().decode("latin-1")
    check_error(post(api, key), 400, "Idempotency-Key")
    assert total(api) == before


def test_an_empty_key_is_none(api):
    one, two = post(api, ""), post(api, "")
    assert one.status == two.status == 201 and one.body != two.body


def test_keys_of_other_tenants_are_other_keys(api, stack):
    key, body = fresh(), {"externalId": "mine"}
    first = post(api, key, body)
    for other in (stack.tenant("Neighbour"),
                  api.with_key(stack.add_key(api.org, "--mode", "test"))):
        theirs = post(other, key, {"externalId": "theirs"})
        assert theirs.status == 201 and not replayed(theirs)
        assert theirs.json["id"] != first.json["id"]
    # Two keys of one tenant share theirs.
    same = api.with_key(stack.add_key(api.org))
    assert post(same, key, body).body == first.body


def test_errors_of_the_handler_are_stored(api):
    key, body = fresh(), {"expiresInMs": 5}
    first = post(api, key, body)
    check_error(first, 400, "expiresInMs")
    assert not replayed(first)
    again = post(api, key, body)
    assert replayed(again) and again.body == first.body
    check_error(post(api, key, {"expiresInMs": 60_000}), 422)
    key = fresh()
    check_error(post(api, key, b"{"), 400)
    assert replayed(post(api, key, b"{"))


def test_what_never_ran_is_not_stored(api, stack):
    """401, 403, 404 of a path, 405, 413 and 415 leave the key free."""
    key = fresh()
    check_error(post(api.with_key("vs_live_x"), key), 401)
    reader = api.with_key(stack.add_key(api.org, "--permissions", "kyc:read"))
    check_error(post(reader, key), 403)
    check_error(post(api, key, path=PATH + "/a/b"), 404)
    check_error(post(api, key, path=PATH + "/a"), 405)
    big = b'{"x":"' + b"a" * (1 << 20) + b'"}'
    check_error(post(api, key, big), 413)
    check_error(post(api, key, **{"Content-Type": "text/plain"}), 415)
    done = post(api, key)
    assert done.status == 201 and not replayed(done)


def test_a_search_replays_too(stack):
    """It is a POST. Writing what is due inside it must not end early the
    transaction that stores the answer."""
    api = stack.tenant("Search")
    made = api.create()
    stack.sql("UPDATE session SET due_at = 1, expires_at = 1 WHERE id = "
              "UNHEX('%s')" % made["id"].replace("-", ""))
    key = fresh()
    first = post(api, key, {}, PATH + "/search")
    assert [s["state"] for s in first.json["sessions"]] == ["expired"]
    api.create()
    again = post(api, key, {}, PATH + "/search")
    assert replayed(again) and again.body == first.body
    assert total(api) == 2


def test_the_last_step_replays(link):
    data = jpeg()
    assert link.consent().status == 200
    for fields in (passport(), SELFIE):
        assert link.upload(fields, data).status == 201
    assert link.complete("step_document").status == 200
    send = dict(path="/step/step_selfie/complete",
                **{"Idempotency-Key": fresh()})
    first = link.post(**send)
    assert first.status == 200, first
    assert first.json["data"]["status"] == "completed"
    again = link.post(**send)
    assert again.status == 200 and replayed(again)
    assert again.body == first.body
    # without the key the customer has finished
    assert link.complete("step_selfie").status == 409


def test_get_takes_no_key(api):
    made, key = api.create(), fresh()
    for _ in range(2):
        answer = api.ask("GET", PATH + "/" + made["id"],
                         headers={"Idempotency-Key": key})
        assert answer.status == 200 and not replayed(answer)


def test_stored_answers_are_sealed(api, stack):
    made = post(api, fresh())
    found = stack.sql("SELECT COUNT(*) FROM idempotency WHERE session_id = "
                      "UNHEX('%s') AND answer IS NOT NULL AND status = 201"
                      % made.json["id"].replace("-", ""))
    assert found == [["1"]]
    word = made.json["token"].encode().hex().upper()
    assert stack.sql("SELECT COUNT(*) FROM idempotency WHERE LOCATE('%s', "
                     "HEX(answer)) > 0" % word) == [["0"]]


# -- while another runs ------------------------------------------------------
def running(stack, api, key):
    """A claim as a worker leaves it that is still busy, or died."""
    digest = "UNHEX(SHA2('%s', 256))" % key
    stack.sql("UPDATE idempotency SET status = NULL, answer = NULL, "
              "lease_until = (UNIX_TIMESTAMP() + 60) * 1000 WHERE "
              "key_digest = " + digest)
    return digest


def test_conflict_while_running_and_after_a_death(api, stack):
    key = fresh()
    post(api, key)
    digest = running(stack, api, key)
    busy = post(api, key)
    check_error(busy, 409, "still")
    assert not replayed(busy)
    # Another request under it is told so even now.
    check_error(post(api, key, {"externalId": "x"}), 422)
    # The lease ran out: whoever comes first takes over.
    stack.sql("UPDATE idempotency SET lease_until = 1 WHERE key_digest = "
              + digest)
    done = post(api, key)
    assert done.status == 201 and not replayed(done)
    assert post(api, key).body == done.body


def at_once(count, act):
    """act(i) in as many threads, all let go at the same time."""
    gate, found, threads = threading.Barrier(count), [None] * count, []

    def run(i):
        gate.wait()
        found[i] = act(i)

    for i in range(count):
        threads.append(threading.Thread(target=run, args=(i,)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    return found


def test_100_at_once_make_one_session(stack):
    api = stack.tenant("Parallel")
    key = fresh()
    answers = at_once(100, lambda i: post(api, key, {"externalId": "race"}))
    seen = collections.Counter(a.status for a in answers)
    assert set(seen) <= {201, 409} and seen[201] >= 1, seen
    assert len({a.body for a in answers if a.status == 201}) == 1
    assert sum(a.status == 201 and not replayed(a) for a in answers) == 1
    assert total(api) == 1
    last = post(api, key, {"externalId": "race"})
    assert replayed(last) and last.json["id"] == api.found()[0]


# -- when an answer is lost --------------------------------------------------
def in_commit(stack):
    """How many connections of ours wait in their COMMIT."""
    return int(stack.sql("SELECT COUNT(*) FROM information_schema.processlist"
                         " WHERE user = 'vouchsafe' AND info = 'COMMIT'"
                         )[0][0])


def held_insert(stack):
    return int(stack.sql(
        "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE "
        "trx_state = 'LOCK WAIT'")[0][0])


@pytest.mark.late(1)
def test_killed_between_commit_and_answer(stack):
    """The worker dies while the server holds its COMMIT; the server then
    commits what nobody will be told of. The retry is told."""
    api = stack.tenant("Between")
    api.create()
    key, gap, backup = fresh(), stack.sql_session(), stack.sql_session()
    lost = threading.Thread(target=post, args=(api, key))
    try:
        # After the claim: the INSERT of the session waits for a gap.
        gap.run("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ;"
                " BEGIN; SELECT COUNT(*) FROM session FORCE INDEX (PRIMARY)"
                " WHERE tenant_id = (SELECT id FROM tenant WHERE live AND"
                " organisation_id = UNHEX('%s')) FOR UPDATE"
                % api.org.replace("-", ""))
        lost.start()
        wait_until(lambda: held_insert(stack), 4, "the INSERT does not wait")
        backup.run("BACKUP STAGE START; BACKUP STAGE FLUSH; BACKUP STAGE "
                   "BLOCK_DDL; BACKUP STAGE BLOCK_COMMIT")
        gap.run("ROLLBACK")
        wait_until(lambda: in_commit(stack), 4, "the COMMIT does not wait")
        for pid in stack.workers():
            os.kill(pid, signal.SIGKILL)
    finally:
        # Or the whole database would stand still.
        backup.close()
        gap.close()
        lost.join()
    stack.wait_ready()
    wait_until(lambda: total(api) == 2, 10, "the effect is not there")
    again = post(api, key)
    assert again.status == 201 and replayed(again)
    assert again.json["id"] == api.found()[0] and total(api) == 2


def test_a_client_that_does_not_wait_for_its_answer(api):
    key, word = fresh(), "gone " + uuid.uuid4().hex
    body = b'{"externalId":"%s"}' % word.encode()
    with socket.create_connection((api.host, api.port), 20) as peer:
        peer.sendall(b"POST /kyc-sessions HTTP/1.1\r\nHost: x\r\n"
                     b"Authorization: Bearer %s\r\nIdempotency-Key: %s\r\n"
                     b"Content-Type: application/json\r\nContent-Length: %d"
                     b"\r\n\r\n%s" % (api.key.encode(), key.encode(),
                                       len(body), body))
    answer = insist(api, key, time.monotonic() + 20, body)
    assert total(api, searchQuery=word) == 1
    assert answer.json["id"] == api.found(searchQuery=word)[0]


# -- when workers die --------------------------------------------------------
def insist(api, key, end, body=None):
    """What a careful client does: the same again until it is answered."""
    while True:
        try:
            answer = post(api, key, body or {"externalId": key})
        except OSError:
            answer = None
        if answer and answer.status == 201:
            return answer
        assert answer is None or answer.status in (409, 502, 503), answer
        assert time.monotonic() < end, (key, answer)
        time.sleep(0.05)


@pytest.mark.late(1)
def test_killed_workers_lose_and_double_nothing(stack):
    """At any moment: what was claimed is taken over after its lease, what was
    done is replayed."""
    api = stack.tenant("Killed")
    dice, stop, killed = random.Random(7), threading.Event(), []

    def reaper():
        while not stop.is_set():
            try:
                pid = dice.choice(sorted(stack.workers()))
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
            except (ProcessLookupError, IndexError):
                pass
            time.sleep(0.03)

    def lease_cut():
        """A minute's lease would make a slow test: it ends after 1 s."""
        while not stop.is_set():
            stack.sql("UPDATE idempotency SET lease_until = 1 WHERE status "
                      "IS NULL AND created_at < (UNIX_TIMESTAMP() - 1)*1000")
            time.sleep(0.5)

    keys = [fresh() for _ in range(240)]
    helpers = [threading.Thread(target=t) for t in (reaper, lease_cut)]
    for thread in helpers:
        thread.start()
    end = time.monotonic() + 90
    try:
        found = at_once(8, lambda lane: [
            (key, insist(api, key, end)) for key in keys[lane::8]])
    finally:
        stop.set()
        for thread in helpers:
            thread.join()
    assert len(killed) >= 3 and None not in found
    stack.wait_ready()
    made = {key: answer.json["id"] for lane in found for key, answer in lane}
    assert total(api) == len(keys) == len(set(made.values()))
    for key in keys[::20]:
        again = post(api, key, {"externalId": key})
        assert replayed(again) and again.json["id"] == made[key]
    wait_until(lambda: len(stack.workers()) == 16, 20, "workers are missing")
