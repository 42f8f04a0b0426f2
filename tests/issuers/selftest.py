# SPDX-License-Identifier: GPL-3.0-or-later
"""What each issuer gives, and whether it is what it says: run by hand."""
import base64
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import (
    ec, ed25519, padding, rsa, utils)

from issuers import (ALGS, AUDIENCE, CLAIM, FOREIGN_SCOPE, SCOPES, Glewlwyd,
                     NodeIssuer)

passed = failed = 0


def check(what, right):
    global passed, failed
    passed, failed = passed + bool(right), failed + (not right)
    print("    %-5s %s" % ("ok" if right else "WRONG", what))


def octets(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def number(text):
    return int.from_bytes(octets(text), "big")


def parts(token):
    return [json.loads(octets(one)) for one in token.split(".")[:2]]


def verified(token, keys):
    """Is it signed by the one of these public keys that it names?"""
    head, body, signature = token.split(".")
    header, signature = json.loads(octets(head)), octets(signature)
    signed = ("%s.%s" % (head, body)).encode()
    by = [key for key in keys if key["kid"] == header["kid"]]
    if len(by) != 1 or by[0]["alg"] != header["alg"]:
        return False
    key = by[0]
    try:
        if header["alg"] == "RS256":
            rsa.RSAPublicNumbers(number(key["e"]), number(key["n"])) \
                .public_key().verify(signature, signed, padding.PKCS1v15(),
                                     hashes.SHA256())
        elif header["alg"] == "ES256":
            ec.EllipticCurvePublicNumbers(
                number(key["x"]), number(key["y"]), ec.SECP256R1()) \
                .public_key().verify(
                    utils.encode_dss_signature(
                        int.from_bytes(signature[:32], "big"),
                        int.from_bytes(signature[32:], "big")),
                    signed, ec.ECDSA(hashes.SHA256()))
        else:
            ed25519.Ed25519PublicKey.from_public_bytes(octets(key["x"])) \
                .verify(signature, signed)
    except InvalidSignature:
        return False
    return True


def tampered(token):
    """The same with another subject."""
    head, body, signature = token.split(".")
    claims = dict(json.loads(octets(body)), sub="somebody else")
    body = base64.urlsafe_b64encode(json.dumps(claims).encode())
    return ".".join((head, body.rstrip(b"=").decode(), signature))


def tokens(issuer):
    """Of each algorithm, a client's and a person's."""
    keys = issuer.published()
    for key in keys:
        print("  key    %s" % json.dumps(key)[:150])
        check("no private part is published", "d" not in key)
    for alg in ALGS:
        for sub in None, "customer-1":
            began = time.monotonic()
            token = issuer.token(alg=alg, sub=sub)
            took = time.monotonic() - began
            header, claims = parts(token)
            print("  %-6s %s, %d octets in %d ms" % (
                alg, "a person's" if sub else "a client's", len(token),
                took * 1000))
            print("    header %s" % json.dumps(header))
            print("    claims %s" % json.dumps(claims))
            check("signed by the published key", verified(token, keys))
            check("nothing else is", not verified(tampered(token), keys))
            check("issuer, audience, scope, subject, time",
                  header["alg"] == alg and claims["iss"] == issuer.issuer
                  and claims["aud"] == AUDIENCE
                  and claims["scope"].split() == list(SCOPES)
                  and claims["sub"] == (sub or issuer.client(alg))
                  and claims["exp"] - claims["iat"] == issuer.ttl
                  and abs(claims["iat"] - time.time()) < 5)


def wishes(issuer):
    """What a test can ask for besides."""
    for sub in None, "auth0|5f7c/ä":
        claims = parts(issuer.token(
            scope=FOREIGN_SCOPE, sub=sub, audience="https://elsewhere.test/",
            ttl=2, claims={CLAIM: SCOPES[0]}, alg="ES256"))[1]
        print("    claims %s" % json.dumps(claims))
        check("another scope, audience, time and claim",
              claims["scope"] == FOREIGN_SCOPE
              and claims["aud"] == "https://elsewhere.test/"
              and claims["exp"] - claims["iat"] == 2
              and claims[CLAIM] == SCOPES[0]
              and claims["sub"] == (sub or issuer.client("ES256")))
        claims = parts(issuer.token(sub=sub, alg="ES256"))[1]
        check("and not the next time",
              claims["aud"] == AUDIENCE and CLAIM not in claims
              and claims["exp"] - claims["iat"] == issuer.ttl)
    issuer.token(scope="openid " + SCOPES[0], sub="customer-2", alg="EdDSA")
    header, claims = parts(issuer.answer["id_token"])
    print("    an id_token: %s %s" % (json.dumps(header), json.dumps(claims)))
    check("an id_token for the client, by the same key",
          verified(issuer.answer["id_token"], issuer.published())
          and claims["aud"] in (issuer.client("EdDSA"),
                                [issuer.client("EdDSA")]))


def rotation(issuer):
    old, old_kids = issuer.token(), {k["kid"] for k in issuer.published()}
    began = time.monotonic()
    issuer.rotate()
    print("    rotated in %d ms" % ((time.monotonic() - began) * 1000))
    keys = issuer.published()
    check("the old keys are gone", not old_kids & {k["kid"] for k in keys})
    check("and what they signed", not verified(old, keys))
    for alg in ALGS:
        check("a new %s token, a person's" % alg, verified(
            issuer.token(alg=alg, sub="customer-1"), keys))
    old = issuer.token()
    issuer.rotate(keep=True)
    keys = issuer.published()
    check("kept keys verify", len(keys) == 6 and verified(old, keys))
    new = issuer.token()
    check("the new ones sign", verified(new, keys)
          and parts(new)[0]["kid"] != parts(old)[0]["kid"])
    if isinstance(issuer, Glewlwyd):
        issuer.rotate(short=True)
        keys = issuer.published()
        check("a short coordinate is published as it is, and verifies",
              len(octets(keys[1]["x"])) == 31
              and verified(issuer.token(alg="ES256"), keys))


CRASH = """
import os, signal, sys
sys.path.insert(0, %r)
import issuers
issuer = issuers.%s()
issuer.start()
print(issuer.port, issuer.process.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def crash(kind):
    """A test runner that is killed takes the issuer with it."""
    with tempfile.TemporaryDirectory() as home:
        ran = subprocess.run(
            [sys.executable, "-c", CRASH % (os.path.dirname(
                os.path.abspath(__file__)), kind.__name__)],
            stdout=subprocess.PIPE, text=True, timeout=60,
            env=dict(os.environ, TMPDIR=home))
    port, pid = map(int, ran.stdout.split())
    end = time.monotonic() + 5
    while os.path.exists("/proc/%d" % pid) and time.monotonic() < end:
        time.sleep(0.02)
    with socket.socket() as one:
        check("killed with its test runner",
              ran.returncode == -signal.SIGKILL
              and not os.path.exists("/proc/%d" % pid)
              and one.connect_ex(("127.0.0.1", port)) != 0)


def main():
    skipped = 0
    for kind in NodeIssuer, Glewlwyd:
        lacking = kind.unavailable()
        print("== %s%s" % (kind.__name__,
                           ": skipped, " + lacking if lacking else ""))
        if lacking:
            skipped += 1
            continue
        began = time.monotonic()
        with kind() as issuer:
            print("  started in %d ms: %s, keys at %s" % (
                (time.monotonic() - began) * 1000, issuer.issuer,
                issuer.jwks_url))
            check("it says so itself",
                  issuer.discovery()["issuer"] == issuer.issuer
                  and issuer.discovery()["jwks_uri"] == issuer.jwks_url)
            tokens(issuer)
            wishes(issuer)
            rotation(issuer)
            home = issuer.home.name
        check("nothing is left of it",
              not issuer.listening() and not os.path.exists(home))
        crash(kind)
    print("%d passed, %d failed, %d skipped" % (passed, failed, skipped))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
