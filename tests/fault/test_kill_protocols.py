# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 between the commit of a creation and its answer, in every protocol:
the retry with the same Idempotency-Key is told of the one session."""
import base64
import http.client
import json
import threading
import uuid

import pytest

from victim import children, wait_for

BORN = "1974-08-12"
# Holds every INSERT into session of the live tenant, then every COMMIT.
GAP = ("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ; BEGIN;"
       " SELECT COUNT(*) FROM session FORCE INDEX (PRIMARY) WHERE tenant_id ="
       " (SELECT id FROM tenant WHERE live AND organisation_id ="
       " UNHEX('%s')) FOR UPDATE")
NO_COMMIT = ("BACKUP STAGE START; BACKUP STAGE FLUSH; BACKUP STAGE BLOCK_DDL;"
             " BACKUP STAGE BLOCK_COMMIT")


def good(answer, status=201):
    assert answer[0] == status, answer
    return answer[1]


@pytest.fixture(scope="module")
def account(victim):
    """An access token of a service account."""
    told = victim.operator("client", "add", "--org", victim.env[
        "VOUCHSAFE_ORG"], "--name", "a test's")
    pair = ":".join(line.partition("=")[2] for line in told.splitlines())
    status, text = victim.ask(
        "POST", "/oauth2/token", "grant_type=client_credentials",
        Content_Type="application/x-www-form-urlencoded",
        Authorization="Basic " + base64.b64encode(pair.encode()).decode())
    assert status == 200, text
    return json.loads(text)["access_token"]


class Creation:
    """A request that makes a session; made() reads the session's id out of
    its answer."""

    def __init__(self, victim, status, path, body, made, token=None):
        self.victim, self.status, self.path = victim, status, path
        self.body, self.made = json.dumps(body), made
        self.key = "kill-" + uuid.uuid4().hex
        self.token = token or victim.key
        self.lost = None

    def send(self):
        """Status, whether replayed, and JSON."""
        link = http.client.HTTPConnection(self.victim.host, timeout=40)
        try:
            link.request("POST", self.path, self.body, {
                "Authorization": "Bearer " + self.token,
                "Content-Type": "application/json",
                "Idempotency-Key": self.key})
            answer = link.getresponse()
            return (answer.status,
                    answer.headers["Idempotency-Replayed"] == "true",
                    json.loads(answer.read()))
        finally:
            link.close()

    def send_in_vain(self):
        self.lost = self.send()


def person(victim):
    """An entity's id, and the operator's own id of that person."""
    theirs = "kill-" + uuid.uuid4().hex
    made = good(victim.call("POST", "/kyc/entities", {
        "first_name": "Ann", "last_name": "Example", "date_of_birth": BORN,
        "external_id": theirs}))
    return made["data"]["entity_id"], theirs


def kyc(victim, account):
    return Creation(victim, 201, "/kyc/sessions", {},
                    lambda made: made["data"]["session_id"])


def kycgenie(version):
    def create(victim, account):
        return Creation(
            victim, 202, "/api/%s/verification/sessions/" % version,
            {"entity_id": person(victim)[0], "email": "ann@example.org"},
            lambda made: made["session_id"])
    return create


def dossiers(victim, account):
    return Creation(victim, 201, "/kyc-sessions",
                    {"customerName": "Ann Example"},
                    lambda made: made["id"])


def verilock(victim, account):
    return Creation(
        victim, 201, "/api/v1/sessions", {
            "steps": ["document"],
            "applicant": {"first_name": "Ann", "last_name": "Example"}},
        lambda made: made["id"].removeprefix("ses_"))


def klustr(victim, account):
    return Creation(
        victim, 200, "/ekyc/admin/%s/sessions" % person(victim)[1], {},
        lambda made: made["id"], account)


CREATES = {"kyc": kyc, "kycgenie v1": kycgenie("v1"),
           "kycgenie v2": kycgenie("v2"), "dossiers": dossiers,
           "verilock": verilock, "klustr": klustr}


def sessions(victim):
    return {row[0] for row in victim.sql(
        "SELECT LOWER(HEX(s.id)) FROM session s JOIN tenant t ON t.id ="
        " s.tenant_id WHERE t.live AND t.organisation_id = UNHEX('%s')"
        % victim.env["VOUCHSAFE_ORG"].replace("-", ""))}


def waits_to_insert(victim):
    """The connection whose INSERT of a session waits; jobs have others."""
    return victim.sql("SELECT trx_mysql_thread_id FROM"
                      " information_schema.innodb_trx WHERE trx_state ="
                      " 'LOCK WAIT' AND trx_query LIKE 'INSERT INTO session %'")


def waits_in_commit(victim, connection):
    return victim.sql("SELECT 1 FROM information_schema.processlist"
                      " WHERE id = %s AND info = 'COMMIT'" % connection)


def kill_workers(victim):
    old = children(victim.pid("api"))
    assert old
    for pid in old:
        victim.kill(pid)


@pytest.mark.parametrize("protocol", CREATES)
def test_killed_between_commit_and_answer(victim, account, protocol):
    creation = CREATES[protocol](victim, account)
    before = sessions(victim)
    thread = threading.Thread(target=creation.send_in_vain)
    gap = victim.hold(GAP % victim.env["VOUCHSAFE_ORG"].replace("-", ""))
    backup = None
    try:
        thread.start()
        [[connection]] = wait_for(20, lambda: waits_to_insert(victim),
                                  "the INSERT")
        backup = victim.hold(NO_COMMIT)
        gap.close()
        wait_for(20, lambda: waits_in_commit(victim, connection),
                 "the COMMIT")
        assert sessions(victim) == before
        kill_workers(victim)
        thread.join(20)
        assert not thread.is_alive() and creation.lost[0] in (502, 503), (
            creation.lost)
    finally:
        # Or the whole database would stand still.
        if backup:
            backup.close()
        gap.close()
        thread.join(60)
    wait_for(20, victim.answers, "the API")
    # nobody was told of it, and it is there
    [made] = wait_for(20, lambda: sessions(victim) - before, "the effect")
    for _ in range(2):
        status, replayed, body = creation.send()
        assert (status, replayed) == (creation.status, True), body
        assert creation.made(body).replace("-", "") == made
    assert sessions(victim) - before == {made}
    assert victim.findings() == []
