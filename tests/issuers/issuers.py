# SPDX-License-Identifier: GPL-3.0-or-later
"""Real OpenID Connect issuers on loopback, whose access tokens the tests show
to the server.

    with NodeIssuer() as issuer:
        issuer.token(scope="ekyc.session.get", alg="ES256")    # a client's
        issuer.token(sub="customer-1")                         # a person's

                        NodeIssuer              Glewlwyd
    program             npm's oidc-provider     Debian's glewlwyd
    needs               node, build/issuers/    the package
    algorithms          RS256 ES256 EdDSA       the same
    a client's token    client_credentials      the same; sub is the client_id
    a person's token    authorization code with PKCE, driven by requests
    audience            any address             https://, http://localhost
    ttl of one token    yes                     yes, the plugin starts anew
    other claims        any, None removes one   only CLAIM, a string
    rotate()            the program starts anew the plugin starts anew
    rotate(short=True)  no                      yes

Each ends with the thread that started it, however that ends."""
import base64
import hashlib
import http.cookiejar
import json
import os
import secrets
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from jwk import ALGS, b64, keys_make

HERE = Path(__file__).resolve().parent
PACKAGES = HERE.parents[1] / "build/issuers"
SCOPES = ("ekyc.session.list", "ekyc.session.get", "ekyc.session.create")
FOREIGN_SCOPE = "calendar.read"
AUDIENCE = "https://kyc.test/ekyc"
CLAIM = "permissions"
REDIRECT = "https://backend.test/signed-in"


def port_free():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *words):
        return None


class Browser:
    """One person's: keeps cookies, shows redirections instead of following."""

    def __init__(self):
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), NoRedirect(),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def ask(self, method, url, body=None, headers=None):
        """(status, headers, body); a dict goes as JSON, bytes as a form."""
        headers = dict(headers or {})
        if isinstance(body, dict):
            body = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(url, body, headers, method=method)
        try:
            with self.opener.open(request, timeout=20) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, answer.headers, answer.read()


class Issuer:
    """What both have in common: a process of its own in a directory of its
    own, on a free port, and the two grants."""

    def __init__(self, audience=AUDIENCE, ttl=300):
        self.audience, self.ttl = audience, ttl
        self.scopes = SCOPES + (FOREIGN_SCOPE,)
        self.home = self.process = self.answer = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *failure):
        self.stop()

    @classmethod
    def available(cls):
        return cls.unavailable() is None

    def start(self):
        lacking = self.unavailable()
        if lacking:
            raise RuntimeError(lacking)
        self.home = tempfile.TemporaryDirectory(prefix="issuer-")
        self.port = port_free()
        self.origin = "http://127.0.0.1:%d" % self.port
        self.keys = keys_make()
        self.secret = secrets.token_urlsafe(24)
        try:
            self.setup()
        except BaseException:
            self.stop()
            raise

    def stop(self):
        self.end()
        if self.home:
            self.home.cleanup()
            self.home = None

    def path(self, name):
        return os.path.join(self.home.name, name)

    def spawn(self, *command):
        """The kernel ends it with the thread that started it."""
        with open(self.path("log"), "ab") as log:
            self.process = subprocess.Popen(
                ("setpriv", "--pdeathsig", "KILL") + command,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=self.home.name, start_new_session=True)
        end = time.monotonic() + 20
        while not self.listening():
            if self.process.poll() is not None or time.monotonic() > end:
                self.end()
                raise RuntimeError("%s did not start:\n%s"
                                   % (command[0], self.log()[-2000:]))
            time.sleep(0.02)

    def listening(self):
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", self.port)) == 0

    def log(self):
        return Path(self.path("log")).read_text(errors="replace")

    def end(self):
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    def rotate(self, keep=False, short=False):
        """New keys, with new kids, sign from now on. The old ones are gone,
        or with keep are still published. For short see jwk.py."""
        self.keys = keys_make(short) + (self.keys if keep else [])
        self.renew()

    def discovery(self):
        return self.get(self.issuer + "/.well-known/openid-configuration")

    def published(self):
        """The public keys, as anybody gets them."""
        return self.get(self.jwks_url)["keys"]

    def get(self, url):
        status, _, body = Browser().ask("GET", url)
        assert status == 200, (url, status, body)
        return json.loads(body)

    def client(self, alg):
        """The client_id whose tokens are signed so."""
        return "backend-" + alg.lower()

    def token(self, scope=" ".join(SCOPES), sub=None, alg="RS256",
              audience=None, ttl=None, claims=None):
        """An access token: the client's own, or with sub that person's. The
        whole answer, with an id_token where scope has openid, is in answer."""
        audience, ttl = audience or self.audience, ttl or self.ttl
        form = {"resource": audience}
        form.update(self.wanted(sub, alg, audience, ttl, claims))
        if sub is None:
            form.update(grant_type="client_credentials", scope=scope)
        else:
            form.update(self.signed_in(sub, scope, alg, audience))
        self.answer = self.exchange(form, alg)
        return self.answer["access_token"]

    def exchange(self, form, alg):
        name = "%s:%s" % (self.client(alg), self.secret)
        status, _, body = Browser().ask(
            "POST", self.discovery()["token_endpoint"],
            urllib.parse.urlencode(form).encode(),
            {"Authorization": "Basic " + base64.b64encode(
                name.encode()).decode()})
        if status != 200:
            raise RuntimeError("no token: %d %s\n%s" % (
                status, body.decode(), self.log()[-2000:]))
        return json.loads(body)

    def signed_in(self, sub, scope, alg, audience):
        """That person's browser goes to the issuer and comes back with a
        code: what the token endpoint is given for it."""
        browser, verifier = Browser(), secrets.token_urlsafe(32)
        question = {
            "response_type": "code", "client_id": self.client(alg),
            "redirect_uri": REDIRECT, "scope": scope, "resource": audience,
            "state": secrets.token_hex(8),
            "code_challenge_method": "S256",
            "code_challenge": b64(hashlib.sha256(verifier.encode()).digest())}
        # One refuses it without an id_token, the other wants it with one.
        if "openid" in scope.split():
            question["nonce"] = secrets.token_hex(8)
        question.update(self.person(browser, sub, scope, alg))
        at = "%s?%s" % (self.discovery()["authorization_endpoint"],
                        urllib.parse.urlencode(question))
        for _ in range(6):
            status, headers, body = browser.ask("GET", at)
            if "Location" not in headers:
                break
            at = urllib.parse.urljoin(at, headers["Location"])
            if at.startswith(REDIRECT):
                break
        back = urllib.parse.parse_qs(urllib.parse.urlsplit(at).query)
        if "code" not in back or back.get("state") != [question["state"]]:
            raise RuntimeError("no code: %d %s %s\n%s" % (
                status, at, body.decode(), self.log()[-2000:]))
        return {"grant_type": "authorization_code", "code": back["code"][0],
                "redirect_uri": REDIRECT, "code_verifier": verifier,
                "client_id": self.client(alg)}


