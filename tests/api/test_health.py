# SPDX-License-Identifier: GPL-3.0-or-later
"""Liveness, readiness and counters; losing the database, rolling and ending
under load. What kills a server runs after all other tests."""
import collections
import os
import re
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

from kit import wait_until
from test_public import check_headers

SAMPLE = re.compile(r'([a-z_]+)(?:\{((?:[a-z]+="[^"\\\n]*",?)+)\})? '
                    r'(\+?-?[0-9.e+]+|\+Inf|NaN)')


def test_livez_and_readyz(stack):
    for path, body in (
            ("/livez", {"status": "ok"}),
            ("/readyz", {"status": "ready", "database": "ok", "schema": "ok",
                         "keyring": "ok"})):
        answer = stack.live.ask("GET", path, key=False)
        assert answer.status == 200 and answer.json == body
        check_headers(answer)
        assert stack.live.ask("HEAD", path, key=False).body == b""
        wrong = stack.live.ask("POST", path, key=False)
        assert wrong.status == 405
        assert wrong.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.late(2)
def test_readyz_knows_the_schema_and_the_keyring(stack):
    """A key in use that the keyring lacks; a migration that is missing."""
    stack.sql("INSERT INTO keyring_key VALUES (4000000000, 1)")
    answer = stack.live.ask("GET", "/readyz")
    stack.sql("DELETE FROM keyring_key WHERE key_id = 4000000000")
    assert answer.status == 503 and "missing" in answer.json["keyring"]
    stack.wait_ready(5)


# -- metrics -----------------------------------------------------------------
def metrics(stack):
    """Samples by name and labels; every line must be of the text format."""
    answer = stack.live.ask("GET", "/metrics", key=False)
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    found, types = {}, {}
    for line in answer.body.decode().splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name not in types and kind in (
                "counter", "gauge", "histogram")
            types[name] = kind
        elif not line.startswith("# HELP "):
            match = SAMPLE.fullmatch(line)
            assert match, line
            name, labels, value = match.groups()
            family = re.sub("_(bucket|sum|count)$", "", name)
            assert name in types or types[family] == "histogram", line
            assert (name, labels) not in found, "twice: " + line
            found[name, labels] = float(value)
    assert answer.body.endswith(b"\n")
    return found


def count(found, protocol, status):
    return found.get(("vouchsafe_requests_total", 'protocol="%s",status="%s"'
                      % (protocol, status)), 0)


def test_counters_count_each_request(stack):
    before = metrics(stack)
    for _ in range(7):
        stack.live.ask("POST", "/kyc-sessions/search")
    for _ in range(3):
        stack.live.ask("GET", "/kyc-sessions/x")
        stack.live.ask("GET", "/public/sessions/x")
    after = metrics(stack)
    # Others may be asking at the same time: at least so many.
    for protocol, status, times in (("dossiers", "2xx", 7),
                                    ("dossiers", "4xx", 3),
                                    ("public", "4xx", 3), ("ops", "2xx", 1)):
        assert (count(after, protocol, status) -
                count(before, protocol, status)) >= times, protocol
    for key, value in before.items():
        if key[0].endswith(("_total", "_bucket", "_sum", "_count")):
            assert after[key] >= value, key


def test_histogram_and_workers(stack):
    found = metrics(stack)
    name = "vouchsafe_request_duration_seconds"
    buckets = [(labels, value) for (n, labels), value in found.items()
               if n == name + "_bucket" and 'protocol="dossiers"' in labels]
    values = [value for _, value in buckets]
    assert values == sorted(values) and 'le="+Inf"' in buckets[-1][0]
    assert values[-1] == found[name + "_count", 'protocol="dossiers"']
    assert found[name + "_sum", 'protocol="dossiers"'] > 0
    up = [labels for (n, labels), value in found.items()
          if n == "vouchsafe_worker_up" and value == 1]
    assert len(up) == len(stack.workers())
    assert all(value > 1e5 for (n, _), value in found.items()
               if n == "vouchsafe_worker_private_bytes")


# -- under load --------------------------------------------------------------
class Load:
    """Requests from some threads, each answer's status counted."""

    def __init__(self, api, lanes=4):
        self.api, self.stop = api, threading.Event()
        self.seen, self.lost = collections.Counter(), []
        self.session = api.create()
        self.threads = [threading.Thread(target=self.run, args=(i,))
                        for i in range(lanes)]

    def run(self, lane):
        while not self.stop.is_set():
            try:
                if lane % 2:
                    answer = self.api.ask("POST", "/kyc-sessions", {})
                else:
                    answer = self.api.ask(
                        "GET", "/kyc-sessions/" + self.session["id"])
                self.seen[answer.status] += 1
                if answer.status >= 500:
                    time.sleep(0.02)
            except OSError as error:
                self.lost.append(repr(error))

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        for thread in self.threads:
            thread.join()

    def more(self, count=40):
        """Goes on until so many more have been answered."""
        before = sum(self.seen.values())
        wait_until(lambda: sum(self.seen.values()) >= before + count, 30,
                   "the load stands still")


