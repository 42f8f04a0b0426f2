# SPDX-License-Identifier: GPL-3.0-or-later
"""GET /kyc/sessions: rows, filters, pages, the summary; GET /kyc/stats."""
import itertools
import re
import time
import urllib.parse
import uuid

import pytest

from kit import Link, wait_until

ISO = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
DAY = 86_400_000
STATES = {"draft": 1, "invited": 2, "opened": 3, "started": 4, "completed": 5,
          "processing": 6, "processed": 7, "manual_review": 8,
          "correcting": 9, "approved": 10, "rejected": 11, "expired": 12,
          "revoked": 13, "failed": 14}
STATUS = dict({name: name for name in STATES}, invited="active",
              opened="active", started="active",
              correcting="awaiting_client_correction")
COMPLIANCE = {"draft": "incomplete", "active": "pending",
              "completed": "completed", "processing": "pending",
              "processed": "completed", "manual_review": "manual_review",
              "awaiting_client_correction": "remediation",
              "approved": "approved", "rejected": "rejected",
              "expired": "incomplete", "revoked": "incomplete",
              "failed": "incomplete"}
# The fields of the document's example and what they may be.
ROW = {"session_id": str, "tenant_id": str, "workflow_id": str,
       "workflow_name": str, "status": str, "compliance_status": str,
       "current_step_index": int, "completed_steps": int, "total_steps": int,
       "progress_percent": int, "expires_at": int, "metadata": dict,
       "customer_id": (str, type(None)), "priority": str,
       "assigned_to": (str, type(None)),
       "risk_score": (int, float, type(None)),
       "risk_level": (str, type(None)), "created_at": str, "updated_at": str}


def ask(api, **query):
    text = "&".join("%s=%s" % item for item in query.items())
    answer = api.ask("GET", "/kyc/sessions?" + text)
    assert answer.status == 200, answer
    return answer.json["data"]


def ids(data):
    return [s["session_id"] for s in data["sessions"]]


def walk(api, **query):
    """Every id, page by page."""
    found, key = [], None
    while True:
        data = ask(api, **query, **({"next_key": key} if key else {}))
        found += ids(data)
        key = data["next_key"]
        if not key:
            return found
        assert len(data["sessions"]) == query.get("limit", 20)


