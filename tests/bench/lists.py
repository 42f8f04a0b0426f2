# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of a million sessions: how long each takes at the client."""
import http.client
import os
import re
import statistics
import time
import urllib.parse
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from stack import Failed, children, wait_for

MANY = 1_000_000
FEW = 1_000
HALF = MANY // 2
WORKFLOWS = 5
POOL = 2**31
LOG = 2**30
YEAR_MS = 365 * 86_400_000

FIRST = ["Anna", "Bernd", "Chloe", "Dmitri", "Elena", "Farid", "Grace", "Hugo",
         "Ines", "Jonas", "Kofi", "Lena", "Marta", "Nils", "Olga", "Paulo",
         "Quentin", "Rosa", "Samir", "Tea", "Uwe", "Vera", "Wanda", "Xenia",
         "Yusuf", "Zoe", "André", "Bo", "Carmen", "Dora"]
STEMS = ["Acker", "Berg", "Castel", "Dahl", "Eber", "Falk", "Gold", "Hart",
         "Isen", "Jung", "Kern", "Linde", "Mohr", "Nieder", "Ober", "Preuss",
         "Quast", "Rosen", "Stein", "Thal", "Ulm", "Vogel", "Wald", "Zimmer"]
MIDDLES = ["a", "e", "i", "o", "u", "en", "er", "el", ""]
ENDS = ["mann", "ovic", "son", "ez", "ski", "eau", "feld", "bach", "ini",
        "dottir", "sen", "wala", "ic", "escu", "yan", "oglu", "ova", "dahl",
        "quist", "meyer", "huber", "ano", "ides", "stad", "brook"]


def pick(words, index):
    return "ELT(%s %% %d + 1, %s)" % (
        index, len(words), ", ".join("'%s'" % w for w in words))


# The nth session; times spread over the last year, ids as uuid_v7 makes them.
SESSION = """
INSERT INTO bare (tenant_id, id, state, protocol, workflow_id,
 workflow_version, entity_id, external_id, customer_name, customer_email,
 locale, link_generation, created_at, updated_at, completed_at, expires_at,
 due_at, priority, assigned_to, risk, validated, decision, steps_total,
 steps_done, step_current)
SELECT {tenant}, UNHEX(CONCAT(LPAD(HEX({created}), 12, '0'), '7',
 SUBSTR(MD5(seq), 1, 3), '8', SUBSTR(MD5(seq), 4, 15))),
 CASE WHEN seq % 100 < 70 THEN 10 WHEN seq % 100 < 80 THEN 11
  WHEN seq % 100 < 85 THEN 8 WHEN seq % 100 < 95 THEN 12
  WHEN seq % 100 < 97 THEN 2 WHEN seq % 100 < 99 THEN 4 ELSE 13 END,
 1, {workflow}, 1, UNHEX(MD5(seq DIV 3)),
 CONCAT('order-', LPAD(seq, 7, '0')), CONCAT({first}, ' ', {last}),
 CONCAT(LOWER({last}), '.', seq, '@example.org'), 'en', 1, {created},
 {created}, IF(seq % 100 < 85, {created}, NULL), {created} + 604800000,
 IF(seq % 100 BETWEEN 95 AND 98, {now} + 604800000, NULL),
 CASE WHEN seq % 1000 = 7 THEN 4 WHEN seq % 50 = 7 THEN 3 ELSE 2 END,
 IF(seq % 5 = 0, CONCAT('reviewer-', seq DIV 5 % 500), NULL),
 IF(seq % 100 < 85, seq * 7919 % 10000, NULL), IF(seq % 100 < 85, seq % 8, 0),
 IF(seq % 100 < 70, 1, 0), 3, IF(seq % 100 < 85, 3, 0),
 IF(seq % 100 < 85, 3, 0)
FROM seq_1_to_{count}
"""
# The nth word of a session; it has none twice.
WORDS = [
    "LOWER(INSERT(INSERT(INSERT(INSERT(HEX(s.id), 9, 0, '-'), 14, 0, '-'),"
    " 19, 0, '-'), 24, 0, '-'))",
    "s.external_id", "SUBSTR(s.external_id, 7)",
    "SUBSTRING_INDEX(s.customer_name, ' ', 1)",
    "SUBSTRING_INDEX(s.customer_name, ' ', -1)", "s.customer_email",
]
# Into an empty table, without checks, rows are sorted and every index is built
# from what is sorted: minutes less. What was there before comes back behind.
BULK = """
SET unique_checks = 0, foreign_key_checks = 0;
CREATE TABLE load_{table} LIKE {table};
INSERT INTO load_{table} {rows};
INSERT INTO load_{table} SELECT * FROM {table};
RENAME TABLE {table} TO old_{table}, load_{table} TO {table};
DROP TABLE old_{table};
"""
KEYS = """
SELECT DISTINCT index_name FROM information_schema.statistics WHERE
 table_schema = DATABASE() AND table_name = 'session' AND
 index_name <> 'PRIMARY'
"""
COUNT = """
INSERT INTO session_count (tenant_id, workflow_id, day, state, n, scored, risk,
 lists, face_match, adverse_media)
SELECT tenant_id, workflow_id, %s AS d, state, COUNT(*), COUNT(risk),
 COALESCE(SUM(risk), 0), SUM(validated & 1), SUM(validated >> 1 & 1),
 SUM(validated >> 2 & 1) FROM session WHERE tenant_id = %s
GROUP BY tenant_id, workflow_id, d, state
"""


