# SPDX-License-Identifier: GPL-3.0-or-later
"""nginx/ by itself: its own errors, masking, limits, and what workers get."""
import json
import re
import socket
import subprocess
import threading
import time

import pytest

import openapi
from stage import (NGINX, Pool, Server, TOKEN, alone, answer_ok, free_port,
                   limited, place, private_conf, staffed)

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not there")


# -- its own errors, in every protocol's shape ---------------------------------
PATHS = {
    "kyc": "/kyc/sessions",
    "public": "/public/sessions/%s/open" % TOKEN,
    "kycgenie": "/api/v1/entities/",
    "kycgenie-v2": "/api/v2/sessions/",
    "dossiers": "/kyc-sessions",
    "verilock": "/api/v1/sessions",
    "verilock-one": "/api/v1/sessions/ses_1",
    "klustr": "/ekyc/admin?limit=2",
    "oauth2": "/oauth2/token",
}
WORDS = {
    413: ("payload_too_large", "INVALID_REQUEST", "Content Too Large",
          "payload_too_large", "invalid_request"),
    429: ("rate_limited", "RATE_LIMITED", "Too Many Requests",
          "rate_limit_exceeded", "temporarily_unavailable"),
    502: ("unavailable", "SERVER_ERROR", "Bad Gateway", "server_error",
          "temporarily_unavailable"),
}


def check_shape(name, status, headers, data):
    request_id = headers.get_all("X-Request-Id")
    assert len(request_id) == 1 and re.fullmatch("[0-9a-f]{32}", request_id[0])
    assert headers.get_content_type() == "application/json"
    assert headers["Cache-Control"] == "no-store"
    # and as the protocol's own document says
    openapi.check("POST", PATHS[name], status, headers["Content-Type"], data)
    body = json.loads(data)
    word, code, reason, verilock, oauth2 = WORDS[status]
    family = name.split("-")[0]
    message = body.pop("error_description" if family == "oauth2" else
                       "error" if family == "kycgenie" else "message")
    assert message.endswith(".")
    if family in ("kyc", "public"):
        assert body == {"status": "error", "error": word}
    elif family == "kycgenie":
        assert body == {"code": code, "request_id": request_id[0]}
    elif family == "dossiers":
        assert body == {"statusCode": status, "error": reason}
    elif family == "verilock":
        assert body == {"error": verilock, "details": {}}
    elif family == "klustr":
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]+[+-]\d\d:\d\d",
                            body.pop("timestamp"))
        assert body == {"status": status, "error": reason,
                        "path": "/ekyc/admin"}
    else:
        assert body == {"error": oauth2}


@pytest.mark.parametrize("name", PATHS)
def test_502_without_workers(alone, name):
    for method in ("GET", "POST"):
        status, headers, data = alone.ask(method, PATHS[name], body=b"{}")
        assert status == 502
        assert headers["Retry-After"]
        check_shape(name, status, headers, data)


@pytest.mark.parametrize("name", PATHS)
def test_413(alone, name):
    status, headers, data = alone.ask(
        "POST", PATHS[name], {"Content-Length": str(3 << 20)})
    assert status == 413
    check_shape(name, status, headers, data)


@pytest.mark.parametrize("name", PATHS)
def test_429(limited, name):
    """Past the burst of its zone, each path says it in its own shape."""
    headers = {"Authorization": "Bearer vs_live_x"}
    for _ in range(1500):
        status, headers_back, data = limited.ask("GET", PATHS[name], headers)
        if status == 429:
            break
        assert status == 502
    assert status == 429
    assert headers_back["Retry-After"] == "1"
    check_shape(name, status, headers_back, data)


def test_large_upload_without_workers_is_a_502(alone):
    """The error page must not judge the size of the body again."""
    status, headers, data = alone.ask(
        "POST", "/public/sessions/%s/upload" % TOKEN, body=bytes(5 << 20))
    assert status == 502
    check_shape("public", status, headers, data)


def test_unreadable_requests_are_json(alone):
    for start in ("/kyc/", "/kyc-sessions/", "/api/v1/", "/ekyc/"):
        # it has read no further, and knows of no path
        long = alone.ask("GET", start + "a" * 40000)
        assert long[0] == 414
        openapi.check("GET", start + "a", long[0], "application/json",
                      long[2])
    wide = alone.ask("GET", "/api/v1/x", {"X-A": "a" * 40000})
    assert wide[0] == 400
    assert json.loads(wide[2])["code"] == "INVALID_REQUEST"
    for _, headers, data in (long, wide):
        assert json.loads(data)["error"]
        assert headers["X-Request-Id"]
    with socket.create_connection(("127.0.0.1", alone.port), 5) as peer:
        peer.sendall(b"GET /x y z\r\n\r\n")
        raw = peer.makefile("rb").read()
    assert raw.startswith(b"HTTP/1.1 400 ")
    assert json.loads(raw.split(b"\r\n\r\n", 1)[1])["error"] == "bad_request"


