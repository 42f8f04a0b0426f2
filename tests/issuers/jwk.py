# SPDX-License-Identifier: GPL-3.0-or-later
"""Fresh private keys, as the issuers want them: JWK (RFC 7517, 7518, 8037)."""
import base64
import secrets

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding, NoEncryption, PrivateFormat, PublicFormat)

ALGS = ("RS256", "ES256", "EdDSA")


def b64(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def b64_number(number, size=None):
    size = size or (number.bit_length() + 7) // 8
    return b64(number.to_bytes(size, "big"))


def key_rs256():
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    n = private.private_numbers()
    return {"kty": "RSA", "n": b64_number(n.public_numbers.n),
            "e": b64_number(n.public_numbers.e), "d": b64_number(n.d),
            "p": b64_number(n.p), "q": b64_number(n.q),
            "dp": b64_number(n.dmp1), "dq": b64_number(n.dmq1),
            "qi": b64_number(n.iqmp)}


def key_es256(short=False):
    """With short one whose x starts with a zero octet, which is left out.
    That is against RFC 7518, but glewlwyd publishes a key from PEM so."""
    while True:
        n = ec.generate_private_key(ec.SECP256R1()).private_numbers()
        if not short or n.public_numbers.x >> 248 == 0:
            break
    return {"kty": "EC", "crv": "P-256",
            "x": b64_number(n.public_numbers.x, None if short else 32),
            "y": b64_number(n.public_numbers.y, 32),
            "d": b64_number(n.private_value, 32)}


def key_eddsa():
    private = ed25519.Ed25519PrivateKey.generate()
    return {"kty": "OKP", "crv": "Ed25519",
            "x": b64(private.public_key().public_bytes(
                Encoding.Raw, PublicFormat.Raw)),
            "d": b64(private.private_bytes(
                Encoding.Raw, PrivateFormat.Raw, NoEncryption()))}


def keys_make(short=False):
    """A private JWK for each algorithm."""
    made = {"RS256": key_rs256(), "ES256": key_es256(short),
            "EdDSA": key_eddsa()}
    return [dict(key, alg=alg, use="sig",
                 kid="%s-%s" % (alg.lower(), secrets.token_hex(4)))
            for alg, key in made.items()]
