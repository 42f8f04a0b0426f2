# SPDX-License-Identifier: GPL-3.0-or-later
"""The door, its workers and their parent behind real nginx and lighttpd."""
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import threading
import time

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
PROBE = pathlib.Path(os.environ.get("VOUCHSAFE_BUILD", TOP / "build")) / "door-probe"
NGINX = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
LIGHTTPD = shutil.which("lighttpd", path=os.environ["PATH"] + ":/usr/sbin")

NGINX_CONF = """
%(user)s
worker_processes 1;
daemon off;
pid %(dir)s/nginx.pid;
error_log %(dir)s/error.log warn;
events { worker_connections 512; }
http {
    access_log off;
    client_max_body_size 32m;
    client_body_temp_path %(dir)s/t1;
    fastcgi_temp_path %(dir)s/t2;
    proxy_temp_path %(dir)s/t3;
    scgi_temp_path %(dir)s/t4;
    uwsgi_temp_path %(dir)s/t5;
    upstream probe { server unix:%(dir)s/s.sock max_fails=0; %(keep)s }
    server {
        listen 127.0.0.1:%(port)d backlog=1024;
        location / {
            fastcgi_pass probe;
            %(keep_conn)s
            fastcgi_param REQUEST_METHOD $request_method;
            fastcgi_param REQUEST_URI $request_uri;
            fastcgi_param QUERY_STRING $query_string;
            fastcgi_param CONTENT_TYPE $content_type;
            fastcgi_param CONTENT_LENGTH $content_length;
            fastcgi_param REQUEST_ID $request_id;
            fastcgi_param REMOTE_ADDR $remote_addr;
            %(more)s
        }
        location /unbuffered/ {
            fastcgi_pass probe;
            fastcgi_request_buffering off;
            fastcgi_param REQUEST_METHOD $request_method;
            fastcgi_param REQUEST_URI /refuse;
            fastcgi_param CONTENT_LENGTH $content_length;
        }
    }
}
"""