def test_klustr_path_is_never_broken_json(alone):
    for path in ('/ekyc/admin/a"b', "/ekyc/admin/a\\b", "/ekyc/admin/%22",
                 "/ekyc/admin/\xe9"):
        with socket.create_connection(("127.0.0.1", alone.port), 5) as peer:
            peer.sendall(b"GET %s HTTP/1.1\r\nHost: x\r\nConnection: close"
                         b"\r\n\r\n" % path.encode("latin-1"))
            raw = peer.makefile("rb").read()
        assert raw.startswith(b"HTTP/1.1 502 ")
        assert json.loads(raw.split(b"\r\n\r\n", 1)[1])["status"] == 502


def test_unknown_path_and_method(alone):
    status, headers, data = alone.ask("GET", "/nothing/here")
    assert status == 404 and json.loads(data)["error"] == "not_found"
    assert headers["X-Request-Id"]
    status, headers, data = alone.ask("POST", "/verify", body=b"{}")
    assert status == 405 and headers["Allow"] == "GET, HEAD"
    assert json.loads(data)["error"] == "method_not_allowed"
    # The internal location is nobody's to ask for.
    assert alone.ask("GET", "/.vouchsafe-error")[0] == 404


# -- masking ---------------------------------------------------------------------
SPELLINGS = [
    "/public/sessions/%s", "/public/sessions/%s/", "/public/sessions/%s/open",
    "/public/sessions/%s/upload/%s", "/public/sessions/x/upload/%s",
    "/public/%s", "//public/sessions/%s", "/public//sessions/%s",
    "/%%70ublic/sessions/%s", "/a/../public/sessions/%s",
    "/./public/sessions/%s", "/files/%s", "/files/%s?sig=%s", "/files/a/%s",
    "/kyc/sessions?search=%s", "/verify?token=%s", "/nothing?%s",
    "/nothing?a=b?%s", "/ekyc/admin/%s/sessions", "/ekyc/admin/%s",
    "/ekyc/admin/x/%s", "http://h/public/sessions/%s", "/%%2e/%s",
    "/x@y/%s", "/public/sessions/%s/step/%s/complete",
    "/public/sessions/%s/step/step_document/complete",
    "/PUBLIC/../public/sessions/%s",
    "/public/sessions/%s/upload/upl_0123456789abcdef",
    "/public/sessions/%s/upload/upl_%s", "/public/sessions/%s/liveness/start",
]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_log_holds_a_token(alone, method):
    for spelling in SPELLINGS:
        path = spelling % ((TOKEN,) * spelling.replace("%%", "").count("%s"))
        for extra in ({}, {"Content-Length": str(30 << 20)},
                      {"Referer": "http://h/public/sessions/" + TOKEN,
                       "Authorization": "Bearer " + TOKEN,
                       "X-API-Key": TOKEN}):
            alone.ask(method, path, extra)
    logs = alone.logs()
    assert TOKEN not in logs
    assert logs.count("\n") >= 3 * len(SPELLINGS)


def test_429_and_broken_requests_do_not_log_a_token(limited):
    path = "/public/sessions/%s/open" % TOKEN
    assert 429 in [limited.ask("POST", path)[0] for _ in range(100)]
    limited.ask("GET", "/public/sessions/%s/%s" % (TOKEN, "a" * 40000))
    limited.ask("GET", path, {"X-A": "a" * 40000})
    for raw in (b"GET %s HTTP/1.1\r\nHost: \x01\r\n\r\n",
                b"GET %s HTTP/9.9\r\n\r\n", b"GET %s x\r\n\r\n",
                b"GET %s HTTP/1.1\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", limited.port), 5) as peer:
            peer.sendall(raw % path.encode())
            peer.settimeout(5)
            peer.recv(1000)
    assert TOKEN not in limited.logs()


