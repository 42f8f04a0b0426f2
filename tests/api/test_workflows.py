# SPDX-License-Identifier: GPL-3.0-or-later
"""Workflows: definitions and their errors, versions, templates."""
import copy
import random
import re
import threading
import uuid

import pytest

from flow import CONSENT, SELFIE, field, fields, form, make, workflow

ISO = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
NOBODY = "00000000-0000-7000-8000-000000000000"

DOCUMENT = {"step_id": "id", "kind": "document", "title": "Your document",
            "description": "One of\nthese", "optional": True,
            "options": {"document_kinds": ["passport", "id_card"],
                        "sides": {"id_card": ["front"]},
                        "countries": ["DE", "UY"], "min_age": 18}}
WHOLE = workflow(
    CONSENT, DOCUMENT, SELFIE,
    {"step_id": "face", "kind": "liveness", "options": {"actions": 3}},
    {"step_id": "address", "kind": "proof_of_address",
     "options": {"document_kinds": ["tax_bill"], "max_age_days": 30},
     "when": {"step": "id", "field": "document_country", "not_in": ["DE"]}},
    form(field("name", "full_name", field_id="field_abc123", help="As in\nit"),
         field("number", "age", min=18, max=99.5, required=False),
         field("date", "born", min="1900-01-01", max="2026-01-01"),
         field("choice", "job", choices=[{"value": "a", "label": "A job"},
                                         "none"]),
         field("text", "story", min_length=3, max_length=50)),
    {"step_id": "more", "kind": "validation",
     "options": {"validations": ["pep_check"]},
     "when": {"step": "form", "field": "age", "equals": 20}},
    form(field("text", "funds"), step_id="later",
         when={"check": "aml_check", "outcome": ["consider", "issue"]}),
    description="For people", entity_types=["individual"], ttl_days=30,
    custom_tags={"department": "onboarding", "region": "latam"},
    validations=["document_check", "aml_check"],
    automation={"process": "call", "apply_decision": True,
                "outcomes": {"consider": "flagged", "issue": "rejected"},
                "attempts": 5})


def validation(step_id, after, kind):
    return {"step_id": step_id, "kind": "validation",
            "options": {"validations": [kind]},
            "when": {"check": after, "outcome": ["issue"]}}


@pytest.fixture(scope="module")
def api(stack):
    return stack.tenant("Workflows Ltd")


def error(answer, status):
    assert answer.status == status, answer
    assert answer.json["status"] == "error"
    return answer.json["message"]


def show(api, made, tail=""):
    answer = api.ask("GET", "/kyc/workflows/" + made["workflow_id"] + tail)
    assert answer.status == 200, answer
    return answer.json["data"]


def test_a_whole_definition_is_kept(api):
    made = make(api, WHOLE)
    assert uuid.UUID(made["workflow_id"]) and made["version"] == 1
    assert made["status"] == "active"
    assert ISO.match(made["created_at"]) and ISO.match(made["updated_at"])
    for name in ("name", "description", "entity_types", "ttl_days",
                 "custom_tags", "validations"):
        assert made[name] == WHOLE[name]
    assert made["automation"] == {
        "process": "call", "apply_decision": True, "attempts": 5,
        "outcomes": {"clear": "approved", "consider": "flagged",
                     "attention": "manual_review", "issue": "rejected"}}
    assert [s["step_id"] for s in made["steps"]] == [
        s["step_id"] for s in WHOLE["steps"]]
    by_id = {s["step_id"]: s for s in made["steps"]}
    assert by_id["id"] == {
        **DOCUMENT, "options": {**DOCUMENT["options"], "sides": {
            "passport": ["front"], "id_card": ["front"]}}}
    assert by_id["address"]["when"] == WHOLE["steps"][4]["when"]
    assert by_id["more"]["when"] == WHOLE["steps"][6]["when"]
    assert by_id["later"]["when"] == WHOLE["steps"][7]["when"]
    name, age, born, job, story = by_id["form"]["options"]["fields"]
    assert name == {"key": "full_name", "field_id": "field_abc123",
                    "name": "The name", "type": "name", "required": True,
                    "help": "As in\nit"}
    assert re.match(r"^field_[0-9a-f]{12}$", age["field_id"])
    assert (age["min"], age["max"], age["required"]) == (18, 99.5, False)
    assert (born["min"], born["max"]) == ("1900-01-01", "2026-01-01")
    assert job["choices"] == [{"value": "a", "label": "A job"},
                              {"value": "none", "label": "none"}]
    assert (story["min_length"], story["max_length"]) == (3, 50)
    assert show(api, made) == made
    # what is shown can be sent again
    again = make(api, made)
    assert {**again, "workflow_id": 0, "created_at": 0, "updated_at": 0} == {
        **made, "workflow_id": 0, "created_at": 0, "updated_at": 0}


