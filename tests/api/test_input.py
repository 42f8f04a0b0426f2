# SPDX-License-Identifier: GPL-3.0-or-later
"""Wrong input: every field, every shape of body; the workers live on."""
import json
import re
import socket

import pytest

from kit import Link, jpeg, passport
from test_dossiers import check_error, check_headers
from test_public import check_error as check_public

CREATE, SEARCH = "/kyc-sessions", "/kyc-sessions/search"


@pytest.fixture(scope="module", autouse=True)
def workers_live_on(stack):
    before = stack.workers()
    yield
    assert stack.workers() == before


# -- every field -------------------------------------------------------------
STRINGS = {CREATE: ("externalId", "customerEmail", "customerName", "locale"),
           SEARCH: ("searchQuery",)}
INTS = {CREATE: ("expiresInMs",), SEARCH: ("limit", "offset",
                                           "createdAt.from", "createdAt.to")}
BOOLS = {SEARCH: ("isComplete", "isInvalid")}
WORDS = {SEARCH: ("state", "sortBy", "sortOrder")}
NO_STRING = (1, 1.5, True, [], {}, ["a"], {"a": 1})
NO_INT = ("5", "", 1.5, 60000.0, 1e5, True, [], {}, [60000])
NO_BOOL = (0, 1, "true", "", [], {}, 1.0)
NO_WORD = ("", "none", "CREATED", "Asc", "createdat", 0, True, [], {},
           "created ", "x" * 300)
TOO_BIG = (2 ** 63 - 1, 2 ** 63, 2 ** 64 - 1, -2 ** 63)


def wrong_values():
    for table, values in ((STRINGS, NO_STRING), (INTS, NO_INT + TOO_BIG),
                          (BOOLS, NO_BOOL), (WORDS, NO_WORD)):
        for path, names in table.items():
            for name in names:
                yield path, name, values


def nested(name, value):
    outer, _, inner = name.partition(".")
    return {outer: {inner: value} if inner else value}


@pytest.mark.parametrize("path, name, values", wrong_values())
def test_wrong_type_names_the_field(api, path, name, values):
    for value in values:
        answer = api.ask("POST", path, nested(name, value))
        check_error(answer, 400, name)


def test_all_wrong_fields_are_named_at_once(api):
    wrong = {"externalId": 1, "expiresInMs": "x", "customerEmail": [],
             "customerName": {}}
    check_error(api.ask("POST", CREATE, wrong), 400, *wrong)
    wrong = {"state": 1, "limit": 0, "offset": -1, "sortBy": "x",
             "isComplete": 1, "createdAt": {"from": "x", "to": "y"}}
    check_error(api.ask("POST", SEARCH, wrong), 400, "createdAt.from",
                "createdAt.to", *(set(wrong) - {"createdAt"}))
    check_error(api.ask("POST", SEARCH, {"createdAt": 5}), 400, "createdAt")
    check_error(api.ask("POST", SEARCH, {"createdAt": [1, 2]}), 400,
                "createdAt")


@pytest.mark.parametrize("name", ["externalId", "customerName"])
def test_lengths_count_characters(api, name):
    for sign in ("a", "é", "王", "\U0001f600"):
        made = api.create(**{name: sign * 255})
        assert api.show(made)[name] == sign * 255
        check_error(api.ask("POST", CREATE, {name: sign * 256}), 400, name,
                    "255")
    check_error(api.ask("POST", CREATE, {name: ""}), 400, name, "empty")
    check_error(api.ask("POST", CREATE, {name: "a" * 100000}), 400, name)


def test_length_of_a_query(api):
    assert api.search(searchQuery="ő" * 255)["totalCount"] == 0
    check_error(api.ask("POST", SEARCH, {"searchQuery": "ő" * 256}), 400,
                "searchQuery", "255")


def address(length):
    """Dot-separated labels of 63 at most, as a mail server takes them."""
    local, left = "l" * 60, length - 61
    labels = []
    while left > 64:
        labels.append("d" * 60)
        left -= 61
    return local + "@" + ".".join(labels + ["e" * left])