def test_log_still_says_what_happened(alone):
    _, headers, _ = alone.ask("POST", "/public/sessions/%s/step/step_selfie"
                              "/complete?x=1" % TOKEN)
    alone.ask("GET", "/kyc/sessions/0190-a/documents")
    alone.ask("PUT", "/public/sessions/%s/upload/upl_01ab" % TOKEN)
    alone.ask("POST", "/public/sessions/%s/liveness/complete" % TOKEN)
    logs = alone.logs()
    line = [l for l in logs.splitlines() if headers["X-Request-Id"] in l]
    assert len(line) == 1
    assert ("POST /public/sessions/***/step/step_selfie/complete?*** HTTP/1.1"
            " 502 ") in line[0]
    assert "GET /kyc/sessions/0190-a/documents HTTP/1.1 502" in logs
    assert "PUT /public/sessions/***/upload/upl_01ab HTTP/1.1 502" in logs
    assert ("POST /public/sessions/***/liveness/complete HTTP/1.1 502"
            in logs)


# -- the page --------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/verify", "/verify/", "/verify/ses_1",
                                  "/verify/a/b"])
def test_page_headers(alone, path):
    for method in ("GET", "HEAD"):
        status, headers, data = alone.ask(method, path)
        assert status == 200
        assert headers["Content-Type"] == "text/html; charset=utf-8"
        csp = headers["Content-Security-Policy"]
        for part in ("default-src 'none'", "script-src 'self'",
                     "frame-ancestors 'none'", "form-action 'none'",
                     "img-src 'self' blob: data:"):
            assert part in csp.split("; ")
        assert "unsafe" not in csp
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "camera=(self)" in headers["Permissions-Policy"]
        assert "microphone=()" in headers["Permissions-Policy"]
        assert headers["Cache-Control"] == "no-cache"
        assert headers["X-Request-Id"]
        assert headers["Strict-Transport-Security"] is None
        assert data == (b"" if method == "HEAD" else
                        b"<!doctype html><title>v</title>")


def test_static_files(alone):
    status, headers, _ = alone.ask("GET", "/static/page.mjs")
    assert status == 200
    assert headers["Content-Type"] == "text/javascript; charset=utf-8"
    again = alone.ask("GET", "/static/page.mjs",
                      {"If-None-Match": headers["ETag"]})
    assert again[0] == 304
    assert alone.ask("GET", "/static/")[0] in (403, 404)
    assert alone.ask("GET", "/static/../verify.html")[0] == 404
    assert alone.ask("GET", "/static/none.js")[0] == 404


# -- workers ---------------------------------------------------------------------
def test_what_a_worker_is_told(staffed):
    _, _, _ = staffed.ask(
        "POST", "/api/v2/sessions/a%20b/?q=1", {
            "Content-Type": "application/json", "Proxy": "http://evil",
            "X-API-Key": "k", "X-Request-Id": "theirs"}, b'{"a":1}')
    told = staffed.fast.seen[-1]
    assert told["REQUEST_METHOD"] == "POST"
    assert told["REQUEST_URI"] == "/api/v2/sessions/a%20b/?q=1"
    assert told["QUERY_STRING"] == "q=1"
    assert told["CONTENT_TYPE"] == "application/json"
    assert told["CONTENT_LENGTH"] == "7"
    assert told["REMOTE_ADDR"] == "127.0.0.1"
    assert told["HTTP_X_API_KEY"] == "k"
    assert told.get("HTTP_PROXY", "") == ""
    assert re.fullmatch("[0-9a-f]{32}", told["REQUEST_ID"])
    assert "HTTPS" not in told
    assert "VOUCHSAFE_NOWAIT" not in told


@pytest.mark.parametrize("path,pool", [
    ("/public/sessions/%s", "fast"), ("/public/sessions/%s/open", "fast"),
    ("/public/sessions/%s/qr", "fast"),
    ("/public/sessions/%s/upload", "slow"),
    ("/public/sessions/%s/upload/init", "fast"),
    ("/public/sessions/%s/upload/upl_0123456789abcdef", "slow"),
    ("/public/sessions/%s/upload/confirm", "fast"),
    ("/public/sessions/%s/liveness/complete", "slow"),
    ("/public/sessions/%s/liveness/start", "fast"),
    ("/public/sessions/%s/workflow", "fast"),
    ("/public/sessions/%s/extract", "fast"),
    ("/public/sessions/%s/documents", "slow"),
    ("/public/sessions/%s/step/step_a/complete", "fast"),
    ("/files/%s", "slow"), ("/kyc/sessions/%s", "fast"),
    ("/kyc/sessions/%s/process", "slow"),
    ("/kyc/sessions/%s/validate", "slow"),
    ("/kyc-sessions/search", "fast"), ("/ekyc/me/status", "fast"),
    ("/oauth2/token", "fast"), ("/console/api/login", "fast"),
    ("/livez", "fast"), ("/readyz", "fast"), ("/metrics", "fast"),
])
def test_pools(staffed, path, pool):
    path = path.replace("%s", TOKEN)
    assert staffed.ask("POST", path, body=b"{}")[0] == 200
    assert [p["REQUEST_URI"] for p in getattr(staffed, pool).seen] == [path]


