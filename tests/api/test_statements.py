# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asks and what he asks for, by one statement: in each protocol."""
import re
from types import SimpleNamespace
from urllib.parse import quote

import pytest

from five import Five, good
from kit import wait_until

LINE = re.compile(r" pid=(\d+) .* id=(\w+) .* status=200 .* sql=(\d+) ")


def klustr(verb, token=True):
    def look(five, one):
        ask = five.klustr.ask if token else five.api.ask
        return ask("GET", "/ekyc/admin/%s/%s" % (quote(one.person), verb))
    return look


def path(text):
    return lambda five, one: five.api.ask("GET", text + one.id)


LOOKS = {"kyc": path("/kyc/sessions/"),
         "kycgenie v1": path("/api/v1/verification/sessions/"),
         "kycgenie v2": path("/api/v2/verification/sessions/"),
         "dossiers": path("/kyc-sessions/"),
         "verilock": path("/api/v1/sessions/ses_"),
         "klustr": klustr("sessions"), "klustr's status": klustr("status"),
         "klustr by an API key": klustr("sessions", token=False)}


@pytest.fixture(scope="module")
def five(stack):
    five = Five(stack, "Statements Ltd")
    for look in LOOKS.values():  # the first use of a key is noted down
        look(five, SimpleNamespace(id=five.kyc(), person="nobody"))
    return five


def under_way(five):
    """Its link is shown, its customer has begun."""
    return five.consent(five.kyc("Ann Example", metadata={"a": 1},
                                 callback_url="https://shop.example/back"))


def decided(five):
    """With documents, checks and what they found, and reviews."""
    session = five.becomes(five.finish(five.dossiers("Trial Clear")),
                           "approved")
    good(five.api.ask("PATCH", "/kyc/sessions/" + session,
                      {"status": "rejected", "notes": "On second thoughts."}))
    return session


@pytest.fixture(scope="module", params=[under_way, decided],
                ids=lambda make: make.__name__)
def one(request, five):
    session = request.param(five)
    return SimpleNamespace(id=session, person=five.person_of(session)[1])


@pytest.mark.parametrize("name", LOOKS)
def test_a_look_is_one_statement(five, one, name):
    """But the first of a worker, which prepares it besides."""
    count = 2 * len(five.stack.workers())
    ids = []
    for _ in range(count):
        answer = LOOKS[name](five, one)
        good(answer)
        ids.append(answer.headers["X-Request-Id"])
    log = five.stack.logs / "api.log"

    def found():
        rows = {row[1]: row for row in LINE.findall(log.read_text())}
        return all(id in rows for id in ids) and [rows[id] for id in ids]

    seen, again = set(), []
    for pid, _, statements in wait_until(found, 10, "not in the log"):
        if pid in seen:
            again.append(statements)
        seen.add(pid)
    assert len(again) >= count // 2 and set(again) == {"1"}, (name, again)
