# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents: their signed addresses, and what is behind them."""
import base64
import http.client
import os
import threading
import time
import urllib.parse

import pytest

import kit
from test_kyc_entities import ISO, error

ODD = "Pässe 100% neu.jpg"


class Doc:
    def __init__(self, link, api, data, name, **fields):
        answer = link.upload(dict(kit.passport(), **fields), data, name=name)
        assert answer.status == 201, answer
        self.id, self.api = answer.json["data"]["doc_id"], api
        self.uploaded_at = answer.json["data"]["uploaded_at"]
        self.path = "/kyc/sessions/%s/documents/%s/url" % (
            link.session["id"], self.id)

    def url(self):
        answer = self.api.ask("GET", self.path)
        assert answer.status == 200, answer
        return answer.json["data"]["presigned_url"]

    def fetch(self, method="GET", query="", url=None, **headers):
        path = urllib.parse.urlsplit(url or self.url()).path + query
        return self.api.ask(method, path, key=False, headers=headers)


@pytest.fixture
def doc(link, api):
    return Doc(link, api, kit.jpeg(b"hello"), "passport.jpg")


def views(api, link):
    rows = api.sql("SELECT HEX(object_id), remote_addr, HEX(actor_id) FROM "
                   "audit WHERE session_id = UNHEX(REPLACE('%s', '-', '')) "
                   "AND verb = 19" % link.session["id"])
    return rows


@pytest.fixture
def seen(stack, link):
    return lambda: views(stack, link)


def test_the_address_is_as_documented(doc, api, stack):
    answer = api.ask("GET", doc.path)
    assert answer.status == 200 and answer.json["status"] == "success"
    data = answer.json["data"]
    assert set(data) == {"presigned_url", "file_name", "mime_type", "doc_id",
                         "document_type", "uploaded_at", "expires_at"}
    assert data["file_name"] == "passport.jpg"
    assert data["mime_type"] == "image/jpeg"
    assert data["doc_id"] == doc.id and data["document_type"] == "id"
    assert ISO.match(data["uploaded_at"])
    assert data["uploaded_at"] == doc.uploaded_at
    assert type(data["expires_at"]) is int
    assert 290 <= data["expires_at"] - time.time() <= 301
    assert data["presigned_url"].startswith(stack.url + "/files/")


