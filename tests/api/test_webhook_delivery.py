# SPDX-License-Identifier: GPL-3.0-or-later
"""Delivery of webhooks to real receivers: bodies, signatures, retries, order,
a receiver that hangs, what is refused."""
import re
import subprocess
import time
from email.utils import formatdate

import pytest

import kit
from receiver import Receiver, add, mac, standard


@pytest.fixture
def tenant(stack, request):
    """An organisation of the test's own: no endpoint of another test."""
    return stack.tenant("Delivery " + request.node.name)


@pytest.fixture
def receiver():
    one = Receiver()
    yield one
    one.close()


def deliveries(client, made=None, query=""):
    path = "/kyc/webhooks/" + (made["webhook_id"] + "/" if made else "")
    answer = client.ask("GET", path + "deliveries" + query)
    assert answer.status == 200, answer
    return answer.json["data"]["deliveries"]


def settled(client, made, status, count=1):
    """Waits for so many deliveries of that status."""
    return kit.wait_until(
        lambda: (lambda d: d if len(d) >= count else None)(
            deliveries(client, made, "?status=" + status)),
        15, "no delivery became " + status)


def due_now(stack, made):
    """The next try of what waits, without the wait."""
    stack.sql("UPDATE delivery SET due_at = 0 WHERE lease IS NULL AND status ="
              " 1 AND webhook_id = UNHEX('%s')" % made["webhook_id"][3:])


def all_told(stack, client):
    """Waits until each event has become deliveries and each was tried."""
    of = (" JOIN tenant t ON t.id = x.tenant_id AND t.organisation_id ="
          " UNHEX('%s') WHERE " % client.org.replace("-", ""))
    kit.wait_until(lambda: stack.sql(
        "SELECT (SELECT COUNT(*) FROM event x" + of + "x.pending = 1) +"
        " (SELECT COUNT(*) FROM delivery x" + of + "x.status = 1 AND"
        " (x.last_try_at IS NULL OR x.lease IS NOT NULL))") == [["0"]], 15, "not all was told")


def test_kyc_envelope_and_signatures(stack, tenant, receiver):
    made = add(tenant, receiver.url)
    session = tenant.create(externalId="order-4711", customerName="Ada Byron")
    got = receiver.wait()[0]
    body = got.json
    assert set(body) == {"id", "type", "created", "data"}
    assert re.fullmatch(r"evt_[0-9a-f]{32}", body["id"])
    assert body["type"] == "kyc.session.created"
    assert abs(body["created"] - time.time()) < 30
    data = body["data"]
    assert data["session_id"] == session["id"]
    assert data["tenant_id"] == tenant.org
    assert (data["status"], data["version"]) == ("active", 1)
    assert data["external_id"] == "order-4711"
    assert data["custom_tags"] == {} and data["metadata"] is None
    assert data["completed_at"] is data["final_decision"] is None
    assert isinstance(data["expires_at"], int)
    head = got.headers
    assert head["Content-Type"] == "application/json"
    assert head["X-Webhook-ID"] == head["webhook-id"] == body["id"]
    assert head["X-Webhook-Timestamp"] == head["webhook-timestamp"]
    assert abs(int(head["webhook-timestamp"]) - time.time()) < 30
    assert head["X-Webhook-Signature"] == "sha256=" + mac(made["secret"],
                                                          got.body)
    assert head["webhook-signature"] == standard(made["secret"], got)
    done = settled(tenant, made, "delivered")[0]
    assert re.fullmatch(r"del_[0-9a-f]{32}", done["delivery_id"])
    assert (done["attempts"], done["last_status_code"]) == (1, 200)
    assert done["session_id"] == session["id"]
    assert done["event_id"] == body["id"]
    assert done["delivered_at"] and not done["next_attempt_at"]
    # sealed at rest
    rows = stack.sql("SELECT HEX(sealed) FROM delivery WHERE event_id ="
                     " UNHEX('%s')" % body["id"][4:])
    assert b"order-4711" not in bytes.fromhex(rows[0][0])


