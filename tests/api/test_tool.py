# SPDX-License-Identifier: GPL-3.0-or-later
"""The operator's tool; and what the logs must never hold."""
import json
import re
import subprocess
import time
import uuid

import pytest

from kit import SECRETS, Link, jpeg, now_ms, passport, wait_until

UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"


@pytest.fixture
def tool(stack):
    return stack.tool


@pytest.fixture
def fails(stack):
    """fails(words…) gives what it said; status 1, or 2 for a wrong call."""
    def run(*words, status=1, conf=None):
        done = stack.tool(*words, conf=conf, check=False)
        assert done.returncode == status, (words, done)
        assert done.stdout == "", done
        return done.stderr
    return run


COMMANDS = ("migrate", "org add", "org list", "key add", "key list",
            "key revoke", "keys init", "session list", "session show",
            "mail test", "jobs status", "jobs retry", "conf sample",
            "conf check", "document", "mrz", "selftest documents", "qr")


# -- help and wrong calls ----------------------------------------------------
def test_help_lists_every_command(stack):
    for word in ("--help", "help"):
        done = subprocess.run([stack.bin / "vouchsafe", word], text=True,
                              capture_output=True, timeout=20)
        assert done.returncode == 0 and done.stderr == "", word
        for command in COMMANDS:
            assert "  vouchsafe " + command in done.stdout


def test_wrong_calls(fails):
    for words in ((), ("nothing",), ("org",), ("org", "remove"),
                  ("key",), ("session", "delete")):
        said = fails(*words, status=2)
        assert "usage: vouchsafe" in said
    for words, said in (
            (("org", "add"), "NAME is missing"),
            (("org", "add", "a", "b"), "b: what is that?"),
            (("org", "add", "a", "--colour", "red"), "--colour is unknown"),
            (("org", "add", "a", "--locale"), "--locale needs a value"),
            (("key", "add", "--name", "x"), "--org is missing"),
            (("key", "revoke"), "ID is missing"),
            (("migrate", "now"), "now: what is that?"),
            (("session", "show", "--org", "x"), "ID is missing"),
            (("mail", "test"), "ADDRESS is missing"),
            (("qr",), "TEXT is missing")):
        assert said in fails(*words, status=2), words


# -- organisations and keys --------------------------------------------------
def test_organisations(tool, fails):
    name = "Société Générale «%s»" % uuid.uuid4().hex
    added = tool("org", "add", name, "--locale", "ar").stdout
    match = re.fullmatch(r"organisation=(%s)\n" % UUID, added)
    lines = [l for l in tool("org", "list").stdout.splitlines() if name in l]
    assert len(lines) == 1
    assert re.fullmatch("%s  %s  ar     %s" % (
        match.group(1), TIME, re.escape(name)), lines[0])
    for wrong in ("", "x" * 256, "a\nb", "a\x1bb"):
        assert "NAME must be" in fails("org", "add", wrong)
    for wrong in ("", "e", "../x", "x" * 40):
        assert "--locale" in fails("org", "add", "x", "--locale", wrong)


def test_a_session_has_its_organisations_language(stack):
    org = stack.tool("org", "add", "Arabic", "--locale", "ar"
                     ).stdout.strip().split("=")[1]
    api = stack.live.with_key(stack.add_key(org))
    shown = Link(api, api.create()["token"]).get().json["data"]
    assert shown["locale"] == "ar"


def test_keys(stack, tool):
    org, name = stack.add_org("Keys"), "key " + uuid.uuid4().hex
    key = tool("key", "add", "--org", org, "--name", name, "--mode", "test",
               "--permissions", "kyc:read,kyc:create",
               "--expires-days", "2").stdout
    assert re.fullmatch(r"vs_test_[0-9A-Za-z]{36}\n", key)
    SECRETS.add(key.strip())
    stack.live.with_key(key.strip()).search()

    def line():
        found = [l for l in tool("key", "list").stdout.splitlines()
                 if name in l]
        assert len(found) == 1 and key.strip() not in found[0]
        return found[0]

    assert re.fullmatch(r"(%s)  %s  test  valid    used %s  %s  kyc:create "
                        r"kyc:read" % (UUID, TIME, TIME, name), line())
    number = line().split()[0]
    assert tool("key", "revoke", number).stdout == ""
    assert "  revoked  " in line()
    tool("key", "revoke", number)  # again: as it was asked for