def test_defaults(api):
    made = make(api, workflow(
        {"step_id": "a", "kind": "liveness"},
        {"step_id": "b", "kind": "proof_of_address"}))
    assert made["description"] is None and made["ttl_days"] == 7
    assert made["custom_tags"] == {} and made["entity_types"] == []
    assert made["validations"] == []
    assert made["automation"] == {
        "process": "completion", "apply_decision": False, "attempts": 20,
        "outcomes": {"clear": "approved", "consider": "manual_review",
                     "attention": "manual_review", "issue": "manual_review"}}
    face, proof = made["steps"]
    assert face == {"step_id": "a", "kind": "liveness", "title": None,
                    "description": None, "optional": False,
                    "options": {"actions": 2}}
    assert proof["options"] == {
        "document_kinds": ["utility_bill", "bank_statement", "tax_bill",
                           "government_letter"], "max_age_days": 90}


def bad(*path_and_value):
    """WHOLE with one value replaced; the value "-" takes it away."""
    *path, value = path_and_value
    out = copy.deepcopy(WHOLE)
    at = out
    for word in path[:-1]:
        at = at[word]
    if value == "-":
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return out


FIELD = ("steps", 5, "options", "fields")


@pytest.mark.parametrize("definition, path", [
    (bad("name", "-"), "name"), (bad("name", 5), "name"),
    (bad("name", ""), "name"), (bad("name", "a\u0007"), "name"),
    (bad("name", "x" * 256), "name"),
    (bad("steps", "-"), "steps"), (bad("steps", {}), "steps"),
    (bad("steps", []), "steps"), (bad("steps", 3, "x"), "steps[3]"),
    (bad("steps", 0, "step_id", "-"), "steps[0].step_id"),
    (bad("steps", 0, "step_id", "Über"), "steps[0].step_id"),
    (bad("steps", 2, "step_id", "id"), "steps[2].step_id"),
    (bad("steps", 2, "kind", "retina"), "steps[2].kind"),
    (bad("steps", 2, "optional", 1), "steps[2].optional"),
    (bad("steps", 2, "options", []), "steps[2].options"),
    (bad("steps", 0, "options", "-"), "steps[0].options.text_version"),
    (bad("steps", 1, "options", "document_kinds", ["visa"]),
     "steps[1].options.document_kinds[0]"),
    (bad("steps", 1, "options", "document_kinds", []),
     "steps[1].options.document_kinds"),
    (bad("steps", 1, "options", "sides", {"id_card": ["left"]}),
     "steps[1].options.sides.id_card[0]"),
    (bad("steps", 1, "options", "sides", {"passport": ["back"]}),
     "steps[1].options.sides.passport"),
    (bad("steps", 1, "options", "countries", ["DE", "XX"]),
     "steps[1].options.countries[1]"),
    (bad("steps", 1, "options", "min_age", 121), "steps[1].options.min_age"),
    (bad("steps", 3, "options", "actions", 5), "steps[3].options.actions"),
    (bad("steps", 4, "options", "max_age_days", 0),
     "steps[4].options.max_age_days"),
    (bad("steps", 4, "when", "step", "form"), "steps[4].when.step"),
    (bad("steps", 4, "when", "field", "colour"), "steps[4].when.field"),
    (bad("steps", 4, "when", "in", ["DE"]), "steps[4].when"),
    (bad("steps", 4, "when", "not_in", ["Germany"]),
     "steps[4].when.not_in[0]"),
    (bad("steps", 6, "when", "equals", "20"), "steps[6].when.equals"),
    (bad("steps", 6, "when", "field", "nothing"), "steps[6].when.field"),
    (bad("steps", 6, "options", "validations", ["x"]),
     "steps[6].options.validations[0]"),
    (bad("steps", 7, "when", "check", "web_check"), "steps[7].when.check"),
    (bad("steps", 7, "when", "outcome", ["bad"]),
     "steps[7].when.outcome[0]"),
    (bad(*FIELD, 0, "type", "colour"), "steps[5].options.fields[0].type"),
    (bad(*FIELD, 0, "key", "full name"), "steps[5].options.fields[0].key"),
    (bad(*FIELD, 1, "key", "born"), "steps[5].options.fields[2].key"),
    (bad(*FIELD, 0, "name", "-"), "steps[5].options.fields[0].name"),
    (bad(*FIELD, 1, "max", 3), "steps[5].options.fields[1].max"),
    (bad(*FIELD, 2, "min", "1900-02-30"), "steps[5].options.fields[2].min"),
    (bad(*FIELD, 3, "choices", "-"), "steps[5].options.fields[3].choices"),
    (bad(*FIELD, 3, "choices", ["a", "a"]),
     "steps[5].options.fields[3].choices[1]"),
    (bad(*FIELD, 4, "max_length", 2), "steps[5].options.fields[4].max_length"),
    (bad(*FIELD, 1, "min_length", 1), "steps[5].options.fields[1].min_length"),
    (workflow(form(field("address", max_length=9))),
     "steps[0].options.fields[0].max_length"),
    (workflow(form(field("wallet", min_length=9))),
     "steps[0].options.fields[0].min_length"),
    (bad("ttl_days", 91), "ttl_days"), (bad("ttl_days", "7"), "ttl_days"),
    (bad("entity_types", ["robot"]), "entity_types[0]"),
    (bad("validations", ["aml_check", "aml_check"]), "validations[1]"),
    (bad("custom_tags", {"a": 1}), "custom_tags.a"),
    (bad("custom_tags", {str(i): "x" for i in range(33)}), "custom_tags"),
    (bad("automation", "process", "never"), "automation.process"),
    (bad("automation", "attempts", 0), "automation.attempts"),
    (bad("automation", "outcomes", {"clear": "rejected"}),
     "automation.outcomes.clear"),
    (bad("automation", "outcomes", {"issue": "approved"}),
     "automation.outcomes.issue"),
    (workflow(dict(SELFIE, when={"check": "aml_check", "outcome": ["issue"]}),
              validations=["aml_check"]), "steps"),
    (workflow(SELFIE, validation("a", "aml_check", "aml_check")),
     "steps[1].when.check"),
    (workflow(SELFIE, validation("a", "aml_check", "pep_check"),
              validation("b", "pep_check", "aml_check")),
     "steps[2].when.check"),
    (workflow({"step_id": "a", "kind": "subsessions",
               "options": {"workflow_id": NOBODY}}),
     "steps[0].options.workflow_id"),
    (workflow({"step_id": "a", "kind": "subsessions",
               "options": {"workflow_id": "x", "min": 3, "max": 2}}),
     "steps[0].options.max"),
])
def test_errors_name_the_path(api, definition, path):
    found = fields(api.ask("POST", "/kyc/workflows", definition))
    assert path in found, found