class NodeIssuer(Issuer):
    @staticmethod
    def unavailable():
        """Why it cannot be started, or None."""
        if not shutil.which("node"):
            return "node is not installed"
        if not (PACKAGES / "node_modules/oidc-provider").is_dir():
            return ("npm's oidc-provider is not in %s, where "
                    "./bootstrap check puts it" % PACKAGES)
        return None

    @property
    def issuer(self):
        return self.origin

    @property
    def jwks_url(self):
        return self.origin + "/jwks"

    def setup(self):
        clients = [{"id": self.client(alg), "secret": self.secret, "alg": alg}
                   for alg in ALGS]
        Path(self.path("settings.json")).write_text(json.dumps({
            "port": self.port, "issuer": self.issuer, "ttl": self.ttl,
            "keys": {"keys": self.keys}, "clients": clients,
            "redirect": REDIRECT, "scopes": self.scopes}))
        self.spawn("node", str(HERE / "node_issuer.mjs"), str(PACKAGES),
                   self.path("settings.json"))

    def renew(self):
        self.end()
        self.setup()

    def wanted(self, sub, alg, audience, ttl, claims):
        return {"ttl": ttl, "reshape": json.dumps(claims or {})}

    def person(self, browser, sub, scope, alg):
        return {"login_hint": sub}


CONFIGURATION = """\
port = %(port)d
bind_address = "127.0.0.1"
external_url = "%(origin)s"
api_prefix = "api"
login_url = "login.html"
log_mode = "console"
log_level = "INFO"
cookie_secure = 0
session_key = "GLEWLWYD2_SESSION_ID"
admin_scope = "g_admin"
profile_scope = "g_profile"
user_module_path = "%(lib)s/user"
client_module_path = "%(lib)s/client"
user_auth_scheme_module_path = "%(lib)s/scheme"
plugin_module_path = "%(lib)s/plugin"
hash_algorithm = "SHA512"
database = { type = "sqlite3"; path = "%(database)s"; };
"""
SUBJECT = """\
INSERT INTO gpo_subject_identifier
	(gposi_plugin_name, gposi_username, gposi_sub) VALUES (?, ?, ?)"""


