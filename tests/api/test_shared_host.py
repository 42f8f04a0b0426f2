# SPDX-License-Identifier: GPL-3.0-or-later
"""A shared host: no root, nothing that keeps running, the API as plain CGI
below a web server of Debian's, jobs from cron, the database by TCP.

All of it lies in a throw-away home directory with a configuration, databases
and a keyring of its own; MariaDB and the mail relay are the running stack's.
"""
import configparser
import email
import email.policy
import http.client
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pytest

import kit

TOP = Path(__file__).resolve().parents[2]
SBIN = os.environ["PATH"] + ":/usr/sbin:/sbin"
MODULES = Path("/usr/lib/apache2/modules")
# Root is nobody here: a customer of a shared host is not root either.
PLAIN = ({"user": 65534, "group": 65534, "extra_groups": []}
         if os.getuid() == 0 else {})


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Relay(threading.Thread):
    """The stack's database, which has a socket only, by TCP."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.path = path
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.start()

    def run(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            far.connect(self.path)
            for pair in ((near, far), (far, near)):
                threading.Thread(target=self.pump, args=pair,
                                 daemon=True).start()

    @staticmethod
    def pump(source, sink):
        try:
            while chunk := source.recv(65536):
                sink.sendall(chunk)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass


# -- the account on the host ---------------------------------------------------
class Host:
    """A home directory as doc/shared-host.md fills it."""

    def __init__(self, env):
        self.env = env
        self.home = Path(tempfile.mkdtemp(prefix="vouchsafe-host."))
        self.web = self.home / "public_html"
        self.ours = self.home / "vouchsafe"
        self.name = "vouchsafe_%s" % secrets.token_hex(4)
        self.password = secrets.token_hex(12)
        self.port = free_port()
        self.url = "http://127.0.0.1:%d" % self.port
        self.relay = Relay(env["VOUCHSAFE_DB_SOCKET"])
        self.server = None

    def sql(self, text):
        subprocess.run(["mariadb", "--no-defaults", "-u", "root", "-S",
                        self.env["VOUCHSAFE_DB_SOCKET"]], input=text,
                       text=True, check=True, timeout=30)

    def run(self, *words, check=True):
        clean = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        done = subprocess.run([str(w) for w in words], cwd=self.home,
                              text=True, capture_output=True, timeout=60,
                              env=clean, **PLAIN)
        assert not check or done.returncode == 0, done.stderr
        return done

    def tool(self, *words):
        return self.run(self.ours / "bin/vouchsafe", "--conf",
                        self.ours / "etc/vouchsafe.conf", *words).stdout

    def jobs(self):
        return self.run(self.ours / "libexec/vouchsafe-jobs", "--conf",
                        self.ours / "etc/vouchsafe.conf", "--once")

    def fill(self):
        built = Path(self.env["VOUCHSAFE_BIN"])
        for name, where in (("vouchsafe", "bin"), ("vouchsafe.fcgi", "libexec"),
                            ("vouchsafe-jobs", "libexec"),
                            ("vouchsafe-check", "libexec")):
            (self.ours / where).mkdir(parents=True, exist_ok=True)
            shutil.copy(built / name, self.ours / where / name)
        for name in ("www", "templates", "sql"):
            shutil.copytree(TOP / name, self.ours / "share" / name)
        shutil.copytree(TOP / "www", self.web)
        for name in ("etc", "state", "upload", "log"):
            (self.ours / name).mkdir(mode=0o700)
        self.configure()
        self.own()

    def configure(self):
        mail = configparser.ConfigParser()
        mail.read(self.env["VOUCHSAFE_CONF"])
        secret = self.ours / "etc/db.password"
        secret.write_text(self.password + "\n")
        secret.chmod(0o600)
        conf = self.ours / "etc/vouchsafe.conf"
        conf.write_text("""
            [service]
            public_url = %s
            www_dir = %s
            template_dir = %s
            sql_dir = %s
            state_dir = %s
            store_dir = %s
            keyring_file = %s
            [database]
            socket =
            port = %d
            user = %s
            password_file = %s
            name = %s
            keys_name = %s_keys
            [mail]
            port = %s
            tls = none
            from = kyc@shared.example
        """ % (self.url, self.ours / "share/www",
               self.ours / "share/templates", self.ours / "share/sql",
               self.ours / "state", self.ours / "store",
               self.ours / "etc/keyring", self.relay.port, self.name,
               secret, self.name, self.name, mail["mail"]["port"]))
        conf.chmod(0o600)

    def own(self):
        if not PLAIN:
            return
        for path in (self.home, *self.home.rglob("*")):
            os.chown(path, PLAIN["user"], PLAIN["group"])

    def prepare(self):
        self.sql("""
            CREATE DATABASE %(n)s COLLATE utf8mb4_bin;
            CREATE DATABASE %(n)s_keys COLLATE utf8mb4_bin;
            CREATE USER %(n)s@localhost IDENTIFIED BY '%(p)s';
            GRANT ALL ON %(n)s.* TO %(n)s@localhost;
            GRANT ALL ON %(n)s_keys.* TO %(n)s@localhost;
        """ % {"n": self.name, "p": self.password})
        self.fill()
        self.tool("keys", "init")
        self.tool("migrate")
        answer = self.tool("org", "add", "Shared")
        self.org = answer.strip().partition("=")[2]
        self.key = self.tool("key", "add", "--org", self.org, "--name",
                             "shop").strip()

    def start(self, words):
        self.log = open(self.ours / "log/server.log", "wb")
        # Apache ends by a signal to its process group: not to be ours.
        self.server = subprocess.Popen([str(w) for w in words], cwd=self.home,
                                       stdout=self.log, stderr=self.log,
                                       start_new_session=True, **PLAIN)
        end = time.monotonic() + 15
        while self.server.poll() is None and time.monotonic() < end:
            try:
                if self.ask("GET", "/livez")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise AssertionError(self.logs())

    def logs(self):
        files = (self.ours / "log").iterdir()
        return "".join(f.read_text(errors="replace") for f in files)

    def end(self):
        if self.server:
            self.server.terminate()
            self.server.wait(20)
            self.log.close()
        self.relay.listener.close()
        self.sql("DROP DATABASE IF EXISTS %(n)s;"
                 "DROP DATABASE IF EXISTS %(n)s_keys;"
                 "DROP USER IF EXISTS %(n)s@localhost;" % {"n": self.name})
        shutil.rmtree(self.home)

    # -- asking it
    def ask(self, method, path, body=None, headers=()):
        headers = dict(headers)
        if isinstance(body, dict):
            body = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        peer = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        peer.request(method, path, body, headers)
        answer = peer.getresponse()
        data = answer.read()
        peer.close()
        if "json" in (answer.headers["Content-Type"] or ""):
            data = json.loads(data)
        return answer.status, answer.headers, data

    def api(self, method, path, body=None):
        return self.ask(method, path, body,
                        {"Authorization": "Bearer " + self.key})

    def upload(self, token, content, **fields):
        body, kind = kit.multipart(fields, [("file", "a.png", content)])
        return self.ask("POST", "/public/sessions/%s/upload" % token, body,
                        {"Content-Type": kind})

    def mails(self, address):
        found = Path(self.env["VOUCHSAFE_MAIL"], "new").iterdir()
        mails = (email.message_from_bytes(f.read_bytes(),
                                          policy=email.policy.default)
                 for f in found)
        return [m for m in mails if m["X-RcptTo"] == address]


def lighttpd(host):
    """With the program itself as CGI, its configuration by setenv."""
    program = shutil.which("lighttpd", path=SBIN)
    conf = host.ours / "etc/lighttpd.conf"
    conf.write_text("""
        server.modules = ("mod_rewrite", "mod_alias", "mod_setenv", "mod_cgi")
        server.bind = "127.0.0.1"
        server.port = %d
        server.document-root = "%s"
        server.upload-dirs = ("%s")
        server.errorlog = "%s"
        mimetype.assign = (".html" => "text/html", ".js" => "text/javascript",
            ".css" => "text/css", ".json" => "application/json",
            ".svg" => "image/svg+xml")
        url.access-deny = (".htaccess")
        url.rewrite-once = (
            "^/(kyc-sessions|kyc|public|files|livez|readyz)([/?].*)?$"
                => "/vouchsafe.fcgi/$1$2",
            "^/verify(/.*)?$" => "/verify.html")
        alias.url = ("/vouchsafe.fcgi" => "%s")
        cgi.assign = ("/vouchsafe.fcgi" => "")
        setenv.add-environment = ("VOUCHSAFE_CONF" => "%s")
    """ % (host.port, host.web, host.ours / "upload",
           host.ours / "log/error.log", host.ours / "libexec/vouchsafe.fcgi",
           host.ours / "etc/vouchsafe.conf"))
    host.own()
    host.start([program, "-D", "-f", conf])


def apache(host):
    """With doc/shared-host's .htaccess and wrapper, as an operator has them."""
    files = TOP / "doc/shared-host"
    script = (files / "vouchsafe.cgi").read_text()
    for old, new in (("/usr/local/etc/vouchsafe/", host.ours / "etc"),
                     ("/usr/local/libexec/", host.ours / "libexec")):
        assert old in script
        script = script.replace(old, "%s/" % new)
    (host.web / "vouchsafe.cgi").write_text(script)
    (host.web / "vouchsafe.cgi").chmod(0o755)
    shutil.copy(files / "htaccess", host.web / ".htaccess")
    names = ("mpm_prefork authz_core mime dir env setenvif rewrite headers"
             " cgi").split()
    loads = "\n".join("LoadModule %s_module %s/mod_%s.so" % (n, MODULES, n)
                      for n in names)
    types = host.ours / "etc/mime.types"
    types.write_text("text/html html\ntext/css css\n"
                     "application/json json\n")
    conf = host.ours / "etc/apache.conf"
    conf.write_text("""%s
        ServerRoot "%s"
        ServerName 127.0.0.1
        Listen 127.0.0.1:%d
        PidFile log/apache.pid
        DefaultRuntimeDir log
        ErrorLog log/error.log
        TypesConfig etc/mime.types
        DocumentRoot "%s"
        <Directory "%s">
            AllowOverride Options FileInfo
            Require all granted
        </Directory>
    """ % (loads, host.ours, host.port, host.web, host.web))
    host.own()
    host.start([shutil.which("apache2", path=SBIN), "-DFOREGROUND", "-f",
                conf])


