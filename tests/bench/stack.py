# SPDX-License-Identifier: GPL-3.0-or-later
"""The stack under measurement: ./bootstrap's, in a directory of its own."""
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parents[1]


class Failed(Exception):
    """What the user is told instead of a table."""


def children(pid):
    """The processes that this one started and that still live."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            stat = (entry / "stat").read_text()
        except OSError:
            continue
        state, parent = stat.rpartition(")")[2].split()[:2]
        if int(parent) == pid and state != "Z":
            found.append(int(entry.name))
    return sorted(found)


def wait_for(seconds, test, what):
    end = time.monotonic() + seconds
    while not test():
        if time.monotonic() > end:
            raise Failed("waited %d s in vain for %s" % (seconds, what))
        time.sleep(0.05)


class Stack:
    """Started on entry; stopped and removed on exit."""

    def __init__(self):
        self.base = Path(tempfile.mkdtemp(prefix="vsb."))
        self.run = self.base / "run"
        self.spawned = []

    def bootstrap(self, word):
        env = dict(os.environ, VOUCHSAFE_RUN=str(self.run))
        done = subprocess.run([str(TOP / "bootstrap"), word], env=env,
                              text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        if done.returncode:
            raise Failed("./bootstrap %s failed:\n%s" % (word, done.stdout))

    def __enter__(self):
        try:
            self.bootstrap("start")
        except BaseException:
            self.__exit__()
            raise
        text = (self.run / "demo.env").read_text()
        self.env = dict(line.split("=", 1) for line in text.splitlines())
        self.url = self.env["VOUCHSAFE_URL"]
        self.key = self.env["VOUCHSAFE_KEY"]
        self.sockets = Path(self.env["VOUCHSAFE_DB_SOCKET"]).parent
        self.bin = Path(self.env["VOUCHSAFE_BIN"])
        # Sending is not measured, and takes the database's time.
        self.end(self.pid("jobs"))
        return self

    def __exit__(self, *_):
        for process in self.spawned:
            process.terminate()
        for process in self.spawned:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        try:
            self.bootstrap("stop")
        finally:
            shutil.rmtree(self.base, ignore_errors=True)

    def pid(self, part):
        return int((self.run / "pid" / part).read_text().split()[0])

    def end(self, pid):
        os.kill(pid, signal.SIGTERM)
        wait_for(30, lambda: not self.lives(pid), "process %d to end" % pid)

    @staticmethod
    def lives(pid):
        try:
            stat = Path("/proc/%d/stat" % pid).read_text()
        except OSError:
            return False
        return stat.rpartition(")")[2].split()[0] != "Z"

    def spawn(self, name, *command):
        """A process of ours; its output goes to the stack's logs."""
        with open(self.run / "log" / (name + ".log"), "ab") as log:
            process = subprocess.Popen(
                command, cwd=self.run, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True,
                env=dict(os.environ, VOUCHSAFE_STACK=str(self.run)))
        self.spawned.append(process)
        return process

    def log_of(self, name):
        return (self.run / "log" / (name + ".log")).read_text()[-2000:]

    def sql(self, text):
        """Rows as lists of text; what is binary should be asked for in hex."""
        done = subprocess.run(
            ["mariadb", "--no-defaults", "--batch", "--skip-column-names",
             "-uroot", "-S", self.env["VOUCHSAFE_DB_SOCKET"], "vouchsafe"],
            input=text, text=True, capture_output=True)
        if done.returncode:
            raise Failed("SQL: %s\n%s" % (done.stderr, text[:300]))
        return [line.split("\t") for line in done.stdout.splitlines()]

    def tool(self, *words):
        """What the operator's tool prints."""
        done = subprocess.run(
            [str(self.bin / "vouchsafe"), "--conf",
             self.env["VOUCHSAFE_CONF"], *words],
            text=True, capture_output=True)
        if done.returncode:
            raise Failed("vouchsafe %s: %s" % (words[0], done.stderr))
        return done.stdout.strip()

    def call(self, url, method, path, body=None):
        """One request; the answer's JSON."""
        request = urllib.request.Request(
            url + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": "Bearer " + self.key,
                     "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def workers(self):
        """The processes of the API's fast pool and slow pool."""
        return children(self.pid("api"))

    def one_worker(self):
        """The API again with one worker a pool; the fast one's pid."""
        conf = (self.run / "vouchsafe.conf").read_text()
        conf = re.sub(r"(?m)^((?:slow_)?workers = ).*", r"\g<1>1", conf)
        (self.run / "one.conf").write_text(conf)
        self.end(self.pid("api"))
        parent = self.spawn("one", str(self.bin / "vouchsafe.fcgi"),
                            "--conf", str(self.run / "one.conf"))
        wait_for(10, lambda: len(children(parent.pid)) == 2, "two workers")
        wait_for(10, lambda: (self.sockets / "api.sock").exists(), "a socket")
        # Forked in the order of the pools: fast, then slow.
        return children(parent.pid)[0]
