# SPDX-License-Identifier: GPL-3.0-or-later
"""A stack of the tests' own, whose parts may be killed."""
import http.client
import json
import mailbox
import os
import shlex
import signal
import subprocess
import time
import urllib.parse
from pathlib import Path

HERE = Path(__file__).resolve().parent


def children(parent):
    """Processes that this one started and that still live, oldest first."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            stat = (entry / "stat").read_text()
        except OSError:
            continue
        state, its_parent = stat.rpartition(")")[2].split()[:2]
        if int(its_parent) == parent and state != "Z":
            found.append(int(entry.name))
    return sorted(found)


def sockets(pid):
    """How many it has open: a lane that sends a mail has two."""
    count = 0
    try:
        for link in os.scandir("/proc/%d/fd" % pid):
            count += os.readlink(link.path).startswith("socket:")
    except OSError:
        pass  # it has just ended
    return count


def wait_for(seconds, test, what):
    """What the test gives once it is true; fails when the time is up."""
    end = time.monotonic() + seconds
    while True:
        found = test()
        if found:
            return found
        assert time.monotonic() < end, "waited %d s in vain for %s" % (
            seconds, what)
        time.sleep(0.1)


class Held:
    """Locks that go when it is closed."""

    def __init__(self, socket, text):
        self.process = subprocess.Popen(
            ["mariadb", "--no-defaults", "--batch", "--skip-column-names",
             "--unbuffered", "-uroot", "-S", socket, "vouchsafe"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process.stdin.write("BEGIN; %s; SELECT 'held';\n" % text)
        self.process.stdin.flush()
        while self.process.stdout.readline() not in ("held\n", ""):
            pass

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(20)


class Victim:
    """The stack: its parts, its API, its database, its mail."""

    def __init__(self, run, env_file):
        self.run = run
        words = shlex.split(Path(env_file).read_text())
        self.bin = dict(w.split("=", 1) for w in words)["VOUCHSAFE_BIN"]
        self.tell("start")
        words = shlex.split((run / "demo.env").read_text())
        self.env = dict(w.split("=", 1) for w in words)
        self.host = urllib.parse.urlsplit(self.env["VOUCHSAFE_URL"]).netloc
        self.key = self.env["VOUCHSAFE_KEY"]
        self.sockets = Path(self.env["VOUCHSAFE_DB_SOCKET"]).parent

    def tell(self, *words):
        # Ports of its own: other tests' stacks take theirs from this range.
        env = dict(os.environ, VOUCHSAFE_RUN=str(self.run),
                   VOUCHSAFE_BIN=self.bin)
        log = self.run.parent / "stack.log"
        with open(log, "ab") as out:
            done = subprocess.run([str(HERE / "stack.sh"), *words], env=env,
                                  stdin=subprocess.DEVNULL, stdout=out,
                                  stderr=out, timeout=120)
        assert done.returncode == 0, log.read_text()

    def stop(self):
        self.tell("stop")

    def pid(self, part):
        return int((self.run / "pid" / part).read_text().split()[0])

    def ask(self, method, path, body=None, **headers):
        """Status and body; OSError or HTTPException where none came."""
        link = http.client.HTTPConnection(self.host, timeout=40)
        try:
            link.request(method, path, body,
                         {k.replace("_", "-"): v for k, v in headers.items()})
            answer = link.getresponse()
            return answer.status, answer.read()
        finally:
            link.close()

    def call(self, method, path, body=None, **headers):
        """As ask, with the key and JSON both ways."""
        if body is not None:
            body = json.dumps(body)
            headers.setdefault("Content_Type", "application/json")
        status, text = self.ask(method, path, body,
                                Authorization="Bearer " + self.key, **headers)
        return status, json.loads(text) if text else None

    def sql(self, text):
        done = subprocess.run(
            ["mariadb", "--no-defaults", "--batch", "--skip-column-names",
             "-uroot", "-S", self.env["VOUCHSAFE_DB_SOCKET"], "vouchsafe"],
            input=text, text=True, capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return [line.split("\t") for line in done.stdout.splitlines()]

    def hold(self, text):
        """A transaction that has run the statement and stays open."""
        return Held(self.env["VOUCHSAFE_DB_SOCKET"], text)

    def answers(self):
        """Whether everything stands, the database too."""
        try:
            return self.ask("GET", "/readyz")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def operator(self, *words):
        done = subprocess.run(
            [self.bin + "/vouchsafe", "--conf",
             self.env["VOUCHSAFE_CONF"], *words],
            text=True, capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def mails(self):
        """The Message-IDs that arrived, by address."""
        found = {}
        for mail in mailbox.Maildir(self.env["VOUCHSAFE_MAIL"]):
            found.setdefault(mail["X-RcptTo"], []).append(mail["Message-ID"])
        return found

    def kill(self, pid):
        """-9; false where it was gone already."""
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def restart(self, part):
        """Kills it, if it lives, and starts it as the stack does."""
        self.kill(self.pid(part))
        self.tell("part", part)

    def findings(self):
        """What the sanitizers had to say."""
        words = ("ERROR: AddressSanitizer", "runtime error:",
                 "LeakSanitizer")
        return [line for log in (self.run / "log").iterdir()
                for line in log.read_text(errors="replace").splitlines()
                if any(w in line for w in words)]