LIGHTTPD_CONF = """
server.document-root = "%(dir)s/root"
server.port = %(port)d
server.bind = "127.0.0.1"
server.errorlog = "%(dir)s/lighttpd.log"
server.upload-dirs = ( "%(dir)s" )
server.modules = ( "mod_cgi", "mod_fastcgi", "mod_alias" )
$HTTP["url"] =~ "^/cgi-bin/" {
    alias.url = ( "/cgi-bin/" => "%(dir)s/cgi-bin/" )
    cgi.assign = ( "" => "" )
}
fastcgi.server = ( "/own/" => (( "socket" => "%(dir)s/own.sock",
    "bin-path" => "%(dir)s/cgi-bin/probe.fcgi", "max-procs" => 1,
    "check-local" => "disable", "strip-request-uri" => "/own" )) )
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(check, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return True
        time.sleep(0.02)
    return False


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def call(port, method, path, body=None, headers=None):
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        c.request(method, path, body, headers or {})
        r = c.getresponse()
        return r.status, dict((k.lower(), v) for k, v in r.getheaders()), r.read()
    finally:
        c.close()


class Stack:
    """A throw-away nginx before a throw-away prefork parent."""

    def __init__(self, path, processes=3, max_requests=None, keep=False, more=""):
        self.dir = path
        self.processes = processes
        self.port = free_port()
        self.log = path / "probe.log"
        self.args = [str(PROBE), str(path / "s.sock"), str(processes), str(path)]
        if max_requests:
            self.args.append(str(max_requests))
        self.start_probe()
        root = os.getuid() == 0
        (path / "nginx.conf").write_text(
            NGINX_CONF
            % {
                "dir": path,
                "port": self.port,
                "user": "user root;" if root else "",
                "keep": "keepalive 4;" if keep else "",
                "keep_conn": "fastcgi_keep_conn on;" if keep else "",
                "more": more,
            }
        )
        self.nginx = subprocess.Popen(
            [NGINX, "-p", path, "-c", path / "nginx.conf", "-e", path / "error.log"]
        )
        assert wait_for(lambda: answers(self.port))
        # one that answers may be the first of several
        assert wait_for(lambda: len(self.workers()) == processes)

    def start_probe(self):
        self.probe = subprocess.Popen(self.args, stderr=open(self.log, "a"))
        assert wait_for(lambda: (self.dir / "s.sock").exists())

    def call(self, method, path, body=None, headers=None):
        return call(self.port, method, path, body, headers)

    def echo(self, method, path, body=None, headers=None):
        status, _, text = self.call(method, path, body, headers)
        assert status == 200, text
        return json.loads(text)

    def workers(self):
        path = "/proc/%d/task/%d/children" % (self.probe.pid, self.probe.pid)
        return [int(p) for p in pathlib.Path(path).read_text().split()]

    def logged(self, text):
        return wait_for(lambda: text in self.log.read_text())

    def stop(self):
        for p in (self.nginx, self.probe):
            if p.poll() is None:
                p.terminate()
        for p in (self.nginx, self.probe):
            p.wait(40)


@pytest.fixture
def make(tmp_path_factory):
    made = []

    def build(**options):
        # A socket's path holds 107 bytes, which pytest's directories exceed.
        path = pathlib.Path("/tmp/vsdoor-%d-%d" % (os.getpid(), len(made)))
        path.mkdir()
        try:
            made.append(Stack(path, **options))
        except Exception:
            shutil.rmtree(path, ignore_errors=True)
            raise
        return made[-1]

    yield build
    for s in made:
        s.stop()
        shutil.rmtree(s.dir, ignore_errors=True)


class Load:
    """Clients that ask without a break; every answer but 200 is kept."""

    def __init__(self, port, clients=4, path="/slow/3", body=None):
        self.port, self.path, self.body = port, path, body
        self.bad, self.good, self.halt = [], 0, False
        self.threads = [threading.Thread(target=self.run) for _ in range(clients)]
        for t in self.threads:
            t.start()

    def run(self):
        method = "POST" if self.body else "GET"
        while not self.halt:
            try:
                status, _, text = call(self.port, method, self.path, self.body)
                if status == 200:
                    self.good += 1
                else:
                    self.bad.append((status, text[:200]))
            except OSError as e:
                self.bad.append(repr(e))

    def stop(self):
        self.halt = True
        for t in self.threads:
            t.join()


def test_fields(make):
    s = make()
    r = s.echo(
        "PATCH",
        "/a%20b/%C3%A4%2Fc?x=1&y=%20",
        b'{"k":1}',
        {
            "Content-Type": "application/json",
            "Authorization": "Bearer t",
            "X-API-Key": "key",
            "Accept": "a/b",
            "Accept-Language": "de",
            "Idempotency-Key": "i-1",
            "User-Agent": "ua/1",
            "Range": "bytes=0-1",
        },
    )
    rid, pid = r.pop("requestId"), r.pop("pid")
    assert re.fullmatch("[0-9a-f]{32}", rid) and pid in s.workers()
    assert r == {
        "method": "PATCH", "methodName": "PATCH", "path": "/a b/ä\x1fc",
        "query": "x=1&y=%20", "contentType": "application/json",
        "contentLength": 7, "authorization": "Bearer t", "apiKey": "key",
        "accept": "a/b", "acceptLanguage": "de", "idempotencyKey": "i-1",
        "remoteAddr": "127.0.0.1", "userAgent": "ua/1", "range": "bytes=0-1",
        "bodyLength": 7, "body": '{"k":1}',
    }  # fmt: skip


def test_paths_that_cannot_be_read(make):
    s = make()
    assert s.echo("GET", "/%C3")["path"] == ""
    assert s.echo("GET", "/a%0Ab")["path"] == ""
    assert s.echo("GET", "/ok")["path"] == "/ok"


def test_answers(make):
    s = make()
    status, headers, body = s.call("HEAD", "/x")
    assert status == 200 and body == b"" and int(headers["content-length"]) > 200
    assert headers["content-type"] == "application/json"
    assert re.fullmatch("[0-9a-f]{32}", headers["x-request-id"])
    status, headers, body = s.call("GET", "/status/204")
    assert status == 204 and body == b"" and "content-length" not in headers
    assert s.call("GET", "/status/418")[0] == 418
    for size in (0, 1, 7000, 8184, 8192, 100000, 3000000):
        status, headers, body = s.call("GET", "/big/%d" % size)
        assert status == 200 and body == b"x" * size
        assert headers["content-length"] == str(size)


def test_request_id_is_made_where_none_came(make):
    s = make(more="fastcgi_param REQUEST_ID 'bad id';")
    # nginx sends the name twice: the first counts.
    assert re.fullmatch("[0-9a-f]{32}", s.echo("GET", "/")["requestId"])
    status, headers, _ = s.call("POST", "/unbuffered/", b"x")
    assert status == 401
    assert re.fullmatch("[0-9a-f-]{14}7[0-9a-f-]{21}", headers["x-request-id"])


def test_bodies(make):
    s = make()
    for size in (1, 8192, 70000, 5000000):
        assert s.echo("POST", "/x", b"y" * size)["bodyLength"] == size
    status, _, text = s.call("POST", "/x", b"y" * ((20 << 20) + 1))
    assert status == 413 and b"larger" in text
    # An answer that does not wait for the body still arrives.
    for _ in range(5):
        assert s.call("POST", "/refuse", b"y" * 3000000)[0] == 401
        assert s.call("POST", "/unbuffered/", b"y" * 300000)[0] == 401


def test_multipart(make):
    s = make()
    body = (
        b'--B\r\nContent-Disposition: form-data; name="step"\r\n\r\n1\r\n'
        b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n'
        b"Content-Type: image/png\r\n\r\n" + b"\r\n--" * 100000 + b"\r\n--B--\r\n"
    )
    kind = {"Content-Type": "multipart/form-data; boundary=B"}
    status, _, text = s.call("POST", "/parts", body, kind)
    assert status == 200 and json.loads(text) == [
        {"name": "step", "fileName": None, "contentType": "", "size": 1},
        {"name": "file", "fileName": "a.png", "contentType": "image/png", "size": 400000},
    ]
    assert s.call("POST", "/parts", body[:-10], kind)[0] == 400
    assert s.call("POST", "/parts", None, kind)[0] == 400
    assert s.call("POST", "/parts", body, {"Content-Type": "text/plain"})[0] == 415


def test_kept_connections_starve_nobody(make):
    s = make(processes=1, keep=True)
    for _ in range(20):
        assert s.echo("GET", "/x")["path"] == "/x"
    assert not failures(s, seconds=0.5)


def failures(s, seconds, **options):
    load = Load(s.port, **options)
    time.sleep(seconds)
    load.stop()
    assert load.good > 20
    return load.bad


def test_dead_workers_are_replaced(make):
    s = make(processes=2)
    before = s.workers()
    assert len(before) == 2
    assert s.call("GET", "/crash")[0] == 502
    assert s.logged("died of signal 6")
    assert s.call("GET", "/exit/3")[0] == 502
    assert s.logged("ended with status 3")
    # the second may have been the one that came for the first
    assert wait_for(lambda: len(s.workers()) == 2 and set(before) != set(s.workers()))
    assert s.echo("GET", "/x")["path"] == "/x"


def test_growing_pause(make):
    s = make(processes=1)
    (s.dir / "broken").write_text("")
    os.kill(s.workers()[0], signal.SIGKILL)
    time.sleep(2.5)
    deaths = s.log.read_text().count("ended with status 7")
    assert 5 <= deaths <= 12  # 10 ms, 20 ms … 1 s
    (s.dir / "broken").unlink()
    assert wait_for(lambda: len(s.workers()) == 1, 3)
    assert s.echo("GET", "/x")["path"] == "/x"


def test_roll_loses_nothing(make):
    s = make(processes=3)
    load = Load(s.port, clients=6)
    upload = Load(s.port, clients=2, path="/x", body=b"z" * 2000000)
    least = [9]
    for _ in range(4):
        before = set(s.workers())
        os.kill(s.probe.pid, signal.SIGHUP)

        def rolled():
            now = s.workers()
            least[0] = min(least[0], len(now))
            assert len(now) <= 4
            return len(now) == 3 and not before & set(now)

        assert wait_for(rolled)
    load.stop()
    upload.stop()
    assert load.good > 200 and upload.good > 20
    assert not load.bad and not upload.bad
    assert least[0] >= 3
    slots = {p.name for p in (s.dir / "metrics").iterdir()}
    assert slots <= {"probe-%d" % n for n in range(4)}


def test_roll_keeps_the_old_where_the_new_is_broken(make):
    s = make(processes=2)
    before = set(s.workers())
    (s.dir / "broken").write_text("")
    os.kill(s.probe.pid, signal.SIGHUP)
    assert s.logged("the others stay")
    time.sleep(0.5)
    assert set(s.workers()) == before
    assert s.echo("GET", "/x")["path"] == "/x"


def test_request_limit_loses_nothing(make):
    s = make(processes=2, max_requests=20)
    assert not failures(s, seconds=2, path="/x")


def test_term_waits_for_the_request(make):
    s = make(processes=2)
    got = []
    t = threading.Thread(target=lambda: got.append(s.call("GET", "/slow/700")[0]))
    t.start()
    time.sleep(0.2)
    began = time.monotonic()
    s.probe.terminate()
    assert s.probe.wait(10) == 0
    assert 0.3 < time.monotonic() - began < 3
    t.join()
    assert got == [200]
    assert not (s.dir / "s.sock").exists()


def test_idle_workers_stop_at_once(make):
    s = make(processes=8)
    for _ in range(5):
        began = time.monotonic()
        s.probe.terminate()
        assert s.probe.wait(10) == 0
        assert time.monotonic() - began < 1
        s.start_probe()


def test_workers_end_with_their_parent(make):
    s = make(processes=3)
    assert wait_for(lambda: len(s.workers()) == 3)
    s.echo("GET", "/x")
    pids = s.workers()
    s.probe.kill()
    s.probe.wait(5)

    def gone(pid):
        try:
            stat = pathlib.Path("/proc/%d/stat" % pid).read_text()
            return stat.rsplit(")", 1)[1].split()[0] == "Z"
        except OSError:
            return True

    assert wait_for(lambda: all(gone(p) for p in pids), 5)
    s.start_probe()  # over the stale socket
    assert wait_for(lambda: s.call("GET", "/x")[0] == 200)


def test_a_second_parent_is_refused(make):
    s = make()
    r = subprocess.run(s.args, stderr=subprocess.PIPE, text=True, timeout=10)
    assert r.returncode == 1 and "another process listens here already" in r.stderr
    assert s.echo("GET", "/x")["path"] == "/x"


def test_counters_survive_workers(make):
    s = make(processes=2)
    for _ in range(10):
        s.echo("GET", "/x")

    def count():
        text = s.call("GET", "/metrics")[2].decode()
        return int(re.search(r'requests_total\{protocol="probe",status="2xx"\} (\d+)', text)[1])

    first = count()
    assert first >= 10
    os.kill(s.probe.pid, signal.SIGHUP)
    time.sleep(1)
    assert count() > first
    text = s.call("GET", "/metrics")[2].decode()
    assert text.count("vouchsafe_worker_up{") == 2
    assert int(re.search(r"private_bytes\{[^}]*\} (\d+)", text)[1]) > 10000


@pytest.fixture
def lighttpd(tmp_path):
    (tmp_path / "root").mkdir()
    (tmp_path / "cgi-bin").mkdir()
    shutil.copy(PROBE, tmp_path / "cgi-bin" / "probe.fcgi")
    port = free_port()
    conf = tmp_path / "lighttpd.conf"
    conf.write_text(LIGHTTPD_CONF % {"dir": tmp_path, "port": port})
    p = subprocess.Popen([LIGHTTPD, "-D", "-f", conf])
    assert wait_for(lambda: answers(port))
    yield port
    p.terminate()
    p.wait(10)


@pytest.mark.parametrize("prefix", ["/cgi-bin/probe.fcgi", "/own"])
def test_on_a_shared_host(lighttpd, prefix):
    status, headers, text = call(
        lighttpd,
        "POST",
        prefix + "/kyc/a%20b?q=1",
        b"hello" * 50000,
        {"Authorization": "Bearer t", "Content-Type": "text/plain"},
    )
    r = json.loads(text)
    assert status == 200 and headers["content-type"] == "application/json"
    assert (r["method"], r["path"], r["query"]) == ("POST", "/kyc/a b", "q=1")
    assert r["authorization"] == "Bearer t" and r["bodyLength"] == 250000
    assert r["requestId"] == headers["x-request-id"] and len(r["requestId"]) == 36
    status, headers, body = call(lighttpd, "HEAD", prefix + "/x")
    assert status == 200 and body == b""
    assert int(headers["content-length"]) > 200
    status, _, body = call(lighttpd, "GET", prefix + "/big/3000000")
    assert status == 200 and body == b"x" * 3000000
    assert call(lighttpd, "POST", prefix + "/refuse", b"z" * 400000)[0] == 401
    assert call(lighttpd, "GET", prefix + "/status/404")[0] == 404