def test_dossiers_envelope(tenant, receiver):
    made = add(tenant, receiver.url, protocol="dossiers")
    session = tenant.create(customerName="Ada Byron")
    got = receiver.wait()[0]
    body = got.json
    assert set(body) == {"id", "type", "organizationId", "createdAt", "data"}
    assert body["type"] == "kycSession.session.created"
    assert body["organizationId"] == tenant.org
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", body["createdAt"])
    assert body["data"] == tenant.show(session)
    assert got.headers["X-Webhook-Signature"] == mac(made["secret"], got.body)
    assert got.headers["X-Webhook-Event-Type"] == body["type"]
    assert got.headers["X-Webhook-Event-Id"] == body["id"]
    assert got.headers["X-Webhook-Retry-Count"] == "0"
    assert got.headers["webhook-signature"] == standard(made["secret"], got)


def test_a_whole_session_in_four_vocabularies(tenant):
    ends = {p: Receiver() for p in ("kyc", "kycgenie", "dossiers", "verilock")}
    made = {p: add(tenant, r.url, protocol=p) for p, r in ends.items()}
    session = tenant.create()
    kit.Link(tenant, session["token"]).finish()
    ends["kyc"].wait(4, 20)
    ends["verilock"].wait(1)
    ends["kycgenie"].wait(5)
    ends["dossiers"].wait(7)
    assert sorted(ends["kyc"].types()) == [
        "kyc.session.completed", "kyc.session.created",
        "kyc.session.manual_review", "kyc.session.processed"]
    genie = ends["kycgenie"].types()
    assert set(genie) == {
        "verification.session_created", "verification.session_accessed",
        "verification.check_completed", "verification.session_completed"}
    assert genie.count("verification.check_completed") == 2
    assert ends["verilock"].types() == ["session.completed"]
    assert ends["dossiers"].types().count("kycSession.session.updated") >= 5
    lock = ends["verilock"].got[0].json
    assert set(lock) == {"event", "data", "timestamp", "webhook_id"}
    assert set(lock["data"]) == {"session_id", "status", "workflow_id",
                                 "risk_score", "completed_at"}
    assert lock["data"]["session_id"] == "ses_" + session["id"]
    whole = next(d.json for d in ends["kycgenie"].got if d.json["event"] ==
                 "verification.session_completed")
    assert set(whole) == {"event", "timestamp", "data"}
    assert whole["data"]["outcome"] == "error"
    assert whole["data"]["checks_completed"] == 2
    assert whole["data"]["status"] == "completed"
    for p in ("kycgenie", "verilock"):
        one = ends[p].got[0]
        assert one.headers["X-Webhook-Signature"] == mac(made[p]["secret"],
                                                         one.body)
    # each as of its event, and one after the other
    versions = [d.json["data"]["version"] for d in ends["kyc"].got]
    assert versions == sorted(versions)
    states = {d.json["type"]: d.json["data"]["status"]
              for d in ends["kyc"].got}
    assert states["kyc.session.created"] == "active"
    assert states["kyc.session.completed"] == "completed"
    assert states["kyc.session.manual_review"] == "manual_review"
    for r in ends.values():
        r.close()


def test_filters_and_disabled(stack, tenant):
    picky, off = Receiver(), Receiver()
    add(tenant, picky.url, events=["kyc.session.completed"])
    add(tenant, off.url, enabled=False)
    session = tenant.create()
    kit.Link(tenant, session["token"]).finish()
    all_told(stack, tenant)
    assert picky.types() == ["kyc.session.completed"] and not off.got
    picky.close()
    off.close()


def test_both_secrets_sign_during_the_overlap(tenant, receiver):
    made = add(tenant, receiver.url)
    path = "/kyc/webhooks/" + made["webhook_id"]
    new = tenant.ask("POST", path + "/rotate-secret").json["data"]["secret"]
    tenant.create()
    got = receiver.wait()[0]
    assert got.headers["webhook-signature"].split(" v1,")
    assert got.headers["webhook-signature"] == "%s %s" % (
        standard(new, got), standard(made["secret"], got))
    assert got.headers["X-Webhook-Signature"] == "sha256=" + mac(new, got.body)
    last = tenant.ask("POST", path + "/rotate-secret",
                      {"overlap_hours": 0}).json["data"]["secret"]
    tenant.create()
    got = receiver.wait(2)[1]
    assert got.headers["webhook-signature"] == standard(last, got)


