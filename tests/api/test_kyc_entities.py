# SPDX-License-Identifier: GPL-3.0-or-later
"""Entities: the people and companies that are verified."""
import re
import threading
import uuid

import pytest

ANN = {"first_name": "Ann", "middle_name": "Mae", "last_name": "Example",
       "date_of_birth": "1984-02-29", "nationality": "DE", "gender": "female",
       "email": "ann@example.org", "phone": "+49 30 1234567",
       "address_line_1": "Weg 1", "address_city": "Berlin",
       "address_postal_code": "10115", "address_country": "DE"}
FIRM = {"entity_type": "company", "legal_name": "Beispiel GmbH",
        "registration_number": "HRB 1", "jurisdiction": "DE"}
ISO = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")


@pytest.fixture(scope="module")
def api(stack):
    return stack.tenant("Entities Ltd")


def add(api, **fields):
    answer = api.ask("POST", "/kyc/entities", fields)
    assert answer.status == 201, answer
    return answer.json["data"]


def error(answer, status, *fields):
    assert answer.status == status, answer
    body = answer.json
    assert body["status"] == "error" and body["message"]
    if fields:
        assert sorted(body["details"]["fields"]) == sorted(fields), answer
    return body


def test_a_person_is_shown_as_made(api):
    made = add(api, **ANN, external_id="p-1")
    assert uuid.UUID(made["entity_id"])
    assert made["entity_type"] == "individual"
    assert made["name"] == "Ann Mae Example"
    assert ISO.match(made["created_at"]) and ISO.match(made["updated_at"])
    for name, value in ANN.items():
        assert made[name] == value
    assert made["address_state"] is None and "legal_name" not in made
    assert api.ask("GET", "/kyc/entities/" + made["entity_id"]
                   ).json["data"] == made


def test_a_company_has_fields_of_its_own(api):
    made = add(api, **FIRM)
    assert made["name"] == "Beispiel GmbH" and made["jurisdiction"] == "DE"
    assert "first_name" not in made


@pytest.mark.parametrize("change, field", [
    ({"first_name": None, "last_name": None, "middle_name": None},
     "first_name"),
    ({"first_name": 7}, "first_name"), ({"first_name": "a\u0007"},
                                        "first_name"),
    ({"first_name": "x" * 256}, "first_name"),
    ({"email": "not an address"}, "email"),
    ({"date_of_birth": "1985-02-29"}, "date_of_birth"),
    ({"date_of_birth": "29.02.1984"}, "date_of_birth"),
    ({"date_of_birth": "2984-02-29"}, "date_of_birth"),
    ({"nationality": "Germany"}, "nationality"),
    ({"nationality": "de"}, "nationality"),
    ({"nationality": "ZZ"}, "nationality"), ({"gender": "w"}, "gender"),
    ({"phone": "call me"}, "phone"), ({"legal_name": "x"}, "legal_name"),
    ({"entity_type": "ghost"}, "entity_type"), ({"external_id": ""},
                                                "external_id")])
def test_what_is_wrong_is_named(api, change, field):
    error(api.ask("POST", "/kyc/entities", dict(ANN, **change)), 400, field)


def test_several_wrong_fields_are_named_at_once(api):
    error(api.ask("POST", "/kyc/entities",
                  dict(ANN, gender="x", nationality="x")), 400, "gender",
          "nationality")


def test_one_entity_an_external_id(api):
    codes = []

    def one():
        codes.append(api.ask("POST", "/kyc/entities",
                             dict(ANN, external_id="race")).status)

    crowd = [threading.Thread(target=one) for _ in range(12)]
    for t in crowd:
        t.start()
    for t in crowd:
        t.join()
    assert sorted(codes) == [201] + [409] * 11
    # compares binary
    add(api, **ANN, external_id="Race")


def test_a_change_keeps_what_it_does_not_name(api):
    made = add(api, **ANN, external_id="p-2")
    path = "/kyc/entities/" + made["entity_id"]
    answer = api.ask("PATCH", path, {"last_name": "Muster",
                                     "middle_name": "",
                                     "phone": None})
    assert answer.status == 200, answer
    data = answer.json["data"]
    assert data["name"] == "Ann Muster" and data["middle_name"] is None
    assert data["phone"] == ANN["phone"]
    assert data["external_id"] == "p-2"
    assert api.ask("GET", path).json["data"] == data


def test_the_type_and_the_name_stay(api):
    made = add(api, **ANN)
    path = "/kyc/entities/" + made["entity_id"]
    error(api.ask("PATCH", path, {"entity_type": "company"}), 400,
          "entity_type")
    error(api.ask("PATCH", path, {"external_id": "race"}), 409)


def test_lists_go_on_by_key(api, stack):
    own = stack.tenant("Pages Ltd")
    made = [add(own, **ANN, external_id="n%d" % i)["entity_id"]
            for i in range(5)]
    seen, key = [], None
    while True:
        query = "?limit=2" + ("&next_key=" + key if key else "")
        data = own.ask("GET", "/kyc/entities" + query).json["data"]
        seen += [e["entity_id"] for e in data["entities"]]
        key = data["next_key"]
        if not key:
            break
    assert seen == made[::-1]
    one = own.ask("GET", "/kyc/entities?external_id=n3").json["data"]
    assert [e["external_id"] for e in one["entities"]] == ["n3"]
    assert own.ask("GET", "/kyc/entities?email=no@example.org"
                   ).json["data"]["entities"] == []
    error(own.ask("GET", "/kyc/entities?next_key=forged"), 400)
    first = own.ask("GET", "/kyc/entities?limit=2").json["data"]["next_key"]
    error(api.ask("GET", "/kyc/entities?next_key=" + first), 400)


def test_nobody_else_sees_them(api, stack):
    made = add(api, **ANN)
    path = "/kyc/entities/" + made["entity_id"]
    other = stack.tenant("Others Ltd")
    for method, body in (("GET", None), ("PATCH", {"gender": "male"}),
                         ("DELETE", None)):
        error(other.ask(method, path, body), 404)
    error(api.ask("GET", "/kyc/entities/not-a-uuid"), 404)


def test_one_that_is_not_used_can_go(api):
    made = add(api, **ANN)
    path = "/kyc/entities/" + made["entity_id"]
    assert api.ask("DELETE", path).json["data"] == {
        "entity_id": made["entity_id"], "deleted": True}
    error(api.ask("GET", path), 404)
    error(api.ask("DELETE", path), 404)


def test_one_with_sessions_stays(api, stack):
    api.create(customerName="Somebody With Sessions")
    data = api.ask("GET", "/kyc/entities?limit=1").json["data"]["entities"][0]
    assert data["name"] == "Somebody With Sessions"
    error(api.ask("DELETE", "/kyc/entities/" + data["entity_id"]), 409)


def test_what_is_personal_is_sealed(api, stack):
    made = add(api, **dict(ANN, address_line_1="Plainly Visible Street 9"))
    rows = stack.sql("SELECT COUNT(*) FROM entity WHERE sealed LIKE "
                     "'%Plainly Visible%'")
    assert rows == [["0"]], made
