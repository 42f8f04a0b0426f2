# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured: CPU time, statements, memory, plans."""
import re
import shutil
import subprocess
import time
from pathlib import Path

from stack import HERE, Failed, children

PARTS = ("worker", "nginx", "mariadbd")
CONNECTIONS = 8
COUNTERS = ("Questions", "Com_stmt_execute", "Com_stmt_prepare",
            "Com_stmt_close")


def cpu_s(pid):
    """User and system time of all threads, dead ones too: what utime and
    stime of /proc/PID/stat add up to, without their rounding to 10 ms."""
    # clock_getcpuclockid(3) builds the id that way; CPUCLOCK_SCHED is 2.
    return time.clock_gettime((~pid << 3) | 2)


class Side:
    """One of the two: its address and the processes that serve it."""

    def __init__(self, name, url, parent, nginx, database):
        self.name = name
        self.url = url
        self.parents = {"worker": parent, "nginx": nginx}
        self.database = database

    def pids(self):
        found = {part: children(p) for part, p in self.parents.items()}
        found["mariadbd"] = [self.database]
        return found


def load(side, kind, seconds, key, session):
    """Requests that wrk got answers to; every one must be 2xx."""
    if not shutil.which("wrk"):
        raise Failed("there is no wrk: apt-get install wrk")
    done = subprocess.run(
        ["wrk", "-t1", "-c%d" % CONNECTIONS, "-d%d" % seconds,
         "-s", str(HERE / "load.lua"), side.url, "--", kind, key, session],
        text=True, capture_output=True)
    found = re.search(r"requests (\d+) errors (\d+)", done.stdout)
    if not found or int(found[2]) or not int(found[1]):
        raise Failed("the load on %s (%s) failed:\n%s%s"
                     % (side.name, kind, done.stdout, done.stderr))
    return int(found[1])


def round_of(side, kind, seconds, key, session):
    """CPU µs a request, by part and in total."""
    pids = side.pids()
    before = {part: sum(map(cpu_s, p)) for part, p in pids.items()}
    count = load(side, kind, seconds, key, session)
    if side.pids() != pids:
        raise Failed("a process of %s ended under load" % side.name)
    used = {part: (sum(map(cpu_s, p)) - before[part]) / count * 1e6
            for part, p in pids.items()}
    used["total"] = sum(used[part] for part in PARTS)
    used["requests"] = count
    return used


def counters(stack):
    rows = stack.sql("SHOW GLOBAL STATUS WHERE Variable_name IN (%s)"
                     % ", ".join("'%s'" % c for c in COUNTERS))
    return {name: int(value) for name, value in rows}


def statements(stack, side, kind, session, key=None):
    """What the server counts, a request; asking counts too and is deducted."""
    zero = counters(stack)
    before = counters(stack)
    count = load(side, kind, 1, key or stack.key, session)
    after = counters(stack)
    return {c: (after[c] - before[c] - (before[c] - zero[c])) / count
            for c in COUNTERS}


def private_kb(pid):
    text = Path("/proc/%d/smaps_rollup" % pid).read_text()
    return sum(map(int, re.findall(r"^Private_\w+:\s+(\d+) kB", text, re.M)))


def memory(stack, side, session, targets):
    """Private memory at each count of requests, served by one process."""
    pid = stack.one_worker()
    found = [(0, private_kb(pid))]
    count = 0
    for target in targets:
        while count < target:
            count += load(side, "mix", 2, stack.key, session)
        found.append((count, private_kb(pid)))
    if not stack.lives(pid):
        raise Failed("the worker ended under load")
    return found


def fill(text, values):
    """The statement with its question marks replaced by literals."""
    parts = text.split("?")
    if len(parts) != len(values) + 1:
        raise Failed("%d values for: %s" % (len(values), text))
    return "".join(p + str(v) for p, v in zip(parts, values + [""]))


def explain_get(stack, text, session):
    session = "0x" + session.replace("-", "")
    digest = stack.sql("SELECT HEX(k.digest) FROM api_key k JOIN session s"
                       " USING (tenant_id) WHERE s.id = " + session)[0][0]
    return explain(stack, fill(text, [session, "0x" + digest]))


def explain_search(stack):
    """A search page, newest first, by one word of the name."""
    texts = [t.decode() for t in
             (stack.bin / "vouchsafe.fcgi").read_bytes().split(b"\0")
             if t.startswith(b"SELECT s.id FROM (SELECT DISTINCT ") and
             t.count(b"word LIKE") == 1 and
             t.endswith(b" ORDER BY s.id DESC LIMIT ? OFFSET ?")]
    if len(texts) != 1:
        raise Failed("%d statements look like a search page" % len(texts))
    tenant = stack.sql("SELECT HEX(id) FROM tenant WHERE live = 1")[0][0]
    tenant = "0x" + tenant
    ids = ["0x" + "00" * 16, "0x" + "ff" * 16]
    values = [tenant, "'lovelace7%'", *ids, tenant, *range(1, 15)]
    values += [0, 2**63 - 1, *ids, -1, -1, *["NULL"] * 6, 0, 0, 0, 0, 0]
    values += [20, 0]
    return explain(stack, fill(texts[0], values))


def explain(stack, text):
    rows = stack.sql("EXPLAIN " + text)
    head = ["id", "select", "table", "type", "possible_keys", "key", "len",
            "ref", "rows", "extra"]
    # possible_keys is long and says nothing that key does not.
    table = [[c for i, c in enumerate(r) if i != 4] for r in [head] + rows]
    width = [max(len(r[i]) for r in table) for i in range(len(table[0]))]
    return "\n".join("  " + "  ".join(c.ljust(w) for c, w in zip(r, width))
                     .rstrip() for r in table)