def test_all_errors_come_at_once(api):
    found = fields(api.ask("POST", "/kyc/workflows", workflow(
        {"step_id": "A", "kind": "x"}, {"step_id": "b", "kind": "consent"},
        ttl_days=0)))
    assert sorted(found) == ["steps[0].kind", "steps[0].step_id",
                             "steps[1].options.text_version", "ttl_days"]


def test_versions_are_immutable(api):
    made = make(api, workflow(CONSENT, custom_tags={"a": "1"}))
    path = "/kyc/workflows/" + made["workflow_id"]
    put = api.ask("PUT", path, workflow(SELFIE, name="Second"))
    assert put.status == 200, put
    second = put.json["data"]
    assert second["version"] == 2 and second["name"] == "Second"
    assert second["created_at"] == made["created_at"]
    assert show(api, made) == second
    assert show(api, made, "/versions/1") == made
    versions = show(api, made, "/versions")
    assert versions == {"versions": [second, made], "next_key": None}
    page = show(api, made, "/versions?limit=1")
    assert page["versions"] == [second]
    rest = show(api, made, "/versions?limit=1&next_key=" + page["next_key"])
    assert rest == {"versions": [made], "next_key": None}
    for tail in ("/versions/3", "/versions/0", "/versions/x"):
        error(api.ask("GET", path + tail), 404)
    error(api.ask("GET", "/kyc/workflows/%s/versions" % NOBODY), 404)
    assert fields(api.ask("PUT", path, {"name": "x"})).keys() == {"steps"}