def test_wrong_keys(stack, fails):
    org = stack.add_org("Wrong keys")
    base = ("key", "add", "--org", org, "--name", "x")
    for words, said in (
            (("--permissions", "kyc:fly"), 'no permission "kyc:fly"'),
            (("--permissions", ""), "--permissions is empty"),
            (("--permissions", "kyc:read,,"), "no permission"),
            (("--mode", "both"), "--mode must be"),
            (("--expires-days", "0"), "--expires-days"),
            (("--expires-days", "1.5"), "--expires-days"),
            (("--expires-days", "99999"), "--expires-days")):
        assert said in fails(*base, *words), words
    for name in ("", "x" * 256):
        assert "--name" in fails("key", "add", "--org", org, "--name", name)
    for wrong in ("x", "", org[:-1]):
        assert "is no id" in fails("key", "add", "--org", wrong, "--name",
                                   "x")
        assert "is no id" in fails("key", "revoke", wrong)
    unknown = str(uuid.uuid4())
    assert fails("key", "add", "--org", unknown, "--name", "x")
    assert "No such key" in fails("key", "revoke", unknown)


def test_keyring_is_never_made_twice(stack, tool):
    ring = stack.run / "keyring"
    before = ring.read_bytes()
    assert "is there" in tool("keys", "init").stdout
    assert ring.read_bytes() == before
    assert ring.stat().st_mode & 0o777 == 0o600


def test_a_keyring_is_made_where_none_is(stack, tool, tmp_path):
    conf = tmp_path / "v.conf"
    ring = tmp_path / "ring"
    conf.write_text(re.sub("keyring_file = .*", "keyring_file = %s" % ring,
                           stack.conf.read_text()))
    assert "back it up" in tool("keys", "init", conf=conf).stdout
    assert ring.stat().st_mode & 0o777 == 0o600
    # With it the stack's keys are unknown: that is told, not guessed.
    assert ring.read_bytes() != (stack.run / "keyring").read_bytes()


def test_migrate_again_changes_nothing(tool):
    first, second = (tool("migrate").stdout for _ in range(2))
    assert first == second and re.fullmatch(r"schema \d+\n", first)


# -- sessions and jobs -------------------------------------------------------
def test_sessions(stack, tool, fails):
    api = stack.tenant("Tool")
    one = api.create(externalId="tool-1", customerName="Tola Tool",
                     customerEmail="tola.tool@example.org")
    two = api.create(externalId="tool-2")
    where = ("--org", api.org)
    lines = tool("session", "list", *where).stdout.splitlines()
    assert [l.split()[0] for l in lines[:2]] == [two["id"], one["id"]]
    assert re.fullmatch("%s  %s  invited        tool-1" % (one["id"], TIME),
                        lines[1])
    assert lines[2:] == ["2 of 2"]
    assert tool("session", "list", *where, "--limit", "1"
                ).stdout.splitlines()[1:] == ["1 of 2"]
    assert tool("session", "list", *where, "--search", "tola"
                ).stdout.count("\n") == 2
    assert tool("session", "list", *where, "--mode", "test"
                ).stdout == "0 of 0\n"
    Link(api, one["token"]).finish()
    shown = tool("session", "show", one["id"], *where).stdout
    for part in ("tool-1", "Tola Tool", "tola.tool@example.org",
                 "document_check", "identity_check", "completed"):
        assert part in shown
    assert one["token"] not in shown
    for words in (("session", "show", one["id"], "--mode", "test", *where),
                  ("session", "show", str(uuid.uuid4()), *where),
                  ("session", "show", one["id"], "--org", stack.org)):
        assert "not found" in fails(*words)
    assert "is no id" in fails("session", "show", "x", *where)
    assert "--limit" in fails("session", "list", *where, "--limit", "0")
    assert "--mode" in fails("session", "list", *where, "--mode", "x")


def test_jobs_given_up_and_retried(stack, tool):
    """What was given up is told of, and taken again once it is retried."""
    number = uuid.uuid4().hex
    stack.sql("INSERT INTO job (id, lane, kind, tenant_id, subject, status, "
              "run_at, created_at, last_error, attempts) VALUES (UNHEX('%s'),"
              " 1, 250, UNHEX('%s'), UNHEX('%s'), 1, %d, %d, 'a reason', 3)"
              % (number, "0" * 32, "0" * 32, now_ms(), now_ms()))
    try:
        status = tool("jobs", "status").stdout
        assert re.search(r"given up +\d+  oldest %s" % TIME, status)
        assert re.fullmatch(r"[1-9]\d* jobs wait again\n",
                            tool("jobs", "retry").stdout)
        wait_until(lambda: stack.sql(
            "SELECT attempts > 0 AND last_error <> 'a reason' FROM job WHERE "
            "id = UNHEX('%s')" % number) == [["1"]], 20, "not taken again")
    finally:
        stack.sql("DELETE FROM job WHERE id = UNHEX('%s')" % number)
    assert "250" not in tool("jobs", "status").stdout


