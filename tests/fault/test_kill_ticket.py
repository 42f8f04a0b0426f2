# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 between and inside the requests of an upload by init, PUT, confirm:
what was answered stays, what was not is as if it had not been, and the next
try succeeds."""
import json
import os
import urllib.parse

import fcgi
import pytest
from test_kill_upload import (FIELDS, PHOTO, documents, ended_without_answer,
                              objects, writer_of)
from victim import children, wait_for


class Way:
    """A session and its link."""

    def __init__(self, victim):
        status, made = victim.call("POST", "/kyc-sessions", {})
        assert status == 201
        self.victim, self.id = victim, made["id"]
        self.base = "/public/sessions/" + made["token"]

    def post(self, path, body):
        status, text = self.victim.ask(
            "POST", self.base + path, json.dumps(body),
            Content_Type="application/json")
        return status, json.loads(text)

    def init(self, photo=PHOTO):
        status, body = self.post("/upload/init", dict(
            FIELDS, mime_type="image/jpeg", size=len(photo), file_name="a"))
        assert status == 201, body
        return body["data"]

    def put(self, ticket, photo=PHOTO):
        path = urllib.parse.urlsplit(ticket["upload_url"]).path
        return self.victim.ask("PUT", path, photo)[0]

    def confirm(self, ticket):
        return self.post("/upload/confirm",
                         {"upload_id": ticket["upload_id"]})

    def tickets(self):
        return self.victim.sql(
            "SELECT object_id IS NOT NULL, confirmed_at IS NOT NULL FROM"
            " upload_ticket WHERE session_id = 0x" + self.id.replace("-", ""))

    def objects(self):
        return {p for p in objects(self.victim) if p.name.startswith(self.id)}


def kill_workers(victim):
    """All of them at once; they come again."""
    parent = victim.pid("api")
    old = children(parent)
    assert old
    for pid in old:
        victim.kill(pid)
    wait_for(20, lambda: not set(old) & set(children(parent)), "their end")
    wait_for(20, victim.answers, "the API")


def test_put_cut_by_kill(victim):
    way = Way(victim)
    ticket = way.init()
    path = urllib.parse.urlsplit(ticket["upload_url"]).path
    link = fcgi.begin(victim.sockets / "slow.sock",
                      {"REQUEST_URI": path, "REQUEST_METHOD": "PUT"},
                      PHOTO[:len(PHOTO) // 2], len(PHOTO))
    pid = wait_for(20, lambda: writer_of(victim), "the worker to write")
    assert victim.kill(pid)
    assert ended_without_answer(link)
    wait_for(20, lambda: pid not in children(victim.pid("api")), "its end")
    assert way.tickets() == [["0", "0"]] and way.objects() == set()
    wait_for(20, victim.answers, "the API")
    assert way.confirm(ticket)[0] == 409
    assert way.put(ticket) == 204
    assert way.confirm(ticket)[0] == 201
    assert documents(victim, way.id) == [[str(len(PHOTO))]]
    assert victim.findings() == []


def test_kill_between_the_steps(victim):
    """Each answer is a promise that the next process keeps."""
    way = Way(victim)
    ticket = way.init()
    kill_workers(victim)
    assert way.put(ticket) == 204
    kill_workers(victim)
    assert way.tickets() == [["1", "0"]] and len(way.objects()) == 1
    status, first = way.confirm(ticket)
    assert status == 201
    kill_workers(victim)
    assert way.confirm(ticket) == (201, first)
    assert documents(victim, way.id) == [[str(len(PHOTO))]]
    assert len(way.objects()) == 1
    assert victim.findings() == []


def begin(way, ticket, step):
    """The request, straight to a worker: nginx would try a PUT again."""
    if step == "put":
        path, body, how = (urllib.parse.urlsplit(ticket["upload_url"]).path,
                           PHOTO, {"REQUEST_METHOD": "PUT"})
    else:
        path = way.base + "/upload/confirm"
        body = json.dumps({"upload_id": ticket["upload_id"]}).encode()
        how = {"CONTENT_TYPE": "application/json"}
    return fcgi.begin(way.victim.sockets / "slow.sock",
                      dict(how, REQUEST_URI=path), body, len(body))


def waiting(victim):
    return victim.sql("SELECT 1 FROM information_schema.innodb_trx"
                      " WHERE trx_state = 'LOCK WAIT'")


@pytest.mark.parametrize("step", ["put", "confirm"])
def test_kill_while_it_waits_to_write(victim, step):
    """The object is durable and the transaction begun, but somebody else has
    the session's row: killed there, nothing of it counts."""
    way = Way(victim)
    ticket = way.init()
    if step == "confirm":
        assert way.put(ticket) == 204
    before = way.tickets()
    holder = victim.hold("SELECT 1 FROM session WHERE id = 0x%s FOR UPDATE"
                         % way.id.replace("-", ""))
    try:
        link = begin(way, ticket, step)
        wait_for(20, lambda: waiting(victim), "the lock to be waited for")
        kill_workers(victim)
        assert ended_without_answer(link)
    finally:
        holder.close()
    wait_for(20, lambda: not waiting(victim), "the lock")
    assert way.tickets() == before and documents(victim, way.id) == []
    # What a PUT left lies there without a row: the clean-up's.
    assert len(way.objects()) == 1
    assert way.put(ticket) == 204
    assert way.confirm(ticket)[0] == 201
    assert documents(victim, way.id) == [[str(len(PHOTO))]]
    assert victim.findings() == []


def ids(rows):
    return {row[0] for row in rows}


def test_what_no_row_names_is_swept(victim):
    """Whatever the kills above left behind goes, and nothing else."""
    documents_ids = ids(victim.sql("SELECT LOWER(HEX(id)) FROM document"))
    named = documents_ids | ids(victim.sql(
        "SELECT LOWER(HEX(object_id)) FROM upload_ticket"
        " WHERE object_id IS NOT NULL"))
    for path in objects(victim):
        os.utime(path, (1, 1))
    for swept in victim.run.rglob("swept"):
        swept.unlink()

    def there():
        return {p.name.split(".")[1].replace("-", "")
                for p in objects(victim)}

    assert there() - named, "the kills have left nothing to sweep"
    wait_for(40, lambda: there() <= named, "the clean-up")
    assert documents_ids <= there()