@pytest.fixture(scope="module", params=[lighttpd, apache])
def host(request, stack):
    name = {"lighttpd": "lighttpd", "apache": "apache2"}
    if not shutil.which(name[request.param.__name__], path=SBIN):
        pytest.skip("%s is not there" % request.param.__name__)
    host = Host(stack.env)
    try:
        host.prepare()
        request.param(host)
        yield host
        assert "Sanitizer" not in host.logs()
        assert "runtime error:" not in host.logs()
    finally:
        host.end()


# -- what an operator and a customer do ----------------------------------------
def create(host, **more):
    status, _, made = host.api("POST", "/kyc-sessions", more)
    assert status == 201, made
    return made


def test_it_is_a_plain_user_here(host):
    status = Path("/proc/%d/status" % host.server.pid).read_text()
    uid = re.search(r"^Uid:\s+(\d+)", status, re.M).group(1)
    assert uid == str(PLAIN.get("user", os.getuid())) != "0"
    for path in host.web.rglob("*"):
        assert path.name not in ("keyring", "vouchsafe.conf", "db.password")


def test_ready(host):
    status, _, data = host.ask("GET", "/readyz")
    assert (status, data["status"]) == (200, "ready")


def test_key_reaches_the_program(host):
    for path in ("/kyc-sessions", "/kyc/api-keys"):
        assert host.ask("POST", path, {})[0] == 401
    for headers in ({"Authorization": "Bearer " + host.key},
                    {"X-API-Key": host.key}):
        assert host.ask("POST", "/kyc-sessions", {}, headers)[0] == 201


