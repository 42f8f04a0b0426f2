# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether both sides do the same: their answers and the rows they leave."""
from stack import Failed

BODY = {"externalId": "order-1", "customerName": "Ada Anne-Marie Lovelace",
        "customerEmail": "ada.lovelace@example.org"}
# Rows of a session, by table, without what differs by its nature.
ROWS = {
    "session": "state, version, protocol, HEX(workflow_id), workflow_version,"
               " entity_id IS NULL, external_id, customer_name,"
               " customer_email, locale, time_zone, link_generation,"
               " expires_at - created_at, due_at - created_at, priority,"
               " parent_id, steps_total, steps_done, step_current"
               " FROM session WHERE id = {id}",
    # It names no session; its id has the session's millisecond.
    "session_delta": "HEX(workflow_id), day, state, n, scored, risk, lists,"
                     " face_match, adverse_media FROM session_delta"
                     " WHERE LEFT(id, 6) = LEFT({id}, 6)",
    "link": "generation, LENGTH(digest), LENGTH(sealed)"
            " FROM link WHERE session_id = {id}",
    "key": "LENGTH(wrapped) FROM vouchsafe_keys.session_key"
           " WHERE session_id = {id}",
    "word": "IF(word = LOWER('{text}'), 'id', word)"
            " FROM word WHERE session_id = {id} ORDER BY 1",
    "event": "kind, detail, session_version, state FROM event"
             " WHERE session_id = {id}",
    "audit": "actor, HEX(actor_id), verb, from_state, to_state, remote_addr,"
             " HEX(object_id), addr_digest = UNHEX(SHA2(CONCAT(salt,"
             " remote_addr), 256)), LENGTH(salt) FROM audit"
             " WHERE session_id = {id}",
    "entity": "e.type, e.name, e.email, e.external_id, e.sealed"
              " FROM entity e JOIN session s"
              " ON s.tenant_id = e.tenant_id AND s.entity_id = e.id"
              " WHERE s.id = {id}",
    "mail": "template, generation, status FROM mail WHERE session_id = {id}",
    "job": "lane, kind, argument, j.status, attempts FROM job j JOIN mail m"
           " ON m.id = j.subject WHERE m.session_id = {id}",
}


def make_session(stack, side, body=BODY):
    return stack.call(side.url, "POST", "/kyc-sessions", body)["id"]


def rows_of(stack, session):
    words = {"id": "0x" + session.replace("-", ""), "text": session}
    return {table: stack.sql("SELECT " + text.format(**words))
            for table, text in ROWS.items()}


def compare(what, ours, theirs):
    if ours != theirs:
        raise Failed("the sides do not do the same: %s\n  vouchsafe %s\n"
                     "  php       %s" % (what, ours, theirs))


def check_same(stack, ours, theirs):
    """Raises Failed where they differ. Each reads what the other wrote."""
    plain = {k: v for k, v in BODY.items() if k != "customerEmail"}
    for body in (BODY, plain):
        made = [make_session(stack, side, body) for side in (ours, theirs)]
        left = [rows_of(stack, session) for session in made]
        for table in ROWS:
            compare("rows of " + table, left[0][table], left[1][table])
        for session in made:
            path = "/kyc-sessions/" + session
            compare("GET", *(stack.call(side.url, "GET", path)
                             for side in (ours, theirs)))
    if not left[0]["event"]:
        raise Failed("nothing was compared")