def test_pools_are_those_of_the_route_tables(staffed, stack):
    told = subprocess.run([stack.bin / "vouchsafe.fcgi", "--routes"],
                          capture_output=True, text=True, check=True)
    for line in told.stdout.splitlines():
        method, path, pool = (line.split("\t")[n] for n in (1, 2, -1))
        path = path.replace("{upload_id}", "upl_" + "0" * 32)
        path = re.sub(r"\{\w+\}", TOKEN, path)
        seen = getattr(staffed, pool).seen
        seen.clear()
        body = None if method in ("GET", "DELETE") else b"{}"
        assert staffed.ask(method, path, body=body)[0] == 200
        assert [p["REQUEST_URI"] for p in seen] == [path], line


@pytest.mark.parametrize("method, path", [
    ("POST", "upload"), ("POST", "documents"), ("PUT", "upload/upl_01"),
    ("POST", "liveness/complete")])
def test_upload_sizes(staffed, method, path):
    path = "/public/sessions/%s/%s" % (TOKEN, path)
    status, _, data = staffed.ask(method, path, body=bytes(21 << 20))
    assert status == 200 and json.loads(data)["length"] == 21 << 20
    status, _, _ = staffed.ask(method, path,
                               {"Content-Length": str(23 << 20)})
    assert status == 413


@pytest.mark.parametrize("status", [400, 404, 405, 413, 429, 500, 502, 503])
def test_a_workers_own_error_passes(staffed, status):
    staffed.fast.answer = lambda *_: (
        "Status: %d Whatever\r\nContent-Type: application/json\r\n"
        "X-Request-Id: mine\r\n\r\n{\"own\":1}" % status)
    got, headers, data = staffed.ask("GET", "/kyc/sessions")
    assert (got, data) == (status, b'{"own":1}')
    assert headers.get_all("X-Request-Id") == ["mine"]


def test_dropped_get_is_tried_again_but_no_post(staffed):
    state = {}

    def drop_first(params, body):
        key = params["REQUEST_METHOD"]
        state[key] = state.get(key, 0) + 1
        return None if state[key] == 1 else answer_ok(params, body)

    staffed.fast.answer = drop_first
    assert staffed.ask("GET", "/kyc/sessions")[0] == 200
    assert staffed.ask("POST", "/kyc/sessions", body=b"{}")[0] == 502
    assert state == {"GET": 2, "POST": 1}


def test_waiters_leave_half_of_the_slow_pool(staffed):
    held = threading.Event()

    def hold(params, body):
        held.wait(15)
        return answer_ok(params, body)

    staffed.slow.answer = hold
    results = []

    def wait():
        results.append(staffed.ask(
            "POST", "/kyc/sessions/a/process", body=b"{}")[0])

    waiters = [threading.Thread(target=wait) for _ in range(4)]
    for waiter in waiters:
        waiter.start()
    for _ in range(100):
        if len(staffed.slow.seen) == 4:
            break
        time.sleep(0.05)
    status, _, data = staffed.ask("POST", "/kyc/sessions/b/process",
                                  body=b'{"x":1}')
    assert status == 200
    assert json.loads(data) == {"length": 7, "nowait": "1"}
    assert len(staffed.slow.seen) == 4
    held.set()
    for waiter in waiters:
        waiter.join(20)
    assert results == [200] * 4


def test_metrics_are_for_this_machine_only(place):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            address = probe.getsockname()[0]
        except OSError:
            pytest.skip("no address but loopback")
    port = free_port()
    text = private_conf(place, port)
    assert "listen 127.0.0.1:" in text
    server = Server(place, text.replace("listen 127.0.0.1:", "listen "), port)
    server.fast = Pool(place / "api.sock", answer_ok)
    server.start()
    try:
        assert server.ask("GET", "/metrics")[0] == 200
        status, _, data = server.ask("GET", "/metrics", host=address)
        assert status == 403 and json.loads(data)["error"] == "forbidden"
    finally:
        server.stop()
        server.fast.listener.close()
