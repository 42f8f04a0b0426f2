# SPDX-License-Identifier: GPL-3.0-or-later
"""kycgenie by clients that mean harm, or are in a hurry."""
import json

import pytest

SESSIONS = "/api/v1/verification/sessions/"
NIL = "00000000-0000-0000-0000-000000000000"


def entity(api, **more):
    answer = api.ask("POST", "/api/v1/entities/", dict(
        {"first_name": "John", "last_name": "Doe",
         "date_of_birth": "1985-05-15"}, **more))
    assert answer.status == 201, answer
    return answer.json


def create(api, entity_id, headers=None, **more):
    return api.ask("POST", SESSIONS, dict(
        {"entity_id": entity_id, "email": "john.doe@example.com"}, **more),
        headers)


def errors(answer):
    assert (answer.status, answer.json["code"]) == (400, "VALIDATION_ERROR")
    return answer.json["errors"]


def test_the_nil_uuid_is_nobody(api):
    entity(api)
    assert list(errors(create(api, NIL))) == ["entity_id"]
    for version in ("v1", "v2"):
        answer = api.ask("GET", "/api/%s/verification/sessions/list/"
                         "?entity_id=%s" % (version, NIL))
        assert list(errors(answer)) == ["entity_id"]


@pytest.mark.parametrize("lead", ["", "a", "aa", "aaa"])
def test_a_long_message_ends_with_a_whole_character(api, lead):
    name = lead + "\U0001f600" * 100
    answer = create(api, entity(api)["id"],
                    verification_checks={name: True})
    body = json.loads(answer.body.decode("utf-8", "strict"))
    assert list(body["errors"]) == ["verification_checks"]
    answer = api.ask("GET", SESSIONS + "list/?" + lead + "\u00fc" * 60 +
                     "=%zz")
    assert answer.status == 400
    answer.body.decode("utf-8", "strict")