def test_mail_addresses(api):
    for good in (address(254), "a@b.example", "a+b.c-d_e@x-y.example",
                 "o'neil@example.org", "A@EXAMPLE.ORG"):
        made = api.create(customerEmail=good)
        assert api.show(made)["customerEmail"] == good
    assert len(address(254)) == 254
    for wrong in (address(255), "", "a", "@", "a@", "@b.example", "a b@c.d",
                  "a@b@c", "a@b..c", ".a@b.c", "a.@b.c", "a@-b.c", "a@b.c ",
                  "a@b.c,d@e.f", "<a@b.c>", "Ann <a@b.c>", "a@b.c\r\nBcc: x",
                  "ä@b.c", "a@[127.0.0.1]", "a@b_c.d"):
        check_error(api.ask("POST", CREATE, {"customerEmail": wrong}), 400,
                    "customerEmail")


def test_locale(api):
    for good in ("en", "ar", "pt-BR", "zh-Hant-TW"):
        made = api.create(locale=good)
        shown = Link(api, made["token"]).get().json["data"]
        assert shown["locale"] == good
    for wrong in ("e", "", "x" * 17, "en_US", "../..", "日本", "e n"):
        check_error(api.ask("POST", CREATE, {"locale": wrong}), 400, "locale")


def test_control_characters_are_refused(api):
    for code in [*range(32), 127, 128, 133, 159, 0x2028, 0x2029]:
        for name in ("externalId", "customerName", "customerEmail"):
            value = "ab%s@c.example" % chr(code)
            check_error(api.ask("POST", CREATE, {name: value}), 400, name)
    check_error(api.ask("POST", SEARCH, {"searchQuery": "a\u0007"}), 400,
                "searchQuery")


def test_other_odd_characters_pass_unchanged(api):
    for value in ("\u200fعمر\u200e", "a\u00a0b", "\ufeffx", "e\u0301",
                  "\uffff", "\U0010ffff", "'\";--", "</script>", "${x}",
                  "{{name}}", "%s%n", "\\0", "🙂‍↔️"):
        made = api.create(customerName=value, externalId=value)
        shown = api.show(made)
        assert (shown["customerName"], shown["externalId"]) == (value, value)


def test_null_is_absent_and_unknown_fields_are_ignored(api):
    fields = ("externalId", "expiresInMs", "customerEmail", "customerName",
              "locale")
    made = api.create(**dict.fromkeys(fields))
    assert api.show(made)["externalId"] is None
    odd = {"unknown": {"deep": [1, {"er": None}]}, "": 0, "ä": "ö",
           "externalid": 5, "id": 7, "__proto__": {}, "x" * 5000: 1}
    made = api.create(externalId="kept", **odd)
    assert api.show(made)["externalId"] == "kept"


# -- the body ----------------------------------------------------------------
NOT_JSON = [
    b"{", b"}", b"{]", b"{}}", b"{} {}", b"{}x", b"x{}", b'{"a":1,}',
    b'{"a"}', b'{"a":}', b"{'a':1}", b"{a:1}", b'{"a":1 "b":2}', b"{,}",
    b'{"a":01}', b'{"a":+1}', b'{"a":.5}', b'{"a":5.}', b'{"a":1e}',
    b'{"a":NaN}', b'{"a":Infinity}', b'{"a":-}', b'{"a":0x10}',
    b'{"a":tru}', b'{"a":TRUE}', b'{"a":nul}', b'{"a":"\\x41"}',
    b'{"a":"\\u12"}', b'{"a":"b', b'{"a":"\n"}', b'{"a":"\x01"}',
    b"{}\0", b'{"a":"\0"}', b"\0", b"\xef\xbb\xbf{}", b"/* */{}", b"{}//",
    b'{"a":"\xff"}', b'{"a":"\xc3"}', b'{"a":"\xc0\xaf"}', b'{"\x80":1}',
    b'{"a":"\xed\xa0\x80"}', b'{"a":"\xf4\x90\x80\x80"}',
    b'{"a":"\\ud800"}', b'{"a":"\\udc00"}', b'{"a":"\\ud800x"}',
    b'{"a":"\\ud800\\u0041"}', b'{"\\u0000":1}',
    b'{"a":18446744073709551616}', b'{"a":1e999}', "{}".encode("utf-16"),
    "{}".encode("utf-32"), b"a=1&b=2", b"<xml/>", b'{"a":1}\x0c']