def test_get_and_search(host):
    made = create(host, externalId="order 7/ü", expiresInMs=120000)
    status, _, data = host.api("GET", "/kyc-sessions/" + made["id"])
    assert status == 200
    assert (data["id"], data["state"]) == (made["id"], "created")
    assert data["externalId"] == "order 7/ü"
    assert data["organizationId"] == host.org
    status, _, data = host.api("POST", "/kyc-sessions/search?a=b",
                               {"searchQuery": made["id"]})
    assert [s["id"] for s in data["sessions"]] == [made["id"]]


def test_errors_are_the_programs_own(host):
    status, _, data = host.api("POST", "/kyc-sessions", {"expiresInMs": "x"})
    assert status == 400 and "expiresInMs" in data["message"]
    status, headers, _ = host.api("DELETE", "/kyc-sessions")
    assert status == 405 and "POST" in headers["Allow"]
    assert host.api("GET", "/kyc-sessions/nothing")[0] == 404
    assert host.ask("GET", "/public/sessions/nobodys")[0] == 404


def test_page(host):
    for path in ("/verify", "/verify/0190/"):
        status, headers, data = host.ask("GET", path)
        assert status == 200
        assert headers["Content-Type"].startswith("text/html")
        assert data == (TOP / "www/verify.html").read_bytes()
    status, headers, data = host.ask("GET", "/static/verify/app.js")
    assert status == 200
    assert headers["Content-Type"].startswith("text/javascript")
    assert data == (TOP / "www/static/verify/app.js").read_bytes()
    status, headers, data = host.ask("GET", "/public/sessions/any",
                                     headers={"Accept": "text/html"})
    assert status == 200 and b"<html" in data
    assert "script-src 'self'" in headers["Content-Security-Policy"]