def test_parallel_writers_never_share_a_version(stack, api):
    made = make(api, workflow(CONSENT))
    path, got = "/kyc/workflows/" + made["workflow_id"], []

    def put():
        answer = api.ask("PUT", path, workflow(CONSENT))
        got.append((answer.status, answer.json.get("data", {}).get("version")))

    threads = [threading.Thread(target=put) for _ in range(12)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert {s for s, _ in got} <= {200, 409}
    numbers = sorted(v for s, v in got if s == 200)
    assert numbers == list(range(2, 2 + len(numbers))) and numbers


def test_lists_are_pages_of_what_is_alive(stack):
    api = stack.tenant("Workflow lists Ltd")
    made = [make(api, workflow(CONSENT, name=str(i)))["workflow_id"]
            for i in range(5)]
    gone = "/kyc/workflows/" + made[2]
    answer = api.ask("DELETE", gone)
    assert answer.json == {"status": "success", "data": {
        "workflow_id": made[2], "deleted": True}}
    error(api.ask("DELETE", gone), 404)
    error(api.ask("PUT", gone, workflow(CONSENT)), 404)
    assert api.ask("GET", gone).json["data"]["status"] == "deleted"
    found, key = [], ""
    while key is not None:
        data = api.ask("GET", "/kyc/workflows?limit=2" + key).json["data"]
        found += [w["workflow_id"] for w in data["workflows"]]
        key = data["next_key"] and "&next_key=" + data["next_key"]
    default = api.ask("GET", "/kyc/tenants/me").json["data"][
        "default_workflow_id"]
    assert found == [made[4], made[3], made[1], made[0], default]
    assert "default" in error(api.ask("DELETE", "/kyc/workflows/" + default),
                              409)
    assert fields(api.ask("PATCH", "/kyc/tenants/me", {
        "default_workflow_id": made[2]})).keys() == {"default_workflow_id"}


def test_a_deleted_one_takes_no_new_session(api):
    made = make(api, workflow(CONSENT, custom_tags={"team": "a"}))
    path = "/kyc/workflows/" + made["workflow_id"]
    body = {"workflow_id": made["workflow_id"]}
    first = api.ask("POST", "/kyc/sessions", body)
    assert first.status == 201, first
    assert api.ask("PUT", path, workflow(
        SELFIE, custom_tags={"team": "b"}, ttl_days=3)).status == 200
    second = api.ask("POST", "/kyc/sessions", body).json["data"]
    assert (second["workflow_version"], second["ttl_days"],
            second["custom_tags"]) == (2, 3, {"team": "b"})
    assert api.ask("DELETE", path).status == 200
    assert "Workflow" in error(api.ask("POST", "/kyc/sessions", body), 404)
    # the old ones go on with what they began with
    old = api.ask("GET", "/kyc/sessions/" + first.json["data"]["session_id"]
                  ).json["data"]
    assert old["workflow_version"] == 1
    assert old["custom_tags"] == {"team": "a"}
    assert [s["step_id"] for s in old["steps_data"]] == ["consent"]


@pytest.mark.parametrize("name, steps", [
    ("basic-kyc", ["consent", "form", "document", "selfie"]),
    ("company-kyc", ["consent", "form", "subsessions"]),
    ("merchant-onboarding", ["consent", "form", "form", "document", "selfie",
                             "proof_of_address"]),
    ("pep-enhanced", ["consent", "form", "document", "liveness",
                      "proof_of_address", "form"])])
def test_templates(api, name, steps):
    path = "/kyc/workflows/from-template/" + name
    answer = api.ask("POST", path)
    assert answer.status == 201, answer
    made = answer.json["data"]
    assert [s["kind"] for s in made["steps"]] == steps
    assert made["automation"]["process"] == "completion"
    assert made["automation"]["apply_decision"] is False
    assert show(api, made) == made
    assert api.ask("POST", path, {}).json["data"]["workflow_id"] != made[
        "workflow_id"]


def test_a_company_brings_its_owners_workflow(api):
    made = api.ask("POST", "/kyc/workflows/from-template/company-kyc"
                   ).json["data"]
    step = made["steps"][-1]
    assert step["step_id"] == "step_ubos"
    child = show(api, step["options"])
    assert [s["kind"] for s in child["steps"]] == ["consent", "form",
                                                   "document", "selfie"]


def test_the_default_one_and_what_was_stored_before(stack):
    api = stack.tenant("Older workflows Ltd")
    default = show(api, {"workflow_id": api.ask(
        "GET", "/kyc/tenants/me").json["data"]["default_workflow_id"]})
    assert default["name"] == "Identity verification"
    assert default["automation"]["apply_decision"] is True
    assert default["validations"] == ["document_check", "identity_check"]
    stack.sql(r"""UPDATE workflow SET definition = '{"steps":[{"id":"step_c",
        "kind":"consent","text_version":"1"},{"id":"step_d","kind":"document",
        "document_kinds":["passport"]},{"id":"step_s","kind":"selfie"}],
        "checks":["document_check"]}' WHERE id = UNHEX('%s')"""
              % default["workflow_id"].replace("-", ""))
    old = show(api, default)
    assert [s["step_id"] for s in old["steps"]] == ["step_c", "step_d",
                                                    "step_s"]
    assert old["steps"][0]["options"] == {"text_version": "1"}
    assert old["validations"] == ["document_check"]
    assert old["automation"]["apply_decision"] is True


def test_errors_of_the_path_and_of_permission(stack, api):
    for method in ("GET", "DELETE"):
        for wrong in (NOBODY, "x"):
            error(api.ask(method, "/kyc/workflows/" + wrong), 404)
    error(api.ask("PUT", "/kyc/workflows/" + NOBODY, workflow(CONSENT)), 404)
    error(api.ask("POST", "/kyc/workflows/from-template/retina"), 404)
    reader = api.with_key(stack.add_key(api.org, "--permissions", "kyc:read"))
    made = make(api, workflow(CONSENT))
    path = "/kyc/workflows/" + made["workflow_id"]
    assert reader.ask("GET", path).status == 200
    for method, at in (("POST", "/kyc/workflows"), ("PUT", path),
                       ("DELETE", path)):
        error(reader.ask(method, at, workflow(CONSENT)), 403)
    error(stack.tenant("Workflow spies Ltd").ask("GET", path), 404)


def test_changes_leave_audit_rows(stack):
    api = stack.tenant("Workflow audit Ltd")
    made = make(api, workflow(CONSENT))
    path = "/kyc/workflows/" + made["workflow_id"]
    api.ask("PUT", path, workflow(CONSENT))
    api.ask("DELETE", path)
    verbs = stack.sql("SELECT verb FROM audit WHERE object_id = UNHEX('%s')"
                      " ORDER BY id" % made["workflow_id"].replace("-", ""))
    assert verbs == [["22"], ["23"], ["24"]], verbs


def wreck(value, rng):
    """The same with something broken somewhere inside."""
    junk = [None, True, -1, 2 ** 63, 1e308, "", "x" * 300, "\u0000", "é\u200e",
            [], {}, [[]], {"kind": {}}, ["passport"] * 40, "id", 0.5]
    if isinstance(value, dict) and value and rng.random() < 0.8:
        key = rng.choice(list(value))
        out = dict(value)
        if rng.random() < 0.15:
            del out[key]
        else:
            out[key] = wreck(value[key], rng)
        return out
    if isinstance(value, list) and value and rng.random() < 0.8:
        out = list(value)
        i = rng.randrange(len(out))
        if rng.random() < 0.2:
            out.insert(i, rng.choice(out))
        else:
            out[i] = wreck(out[i], rng)
        return out
    return rng.choice(junk)


def test_no_definition_breaks_the_server(api):
    rng = random.Random(20261123)
    seen = set()
    for i in range(600):
        broken = WHOLE
        for _ in range(rng.randrange(1, 5)):
            broken = wreck(broken, rng)
        if not isinstance(broken, dict):
            continue
        answer = api.ask("POST", "/kyc/workflows", broken)
        seen.add(answer.status)
        assert answer.status in (201, 400), (broken, answer)
        if answer.status == 201:
            made = answer.json["data"]
            assert show(api, made) == made
    assert seen == {201, 400}
