# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of an outside issuer: fetched by the jobs, kept in the database, used
by processes as the workers are."""
import json
import os
import secrets
import subprocess
import time
from pathlib import Path

import pytest

import kit
from issuer import Issuer, Key, configure  # finds tests/issuers
import issuers

TOP = Path(__file__).resolve().parents[2]
PROBE = Path(os.environ.get("VOUCHSAFE_BUILD", TOP / "build")) / "issuer-probe"
GET, ALL = 1 << 8, 7 << 7
REFUSED = {"fault": "unauthorized",
           "message": "A valid access token is required."}


class Probe:
    """One process; a token in, what it says out."""

    def __init__(self, conf):
        self.process = subprocess.Popen(
            [PROBE, conf], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)

    def ask(self, token):
        self.process.stdin.write(token + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        _, log = self.process.communicate(timeout=20)
        assert self.process.returncode == 0, log
        assert "Sanitizer" not in log and "runtime error" not in log, log
        return log


class Setting:
    """An issuer, a configuration that names it, the row of its keys."""

    def __init__(self, stack, directory, issuer, **more):
        self.stack, self.issuer, self.probes = stack, issuer, []
        self.conf = configure(stack, directory / "issuer.conf", issuer, **more)

    def once(self):
        done = subprocess.run(
            [self.stack.bin / "vouchsafe-jobs", "--conf", self.conf, "--once"],
            capture_output=True, text=True, timeout=60, check=True)
        assert "5ecre7" not in done.stderr, done.stderr
        return done.stderr

    def set(self, text):
        self.stack.sql("UPDATE issuer SET %s WHERE issuer = '%s'"
                       % (text, self.issuer.issuer))

    def row(self, column):
        """As the client prints it."""
        return self.stack.sql("SELECT %s FROM issuer WHERE issuer = '%s'"
                              % (column, self.issuer.issuer))[0][0]

    def again(self):
        """As if the last try were longer ago than a minute."""
        self.set("tried_at = tried_at - 60001, wanted = 1")
        return self.once()

    def probe(self):
        self.probes.append(Probe(self.conf))
        return self.probes[-1]

    def token(self, key=None, **more):
        return (key or self.issuer.keys[0]).token(self.issuer.claims(**more))

    def close(self):
        for probe in self.probes:
            probe.close()
        self.stack.sql("DELETE FROM issuer WHERE issuer = '%s'"
                       % self.issuer.issuer)


@pytest.fixture
def setting(stack, tmp_path):
    """setting(KEY, …) of an issuer with these keys."""
    made = []

    def make(*keys, **more):
        name = "https://id.example.org/" + secrets.token_hex(8)
        made.append(Setting(stack, tmp_path,
                            Issuer(name, *(keys or [Key()])), **more))
        return made[-1]

    yield make
    for one in made:
        one.close()
        one.issuer.close()


def refused(answer):
    return {k: v for k, v in answer.items() if k != "statements"} == REFUSED


def test_tokens_of_each_algorithm_are_accepted(setting):
    keys = [Key(alg, alg.lower()) for alg in ("RS256", "ES256", "EdDSA")]
    one = setting(*keys)
    log = one.once()
    assert one.issuer.asked == ["/keys?client=5ecre7-w0rd"]
    assert "from=127.0.0.1 keys=3" in log, log
    assert one.row("wanted") == "0" and one.row("last_error IS NULL") == "1"
    probe = one.probe()
    assert probe.ask(one.token())["statements"]  # the keys are read
    for key in keys:
        claims = one.issuer.claims(
            client_id="back", scope="ekyc.session.list ekyc.session.get "
                                    "ekyc.session.create kyc:read")
        assert probe.ask(key.token(claims)) == {
            "statements": 0, "subject": "backend-1", "client_id": "back",
            "permissions": ALL,
            "issued_at": claims["iat"] * 1000,
            "expires_at": claims["exp"] * 1000}
    for _ in range(50):
        assert probe.ask(one.token())["statements"] == 0


@pytest.mark.parametrize("kind", [issuers.NodeIssuer, issuers.Glewlwyd])
def test_tokens_of_real_issuers_are_accepted(stack, tmp_path, kind):
    if not kind.available():
        pytest.skip(kind.unavailable())
    with kind() as issuer:
        one = Setting(stack, tmp_path, issuer, audience=issuers.AUDIENCE)
        one.once()
        probe = one.probe()
        for alg in issuers.ALGS:
            token = issuer.token(alg=alg)
            kit.SECRETS.add(token)
            answer = probe.ask(token)
            assert answer["permissions"] == ALL, answer
            assert answer["client_id"] == issuer.client(alg)
            token = issuer.token(alg=alg, scope=issuers.SCOPES[1],
                                 sub="customer-1")
            kit.SECRETS.add(token)
            answer = probe.ask(token)
            assert answer["subject"] == "customer-1", answer
            assert answer["permissions"] == GET
        # Glewlwyd leaves out a zero in front of a number
        issuer.rotate(short=kind is issuers.Glewlwyd)
        time.sleep(1.1)
        assert refused(probe.ask(issuer.token(alg="ES256")))
        one.again()
        time.sleep(1.1)
        answer = probe.ask(issuer.token(alg="ES256"))
        assert answer["permissions"] == ALL, answer
        one.close()


def test_other_tokens_are_not(setting, stack):
    one = setting()
    one.once()
    probe, now = one.probe(), int(time.time())
    assert probe.ask(one.token())["permissions"] == GET
    stranger = Key(kid="one")
    good = one.token()
    for bad in (
            one.token(iss="https://evil.example/"), one.token(aud="other"),
            one.token(exp=now - 1), one.token(nbf=now + 60),
            one.token(sub=""), one.token(sub=None), one.token(stranger),
            one.issuer.keys[0].token(one.issuer.claims(), crit=["exp"]),
            one.issuer.keys[0].token(one.issuer.claims(), alg="none"),
            one.issuer.keys[0].token(one.issuer.claims(), alg="HS256"),
            good[:-1], good + ".", good.rsplit(".", 1)[0] + ".", "", "a.b.c",
            stack.live.key):
        answer = probe.ask(bad)
        assert refused(answer) and answer["statements"] == 0, (bad, answer)
    # the bearer learns nothing, the admin a little, the log no token
    one.probes.remove(probe)
    log = probe.close()
    assert "it has expired" in log and "it is not well signed" in log
    assert good.rsplit(".", 1)[0] not in log and "eyJ" not in log


def test_without_an_issuer_nothing_is_accepted(stack, setting):
    one = setting()
    one.conf.write_text(stack.conf.read_text())
    assert "issuer" not in one.once()
    answer = one.probe().ask(one.token())
    assert refused(answer) and answer["statements"] == 0
    assert not one.issuer.asked


def test_keys_are_fetched_once_a_minute_at_most(setting):
    one = setting()
    one.once()
    one.set("wanted = 1")
    one.once()
    one.set("wanted = 1, tried_at = tried_at - 50000")
    one.once()
    assert len(one.issuer.asked) == 1
    one.set("tried_at = tried_at - 10001")
    one.once()
    assert len(one.issuer.asked) == 2
    assert one.row("wanted") == "0"
    # neither wanted nor old: not at all
    one.set("tried_at = 0")
    one.once()
    assert len(one.issuer.asked) == 2
    one.set("fetched_at = fetched_at - 3600001")
    one.once()
    assert len(one.issuer.asked) == 3


def test_many_hosts_fetch_once(setting):
    one = setting()
    command = [one.stack.bin / "vouchsafe-jobs", "--conf", one.conf, "--once"]
    running = [subprocess.Popen(command, stderr=subprocess.DEVNULL)
               for _ in range(6)]
    assert [p.wait(60) for p in running] == [0] * 6
    assert len(one.issuer.asked) == 1
    assert one.probe().ask(one.token())["permissions"] == GET


def test_a_clock_set_back_stops_nothing(setting):
    one = setting()
    one.once()
    one.set("tried_at = tried_at + 86400000, wanted = 1")
    one.once()
    assert len(one.issuer.asked) == 2


def test_a_new_key_is_found(setting):
    """The issuer signs with a key that nobody has seen."""
    old, new = Key(kid="old"), Key("RS256", "new")
    one = setting(old)
    one.once()
    probe = one.probe()
    assert probe.ask(one.token(old))["permissions"] == GET
    one.issuer.keys.append(new)
    time.sleep(1.1)
    first = probe.ask(one.token(new))
    # read again, and asked for
    assert refused(first) and first["statements"] > 1
    assert one.row("wanted") == "1"
    # not again within a second, asked for within a minute no more
    assert probe.ask(one.token(new))["statements"] == 0
    time.sleep(1.1)
    assert probe.ask(one.token(new))["statements"] == 1
    one.again()
    assert one.row("wanted") == "0"
    time.sleep(1.1)
    answer = probe.ask(one.token(new))
    assert answer["permissions"] == GET and answer["statements"] == 1
    assert probe.ask(one.token(old))["statements"] == 0
    # and one that was taken away serves no more
    one.issuer.keys.remove(old)
    one.again()
    assert refused(one.probe().ask(one.token(old)))


def test_before_the_first_fetch_tokens_wait(setting):
    one = setting()
    probe = one.probe()
    assert refused(probe.ask(one.token()))
    one.once()
    time.sleep(1.1)
    assert probe.ask(one.token())["permissions"] == GET


@pytest.mark.parametrize("answer, why", [
    ((500, {}, b""), "status 500"),
    ((404, {}, b'{"keys":[]}'), "status 404"),
    ((302, {"Location": "/keys"}, b""), "status 302"),
    ((200, {}, b""), "it is no JWK Set"),
    ((200, {}, b"<html>"), "it is no JWK Set"),
    ((200, {}, b'{"keys":{}}'), "it is no JWK Set"),
    ((200, {}, b'{"keys":[]}'), "no key of it can be used"),
    ((200, {}, b'{"keys":[{"kty":"oct","k":"AAAA"}]}'),
     "no key of it can be used"),
    ((200, {}, b'{"keys":[' + b" " * 262144 + b"]}"),
     "the answer is too long"),
])
def test_a_useless_answer_leaves_the_keys(setting, answer, why):
    one = setting()
    one.once()
    one.issuer.answer = answer
    log = one.again()
    assert len(one.issuer.asked) == 2
    assert one.row("last_error") == why
    assert 'from=127.0.0.1 error="%s"' % why in log, log
    assert one.probe().ask(one.token())["permissions"] == GET
    one.issuer.answer = None
    one.again()
    assert one.row("last_error IS NULL") == "1"


def test_an_issuer_that_is_down_leaves_the_keys(setting):
    one = setting()
    one.once()
    one.issuer.close()
    one.again()
    assert "connect" in one.row("last_error")
    assert one.probe().ask(one.token())["permissions"] == GET
    # tried again in a minute, since it is wanted still
    assert one.row("wanted") == "1"


def test_private_addresses_need_the_configuration(setting):
    one = setting()
    one.conf.write_text(one.conf.read_text().replace(
        "allow = 127.0.0.0/8", "allow = 10.9.0.0/16"))
    one.once()
    assert one.row("last_error").startswith("must not lead to a private")
    assert not one.issuer.asked


def test_keys_come_from_a_file_too(setting, tmp_path):
    path = tmp_path / "keys.json"
    one = setting(jwks=path)
    log = one.once()
    assert "No such file" in one.row("last_error")
    assert "from=%s" % path in log, log
    path.write_bytes(one.issuer.jwks())
    one.again()
    assert one.row("last_error IS NULL") == "1"
    assert one.probe().ask(one.token())["permissions"] == GET
    assert not one.issuer.asked


def test_without_the_database_it_says_so(setting, tmp_path):
    """Not that the token is bad: nobody knows. Keys that were read serve on
    (their reading again is a minute away)."""
    one = setting()
    one.conf.write_text(one.conf.read_text().replace(
        str(one.stack.socket), str(tmp_path / "nowhere.sock")))
    assert one.probe().ask(one.token())["fault"] == "unavailable"


def test_the_lane_fetches_within_seconds(setting, stack):
    one = setting()
    jobs = subprocess.Popen(
        [stack.bin / "vouchsafe-jobs", "--conf", one.conf],
        stderr=subprocess.PIPE, text=True)
    try:
        kit.wait_until(lambda: one.issuer.asked, 10, "no fetch")
        one.issuer.keys.append(Key("EdDSA", "two"))
        one.set("tried_at = tried_at - 60001, wanted = 1")
        kit.wait_until(lambda: len(one.issuer.asked) == 2, 5, "no second one")
        kit.wait_until(lambda: one.row("wanted") == "0", 5, "not kept")
    finally:
        jobs.terminate()
        _, log = jobs.communicate(timeout=30)
    assert jobs.returncode == 0 and "8 lanes serve" in log, log
    assert "keys=2" in log and "5ecre7" not in log, log
    assert one.probe().ask(
        one.token(one.issuer.keys[1]))["permissions"] == GET


def test_a_start_fetches_anew(setting, stack):
    """What is there may be of another place: the configuration changed."""
    one = setting()
    one.once()
    one.set("tried_at = tried_at - 60001")
    jobs = subprocess.Popen(
        [stack.bin / "vouchsafe-jobs", "--conf", one.conf],
        stderr=subprocess.DEVNULL)
    try:
        kit.wait_until(lambda: len(one.issuer.asked) == 2, 10, "no fetch")
    finally:
        jobs.terminate()
        jobs.wait(30)