def test_ten_tries_then_failed_then_resent(stack, tenant, receiver):
    receiver.status = 500
    made = add(tenant, receiver.url, protocol="dossiers")
    tenant.create()
    for n in range(1, 11):
        receiver.wait(n)
        kit.wait_until(
            lambda: stack.sql("SELECT 1 FROM delivery WHERE lease IS NULL AND"
                              " tries = %d AND webhook_id = UNHEX('%s')" %
                              (n, made["webhook_id"][3:])), 10, "no record")
        one = deliveries(tenant, made)[0]
        assert (one["attempts"], one["last_status_code"]) == (n, 500)
        assert one["last_error"] == "status 500"
        if n < 10:
            assert one["status"] == "pending" and one["next_attempt_at"]
            due_now(stack, made)
    assert one["status"] == "failed" and not one["next_attempt_at"]
    assert [d.headers["X-Webhook-Retry-Count"] for d in receiver.got] == \
        [str(n) for n in range(10)]
    assert len({d.body for d in receiver.got}) == 1
    assert len({d.headers["webhook-id"] for d in receiver.got}) == 1
    assert one in deliveries(tenant, query="?status=failed")
    again = "/kyc/webhooks/%s/deliveries/%s/resend" % (made["webhook_id"],
                                                       one["delivery_id"])
    receiver.status = 204
    sent = tenant.ask("POST", again)
    assert sent.status == 202 and sent.json["data"]["status"] == "pending"
    done = settled(tenant, made, "delivered")[0]
    assert (done["attempts"], done["last_status_code"]) == (11, 204)
    # what was delivered may be sent once more; after 30 days nothing
    assert tenant.ask("POST", "/kyc/webhooks/deliveries/%s/resend" %
                      one["delivery_id"]).status == 202
    receiver.wait(12)
    settled(tenant, made, "delivered")
    stack.sql("UPDATE delivery SET created_at = created_at - 31 * 86400000"
              " WHERE id = UNHEX('%s')" % one["delivery_id"][4:])
    assert tenant.ask("POST", again).status == 409


def waits_ms(stack, made):
    rows = stack.sql(
        "SELECT due_at - UNIX_TIMESTAMP(NOW(3)) * 1000 FROM delivery WHERE"
        " lease IS NULL AND tries = 1 AND webhook_id = UNHEX('%s')" %
        made["webhook_id"][3:])
    return [float(r[0]) for r in rows if r[0] != "NULL"]


@pytest.mark.parametrize("after, least, most", [
    ("120", 110_000, 121_000), ("999999", 86_000_000, 86_401_000),
    ("soon", 1_000, 6_000), (None, 1_000, 6_000),
    (lambda: formatdate(time.time() + 300, usegmt=True), 280_000, 301_000)])
def test_retry_after(stack, tenant, after, least, most):
    value = after() if callable(after) else after
    receiver = Receiver(answer=lambda n: (
        503, {"Retry-After": value} if value else {}))
    made = add(tenant, receiver.url)
    tenant.create()
    receiver.wait()
    wait = kit.wait_until(lambda: waits_ms(stack, made), 5, "no record")[0]
    assert least <= wait <= most
    receiver.close()


def test_410_stops_the_endpoint(stack, tenant, receiver):
    receiver.status = 410
    made = add(tenant, receiver.url)
    tenant.create()
    assert settled(tenant, made, "failed")[0]["attempts"] == 1
    path = "/kyc/webhooks/" + made["webhook_id"]
    shown = tenant.ask("GET", path).json["data"]
    assert (shown["enabled"], shown["disabled_reason"]) == (False, "gone")
    tenant.create()
    all_told(stack, tenant)
    assert len(receiver.got) == 1
    back = tenant.ask("PATCH", path, {"enabled": True}).json["data"]
    assert (back["enabled"], back["disabled_reason"]) == (True, None)


def test_redirects_are_not_followed(tenant, receiver):
    other = Receiver()
    receiver.answer = lambda n: (307, {"Location": other.url})
    made = add(tenant, receiver.url)
    tenant.create()
    kit.wait_until(lambda: [d["last_status_code"] for d in deliveries(
        tenant, made)] == [307], 15, "the redirect was not the answer")
    assert not other.got
    other.close()


