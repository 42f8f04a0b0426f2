# SPDX-License-Identifier: GPL-3.0-or-later
"""Forms: each type of field, what is kept, and how."""
import pytest

from flow import CONSENT, begin, field, fields, form, statuses, steps, workflow

MIXED = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"  # EIP-55's first

CHOICE = field("choice", choices=["employed", {"value": "b", "label": "B"}])
FIELDS = [
    field("name"), field("date", min="1900-01-01", max="2025-12-31"),
    field("email"), field("phone"), field("address"), field("country"),
    field("number", min=0, max=100), CHOICE, field("text", max_length=20),
    field("url"), field("wallet")]


@pytest.fixture(scope="module")
def api(stack):
    return stack.tenant("Forms Ltd")


@pytest.fixture(scope="module")
def link(api):
    """A form in which nothing is required, beside a step that stays open."""
    return begin(api, workflow(
        form(*[dict(f, required=False) for f in FIELDS]), CONSENT))


ADDRESS = {"line_1": "Weg 1", "city": "Köln", "country": "DE"}


@pytest.mark.parametrize("kind, given, kept", [
    ("name", "Ann Example", None), ("name", "  Ann  ", "Ann"),
    ("name", "Þórdís Kolbrún R. Gylfadóttir", None), ("name", "王小明", None),
    ("name", "محمد بن عبد الله", None), ("name", "O'Neil-Şahin, Jr.", None),
    ("name", "x" * 255, None),
    ("date", "2024-02-29", None), ("date", "1900-01-01", None),
    ("email", "ann@example.org", None),
    ("phone", "+49 (30) 123-45.67", "+49301234567"),
    ("phone", "+12025550123", None),
    ("address", ADDRESS, None),
    ("address", {**ADDRESS, "line_2": " ", "state": "NW", "country": "de",
                 "more": 1}, {**ADDRESS, "state": "NW"}),
    ("country", "UY", None), ("country", "uy", "UY"),
    ("number", 0, None), ("number", 99.5, None), ("number", 100, None),
    ("choice", "employed", None), ("choice", "b", None),
    ("text", "two\nlines", None), ("text", "é" * 20, None),
    ("url", "https://example.org/a?b=c#d", None),
    ("url", "HTTP://[2001:db8::1]:8080/", None),
    ("wallet", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
     {"address": "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
      "network": "bitcoin"}),
    ("wallet", {"address": "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
                "network": "bitcoin"}, None),
    ("wallet", {"address": "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
                "network": "bitcoin"}, None),
    ("wallet", {"address": "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72"
                           "q4k9hcz7vqzk5jj0", "network": "bitcoin"}, None),
    ("wallet", MIXED, {"address": MIXED, "network": "ethereum"}),
    ("wallet", {"address": MIXED.lower(), "network": "ethereum"}, None),
    ("wallet", "rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh",
     {"address": "rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh", "network": None}),
])
def test_values_are_kept_in_one_form(link, kind, given, kept):
    answer = link.complete("form", form_data={kind: given})
    assert steps(answer)["form"]["form_data"] == {
        kind: given if kept is None else kept}
    assert steps(link.get())["form"] == steps(answer)["form"]


