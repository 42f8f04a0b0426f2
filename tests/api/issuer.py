# SPDX-License-Identifier: GPL-3.0-or-later
"""An outside issuer whose every answer and token a test can shape, on a real
HTTP server. Whole issuers are in tests/issuers."""
import base64
import functools
import http.server
import json
import re
import sys
import threading
import time
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import (
    ec, ed25519, padding, rsa, utils)

from kit import SECRETS

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "issuers"))

import jwk  # noqa: E402

MAKE = {"RS256": jwk.key_rs256, "ES256": jwk.key_es256,
        "EdDSA": jwk.key_eddsa}
PRIVATE = set("d p q dp dq qi".split())


class Key:
    def __init__(self, alg="ES256", kid="one"):
        self.private = dict(MAKE[alg](), alg=alg, kid=kid, use="sig")
        self.alg, self.kid = alg, kid

    def jwk(self):
        return {k: v for k, v in self.private.items() if k not in PRIVATE}

    def octets(self, name):
        text = self.private[name]
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

    def number(self, name):
        return int.from_bytes(self.octets(name), "big")

    @functools.cached_property
    def signer(self):
        if self.alg == "EdDSA":
            return ed25519.Ed25519PrivateKey.from_private_bytes(
                self.octets("d"))
        if self.alg == "ES256":
            return ec.derive_private_key(self.number("d"), ec.SECP256R1())
        return rsa.RSAPrivateNumbers(
            *map(self.number, ("p", "q", "d", "dp", "dq", "qi")),
            rsa.RSAPublicNumbers(self.number("e"), self.number("n"))
        ).private_key()

    def sign(self, data):
        if self.alg == "EdDSA":
            return self.signer.sign(data)
        if self.alg == "ES256":
            made = self.signer.sign(data, ec.ECDSA(hashes.SHA256()))
            return b"".join(n.to_bytes(32, "big")
                            for n in utils.decode_dss_signature(made))
        return self.signer.sign(data, padding.PKCS1v15(), hashes.SHA256())

    def token(self, claims, **header):
        head = dict({"alg": self.alg, "kid": self.kid, "typ": "at+jwt"},
                    **header)
        text = ".".join(jwk.b64(json.dumps(part).encode())
                        for part in (head, claims))
        made = text + "." + jwk.b64(self.sign(text.encode()))
        SECRETS.add(made)
        return made


class Issuer:
    """Answers every GET with its keys, or with what answer says: (status,
    headers, body)."""

    def __init__(self, name, *keys):
        self.issuer, self.keys, self.answer = name, list(keys), None
        self.asked = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(self.path)
                status, headers, body = outer.answer or (200, {}, outer.jwks())
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    pass  # the reader had enough

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                      Handler)
        self.server.daemon_threads = True
        self.jwks_url = "http://127.0.0.1:%d/keys?client=5ecre7-w0rd" % (
            self.server.server_address[1])
        threading.Thread(target=self.server.serve_forever, args=(0.05,),
                         daemon=True).start()

    def jwks(self):
        return json.dumps({"keys": [k.jwk() for k in self.keys]}).encode()

    def claims(self, **more):
        now = int(time.time())
        return dict({"iss": self.issuer, "aud": "vouchsafe",
                     "sub": "backend-1", "iat": now, "exp": now + 300,
                     "scope": "openid ekyc.session.get"}, **more)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def configure(stack, path, issuer, **more):
    """The stack's configuration with that issuer (one of tests/issuers too)
    and no other."""
    lines = dict({"issuer": issuer.issuer, "audience": "vouchsafe",
                  "jwks": issuer.jwks_url, "organisation": stack.org}, **more)
    text = re.sub(r"(?ms)^\[oidc\].*?(?=^\[|\Z)", "", stack.conf.read_text())
    path.write_text(text + "\n[oidc]\n" + "".join(
        "%s = %s\n" % item for item in lines.items()))
    path.chmod(0o600)
    return path
