# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 in the middle of an upload: no row, no object; a retry succeeds."""
import os

import fcgi
from victim import children, wait_for

BOUNDARY = "cut-in-the-middle"
TYPE = "multipart/form-data; boundary=" + BOUNDARY
# A JPEG's magic bytes; nothing decodes it.
PHOTO = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + os.urandom(600000)
FIELDS = {"step_id": "step_document", "type": "id",
          "document_kind": "passport", "side": "front"}


def body():
    out = b""
    for name, value in FIELDS.items():
        out += ('--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n'
                "%s\r\n" % (BOUNDARY, name, value)).encode()
    out += ('--%s\r\nContent-Disposition: form-data; name="file";'
            ' filename="photo.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
            % BOUNDARY).encode()
    return out + PHOTO + ("\r\n--%s--\r\n" % BOUNDARY).encode()


def store_of(victim):
    return victim.run / "store"


def objects(victim):
    """Files that a reader could be given: all but those still written."""
    store = store_of(victim)
    return [p for p in store.rglob("*")
            if p.is_file() and p.relative_to(store).parts[0] != "tmp"]


def writer_of(victim):
    """The worker that has a file of the store open, with what it has."""
    for pid in children(victim.pid("api")):
        for link in os.scandir("/proc/%d/fd" % pid):
            try:
                path = os.readlink(link.path)
            except OSError:
                continue
            if path.startswith(str(store_of(victim)) + "/"):
                if os.path.getsize(path) > 100000:
                    return pid
    return None


def documents(victim, session):
    return victim.sql("SELECT size FROM document WHERE session_id = 0x"
                      + session.replace("-", ""))


def ended_without_answer(link):
    with link:
        try:
            return link.recv(1) == b""
        except ConnectionResetError:
            return True  # it had not read all that we had sent


def test_upload_cut_by_kill(victim):
    status, made = victim.call("POST", "/kyc-sessions", {})
    assert status == 201
    path = "/public/sessions/%s/upload" % made["token"]
    before = set(objects(victim))
    whole = body()
    link = fcgi.begin(victim.sockets / "slow.sock",
                      {"REQUEST_URI": path, "CONTENT_TYPE": TYPE},
                      whole[:len(whole) // 2], len(whole))
    pid = wait_for(20, lambda: writer_of(victim), "the worker to write")
    assert victim.kill(pid)
    assert ended_without_answer(link)
    wait_for(20, lambda: pid not in children(victim.pid("api")), "its end")
    assert documents(victim, made["id"]) == []
    assert set(objects(victim)) == before
    wait_for(20, victim.answers, "the API")

    status, text = victim.ask("POST", path, whole, Content_Type=TYPE)
    assert status == 201, text
    assert documents(victim, made["id"]) == [[str(len(PHOTO))]]
    assert len(set(objects(victim)) - before) == 1
    assert victim.findings() == []
