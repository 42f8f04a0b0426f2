# SPDX-License-Identifier: GPL-3.0-or-later
"""proof_of_address_check: bills that a customer uploads."""
import datetime

import pytest

import papers
from checked import results
from five import Five, good
from kit import jpeg, wait_until


@pytest.fixture(scope="module")
def five(stack):
    return Five(stack, "Bills Ltd", mode="live")


LONDON = {"line_1": "12 High Street", "city": "London",
          "postal_code": "SW1A 1AA", "country": "GB"}


def proved(five, data, name="Anna Eriksson", address=None):
    """A session of somebody who shows a bill; its results."""
    made = good(five.api.ask("POST", "/kyc/workflows", {
        "name": "An address", "validations": ["proof_of_address_check"],
        "steps": [
            {"step_id": "step_form", "kind": "form", "options": {"fields": [
                {"key": "full_name", "name": "Name", "type": "name"},
                {"key": "address", "name": "Address", "type": "address"}]}},
            {"step_id": "step_address", "kind": "proof_of_address"}],
        "automation": {"process": "completion", "apply_decision": True}}),
        201)["data"]
    session = five.kyc(name, workflow_id=made["workflow_id"])
    link = five.link(session)
    good(link.complete("step_form", form_data={
        "full_name": name, "address": address or LONDON}))
    good(link.upload({"step_id": "step_address", "side": "front",
                      "type": "proof_of_address",
                      "document_kind": "utility_bill"}, data), 201)
    good(link.complete("step_address"))
    wait_until(lambda: five.status(session) in ("approved", "manual_review"),
               60, "the check does not end")
    return session, results(five.api, {"id": session})


def days_ago(n):
    day = datetime.date.today() - datetime.timedelta(days=n)
    return "%d %s" % (day.day, day.strftime("%B %Y"))


@pytest.mark.parametrize("kind", ["JPEG", "PDF"])
def test_an_address_is_proved(five, kind):
    data = papers.bill(day=days_ago(20), kind=kind)
    session, told = proved(five, data)
    assert (told["outcome"], told["failure_reason"]) == ("clear", None), told
    proof, = told["proof_of_address_result"]["evidence"].values()
    assert proof["notes"] == []
    found = proof["proof"]
    assert [line["text"] for line in found["name"]["lines"]] == [
        "Anna Eriksson"]
    assert found["date"]["age_days"] == 20 and found["date"]["fresh"] is True
    read = good(five.api.ask(
        "GET", "/api/v1/verification/sessions/%s/results/" % session))
    assert read["extracted_data"]["address"] == {
        "line1": "12 High Street", "city": "London", "postcode": "SW1A 1AA",
        "country": "GB"}


@pytest.mark.parametrize("bill, reason, note", [
    ({"name": "Ingrid Bergman"}, "address_mismatch", "name_not_found"),
    ({"lines": ("7 Low Road", "Leeds LS1 4AP")}, "address_mismatch",
     "address_not_found"),
    ({"day": days_ago(120)}, "document_expired", "too_old")])
def test_an_address_is_not_proved(five, bill, reason, note):
    _, told = proved(five, papers.bill(**dict({"day": days_ago(20)},
                                              **bill)))
    assert (told["outcome"], told["failure_reason"]) == ("consider", reason)
    proof, = told["proof_of_address_result"]["evidence"].values()
    assert [n["code"] for n in proof["notes"]] == [note]


def test_nothing_to_read_of_an_address(five):
    for data in (jpeg(), jpeg()[:90]):
        _, told = proved(five, data)
        assert (told["outcome"], told["failure_reason"]) == (
            "consider", "document_unreadable")
