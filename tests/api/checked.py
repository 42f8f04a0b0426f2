# SPDX-License-Identifier: GPL-3.0-or-later
"""Native sessions whose workflows say what is checked and what follows."""
import json
import uuid

from kit import Client, Link, wait_until

STEPS = [{"id": "step_consent", "kind": "consent", "text_version": "1"},
         {"id": "step_document", "kind": "document",
          "document_kinds": ["passport"]},
         {"id": "step_selfie", "kind": "selfie"}]


def test_mode(stack, name):
    """A client of an organisation of its own, in test mode."""
    org = stack.add_org(name)
    client = Client(stack.url, stack.add_key(org, "--mode", "test"))
    client.org = org
    return client


test_mode.__test__ = False


def row_of(stack, table, session, columns):
    found = stack.sql("SELECT %s FROM %s WHERE session_id = UNHEX('%s')" % (
        columns, table, plain(session)))
    return found


def plain(session):
    return session["id"].replace("-", "")


def workflow(stack, session, checks, steps=None, **automation):
    """Gives the session a workflow of its own, and makes it a native one: the
    rows as creation through the native API leaves them."""
    made = uuid.uuid4().hex
    automation.setdefault("apply_decision", True)
    text = json.dumps({"steps": steps or STEPS, "checks": checks,
                       "automation": automation})
    stack.sql("""
        INSERT INTO workflow (tenant_id, id, version, name, definition,
            step_count, created_at)
        SELECT tenant_id, UNHEX('%s'), 1, 'Checked', '%s', %d, created_at
        FROM session WHERE id = UNHEX('%s');
        UPDATE session SET workflow_id = UNHEX('%s'), protocol = 1
        WHERE id = UNHEX('%s')""" % (made, text, len(steps or STEPS),
                                     plain(session), made, plain(session)))


def started(api, stack, checks=None, steps=None, name=None, **automation):
    """A session and its link, nothing done yet."""
    session = api.create(**({"customerName": name} if name else {}))
    if checks is not None:
        workflow(stack, session, checks, steps, **automation)
    link = Link(api, session["token"])
    link.session = session
    return session, link


def finished(api, stack, *args, **more):
    session, link = started(api, stack, *args, **more)
    link.finish()
    return session, link


def state(link):
    return link.get().json["data"]["status"]


def settled(api, stack, *args, **more):
    """Finished, and all checks have ended."""
    session, link = finished(api, stack, *args, **more)
    wait_until(lambda: state(link) not in ("completed", "processing"), 20,
               "the checks do not end")
    return session, link


def ask(api, session, verb, body=None, **headers):
    return api.ask("POST", "/kyc/sessions/%s/%s" % (session["id"], verb),
                   body, headers)


def events(stack, session):
    """(kind, version, state) in the order of versions."""
    return [tuple(map(int, row)) for row in stack.sql(
        "SELECT kind, session_version, state FROM event WHERE session_id ="
        " UNHEX('%s') ORDER BY session_version, kind" % plain(session))]


def columns(stack, session, what):
    return stack.sql("SELECT %s FROM session WHERE id = UNHEX('%s')" % (
        what, plain(session)))[0]


def results(api, session):
    answer = ask(api, session, "process")
    assert answer.status == 200, answer
    return answer.json["data"]["processing_results"]