@pytest.mark.parametrize("kind, given", [
    ("name", 5), ("name", "a\u0007b"), ("name", "x" * 256), ("name", "---"),
    ("name", "a\nb"), ("name", ["Ann"]),
    ("date", "2023-02-29"), ("date", "29.02.2024"), ("date", "1899-12-31"),
    ("date", "2026-01-01"), ("date", 5),
    ("email", "ann@"), ("email", "ann example@example.org"),
    ("phone", "030 1234567"), ("phone", "+0301234567"), ("phone", "+49"),
    ("phone", "+49 30 12345678901234"), ("phone", "+49 30 CALL ME"),
    ("country", "XX"), ("country", "DEU"), ("country", 5),
    ("number", "5"), ("number", -1), ("number", 100.5), ("number", True),
    ("choice", "B"), ("choice", ["b"]),
    ("text", "x" * 21), ("text", "a\u0000b"),
    ("url", "example.org"), ("url", "javascript:alert(1)"),
    ("url", "https://"), ("url", "https://bank.example@evil.example/"),
    ("url", "https://example.org/a b"),
    ("wallet", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb!"),
    ("wallet", {"address": "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
                "network": "bitcoin"}),
    ("wallet", {"address": "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
                "network": "bitcoin"}),
    ("wallet", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"),
    ("wallet", MIXED.replace("aA", "Aa")), ("wallet", MIXED[:-1]),
    ("wallet", "short"),
])
def test_wrong_values_name_their_field(link, kind, given):
    found = fields(link.complete("form", form_data={kind: given}))
    if kind == "wallet" and isinstance(given, dict):
        assert list(found) == ["form_data.wallet.address"]
    else:
        assert list(found) == ["form_data." + kind], found


@pytest.mark.parametrize("change, part", [
    ({"line_1": None}, ".line_1"), ({"city": " "}, ".city"),
    ({"country": "Germany"}, ".country"), ({"state": 5}, ".state"),
    ({"postal_code": "x" * 256}, ".postal_code")])
def test_an_address_is_checked_part_by_part(link, change, part):
    found = fields(link.complete("form", form_data={
        "address": {**ADDRESS, **change}}))
    assert list(found) == ["form_data.address" + part]


def test_all_that_is_missing_is_named_at_once(api):
    link = begin(api, workflow(form(*FIELDS)))
    answer = link.complete("form")
    assert answer.status == 409 and "form_data" in answer.json["message"]
    found = fields(link.complete("form", form_data={"name": "", "number": None,
                                                    "date": "x"}))
    assert sorted(found) == sorted("form_data." + f["key"] for f in FIELDS)
    assert set(found["form_data.name"]) == {"is required"}
    assert link.complete("form", form_data=[]).status == 400
    assert statuses(link.get()) == {"form": "pending"}


def test_answers_are_sealed_and_never_name_the_customer(stack, api):
    link = begin(api, workflow(form(field("name", "full_name")), CONSENT))
    name = "Wilhelmina Sealington"
    link.complete("form", form_data={"full_name": name})
    [[blob, other]] = stack.sql(
        "SELECT HEX(p.sealed), s.customer_name FROM step p JOIN session s"
        " ON s.tenant_id = p.tenant_id AND s.id = p.session_id"
        " WHERE s.id = UNHEX('%s')" % link.session["id"].replace("-", ""))
    assert bytes.fromhex(blob).startswith(b"VSFS") and other == "NULL"
    assert name.encode() not in bytes.fromhex(blob)
    # typed again, as long as the customer has not finished
    link.complete("form", form_data={"full_name": "Another One"})
    assert steps(link.get())["form"]["form_data"] == {
        "full_name": "Another One"}


def test_a_form_moved_to_another_step_does_not_open(stack, api):
    link = begin(api, workflow(
        form(field("text", "a"), step_id="one"),
        form(field("text", "b", required=False), step_id="two"), CONSENT))
    link.complete("one", form_data={"a": "x"})
    link.complete("two", form_data={"b": "y"})
    stack.sql("UPDATE step a JOIN step b USING (tenant_id, session_id) SET"
              " b.sealed = a.sealed WHERE a.step_id = 'one' AND b.step_id ="
              " 'two' AND a.session_id = UNHEX('%s')"
              % link.session["id"].replace("-", ""))
    assert link.get().status == 500


def test_the_page_is_told_all_it_needs(api):
    link = begin(api, workflow(
        form(CHOICE, field("number", min=1, max=2.5, help="In years"),
             title="You", description="Two\nlines")))
    step = steps(link.get())["form"]
    assert (step["title"], step["description"]) == ("You", "Two\nlines")
    assert step["optional"] is False and step["form_data"] is None
    choice, number = step["options"]["fields"]
    assert choice["choices"][0] == {"value": "employed", "label": "employed"}
    assert number["min"] == 1 and number["max"] == 2.5
    assert number["help"] == "In years" and number["required"] is True