def test_mail_test(stack, tool, fails):
    address = "tool.%s@example.org" % uuid.uuid4().hex
    assert "accepted it" in tool("mail", "test", address).stdout
    box = stack.run / "mail" / "new"
    wait_until(lambda: any(address in p.read_text(errors="replace")
                           for p in box.iterdir()), 10, "no mail")
    for wrong in ("nobody", "a@b\r\nBcc: c@d.example", ""):
        assert fails("mail", "test", wrong)


def test_mail_test_tells_of_a_relay_that_is_not_there(stack, fails, tmp_path):
    conf = tmp_path / "v.conf"
    conf.write_text(re.sub(r"(?m)^port = .*", "port = 1",
                           stack.conf.read_text()))
    assert "127.0.0.1" in fails("mail", "test", "a@example.org", conf=conf)


def test_qr(tool, fails):
    drawn = tool("qr", "https://example.org/verify").stdout
    assert drawn.count("\n") > 10 and "\u2588" in drawn
    assert "too long" in fails("qr", "x" * 5000)


# -- machine readable zones --------------------------------------------------
PASSPORT = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
            "L898902C36UTO7408122F1204159ZE184226B<<<<<10\n")


def mrz(stack, text, *words):
    """Of the text on standard input: exit status, and what was printed."""
    done = subprocess.run([stack.bin / "vouchsafe", "mrz", *words], input=text,
                          capture_output=True, timeout=20)
    assert done.stderr == b"", done
    return done.returncode, json.loads(done.stdout)


def test_mrz(stack, tool, tmp_path):
    status, said = mrz(stack, PASSPORT.encode())
    assert status == 0 and said["valid"] and said["errors"] == []
    assert said["format"] == "TD3" and said["surname"] == "Eriksson"
    assert said["date_of_birth"] == "1974-08-12"
    assert set(said["check_digits"].values()) == {True}
    # From a file, with the ends of lines that other systems write.
    file = tmp_path / "mrz.txt"
    file.write_text("\n  " + PASSPORT.replace("\n", " \r\n") + "\n",
                    newline="")
    assert json.loads(tool("mrz", str(file)).stdout) == said


def test_mrz_that_is_wrong(stack, fails, tmp_path):
    status, said = mrz(stack, PASSPORT.replace("C36U", "C37U").encode())
    assert status == 1 and not said["valid"]
    assert said["errors"][0]["line"] == 2
    assert said["errors"][0]["column"] == 10
    assert "is 7 and should be 6" in said["errors"][0]["reason"]
    assert not said["check_digits"]["document_number"]
    for wrong in (b"", b"\0", b"\xff\n\xfe", b"P<UTO", PASSPORT.encode() * 2,
                  PASSPORT.encode() + b"\0", PASSPORT.lower().encode(),
                  b"\n" * 4000):
        status, said = mrz(stack, wrong)
        assert status == 1 and not said["valid"] and said["errors"], wrong
    assert "No such file" in fails("mrz", str(tmp_path / "none"), status=2)
    assert "b: what is that?" in fails("mrz", "a", "b", status=2)
    big = tmp_path / "big"
    big.write_bytes(b"<" * 5000)
    assert "too large" in fails("mrz", str(big), status=2)


# -- configuration -----------------------------------------------------------
def sample(stack, *words):
    done = subprocess.run([stack.bin / "vouchsafe", *words], text=True,
                          capture_output=True, timeout=20)
    assert done.returncode == 0 and done.stderr == ""
    return done.stdout


def test_the_sample_loads(stack, tool, tmp_path):
    text = sample(stack, "conf", "--sample")
    assert text == sample(stack, "conf", "sample")
    conf = tmp_path / "sample.conf"
    conf.write_text(text)
    assert "right" in tool("conf", "check", conf=conf).stdout
    # With every default written out, too: it is documented as it is.
    lines = [line[1:] if re.match(r"#\w+ = ", line) else line
             for line in text.splitlines()]
    conf.write_text("\n".join(lines) + "\n")
    assert "right" in tool("conf", "check", conf=conf).stdout
    keys = [line for line in lines if re.match(r"\w+ = ", line)]
    assert len(keys) > 30
    for i, line in enumerate(lines):  # each has its words above it
        if re.match(r"\w+ = ", line):
            assert lines[i - 1].startswith("# ")


