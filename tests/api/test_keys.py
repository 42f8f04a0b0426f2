# SPDX-License-Identifier: GPL-3.0-or-later
"""Master keys: a new one, everything wrapped with it, the old one retired."""
import os
import re
import urllib.parse

import pytest

import kit
from receiver import Receiver, add
from test_documents import Doc

MINUTE = 60_000


def keyring(stack):
    text = re.search(r"^keyring_file = (.+)$", stack.conf.read_text(), re.M)
    path = text.group(1).strip()
    return path if path.startswith("/") else str(stack.run / path)


def write(path, lines):
    """As the tool does: whole or not at all."""
    with open(path + ".test", "w") as f:
        os.fchmod(f.fileno(), 0o600)
        f.write("".join(lines))
    os.rename(path + ".test", path)


def status(stack):
    """By key id: state, sessions, tenants, API keys, links."""
    rows = re.findall(
        r"^(\d+) +\S+  (\w+) +(\d+) sessions, (\d+) tenants, (\d+) API keys, "
        r"(\d+) links$", stack.tool("keys", "status").stdout, re.M)
    return {int(r[0]): (r[1],) + tuple(map(int, r[2:])) for r in rows}


def signs(stack):
    return next(i for i, row in status(stack).items() if row[0] == "signs")


@pytest.fixture
def done(api):
    session = api.create(customerName="Kim Keyed")
    link = kit.Link(api, session["token"])
    link.session = session
    return Doc(link, api, kit.jpeg(b"old"), "old.jpg"), link


@pytest.mark.late(1)
def test_a_rotation_moves_everything(stack, api, done):
    doc, link = done
    path, old, url = keyring(stack), signs(stack), doc.url()
    workers = stack.workers()
    told = stack.tool("keys", "rotate").stdout
    new = int(told.split()[1])
    assert new != old and os.stat(path).st_mode & 0o777 == 0o600
    # what the old key signed and wrapped goes on, in running workers
    assert doc.fetch(url=url).body == kit.jpeg(b"old")
    assert link.get().status == 200
    fresh = api.create()
    assert api.show(fresh)["id"] == fresh["id"]
    assert stack.workers() == workers, "no worker was started anew"
    kit.wait_until(lambda: status(stack)[old][1:3] == (0, 0), 40,
                   "keys are not wrapped again")
    state, sessions, tenants = status(stack)[new][:3]
    assert state == "signs" and sessions > 0 and tenants > 0
    assert doc.fetch().body == kit.jpeg(b"old")
    assert Doc(link, api, kit.png(), "new.png").fetch().body == kit.png()
    assert stack.live.ask("GET", "/readyz").status == 200


@pytest.mark.late(1)
def test_a_key_that_begins_later_only_verifies(stack, api, done, tmp_path):
    before, path = signs(stack), keyring(stack)
    told = stack.tool("keys", "rotate", "--in", "60").stdout
    new = int(told.split()[1])
    assert "bring it to every host" in told
    assert status(stack)[new] == ("waits", 0, 0, 0, 0)
    assert signs(stack) == before
    again = stack.tool("keys", "rotate", check=False)
    assert again.returncode == 1 and "waits to begin" in again.stderr
    assert done[0].fetch().body == kit.jpeg(b"old")
    # a host whose clock is past that signs with it, and this one reads it
    ahead = kit.Later(stack, api.key, 61 * MINUTE, tmp_path)
    made = ahead.ask("POST", "/kyc-sessions", {})
    assert made.status == 201
    assert status(stack)[new][1] == 1
    assert kit.Link(api, made.json["token"]).get().status == 200
    # let it begin now, for the tests that follow
    lines = open(path).read().splitlines(True)
    lines = [re.sub(r" \d+ ", " %d " % kit.now_ms(), line)
             if line.startswith("%d " % new) else line for line in lines]
    write(path, lines)
    assert signs(stack) == new


@pytest.mark.late(1)
def test_a_keyring_that_is_broken_changes_nothing(stack, api, done):
    path = keyring(stack)
    good = open(path).read()
    write(path, ["rubbish\n"])
    try:
        assert done[0].fetch().body == kit.jpeg(b"old")
        assert api.create()["id"]
    finally:
        write(path, [good])
    assert done[0].fetch().status == 200


@pytest.mark.late(1)
def test_a_key_is_retired_when_nothing_needs_it(stack, done):
    path = keyring(stack)
    old = signs(stack)
    api = stack.tenant("Retire Ltd")
    api.create()  # its JWT may be signed by that key
    new = int(stack.tool("keys", "rotate").stdout.split()[1])

    def retire(key):
        return stack.tool("keys", "retire", str(key), check=False)

    assert retire(new).returncode == 1, "it signs"
    assert retire(1).returncode == 1, "there is none"
    told = retire(old)
    assert told.returncode == 1 and "quarter of an hour" in told.stderr
    # an hour passes, for the file and for what was made before
    stack.sql("UPDATE session SET created_at = created_at - %d"
              % (60 * MINUTE))
    lines = open(path).read().splitlines(True)
    lines = [re.sub(r" (\d+) ", lambda m: " %d " % (
        int(m.group(1)) - 60 * MINUTE), line) for line in lines]
    write(path, lines)
    told = retire(old)
    assert told.returncode == 1 and "still needed" in told.stderr
    assert "API keys" in told.stdout
    # its API keys are used or revoked, its links end
    kit.wait_until(lambda: status(stack)[old][1:3] == (0, 0), 40,
                   "keys are not wrapped again")
    for client in (api, stack.live, stack.test, done[0].api):
        assert client.ask("GET", "/kyc/tenants/me").status == 200
    stack.sql("UPDATE api_key SET revoked_at = 1 WHERE key_id = %d" % old)
    assert retire(old).returncode == 1, "links are left"
    stack.sql("UPDATE session SET due_at = NULL, state = 13 WHERE due_at IS "
              "NOT NULL")
    left = status(stack)[old]
    assert left[1:] == (0, 0, 0, 0), left
    assert retire(old).returncode == 0
    assert old not in status(stack)
    assert "%d " % old not in open(path).read()
    assert stack.live.ask("GET", "/readyz").json["keyring"] == "ok"
    assert api.ask("GET", "/kyc/tenants/me").status == 200
    assert stack.tool("keys", "status").returncode == 0


@pytest.mark.late(1)
def test_addresses_of_before_a_rotation_hold(stack, done):
    doc = done[0]
    path = urllib.parse.urlsplit(doc.url()).path
    stack.tool("keys", "rotate")
    assert doc.api.ask("GET", path, key=False).status == 200


@pytest.mark.late(1)
def test_events_go_out_after_a_rotation(stack):
    api, receiver = stack.tenant("Rotated"), Receiver()
    add(api, receiver.url)
    stack.tool("keys", "rotate")
    session = api.create()
    got = receiver.wait(1, 10)[0]
    assert got.json["data"]["session_id"] == session["id"]
    receiver.close()