NOT_OBJECTS = [b"[]", b"[{}]", b'"{}"', b"1", b"-0", b"1.5", b"true",
               b"false", b"null", b'""', b" [] "]


@pytest.mark.parametrize("body", NOT_JSON + NOT_OBJECTS)
def test_bodies_that_are_no_json_object(api, link, body):
    for path in (CREATE, SEARCH):
        check_error(api.ask("POST", path, body), 400, "body")
    answer = link.client.ask("POST", link.base + "/open", body, key=False)
    assert "body" in check_public(answer, 400)
    answer = link.client.ask("POST", link.base + "/upload", body, key=False)
    assert "body" in check_public(answer, 400)
    assert api.show(link.session)["state"] == "created"


def test_depth(api):
    def deep(levels, opening=b"[", closing=b"]"):
        inner = levels - 1  # the object around it counts
        return b'{"x":' + opening * inner + closing * inner + b"}"

    for levels, status in ((31, 200), (32, 200), (33, 400), (5000, 400)):
        assert api.ask("POST", SEARCH, deep(levels)).status == status, levels
        objects = deep(levels, b'{"y":', b"}").replace(b":}", b":1}", 1)
        assert api.ask("POST", SEARCH, objects).status == status, levels
    check_error(api.ask("POST", SEARCH, deep(33)), 400, "32")
    check_error(api.ask("POST", SEARCH, b"[" * 500000), 400, "32")


def test_body_of_a_mebibyte(api):
    full = b'{"x":"' + b"a" * ((1 << 20) - 8) + b'"}'
    assert len(full) == 1 << 20
    assert api.ask("POST", SEARCH, full).status == 200
    for body in (full + b" ", full + b" " * (3 << 20)):
        for path in (CREATE, SEARCH):
            check_error(api.ask("POST", path, body), 413)


def test_twice_the_same_name_the_last_counts(api):
    answer = api.ask("POST", CREATE, b'{"externalId":"a","externalId":"b"}')
    assert api.show(answer.json)["externalId"] == "b"
    check_error(api.ask("POST", CREATE, b'{"externalId":"a","externalId":1}'),
                400, "externalId")


def test_escapes_and_blanks(api):
    body = (b' \t\r\n{ "external\\u0049d" : "\\u0041\\u00e9\\ud83d\\ude00'
            b'\\/\\"\\\\" , "expiresInMs":60000}\n ')
    shown = api.show(api.ask("POST", CREATE, body).json)
    assert shown["externalId"] == 'Aé😀/"\\'


MEDIA = ["text/plain", "text/json", "application/xml", "multipart/form-data",
         "application/x-www-form-urlencoded", "application/jsonp",
         "application/json, text/plain", "json", "*/*", "", "application/",
         "application/json/x", "a" * 3000]


@pytest.mark.parametrize("kind", MEDIA)
def test_media_types_of_others(api, link, kind):
    for path in (CREATE, SEARCH):
        answer = api.ask("POST", path, b"{}", {"Content-Type": kind})
        check_error(answer, 415)
    answer = link.client.ask("POST", link.base + "/open", b"{}",
                             {"Content-Type": kind}, key=False)
    check_public(answer, 415)


@pytest.mark.parametrize("kind", [
    "application/json", "APPLICATION/JSON", "application/json;charset=utf-8",
    "application/json ; charset=UTF-8", "application/json;"])
def test_media_types_of_json(api, kind):
    assert api.ask("POST", SEARCH, b"{}", {"Content-Type": kind}).status == 200
    # Without a body there is nothing to have a type.
    for other in (kind, "text/plain"):
        assert api.ask("POST", SEARCH, b"", {"Content-Type": other}
                       ).status == 200