class Tenant:
    """An organisation with so many sessions."""

    def __init__(self, stack, name, count):
        self.stack, self.count = stack, count
        org = stack.tool("org", "add", name).split("=")[1]
        self.key = stack.tool("key", "add", "--org", org, "--name", "bench")
        self.id = "0x" + stack.sql(
            "SELECT HEX(id) FROM tenant WHERE live = 1 AND organisation_id ="
            " UNHEX('%s')" % org.replace("-", ""))[0][0]
        self.connection = None
        self.load()

    def load(self):
        now = int(time.time() * 1000)
        ids = [uuid.uuid4().hex for _ in range(WORKFLOWS)]
        for i in ids:
            self.stack.sql(
                "INSERT INTO workflow (tenant_id, id, version, name,"
                " definition, created_at, step_count) SELECT tenant_id,"
                " 0x%s, 1, name, definition, created_at, step_count FROM"
                " workflow WHERE tenant_id = %s LIMIT 1" % (i, self.id))
        created = "(%d + seq * %d DIV %d)" % (now - YEAR_MS, YEAR_MS,
                                              self.count)
        self.bare(SESSION.format(
            tenant=self.id, created=created, count=self.count, now=now,
            workflow="ELT(seq %% %d + 1, %s)" % (
                WORKFLOWS, ", ".join("0x" + i for i in ids)),
            first=pick(FIRST, "seq DIV 7"),
            last="CONCAT(%s, %s, %s)" % (
                pick(STEMS, "seq DIV 3"), pick(MIDDLES, "seq DIV 13"),
                pick(ENDS, "seq DIV 11"))))
        words = "SELECT s.tenant_id, ELT(n.seq, %s), s.id FROM seq_1_to_%d" \
            " n STRAIGHT_JOIN bare s" % (", ".join(WORDS), len(WORDS))
        with ThreadPoolExecutor() as pool:
            list(pool.map(self.stack.sql, (
                BULK.format(table="word", rows=words),
                BULK.format(table="session", rows="SELECT * FROM bare"))))
        self.stack.sql("DROP TABLE bare")
        for day in ("0", "created_at DIV 86400000"):
            self.stack.sql(COUNT % (day, self.id))

    def bare(self, insert):
        """The sessions in a table without indexes, to make others from."""
        keys = [row[0] for row in self.stack.sql(KEYS)]
        self.stack.sql(
            "SET unique_checks = 0, foreign_key_checks = 0;"
            " CREATE TABLE bare LIKE session; ALTER TABLE bare %s; %s"
            % (", ".join("DROP KEY " + key for key in keys), insert))

    def get(self, query):
        """The seconds that an answer took, and the answer's text."""
        if not self.connection:
            where = urllib.parse.urlsplit(self.stack.url)
            self.connection = http.client.HTTPConnection(
                where.hostname, where.port, timeout=60)
        start = time.perf_counter()
        self.connection.request("GET", "/kyc/sessions?" + query, headers={
            "Authorization": "Bearer " + self.key})
        answer = self.connection.getresponse()
        text = answer.read().decode()
        took = time.perf_counter() - start
        if answer.status != 200:
            raise Failed("%s: %d %s" % (query, answer.status, text))
        return took, text

    def next_key(self, query, key=None):
        _, text = self.get(query + ("&next_key=" + key if key else ""))
        return re.search(r'"next_key":"([^"]*)"', text)[1]

    def key_at(self, row):
        """The key of the page that starts there, by turning pages."""
        key = None
        for _ in range(row // 100):
            key = self.next_key("limit=100", key)
        return key


class Times:
    def __init__(self, tenant, query, rounds):
        for _ in range(5):
            tenant.get(query)
        all_ms = sorted(tenant.get(query)[0] * 1000 for _ in range(rounds))
        self.best = all_ms[0]
        self.p50 = statistics.median(all_ms)
        self.p95 = all_ms[int(len(all_ms) * 0.95)]
        text = tenant.get(query)[1]
        self.rows = text.count('"session_id"')
        found = re.search(r'"total":(\d+)', text)
        self.total = found[1] if found else "-"


def explained(stack, tenant, query):
    """The plans of what the request really ran: the slow log has them."""
    log = stack.run / "slow.log"
    log.write_text("")
    log.chmod(0o666)
    stack.sql("SET GLOBAL slow_query_log_file = '%s', GLOBAL long_query_time"
              " = 0, GLOBAL log_slow_verbosity = 'explain',"
              " GLOBAL slow_query_log = 1" % log)
    kill_others(stack)
    tenant.get(query)
    stack.sql("SET GLOBAL slow_query_log = 0, GLOBAL long_query_time = 10")
    kill_others(stack)
    out = []
    for block in log.read_text(errors="replace").split("# User@Host")[1:]:
        plan = re.findall(r"(?m)^# explain: (.*)", block)
        statement = re.search(r"(?m)^(SELECT .*)", block)
        if not plan or not statement or re.search(
                "FROM (api_key|information_schema)", statement[1]):
            continue
        text = re.sub(r"[^ -~]", "?", statement[1])
        out.append("  -- %s …" % text[:100])
        out += ["    " + line.replace("\t", "  ") for line in plan]
    return "\n".join(out)


def kill_others(stack):
    """Connections keep their settings: the workers make new ones."""
    for (number,) in stack.sql(
            "SELECT id FROM information_schema.processlist WHERE user <>"
            " 'system user' AND id <> CONNECTION_ID() AND command = 'Sleep'"):
        stack.sql("KILL CONNECTION %s" % number)
    time.sleep(0.2)


def kinds(many):
    """A name, the query, the most that p50 may be in ms, or None."""
    entity = many.stack.sql("SELECT LOWER(HEX(UNHEX(MD5(1000))))")[0][0]
    entity = str(uuid.UUID(entity))
    mail = many.stack.sql("SELECT customer_email FROM session WHERE"
                          " external_id = 'order-0123456' AND tenant_id = "
                          + many.id)[0][0]
    middle = many.key_at(HALF)
    summary = "include_summary=true"
    return [
        ("20 with summary", summary, 3),
        ("first page", "limit=20", 3),
        ("page at row %d" % HALF, "limit=20&next_key=" + middle, 3),
        ("a rare status", "status=revoked&" + summary, 3),
        ("30 days", "created_from=%s&%s" % (time.strftime(
            "%Y-%m-%dT00:00:00Z", time.gmtime(time.time() - 30 * 86400)),
            summary), None),
        ("search, one name (< 1,000)", "search=ackerenmann", 5),
        ("the same with summary, one name", "search=ackerenmann&" + summary,
         None),
        ("search, an order", "search=order-0400123&" + summary, 5),
        ("search, two words", "search=anna+ackerenmann", 5),
        ("search, a mail address",
         "search=%s&%s" % (urllib.parse.quote(mail), summary), 5),
        ("search, a first name (33,000)", "search=anna", 50),
        ("search, a letter", "search=s", 50),
        ("search, any id (1,000,000)", "search=0", 50),
        ("the same with summary, any id", "search=0&" + summary, 50),
        ("search, two common words", "search=anna+order", 50),
        ("search, common and status", "search=s&status=rejected", 50),
        ("assigned_to", "assigned_to=reviewer-7", None),
        ("assigned_to, summary", "assigned_to=reviewer-7&" + summary, None),
        ("customer_id, summary", "customer_id=%s&%s" % (entity, summary),
         None),
        ("priority urgent", "priority=urgent", None),
        ("priority urgent, summary", "priority=urgent&" + summary, None),
        ("risk_level high", "risk_level=high", None),
    ]


def print_lists(stack, rounds, verdict):
    first = go_first(stack)
    stack.sql("SET GLOBAL innodb_buffer_pool_size = %d,"
              " GLOBAL innodb_log_file_size = %d,"
              " GLOBAL innodb_flush_log_at_trx_commit = 0" % (POOL, LOG))
    start = time.monotonic()
    few = Tenant(stack, "Few", FEW)
    many = Tenant(stack, "Many", MANY)
    stack.sql("SET GLOBAL innodb_flush_log_at_trx_commit = 1")
    stack.sql("ANALYZE TABLE session, word, session_count")
    print("\nLists: %d sessions of one organisation, loaded in %d s"
          " (innodb_buffer_pool_size %d MiB)"
          % (MANY, time.monotonic() - start, POOL >> 20))
    wait_for(300, lambda: not history(stack), "the purge")
    print("  timed %s everything else on the machine%s" % (
        ("ahead of", "") if first else ("among", ": not root")))
    print("  %-32s %8s %8s %8s %6s %8s" % ("", "best ms", "p50 ms", "p95 ms",
                                           "rows", "total"))
    small = Times(few, "include_summary=true", rounds)
    show("20 with summary, %d sessions" % FEW, small)
    found, asked = {}, kinds(many)
    for name, query, most in asked:
        found[name] = Times(many, query, rounds)
        show(name, found[name])
        if most:
            verdict.tell("%s: p50 at most %d ms" % (name, most),
                         found[name].p50 <= most)
    verdict.tell("the list within 1.5 times of that on %d" % FEW,
                 found["20 with summary"].p50 <= 1.5 * small.p50)
    verdict.tell("page at row %d within 1.5 times of the first" % HALF,
                 found["page at row %d" % HALF].p50 <=
                 1.5 * found["first page"].p50)
    for name, query, _ in asked:
        print("\nEXPLAIN of %s\n%s" % (name, explained(stack, many, query)))


def go_first(stack):
    """The stack and this client before other work; whether that may be. The
    kernel shares time out between sessions first, so that a nice of a process
    says nothing outside its own: autogroup is the session's (sched(7))."""
    parents = [stack.pid(part) for part in ("db", "api", "nginx")]
    pids = [os.getpid(), *parents]
    for parent in parents:
        pids += children(parent)
    try:
        for pid in pids:
            # A process is but its first thread here.
            for task in Path("/proc/%d/task" % pid).iterdir():
                os.setpriority(os.PRIO_PROCESS, int(task.name), -19)
            group = Path("/proc/%d/autogroup" % pid)
            if group.exists():
                group.write_text("-19")
    except PermissionError:
        return False
    return True


def history(stack):
    """Whether much is left to purge: it would be measured as well."""
    rows = stack.sql("SHOW GLOBAL STATUS LIKE 'Innodb_history_list_length'")
    return int(rows[0][1]) > 1000


def show(name, t):
    print("  %-32s %8.2f %8.2f %8.2f %6d %8s" % (
        name, t.best, t.p50, t.p95, t.rows, t.total))