class Crowd:
    """Sessions of every state, two workflows, three days, with scores; put
    there by SQL as the verbs would leave them."""

    def __init__(self, stack, count=84):
        self.stack = stack
        self.api = stack.tenant("Crowd Ltd")
        self.now = int(time.time() * 1000)
        first = self.api.create(customerName="Ann Example")["id"]
        self.tenant = stack.sql("SELECT HEX(tenant_id) FROM session WHERE "
                                "id = 0x" + first.replace("-", ""))[0][0]
        self.workflows = [self.row(first)["workflow_id"], str(uuid.uuid4())]
        stack.sql("INSERT INTO workflow (tenant_id, id, version, name,"
                  " definition, created_at) SELECT tenant_id, 0x%s, 1,"
                  " 'Second', definition, created_at FROM workflow WHERE"
                  " tenant_id = 0x%s"
                  % (self.workflows[1].replace("-", ""), self.tenant))
        self.rows = [self.row(first)]
        values = []
        for i in range(count):
            values.append(self.made(i))
        stack.sql("INSERT INTO session (tenant_id, id, state, protocol,"
                  " workflow_id, workflow_version, entity_id, locale,"
                  " created_at, updated_at, expires_at, due_at, priority,"
                  " assigned_to, risk, validated, steps_total, steps_done,"
                  " step_current) VALUES " + ",".join(values))
        stack.recount(self.api)
        self.rows.sort(key=lambda r: r["id"], reverse=True)

    def row(self, session):
        data = ask(self.api)["sessions"][0]
        return {"id": session, "state": "invited", "at": self.now,
                "workflow_id": data["workflow_id"], "priority": "medium",
                "assigned_to": None, "risk": None, "validated": 0,
                "customer_id": data["customer_id"]}

    def made(self, i):
        # 40 minutes apart: the crowd spans more than two days
        at = self.now - (i + 1) * 2_400_000
        name = list(STATES)[i % len(STATES)]
        decided = name in ("approved", "rejected", "manual_review")
        row = {"id": str(uuid.UUID(int=(at << 80) | (7 << 76) | (8 << 60)
                                   | (i + 1))),
               "state": name, "at": at, "workflow_id": self.workflows[i % 2],
               "priority": ["low", "medium", "high", "urgent"][i % 4],
               "assigned_to": [None, "user_a", "user_b"][i % 3],
               "risk": [0, 2999, 3000, 5999, 6000, 10000][i // 14 % 6]
               if decided else None, "validated": i % 8 if decided else 0,
               "customer_id": str(uuid.UUID(int=i // 4 + 1))}
        self.rows.append(row)

        def sql(v):
            return ("NULL" if v is None else "'%s'" % v if v in (
                "user_a", "user_b") else str(v))

        due = (self.now + DAY if STATES[name] < 5 or name == "correcting"
               else None)
        return "(%s)" % ", ".join([
            "0x" + self.tenant, "0x" + row["id"].replace("-", ""),
            str(STATES[name]), "1",
            "0x" + row["workflow_id"].replace("-", ""), "1",
            "0x" + row["customer_id"].replace("-", ""), "'en'", str(at),
            str(at), str(self.now + DAY), sql(due),
            str(["low", "medium", "high", "urgent"].index(row["priority"])
                + 1), sql(row["assigned_to"]), sql(row["risk"]),
            str(row["validated"]), "3", str(i % 4), str(min(i % 4, 2))])

    def fit(self, **wish):
        def ok(r):
            status = STATUS[r["state"]]
            level = (None if r["risk"] is None else "low" if r["risk"] < 3000
                     else "medium" if r["risk"] < 6000 else "high")
            return all((
                wish.get("status", status) == status,
                status in wish.get("status_list", status).split(","),
                wish.get("compliance_status", COMPLIANCE[status])
                == COMPLIANCE[status],
                wish.get("workflow_id", r["workflow_id"])
                == r["workflow_id"],
                wish.get("customer_id", r["customer_id"])
                == r["customer_id"],
                wish.get("assigned_to", r["assigned_to"])
                == r["assigned_to"],
                wish.get("priority", r["priority"]) == r["priority"],
                wish.get("risk_level", level) == level,
                r["at"] >= wish.get("from", 0),
                r["at"] <= wish.get("to", self.now + DAY)))
        return [r for r in self.rows if ok(r)]


@pytest.fixture(scope="module")
def crowd(stack):
    return Crowd(stack)


def iso(ms):
    return "%s.%03dZ" % (time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(
        ms // 1000)), ms % 1000)


def check(crowd, **query):
    """The list, its pages and its summary against what must be there."""
    wish = dict(query)
    for name, field in (("from", "created_from"), ("to", "created_to")):
        if name in query:
            query[field] = iso(query.pop(name))
    rows = crowd.fit(**wish)
    data = ask(crowd.api, limit=100, include_summary="true", **query)
    assert ids(data) == [r["id"] for r in rows], query
    assert walk(crowd.api, limit=7, **query) == [r["id"] for r in rows]
    check_summary(data["summary"], rows)


def check_summary(summary, rows):
    words = [STATUS[r["state"]] for r in rows]
    assert summary["total"] == len(rows)
    assert summary["status_counts"] == {
        w: words.count(w) for w in dict.fromkeys(STATUS.values())}
    inbox = [COMPLIANCE[w] for w in words]
    assert summary["inbox_counts"] == dict(
        {"all": len(rows)}, **{c: inbox.count(c) for c in (
            "pending", "manual_review", "approved", "rejected",
            "remediation", "completed", "incomplete")})
    scores = [r["risk"] for r in rows if r["risk"] is not None]
    assert summary["sessions_with_risk_score"] == len(scores)
    if scores:
        mean = sum(scores) / len(scores) / 100
        assert abs(summary["avg_risk_score"] - mean) <= 0.05 + 1e-9
        assert round(summary["avg_risk_score"], 1) == \
            summary["avg_risk_score"]
    else:
        assert summary["avg_risk_score"] is None
    assert summary["validation_counts"] == {
        name: sum(r["validated"] >> bit & 1 for r in rows)
        for bit, name in enumerate(("lists", "face_match",
                                    "adverse_media"))}
    assert "total_capped" not in summary


# -- rows --------------------------------------------------------------------
def test_a_row_has_every_field(crowd):
    data = ask(crowd.api, limit=100)
    assert sorted(data) == ["next_key", "sessions"]
    assert data["next_key"] is None
    for shown, row in zip(data["sessions"], crowd.rows):
        for field, kind in ROW.items():
            assert isinstance(shown[field], kind), (field, shown)
        assert shown["session_id"] == row["id"]
        assert shown["tenant_id"] == crowd.api.org
        assert shown["status"] == STATUS[row["state"]]
        assert shown["compliance_status"] == COMPLIANCE[shown["status"]]
        assert shown["priority"] == row["priority"]
        assert shown["assigned_to"] == row["assigned_to"]
        assert shown["risk_score"] == (
            None if row["risk"] is None else row["risk"] / 100)
        assert ISO.match(shown["created_at"]) and ISO.match(
            shown["updated_at"])
        assert shown["progress_percent"] == \
            100 * shown["completed_steps"] // shown["total_steps"]
    assert {s["workflow_name"] for s in data["sessions"]} == {
        "Identity verification", "Second"}


def test_risk_has_levels(crowd):
    levels = {s["risk_score"]: s["risk_level"]
              for s in ask(crowd.api, limit=100)["sessions"]}
    assert levels == {None: None, 0: "low", 29.99: "low", 30: "medium",
                      59.99: "medium", 60: "high", 100: "high"}


def test_a_session_from_another_protocol(stack):
    api = stack.tenant("Other Vocabulary Ltd")
    made = api.create(customerName="Ann Example", externalId="x-1")
    Link(api, made["token"]).consent()
    row = ask(api)["sessions"][0]
    assert row["status"] == "active" and row["metadata"] == {}
    assert (row["external_id"], row["customer_name"]) == ("x-1",
                                                          "Ann Example")
    assert uuid.UUID(row["customer_id"])
    entity = api.ask("GET", "/kyc/entities/" + row["customer_id"])
    assert entity.json["data"]["name"] == "Ann Example"


# -- filters -----------------------------------------------------------------
@pytest.mark.parametrize("status", sorted(set(STATUS.values())))
def test_status(crowd, status):
    check(crowd, status=status)


@pytest.mark.parametrize("words", [
    "active,completed", "approved,rejected,manual_review",
    "draft,active,completed,processing,processed,expired", "approved"])
def test_status_list(crowd, words):
    check(crowd, status_list=words)


@pytest.mark.parametrize("word", sorted(set(COMPLIANCE.values())))
def test_compliance_status(crowd, word):
    check(crowd, compliance_status=word)


@pytest.mark.parametrize("name, values", [
    ("priority", ["low", "medium", "high", "urgent"]),
    ("risk_level", ["low", "medium", "high"]),
    ("assigned_to", ["user_a", "user_b", "nobody"])])
def test_one_filter(crowd, name, values):
    for value in values:
        check(crowd, **{name: value})


def test_workflow_and_customer(crowd):
    for workflow in crowd.workflows:
        check(crowd, workflow_id=workflow)
        check(crowd, workflow_id=workflow, status="approved")
        check(crowd, workflow_id=workflow, status_list="approved,active")
    check(crowd, workflow_id=str(uuid.uuid4()))
    for customer in (crowd.rows[5]["customer_id"], str(uuid.uuid4())):
        check(crowd, customer_id=customer)


def test_filters_intersect(crowd):
    check(crowd, status="active", compliance_status="pending")
    check(crowd, status="active", compliance_status="approved")
    check(crowd, status="active", status_list="completed,active")
    check(crowd, status_list="draft,approved", compliance_status="incomplete",
          workflow_id=crowd.workflows[0])
    check(crowd, priority="urgent", status="approved", assigned_to="user_a")
    check(crowd, risk_level="high", status="rejected")
    check(crowd, risk_level="low", priority="low")
    check(crowd, assigned_to="user_b", risk_level="medium",
          workflow_id=crowd.workflows[1])


def test_created_from_and_to(crowd):
    at = [r["at"] for r in crowd.rows]
    midnight = crowd.now // DAY * DAY
    ends = [at[-1], at[-1] + 1, at[40], midnight - DAY, midnight - 1,
            midnight, midnight + 1, at[10], at[1]]
    for a, b in itertools.combinations(sorted(ends), 2):
        check(crowd, **{"from": a, "to": b})
    check(crowd, **{"from": at[40]})
    check(crowd, **{"to": at[40]})
    check(crowd, **{"from": at[2], "to": at[20]})  # nothing
    check(crowd, **{"from": at[60], "to": at[3], "status": "approved",
                    "workflow_id": crowd.workflows[0]})


@pytest.mark.parametrize("query, field", [
    ("status=nix", "status"), ("status_list=active,nix", "status_list"),
    ("compliance_status=active", "compliance_status"),
    ("workflow_id=1", "workflow_id"), ("customer_id=cust_1", "customer_id"),
    ("priority=top", "priority"), ("risk_level=none", "risk_level"),
    ("created_from=yesterday", "created_from"), ("limit=0", "limit"),
    ("limit=101", "limit"), ("include_summary=maybe", "include_summary"),
    ("next_key=forged", "next_key")])
def test_what_is_wrong_is_named(api, query, field):
    answer = api.ask("GET", "/kyc/sessions?" + query)
    assert answer.status == 400, answer
    assert list(answer.json["details"]["fields"]) == [field]


# -- pages -------------------------------------------------------------------
def test_pages_stay_while_sessions_come(stack):
    api = stack.tenant("Pages Of Sessions Ltd")
    made = [api.create()["id"] for _ in range(5)]
    first = ask(api, limit=2)
    api.create()
    rest = ask(api, limit=3, next_key=first["next_key"])
    assert ids(first) + ids(rest) == made[::-1]
    assert rest["next_key"] is None


def test_a_key_goes_with_its_filters_and_tenant(crowd, stack):
    key = ask(crowd.api, limit=2, priority="low")["next_key"]
    for query in ("next_key=" + key, "priority=high&next_key=" + key,
                  "priority=low&status=active&next_key=" + key):
        answer = crowd.api.ask("GET", "/kyc/sessions?" + query)
        assert answer.status == 400, query
    other = stack.tenant("Key Thief Ltd")
    assert other.ask("GET", "/kyc/sessions?priority=low&next_key="
                     + key).status == 400
    flipped = key[:-1] + ("A" if key[-1] != "A" else "B")
    assert crowd.api.ask("GET", "/kyc/sessions?priority=low&next_key="
                         + flipped).status == 400


def test_one_statement_a_page_whatever_its_rows(stack):
    """Twenty rows must not mean twenty statements more."""
    def statements(limit):
        def count():
            return int(stack.sql("SHOW GLOBAL STATUS LIKE "
                                 "'Com_stmt_execute'")[0][1])
        best = 99
        for _ in range(5):  # others work on the server as well
            before = count()
            ask(api, limit=limit)
            best = min(best, count() - before)
        return best

    api = stack.tenant("Statements Ltd")
    for _ in range(20):
        api.create(customerName="Ann Example")
    ask(api, limit=20)
    assert statements(20) == statements(1)


def test_a_list_needs_no_transaction(stack):
    """Key, due expiries, page, rows; sums where they are asked for."""
    def statements(**query):
        answer = api.ask("GET", "/kyc/sessions?"
                         + urllib.parse.urlencode(query))
        word = "id=%s " % answer.headers["X-Request-Id"]
        line, = wait_until(
            lambda: [row for row in (stack.logs / "api.log").read_text()
                     .splitlines() if word in row], 10, "not in the log")
        return int(re.search(r" sql=(\d+) ", line)[1])

    api = stack.tenant("Transactions Ltd")
    api.create(customerName="Ann Example")
    # A connection's first time costs one more for each, to prepare it.
    assert min(statements() for _ in range(40)) == 4
    assert min(statements(include_summary="true") for _ in range(40)) == 5


def test_nobody_elses(crowd, stack):
    other = stack.tenant("Elsewhere Ltd")
    data = ask(other, include_summary="true")
    assert data["sessions"] == [] and data["summary"]["total"] == 0
    assert data["next_key"] is None
    check_summary(data["summary"], [])
    assert other.ask("GET", "/kyc/sessions?workflow_id="
                     + crowd.workflows[0]).json["data"]["sessions"] == []


def test_what_is_due_is_written_first(stack, tmp_path):
    from kit import Later
    api = stack.tenant("Due Ltd")
    for _ in range(3):
        api.create(expiresInMs=60_000)
    answer = Later(stack, api.key, 120_000, tmp_path).ask(
        "GET", "/kyc/sessions?include_summary=true")
    data = answer.json["data"]
    assert [s["status"] for s in data["sessions"]] == ["expired"] * 3
    assert data["summary"]["status_counts"]["expired"] == 3
    assert data["summary"]["status_counts"]["active"] == 0


def test_permission(stack):
    org = stack.add_org("Readers Ltd")
    key = stack.add_key(org, "--permissions", "kyc:create")
    api = stack.live.with_key(key)
    for path in ("/kyc/sessions", "/kyc/stats"):
        assert api.ask("GET", path).status == 403
        assert api.ask("GET", path, key=False).status == 401


# -- stats -------------------------------------------------------------------
def test_stats(crowd):
    data = crowd.api.ask("GET", "/kyc/stats").json["data"]
    summary = {k: v for k, v in data.items()
               if k not in ("by_workflow", "by_day")}
    check_summary(summary, crowd.rows)
    assert {w["workflow_id"]: w["total"] for w in data["by_workflow"]} == {
        w: len(crowd.fit(workflow_id=w)) for w in crowd.workflows}
    names = {w["workflow_id"]: w["workflow_name"]
             for w in data["by_workflow"]}
    assert names == dict(zip(crowd.workflows, ("Identity verification",
                                               "Second")))
    days = data["by_day"]
    assert len(days) == 30
    today = crowd.now // DAY
    shown = {d["date"]: d["total"] for d in days}
    for back in range(5):
        date = iso((today - back) * DAY)[:10]
        assert shown[date] == len([r for r in crowd.rows
                                   if r["at"] // DAY == today - back])


def test_stats_of_a_range(crowd):
    today = crowd.now // DAY
    data = crowd.api.ask("GET", "/kyc/stats?from=%s&to=%s" % (
        iso((today - 1) * DAY), iso(today * DAY))).json["data"]
    assert [d["date"] for d in data["by_day"]] == [
        iso((today - 1) * DAY)[:10], iso(today * DAY)[:10]]
    for query in ("from=%s&to=%s" % (iso(today * DAY), iso(0)),
                  "from=2020-01-01T00:00:00Z&to=2022-01-01T00:00:00Z",
                  "from=nix"):
        assert crowd.api.ask("GET", "/kyc/stats?" + query).status == 400