def unready_within(stack, seconds):
    began = time.monotonic()
    while True:
        answer = stack.live.ask("GET", "/readyz", key=False)
        took = time.monotonic() - began
        if answer.status != 200:
            break
        assert took < seconds, "still ready"
        time.sleep(0.05)
    assert took < seconds, took
    return answer


def check_unready(answer):
    assert answer.status == 503, answer
    assert answer.json["status"] == "unavailable"
    assert answer.json["database"] == "unreachable"


@pytest.mark.late(3)
def test_hup_rolls_the_workers_without_a_lost_request(stack):
    api, before = stack.tenant("Roll"), stack.workers()
    with Load(api) as load:
        load.more()
        os.kill(stack.pid("api"), signal.SIGHUP)
        wait_until(lambda: not stack.workers() & before and
                   len(stack.workers()) == len(before), 60, "no roll")
        load.more()
    assert set(load.seen) == {200, 201} and not load.lost, load.seen
    # Counters outlive their worker.
    assert count(metrics(stack), "dossiers", "2xx") >= sum(
        load.seen.values())


@pytest.mark.late(4)
def test_a_database_that_hangs(stack):
    """It takes connections and answers none: no worker may wait for ever."""
    pid = stack.pid("db")
    os.kill(pid, signal.SIGSTOP)
    try:
        check_unready(unready_within(stack, 5))
        assert stack.live.ask("GET", "/livez").status == 200
    finally:
        os.kill(pid, signal.SIGCONT)
    stack.wait_ready(10)
    stack.live.create()


def start_again(stack, part, line, environment):
    """With its own command line, as ./bootstrap would; known to it after."""
    log = open(stack.logs / (part + ".log"), "ab")
    process = subprocess.Popen(
        line, cwd=stack.run, env=environment, stdin=subprocess.DEVNULL,
        stdout=log, stderr=log, start_new_session=True)
    log.close()
    stat = Path("/proc/%d/stat" % process.pid).read_text()
    (stack.run / "pid" / part).write_text("%d %s\n" % (
        process.pid, stat.rpartition(")")[2].split()[19]))
    return process


def how_started(pid):
    proc = Path("/proc/%d" % pid)
    line = proc.joinpath("cmdline").read_bytes().split(b"\0")[:-1]
    pairs = proc.joinpath("environ").read_bytes().split(b"\0")
    return line, dict(p.split(b"=", 1) for p in pairs if b"=" in p)


def gone(pid):
    try:
        return Path("/proc/%d/stat" % pid).read_text().rpartition(
            ")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.late(5)
def test_a_database_that_dies_and_comes_back_under_load(stack):
    api, workers = stack.tenant("Restart"), stack.workers()
    pid = stack.pid("db")
    line, environment = how_started(pid)
    # Every worker has a connection and prepared statements to lose.
    with Load(api, 6) as load:
        load.more(200)
        os.kill(pid, signal.SIGKILL)
        answer = unready_within(stack, 5)
        check_unready(answer)
        assert answer.headers["X-Request-Id"]
        assert stack.live.ask("GET", "/livez").status == 200
        made = stack.live.ask("POST", "/kyc-sessions", {})
        assert made.status == 503 and made.headers["Retry-After"]
        assert made.json["statusCode"] == 503
        wait_until(lambda: gone(pid), 10, "mariadbd does not die")
        start_again(stack, "db", line, environment)
        stack.wait_ready(30)
        # From now on no request may meet a stale connection.
        middle = load.seen.copy()
        load.more(200)
        late = load.seen - middle
    assert set(load.seen) <= {200, 201, 503}, load.seen
    assert not load.lost
    assert late[503] <= 6, late  # one may still have been on its way, a lane
    assert stack.workers() == workers
    # Every 201 has its session, and there may be some whose answer was lost.
    assert api.search()["totalCount"] >= load.seen[201] + 1


@pytest.mark.late(6)
def test_term_ends_gracefully_and_it_starts_again(stack):
    api, workers = stack.tenant("Term"), stack.workers()
    pid = stack.pid("api")
    line, environment = how_started(pid)
    with Load(api) as load:
        load.more()
        os.kill(pid, signal.SIGTERM)
        wait_until(lambda: gone(pid), 20, "the parent does not end")
        load.more(5)
        done = load.seen.copy()
    # Whatever a worker took was answered; nginx tells of the rest.
    assert set(done) <= {200, 201, 502} and done[502] and not load.lost
    assert all(gone(worker) for worker in workers)
    # bash's pid file is ours to keep right, or ./bootstrap stop would miss it
    start_again(stack, "api", line, environment)
    stack.wait_ready(20)
    assert api.search()["totalCount"] == load.seen[201] + 1
    assert not stack.workers() & workers