class Glewlwyd(Issuer):
    """One instance of its OpenID Connect plugin. A client has a property that
    names its algorithm, and the plugin takes its first key of that type."""
    LIB = "/usr/lib/glewlwyd"
    SCHEMA = "/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3"
    PLUGIN = "oidc"

    @classmethod
    def unavailable(cls):
        """Why it cannot be started, or None."""
        if not shutil.which("glewlwyd") or not os.path.exists(cls.SCHEMA):
            return "glewlwyd is not installed"
        return None

    @property
    def issuer(self):
        return "%s/api/%s" % (self.origin, self.PLUGIN)

    @property
    def jwks_url(self):
        return self.issuer + "/jwks"

    def setup(self):
        self.password, self.people, self.had = secrets.token_hex(16), {}, {}
        self.plugged = None
        self.database().executescript(Path(self.SCHEMA).read_text())
        Path(self.path("glewlwyd.conf")).write_text(CONFIGURATION % {
            "port": self.port, "origin": self.origin, "lib": self.LIB,
            "database": self.path("glewlwyd.db")})
        self.spawn("glewlwyd", "--config-file=" + self.path("glewlwyd.conf"))
        self.admin = Browser()
        self.call("POST", "auth/", {"username": "admin",
                                    "password": "password"})
        for scope in self.scopes:
            self.call("POST", "scope/", {"name": scope, "display_name": scope,
                                         "password_required": False})
        for kind in "client", "user":
            self.properties(kind, CLAIM, "access_token_signing_alg",
                            "id_token_signing_alg")
        self.plug(self.ttl)
        for alg in ALGS:
            client = self.described(alg)
            self.call("POST", "client/", client)
            self.had["client/" + self.client(alg)] = client

    def database(self):
        return sqlite3.connect(self.path("glewlwyd.db"), timeout=10,
                               isolation_level=None)

    def call(self, method, path, body=None, browser=None):
        """Its administration API, or with a browser that person's."""
        status, _, answer = (browser or self.admin).ask(
            method, "%s/api/%s" % (self.origin, path), body)
        if status != 200:
            raise RuntimeError("%s %s: %d %s\n%s" % (
                method, path, status, answer.decode(), self.log()[-2000:]))
        return json.loads(answer) if answer else None

    def properties(self, kind, *names):
        """Clients or users may have these properties as well."""
        path = "mod/%s/database" % kind
        module = self.call("GET", path)
        module["parameters"]["data-format"].update(
            {name: {"multiple": False, "read": True, "write": True}
             for name in names})
        self.call("PUT", path, module)
        self.call("PUT", path + "/reset/")

    def plug(self, ttl):
        """The plugin with these keys and that lifetime of its tokens."""
        plugin = {
            "module": "oidc", "name": self.PLUGIN, "display_name": "oidc",
            "enabled": True, "parameters": {
                "iss": self.issuer, "jwks-show": True,
                "jwks-private": json.dumps({"keys": self.keys}),
                "access-token-duration": ttl, "code-duration": 60,
                "refresh-token-duration": 600, "allow-non-oidc": True,
                "auth-type-client-enabled": True,
                "auth-type-code-enabled": True,
                "auth-type-token-enabled": False,
                "auth-type-password-enabled": False,
                "auth-type-refresh-enabled": False,
                "subject-type": "public", "pkce-allowed": True,
                "resource-allowed": True,
                "resource-client-property": "resource",
                "additional-parameters": [{
                    "user-parameter": CLAIM, "client-parameter": CLAIM,
                    "token-parameter": CLAIM}]}}
        path = "mod/plugin/"
        if self.plugged is None:
            self.call("POST", path, plugin)
        else:
            self.call("PUT", path + self.PLUGIN, plugin)
            self.call("PUT", "%s%s/reset/" % (path, self.PLUGIN))
        self.plugged = ttl

    def renew(self):
        self.plug(self.plugged)

    def described(self, alg, audience=None, claim=""):
        """A client, as the administration wants it."""
        name = self.client(alg)
        return {"client_id": name, "name": name, "enabled": True,
                "confidential": True, "client_secret": self.secret,
                "token_endpoint_auth_method": ["client_secret_basic"],
                "authorization_type": ["client_credentials", "code"],
                "redirect_uri": [REDIRECT], "scope": list(self.scopes),
                "resource": [audience or self.audience],
                "access_token_signing_alg": alg, "id_token_signing_alg": alg,
                CLAIM: claim}

    def wanted(self, sub, alg, audience, ttl, claims):
        claims = dict(claims or {})
        claim = claims.pop(CLAIM, "")
        if claims or not isinstance(claim, str):
            raise ValueError("glewlwyd adds only %s, a string" % CLAIM)
        if ttl != self.plugged:
            self.plug(ttl)
        client = self.described(alg, audience, claim if sub is None else "")
        self.change("client/" + self.client(alg), client)
        if sub is not None:
            self.change("user/" + self.user(sub), self.profile(sub, claim))
        return {}

    def change(self, path, body):
        if self.had.get(path) != body:
            self.call("PUT", path, body)
            self.had[path] = body

    def user(self, sub):
        return self.people.get(sub) or self.user_add(sub)

    def user_add(self, sub):
        """A new user has a random subject drawn at the first token. Ours is
        there before."""
        name = "person-%d" % len(self.people)
        self.people[sub] = name
        profile = self.profile(sub)
        self.call("POST", "user/", dict(profile, password=self.password))
        self.had["user/" + name] = profile
        self.database().execute(SUBJECT, (self.PLUGIN, name, sub))
        return name

    def profile(self, sub, claim=""):
        return {"username": self.people[sub], "name": "A Person",
                "enabled": True, CLAIM: claim,
                "scope": ["g_profile", "openid"] + list(self.scopes)}

    def person(self, browser, sub, scope, alg):
        """Signs in and agrees, as its page would; g_continue says that there
        was such a page."""
        self.call("POST", "auth/", {"username": self.user(sub),
                                    "password": self.password}, browser)
        self.call("PUT", "auth/grant/" + self.client(alg), {"scope": scope},
                  browser)
        return {"g_continue": ""}