def test_nothing_else_is_served(host):
    for path in ("/.htaccess", "/vouchsafe/etc/keyring", "/metrics",
                 "/../vouchsafe/etc/keyring", "/%2e%2e/vouchsafe/etc/keyring"):
        assert host.ask("GET", path)[0] in (400, 403, 404), path


def test_cron_sends_the_mail(host):
    address = "ada.%s@example.org" % secrets.token_hex(4)
    made = create(host, customerEmail=address, customerName="Ada Example")
    assert host.mails(address) == []
    host.jobs()
    assert len(host.mails(address)) == 1
    assert made["sessionUrl"].startswith(host.url + "/verify#")
    text = host.mails(address)[0].get_body(("plain",)).get_content()
    assert made["sessionUrl"] in text.split()
    host.jobs()
    assert len(host.mails(address)) == 1


def test_from_link_to_manual_review(host):
    made = create(host)
    link = "/public/sessions/" + made["sessionUrl"].partition("#")[2]
    token = link.rpartition("/")[2]
    steps = {s["kind"]: s["step_id"]
             for s in host.ask("GET", link)[2]["data"]["steps_data"]}
    assert host.ask("POST", link + "/open", {})[0] == 200
    for step, more, body in (
            ("consent", None,
             {"consent": {"accepted": True, "text_version": "1",
                          "locale": "en"}}),
            ("document", {"type": "id", "document_kind": "passport"},
             {"document_kind": "passport", "document_country": "DE"}),
            ("selfie", {"type": "selfie"}, {})):
        if more:
            status, _, data = host.upload(token, kit.png(), step_id=steps[step],
                                          side="front", **more)
            assert status == 201, data
            assert data["data"]["mime_type"] == "image/png"
            # nobody waits for cron
            status, _, seen = host.ask("GET", "%s/documents/%s/quality" % (
                link, data["data"]["doc_id"]))
            assert seen["data"]["quality"]["status"] == "later"
        status, _, data = host.ask(
            "POST", "%s/step/%s/complete" % (link, steps[step]), body)
        assert status == 200, data
    stored = [p for p in (host.ours / "store").rglob("*") if p.is_file()]
    assert len(stored) == 2
    assert all(b"PNG" not in p.read_bytes() for p in stored)
    host.jobs()
    for step in host.ask("GET", link)[2]["data"]["steps_data"]:
        for document in step["documents"]:
            assert document["quality"]["status"] == "done"
    _, _, data = host.api("GET", "/kyc-sessions/" + made["id"])
    assert data["isComplete"] and data["completedAt"]
    assert data["documentVerification"]["status"] in ("failed", "completed")
    shown = host.tool("session", "show", made["id"], "--org", host.org)
    assert "ended" in shown


def test_several_at_once(host):
    found = []
    threads = [threading.Thread(target=lambda: found.append(
        host.api("POST", "/kyc-sessions", {})[0])) for _ in range(6)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert found == [201] * 6