def test_the_file_comes_back_whole(doc, seen):
    answer = doc.fetch()
    assert answer.status == 200 and answer.body == kit.jpeg(b"hello")
    head = answer.headers
    assert head["Content-Type"] == "image/jpeg"
    assert head["Content-Length"] == str(len(answer.body))
    assert head["Content-Disposition"] == 'attachment; filename="passport.jpg"'
    assert head["Cache-Control"] == "no-store"
    assert head["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in head["Content-Security-Policy"]
    assert head["Accept-Ranges"] == "bytes"
    assert len(seen()) == 1


def test_pictures_alone_are_shown_inline(link, doc, api):
    assert doc.fetch(query="?disposition=inline").headers[
        "Content-Disposition"].startswith("inline;")
    error(doc.fetch(query="?disposition=x"), 400, "disposition")
    pdf = Doc(link, api, kit.pdf(), "scan.pdf")
    answer = pdf.fetch(query="?disposition=inline")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment;")


def test_odd_names_are_told_in_both_ways(link, api):
    doc = Doc(link, api, kit.jpeg(), ODD)
    assert doc.fetch().headers["Content-Disposition"] == (
        'attachment; filename="P_sse 100_ neu.jpg"; '
        "filename*=UTF-8''P%C3%A4sse%20100%25%20neu.jpg")


def test_ranges_and_head(doc, seen):
    url, whole = doc.url(), kit.jpeg(b"hello")

    def part(value):
        return doc.fetch(url=url, Range=value)

    for value, a, b in (("bytes=0-3", 0, 4), ("bytes=5-", 5, len(whole)),
                        ("bytes=-7", len(whole) - 7, len(whole)),
                        ("bytes=2-99999", 2, len(whole)),
                        ("bytes=-99999", 0, len(whole))):
        answer = part(value)
        assert answer.status == 206 and answer.body == whole[a:b], value
        assert answer.headers["Content-Range"] == "bytes %d-%d/%d" % (
            a, b - 1, len(whole))
    for value in ("bytes=0-1,3-4", "chars=1-2", "bytes=3-1", "bytes=-"):
        answer = part(value)
        assert answer.status == 200 and answer.body == whole, value
    for value in ("bytes=%d-" % len(whole), "bytes=-0"):
        answer = part(value)
        assert answer.status == 416 and not answer.body
        assert answer.headers["Content-Range"] == "bytes */%d" % len(whole)
    assert len(seen()) == 1, "parts of one token are one view"
    head = doc.fetch("HEAD")
    assert head.status == 200 and not head.body
    assert head.headers["Content-Length"] == str(len(whole))
    assert len(seen()) == 1, "a HEAD shows nothing"


def test_a_view_is_recorded_with_who_and_what(doc, seen, stack, api):
    doc.url()
    assert not seen(), "an address alone shows nothing"
    doc.fetch()
    (row,), wanted = seen(), doc.id[4:].upper()
    assert row[0] == wanted and row[1] == "127.0.0.1"
    keys = stack.sql("SELECT HEX(k.id) FROM api_key k JOIN tenant t ON t.id ="
                     " k.tenant_id WHERE t.organisation_id ="
                     " UNHEX(REPLACE('%s', '-', ''))" % api.org)
    assert [row[2]] in keys


def test_forged_and_foreign_tokens_find_nothing(doc, link, api, seen):
    token = doc.url().rsplit("/", 1)[1]
    raw = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    tried = [link.session["token"], "x", token[:-4], token + "AAAA",
             "00000000-0000-4000-8000-000000000000"]
    for i in range(0, len(raw), 7):
        bad = bytearray(raw)
        bad[i] ^= 1
        tried.append(base64.urlsafe_b64encode(bad).decode().rstrip("="))
    said = set()
    for text in tried:
        answer = api.ask("GET", "/files/" + text, key=False)
        assert answer.status == 404, (text, answer)
        said.add(answer.body)
    assert len(said) == 1 and not seen()
    # and such a token is no link, and no key
    assert api.ask("GET", "/public/sessions/" + token,
                   key=False).status == 404
    assert api.with_key(token).ask("GET", "/kyc/tenants/me").status == 401


def test_an_address_ends(doc, later):
    url = doc.url()
    path = urllib.parse.urlsplit(url).path
    assert later(4 * 60_000).ask("GET", path).status == 200
    answer = later(5 * 60_000 + 1000).ask("GET", path)
    assert answer.status == 410, answer


def test_who_may_ask(doc, stack, api, link):
    key = stack.add_key(api.org, "--permissions", "kyc:create")
    assert api.with_key(key).ask("GET", doc.path).status == 403
    assert stack.live.ask("GET", doc.path).status == 404
    for wrong in ("doc_" + "0" * 32, "doc_x", doc.id[4:]):
        error(api.ask("GET", doc.path.replace(doc.id, wrong)), 404)
    other = api.create()
    error(api.ask("GET", doc.path.replace(link.session["id"], other["id"])),
          404)


def test_a_replaced_document_is_gone(link, doc, api):
    url = doc.url()
    Doc(link, api, kit.png(), "again.png")
    assert doc.fetch(url=url).status == 404


def test_large_files_stream_and_lost_clients_do_no_harm(link, api, stack):
    data = kit.jpeg()[:-2] + os.urandom(9 << 20) + b"\xff\xd9"
    doc = Doc(link, api, data, "large.jpg")
    answer = doc.fetch()
    assert answer.body == data
    at = 7_777_777
    part = doc.fetch(Range="bytes=%d-%d" % (at, at + 200_000))
    assert part.status == 206 and part.body == data[at:at + 200_001]
    workers = stack.workers()

    def leave():
        where = urllib.parse.urlsplit(doc.url())
        peer = http.client.HTTPConnection(where.hostname, where.port)
        peer.request("GET", where.path)
        peer.getresponse().read(1000)
        peer.sock.close()

    threads = [threading.Thread(target=leave) for _ in range(6)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert doc.fetch().body == data
    assert stack.workers() == workers


def test_tokens_stay_out_of_the_logs(doc, stack):
    url = doc.url()
    doc.fetch(url=url)
    token = url.rsplit("/", 1)[1]
    for path in stack.logs.iterdir():
        if path.is_file():
            assert token not in path.read_text(errors="replace"), path