def test_a_receiver_that_hangs_delays_no_other(stack, tenant):
    hung, quick = Receiver(hang=12), Receiver()
    slow = add(tenant, hung.url)
    add(tenant, quick.url)
    begin = {}
    for i in range(60):
        begin[tenant.create()["id"]] = time.time()
        time.sleep(0.1)
    quick.wait(60, 20)
    late = sorted(d.at - begin[d.json["data"]["session_id"]]
                  for d in quick.got)
    assert late[59] < 5, late[-5:]
    # four at a time, for the 10 s that each one is waited for
    early = [d for d in hung.got if d.at < hung.got[0].at + 9]
    assert 1 <= len(early) <= 4
    kit.wait_until(lambda: any(d["last_error"] == "Timeout was reached"
                               for d in deliveries(tenant, slow,
                                                   "?limit=100")), 15,
                   "the hanging receiver was not given up")
    tenant.ask("DELETE", "/kyc/webhooks/" + slow["webhook_id"])
    hung.close()
    quick.close()


def test_tls_is_verified(stack, tenant, tmp_path):
    """A certificate of a CA that nobody knows: nothing is sent. The lane of
    the stack trusts the system's."""
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
                    "-keyout", key, "-out", cert, "-days", "2", "-subj",
                    "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
                   check=True, capture_output=True)
    receiver = Receiver(tls=(cert, key))
    made = add(tenant, receiver.url)
    tenant.create()
    one = kit.wait_until(
        lambda: [d for d in deliveries(tenant, made) if d["last_error"]], 10,
        "no try")[0]
    assert not receiver.got and one["last_status_code"] is None
    # the same delivery by a process that knows this CA, as cron would
    conf = tmp_path / "ca.conf"
    conf.write_text(stack.conf.read_text().replace(
        "[net]", "[net]\nca_file = %s" % cert))
    conf.chmod(0o600)
    jobs(stack, conf, lambda: due_now(stack, made), lambda: receiver.got)
    assert receiver.wait()[0].json["type"] == "kyc.session.created"
    receiver.close()


def jobs(stack, conf, before, done):
    """`vouchsafe-jobs --once` until it, and not the stack's own, was the one
    to try."""
    for _ in range(20):
        before()
        subprocess.run([stack.bin / "vouchsafe-jobs", "--conf", conf,
                        "--once"], check=True, timeout=60)
        if done():
            return
    pytest.fail("the process never had its turn")


def test_private_addresses_need_the_configuration(stack, tenant, tmp_path):
    """The stack allows loopback; without that the connection is refused."""
    receiver = Receiver()
    made = add(tenant, receiver.url.replace("127.0.0.1", "localhost"),
               enabled=True)
    conf = tmp_path / "strict.conf"
    conf.write_text(stack.conf.read_text().replace(
        "allow = 127.0.0.0/8", "allow = 10.9.0.0/16"))
    conf.chmod(0o600)
    one = tenant.ask("POST", "/kyc/webhooks/%s/test" % made["webhook_id"])
    assert one.status == 202
    receiver.wait()  # by the stack, which allows it

    def again():
        kit.wait_until(lambda: deliveries(tenant, made)[0]["status"] !=
                       "pending", 5, "still under way")
        tenant.ask("POST", "/kyc/webhooks/deliveries/%s/resend" %
                   one.json["data"]["delivery_id"])

    def refused():
        last = deliveries(tenant, made)[0]
        return (last["last_error"] or "").startswith("must not lead to")

    for _ in range(20):
        again()
        subprocess.run([stack.bin / "vouchsafe-jobs", "--conf", conf,
                        "--once"], check=True, timeout=60)
        if refused():
            break
    assert refused()
    receiver.close()


def test_no_secret_in_the_logs(stack, tenant, receiver):
    word = "/path-4711-secret-token"
    made = add(tenant, receiver.url + word)
    tenant.create()
    settled(tenant, made, "delivered")
    for log in stack.logs.iterdir():
        text = log.read_text(errors="replace")
        assert word not in text and made["secret"] not in text
    lines = [x for x in (stack.logs / "jobs.log").read_text().splitlines()
             if "webhook" in x and "host=127.0.0.1" in x]
    assert lines