def test_a_body_where_none_belongs_is_ignored(api):
    path = "/kyc-sessions/" + api.create()["id"]
    for body in (b"{", b"\xff" * 1000, b"{}"):
        assert api.ask("GET", path, body).status == 200


def test_multipart_that_is_broken(link):
    kind = "multipart/form-data; boundary=b"
    whole = (b'--b\r\nContent-Disposition: form-data; name="file"; '
             b'filename="a"\r\n\r\n' + jpeg() + b"\r\n--b--\r\n")
    bodies = [b"", b"x", b"--b", b"--b--\r\n", b"--c--", whole[:-12],
              whole.replace(b"--b\r\n", b"--c\r\n"), whole[:60],
              whole.replace(b"form-data", b"attachment"),
              whole.replace(b' name="file";', b""), b"--b\r\n" * 3000,
              whole.replace(b"\r\n\r\n", b"\r\nX: " + b"y" * 70000, 1)]
    for body in bodies:
        answer = link.client.ask("POST", link.base + "/upload", body,
                                 {"Content-Type": kind}, key=False)
        assert answer.status == 400, (body[:60], answer)
        assert answer.json["error"] in ("bad_request", "validation_error")
    for wrong in ("multipart/form-data", "multipart/form-data; boundary=",
                  "multipart/form-data; boundary=" + "b" * 80,
                  "multipart/form-data; boundary=é"):
        answer = link.client.ask("POST", link.base + "/upload", whole,
                                 {"Content-Type": wrong}, key=False)
        assert answer.status in (400, 415), (wrong, answer)
    fields = dict(passport(), **{"f%d" % i: "x" for i in range(40)})
    check_public(link.upload(fields, jpeg()), 400)
    check_public(link.upload(passport(step_id="s" * 5000), jpeg()), 400,
                 "step_id")


# -- the request itself ------------------------------------------------------
def raw(api, data):
    """Bytes as they are; the whole answer."""
    with socket.create_connection((api.host, api.port), 20) as peer:
        peer.sendall(data)
        return peer.makefile("rb").read()


def head_of(api, line, *more):
    lines = [line, "Host: x", "Connection: close",
             "Authorization: Bearer " + api.key, *more, "", ""]
    return "\r\n".join(lines).encode("latin-1")


def test_chunked_bodies(api):
    head = head_of(api, "POST /kyc-sessions HTTP/1.1",
                   "Content-Type: application/json",
                   "Transfer-Encoding: chunked")
    body = b'{"externalId":"in chunks"}'
    chunks = b"".join(b"1\r\n%c\r\n" % c for c in body) + b"0\r\n\r\n"
    answer = raw(api, head + chunks)
    assert answer.startswith(b"HTTP/1.1 201 ")
    made = json.loads(answer.split(b"\r\n\r\n", 1)[1])
    assert api.show(made)["externalId"] == "in chunks"
    assert raw(api, head + b"0\r\n\r\n").startswith(b"HTTP/1.1 201 ")
    assert raw(api, head + b"2\r\n{]\r\n0\r\n\r\n").startswith(
        b"HTTP/1.1 400 ")
    assert raw(api, head + b"zz\r\n{}\r\n0\r\n\r\n").startswith(
        b"HTTP/1.1 400 ")
    big = b"100000\r\n" + b" " * (1 << 20) + b"\r\n"
    assert raw(api, head + big + b"2\r\n{}\r\n0\r\n\r\n").startswith(
        b"HTTP/1.1 413 ")


def test_a_body_that_ends_too_early_reaches_no_worker(api):
    before = api.search()["totalCount"]
    head = head_of(api, "POST /kyc-sessions HTTP/1.1",
                   "Content-Type: application/json", "Content-Length: 50")
    with socket.create_connection((api.host, api.port), 20) as peer:
        peer.sendall(head + b"{}")
    assert api.search()["totalCount"] == before