WRONG_CONF = [
    ("[http]\nworker = 3\n", 2, "worker", "unknown key"),
    ("[web]\nworkers = 3\n", 2, "workers", "unknown key"),
    ("workers = 3\n", 1, "workers", "unknown key"),
    ("# x\n\n[http]\nworkers = many\n", 4, "workers", "whole number"),
    ("[http]\nworkers = 1025\n", 2, "workers", "bounds"),
    ("[http]\nworkers = -1\n", 2, "workers", "bounds"),
    ("[http]\nworkers =\n", 2, "workers", "whole number"),
    ("[http]\nworkers\n", 2, "workers", "no key = value"),
    ("[http\nworkers = 1\n", 1, "[http", "section"),
    ("[mail]\ntls = maybe\n", 2, "tls", "words"),
    ("[mail]\nfrom = nobody\n", 2, "from", "mail address"),
    ("[service]\npublic_url = ftp://example.org\n", 2, "public_url", "URL"),
    ("[service]\npublic_url = https://x/\n", 2, "public_url", "slash"),
    ("[database]\npassword_file = /nowhere/x\n", 2, "password_file", "file"),
    ("[service]\nlocale = " + "x" * 3000 + "\n", 2, "", "long"),
]


@pytest.mark.parametrize("text, line, key, why", WRONG_CONF)
def test_wrong_configuration_names_file_and_line(stack, fails, tmp_path, text,
                                                 line, key, why):
    conf = tmp_path / "wrong.conf"
    conf.write_text(text)
    said = fails("conf", "check", conf=conf)
    assert "%s:%d: " % (conf, line) in said and why in said
    assert key in said and said.count("\n") == 1
    # The other programs do not start with it either.
    for program in ("vouchsafe.fcgi", "vouchsafe-jobs"):
        done = subprocess.run([stack.bin / program, "--conf", conf],
                              capture_output=True, text=True, timeout=20,
                              stdin=subprocess.DEVNULL)
        assert done.returncode == 1 and "%s:%d:" % (conf, line) in done.stderr


def test_no_configuration(fails, tmp_path):
    missing = tmp_path / "none.conf"
    assert str(missing) in fails("conf", "check", conf=missing)
    assert fails("org", "list", conf=tmp_path)


def test_no_database(stack, fails, tmp_path):
    conf = tmp_path / "v.conf"
    conf.write_text(stack.conf.read_text().replace(
        stack.socket, str(tmp_path / "no.sock")))
    began = time.monotonic()
    assert "cannot answer" in fails("org", "list", conf=conf)
    assert time.monotonic() - began < 10


# -- the logs ----------------------------------------------------------------
@pytest.mark.late(99)
def test_no_secret_is_in_any_log(stack):
    """After all other tests: no key, no token, no name, no mail address."""
    api = stack.tenant("Logs")
    name, mail = "Loggia Secretaria", "loggia.secretaria@example.org"
    made = api.create(customerName=name, customerEmail=mail,
                      externalId="secret-external-4711")
    link = Link(api, made["token"])
    link.get(Referer=stack.url + "/public/sessions/" + made["token"])
    stack.live.ask("GET", "/kyc-sessions/%s?token=%s&k=%s" % (
        made["id"], made["token"], api.key))
    api.search(searchQuery=name)
    api.ask("POST", "/kyc-sessions", {"customerEmail": mail + " wrong"})
    Link(api, made["token"] + "x").get()
    link.upload(passport(), jpeg(), "Loggia Secretaria's passport.jpg")
    link.consent()
    for path in ("/nothing/", "/verify/", "/kyc-sessions/"):
        api.ask("GET", path + made["token"])
        api.ask("GET", path + api.key)
    wait_until(lambda: any(mail in p.read_text(errors="replace")
                           for p in (stack.run / "mail/new").iterdir()),
               20, "no invitation")
    words = SECRETS.words | {name, mail, "secret-external-4711",
                             "Secretaria's passport"}
    tokens = {w for w in words if w.startswith("eyJ")}
    assert made["token"] in tokens and api.key in words
    # Signatures tell, even where the rest was cut; some tokens have none.
    words |= {t.rpartition(".")[2] for t in tokens} - {""}
    logs = {p.name: p.read_text(errors="replace")
            for p in stack.logs.iterdir() if p.is_file()}
    assert {"api.log", "jobs.log", "nginx.log"} <= set(logs)
    # Nor is that for want of a log: these requests do stand there.
    assert logs["api.log"].count(" route=/public/sessions/{token}") > 3
    assert logs["access.log"].count("/public/sessions/***") > 3
    for file, text in logs.items():
        for word in words:
            assert word not in text, (file, word[:16])