def test_pages_of_deliveries(tenant, receiver):
    made = add(tenant, receiver.url, events=["kyc.session.created"])
    for _ in range(5):
        tenant.create()
    whole = settled(tenant, made, "delivered", 5)
    path = "/kyc/webhooks/%s/deliveries?limit=2" % made["webhook_id"]
    seen, key = [], None
    while True:
        page = tenant.ask("GET", path + ("&next_key=" + key if key else
                                         "")).json["data"]
        seen += [d["delivery_id"] for d in page["deliveries"]]
        key = page["next_key"]
        if not key:
            break
    assert seen == [d["delivery_id"] for d in whole]


def test_erased_sessions_are_not_told_of(stack, tenant, receiver):
    """Without its key a delivery can't be read, and is not sent."""
    receiver.status = 500
    made = add(tenant, receiver.url)
    session = tenant.create()
    receiver.wait()
    settled(tenant, made, "pending")
    stack.sql("DELETE FROM vouchsafe_keys.session_key WHERE session_id ="
              " UNHEX('%s')" % session["id"].replace("-", ""))
    kit.wait_until(lambda: waits_ms(stack, made), 5, "no record")
    due_now(stack, made)
    settled(tenant, made, "failed")
    assert len(receiver.got) == 1


def test_events_that_cannot_be_read_delay_no_other(stack, tenant, receiver):
    """Each is set aside; the pauses between looks must not add up."""
    spoiled = tenant.create()["id"].replace("-", "")
    key = " WHERE session_id = UNHEX('%s')" % spoiled
    # A key of a ring that is not here any more.
    stack.sql("UPDATE vouchsafe_keys.session_key SET wrapped ="
              " INSERT(wrapped, 5, 4, REPEAT('!', 4))" + key)
    made = add(tenant, receiver.url)
    stack.sql("INSERT INTO event (tenant_id, id, session_id, kind,"
              " session_version, state, created_at, pending) SELECT e.tenant_id,"
              " UNHEX(MD5(CONCAT(HEX(e.id), s.seq))), e.session_id, e.kind,"
              " e.session_version, e.state, s.seq, 1 FROM event e,"
              " seq_1_to_60 s" + key.replace("session_id", "e.session_id"))
    began = time.time()
    session = tenant.create()
    got = receiver.wait(1, 30)[0]
    assert got.json["data"]["session_id"] == session["id"]
    assert got.at - began < 5
    aside = stack.sql("SELECT COUNT(*) FROM event" + key + " AND pending = 2")
    assert int(aside[0][0]) in (60, 61)  # the real one may have been told
    stack.sql("DELETE FROM event" + key)
    assert len(deliveries(tenant, made)) == 1


def test_a_sessions_own_url(stack, tenant, receiver):
    """In the envelope of the protocol that made it, signed with the
    organisation's secret; with what the operator gave to it."""
    secret = tenant.ask("POST", "/kyc/webhooks/secret/rotate",
                        {"overlap_hours": 0}).json["data"]["secret"]
    workflow = tenant.ask("POST", "/kyc/workflows", {
        "name": "Tagged", "custom_tags": {"department": "onboarding"},
        "steps": [{"step_id": "step_1", "kind": "consent",
                   "options": {"text_version": "1"}}]})
    assert workflow.status == 201, workflow
    made = tenant.ask("POST", "/kyc/sessions", {
        "workflow_id": workflow.json["data"]["workflow_id"],
        "webhook_url": receiver.url, "metadata": {"plan": "gold", "n": 7}})
    assert made.status == 201, made
    got = receiver.wait()[0]
    assert got.json["type"] == "kyc.session.created"
    data = got.json["data"]
    assert data["session_id"] == made.json["data"]["session_id"]
    assert data["custom_tags"] == {"department": "onboarding"}
    assert data["metadata"] == {"plan": "gold", "n": 7}
    assert got.headers["webhook-signature"] == standard(secret, got)
    assert got.headers["X-Webhook-Signature"] == "sha256=" + mac(secret,
                                                                got.body)
    one = kit.wait_until(lambda: deliveries(tenant, query="?status=delivered"),
                         5, "no record")[0]
    assert one["webhook_id"] is None
    assert one["session_id"] == data["session_id"]


def test_deleting_a_session_drops_its_deliveries(tenant, receiver):
    made = add(tenant, receiver.url)
    session = tenant.create()
    receiver.wait()
    settled(tenant, made, "delivered")
    assert tenant.ask("DELETE", "/kyc/sessions/" + session["id"]).status == 200
    assert deliveries(tenant, made) == []