@pytest.mark.parametrize("length", ["-1", "x", "1e3", "99999999999999999999"])
def test_lengths_that_are_no_number(api, length):
    answer = raw(api, head_of(api, "POST /kyc-sessions HTTP/1.1",
                              "Content-Length: " + length))
    assert re.match(rb"HTTP/1.1 4(00|13) ", answer)
    assert b'"statusCode":4' in answer


@pytest.mark.parametrize("method", ["FOO", "M-SEARCH", "GETT", "A" * 100])
def test_methods_that_nobody_knows(api, method):
    answer = raw(api, head_of(api, method + " /kyc-sessions HTTP/1.1"))
    assert answer.startswith(b"HTTP/1.1 405 "), answer
    assert b'"statusCode":405' in answer
    assert b"\r\nAllow: POST, OPTIONS\r\n" in answer


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "get", "P\xc3\x96ST"])
def test_methods_that_nginx_refuses(api, method):
    answer = raw(api, head_of(api, method + " /kyc-sessions HTTP/1.1"))
    assert re.match(rb"HTTP/1.1 40[05] ", answer), answer
    assert api.key.encode() not in answer  # TRACE would send it back


def test_percent_encoded_paths(api):
    made = api.create()
    for path in ("/%6byc-sessions/" + made["id"], "/kyc%2Dsessions/"
                 + made["id"], "/kyc-sessions/" + "".join(
                     "%%%02x" % ord(c) for c in made["id"])):
        answer = api.ask("GET", path)
        assert answer.status == 200 and answer.json["id"] == made["id"]
    # An encoded slash divides nothing: no such path then.
    for path in ("/kyc-sessions/a%2fb", "/kyc-sessions%2f" + made["id"],
                 "/kyc-sessions/..%2f" + made["id"],
                 "/kyc-sessions/%2e%2e/x", "/kyc-sessions/x%3fy=1"):
        assert api.ask("GET", path).status in (200, 404), path


@pytest.mark.parametrize("tail", ["%ff", "%c3", "%01", "%7f", "%ed%a0%80",
                                  "%0d%0aX-Y:%20z"])
def test_paths_that_cannot_be_read(api, tail):
    answer = api.ask("GET", "/kyc-sessions/" + tail)
    check_error(answer, 400)
    assert "X-Y" not in answer.headers


@pytest.mark.parametrize("tail", ["%", "%2", "%zz", "%00", "\x7f"])
def test_paths_that_nginx_refuses(api, tail):
    """It has not read far enough then to know whose the path is."""
    answer = api.ask("GET", "/kyc-sessions/" + tail)
    assert answer.status == 400 and answer.json["message"], answer
    check_headers(answer)


def test_request_line_and_host(api):
    for line in ("GET http://elsewhere/kyc-sessions/x HTTP/1.1",
                 "GET /kyc-sessions/x?%ff&a=%&=%00 HTTP/1.1",
                 "GET /kyc-sessions/x?" + "a" * 6000 + " HTTP/1.1"):
        assert raw(api, head_of(api, line)).startswith(b"HTTP/1.1 404 ")
    assert raw(api, b"GET /kyc-sessions/x HTTP/1.0\r\n\r\n").startswith(
        b"HTTP/1.1 401 ")


def test_a_request_id_of_the_client_is_not_taken(api):
    """nginx makes it, so that one of a client cannot fill a log."""
    answer = api.ask("GET", "/kyc-sessions/x", headers={
        "X-Request-Id": "mine-mine-mine", "Request-Id": "mine-mine-mine"})
    assert "mine" not in answer.headers["X-Request-Id"]
    check_headers(answer)


def test_repeated_headers(api):
    path = "/kyc-sessions/" + api.create()["id"]
    twice = raw(api, head_of(api, "GET %s HTTP/1.1" % path,
                             "Authorization: Bearer x"))
    assert re.match(rb"HTTP/1.1 (200|400|401) ", twice)
    many = ["X-%d: %s" % (i, "v" * 100) for i in range(60)]
    assert raw(api, head_of(api, "GET %s HTTP/1.1" % path, *many)
               ).startswith(b"HTTP/1.1 200 ")
