# SPDX-License-Identifier: GPL-3.0-or-later
"""The documents of the five protocols against the route tables, against what
is published, and each against itself."""
import json
import re
import shlex
import subprocess
import urllib.parse

import jsonschema
import pytest

import openapi
import shape
from openapi import FILES, NAMES, PROTOCOLS, protocol_of, strict

# Whose routes those of a table are, by the table's name. What the operator's
# own tools ask is in no document.
TABLES = dict({p.name: p.file for p in PROTOCOLS}, public="kyc", ops=None)


@pytest.fixture(scope="module", params=NAMES)
def document(request):
    found = openapi.document(request.param)
    found.name = request.param
    return found


@pytest.fixture(scope="module")
def routes(stack):
    text = subprocess.run([stack.bin / "vouchsafe.fcgi", "--routes"],
                          capture_output=True, text=True, check=True).stdout
    names = "protocol method path auth permission body pool".split()
    return [dict(zip(names, line.split("\t"))) for line in text.splitlines()]


def of(document, routes):
    return [r for r in routes if TABLES[r["protocol"]] == document.name]


def form(path):
    """Names of parts differ between the two: only their place counts. So do
    last slashes, which are taken and left out alike."""
    return re.sub(r"\{\w+\}", "{}", path).rstrip("/")


def test_there_is_a_document_for_each_table(routes):
    assert {p.stem for p in FILES.iterdir()} == set(NAMES)
    for route in routes:
        protocol = protocol_of(route["path"])
        assert TABLES[route["protocol"]] == (protocol and protocol.file), route


def test_the_page_shows_every_document():
    """/docs/: the viewer by its list, and the links where it is not there."""
    page = FILES.parents[1] / "www/docs"
    [listed] = re.findall(r"const files = (\[.*?\]);",
                          (page / "docs.js").read_text())
    assert tuple(json.loads(listed)) == NAMES
    links = re.findall(r'href="(openapi/[^"]+)"',
                       (page / "index.html").read_text())
    assert links == ["openapi/%s.yaml" % name for name in NAMES]
    assert all((page / link).is_file() for link in links)


def test_routes_and_document_are_the_same(document, routes):
    served = {(r["method"], form(r["path"])) for r in of(document, routes)}
    documented = {(m, form(p)) for m, p, _ in document.operations}
    assert sorted(served - documented) == []
    assert sorted(documented - served) == []


def scope(permission):
    """klustr's words are its scopes: what a key may do instead is told in the
    document's introduction."""
    words = permission.split("|")
    return "|".join([w for w in words if w.startswith("ekyc.")] or words)


def test_what_a_route_needs_is_said(document, routes):
    for route in of(document, routes):
        operation = [o for m, p, o in document.operations
                     if m == route["method"] and
                     form(p) == form(route["path"])][0]
        where = route["method"] + " " + route["path"]
        security = operation.get("security", document.tree["security"])
        open_to_all = security == [] or {} in security
        assert open_to_all == (route["auth"] in ("open", "link")), where
        if route["permission"] != "-":
            assert operation.get("x-permission") == scope(
                route["permission"]), where
        if route["body"] in ("json", "form", "stream"):
            assert "requestBody" in operation or route["auth"] == "link" or \
                operation.get("x-no-body"), where


def test_every_path_is_of_the_files_protocol(document):
    for _, path, _ in document.operations:
        assert protocol_of(path).file == document.name, path


def nodes(node):
    """Every object of a document."""
    if isinstance(node, dict):
        yield node
    if isinstance(node, (dict, list)):
        for value in node.values() if isinstance(node, dict) else node:
            yield from nodes(value)


def test_every_reference_leads_somewhere(document):
    for node in nodes(document.tree):
        if "$ref" in node:
            document.follow(node)


def written(node):
    """Every object of a document that is not inside an example."""
    if isinstance(node, dict):
        yield node
        node = [value for name, value in node.items()
                if name not in ("example", "examples", "default")]
    if isinstance(node, list):
        for value in node:
            yield from written(value)


def test_every_name_has_a_value(document):
    """In a text without quotes a comma begins another name, of nothing."""
    for node in written(document.tree):
        assert None not in node.values(), node


def test_every_component_is_used(document):
    used = {n["$ref"] for n in nodes(document.tree) if "$ref" in n}
    for kind, parts in document.tree["components"].items():
        for name in parts if kind != "securitySchemes" else ():
            assert "#/components/%s/%s" % (kind, name) in used
    asked = {name for n in nodes(document.tree)
             for one in n.get("security", []) if isinstance(one, dict)
             for name in one}
    assert asked == set(document.tree["components"]["securitySchemes"])


def test_ids_are_unique_and_answers_have_schemas(document):
    ids = [o["operationId"] for _, _, o in document.operations]
    hooks = document.tree.get("webhooks", {})
    ids += [hook["post"]["operationId"] for hook in hooks.values()]
    assert len(ids) == len(set(ids))
    for method, path, operation in document.operations:
        assert operation["summary"], path
        assert operation["responses"], path


def test_parts_of_paths_are_described(document):
    for path, item in document.tree["paths"].items():
        told = [document.follow(p) for p in item.get("parameters", [])]
        assert re.findall(r"\{(\w+)\}", path) == [p["name"] for p in told]
        assert all(p["in"] == "path" and p["required"] for p in told)


def test_examples_are_valid(document):
    """Every example of our own against the schema beside it."""
    count = 0
    for node in nodes(document.tree):
        if "schema" not in node:
            continue
        shown = [node["example"]] if "example" in node else []
        shown += [e["value"] for name, e in node.get("examples", {}).items()
                  if name != "document"]
        for value in shown:
            try:
                document.validator(node["schema"]).validate(value)
            except jsonschema.ValidationError as e:
                pytest.fail("%s: %s" % (list(e.absolute_path), e.message))
            count += 1
    assert count


LOOSE = ("required", "pattern", "format", "minimum", "const")


def loose(node):
    """Names and types alone: ids and times are printed in forms of their
    own, and what is ours is not there."""
    if isinstance(node, dict):
        return {k: loose(v) for k, v in node.items()
                if k not in LOOSE or isinstance(v, dict)}
    return [loose(n) for n in node] if isinstance(node, list) else node


def published(name):
    """The example answers of the published document; two print none."""
    if name == "kyc":
        return list(shape.EXAMPLES.values())
    return [] if name == "dossiers" else shape.answers(name)


def printed(document):
    """What stands in a document as the published one prints it, each with its
    schema."""
    return [(n["schema"], n["examples"]["document"]["value"])
            for n in nodes(document.tree)
            if "schema" in n and "document" in n.get("examples", {})]


def test_the_published_examples_fit(document):
    """Each example answer of the published document: no field of it is
    missing here or of another type."""
    found = printed(document)
    for schema, value in found:
        root = dict(loose(strict(schema)),
                    components=loose(document.strict["components"]))
        jsonschema.Draft202012Validator(root).validate(value)
    answers = published(document.name)
    assert len(found) == len(answers)
    assert all(answer in [value for _, value in found] for answer in answers)


@pytest.mark.parametrize("name", ["kycgenie", "verilock", "klustr"])
def test_the_published_calls_fit(name):
    """Each call of the published document: its path is here, its queries are
    known, its body fits; and what it is answered stands beside it."""
    document = openapi.document(name)
    for case in shape.cases(name):
        words = shlex.split(case.call.replace("\\\n", " "))
        method = words[words.index("-X") + 1] if "-X" in words else "GET"
        body = words[words.index("-d") + 1] if "-d" in words else None
        url = urllib.parse.urlsplit(next(w for w in words if "://" in w))
        assert protocol_of(url.path).file == name
        document.check_request(method, url.path, body)
        _, operation = document.find(method, url.path)
        told = [document.follow(p)["name"]
                for p in operation.get("parameters", [])]
        assert set(dict(urllib.parse.parse_qsl(url.query))) <= set(told)
        _, content = document.content(method, url.path, case.status)
        if case.answer:
            assert content["application/json"]["examples"]["document"][
                "value"] == case.answer


def answer(document, method, target, status, body):
    protocol = protocol_of(target)
    assert protocol.file == document.name
    openapi.check(method, target, status, "application/json",
                  json.dumps(body).encode())


# Where each protocol answers what, and what it says of no path of its own.
KNOWN = {"kyc": "/kyc/tenants/me", "dossiers": "/kyc-sessions/search",
         "kycgenie": "/api/v1/verification/sessions/list/",
         "verilock": "/api/v1/sessions", "klustr": "/ekyc/admin/x/status"}
NOTHING = {
    "kyc": ("/kyc/nothing", {"status": "error", "error": "not_found",
                             "message": "x"}),
    "kycgenie": ("/api/v3/", {"error": "x", "code": "NOT_FOUND",
                              "request_id": "x"}),
    "dossiers": ("/kyc-sessions/a/b", {"statusCode": 404, "message": "x",
                                       "error": "Not Found"}),
    "verilock": ("/api/v1/sessions/a/b", {"error": "not_found",
                                          "message": "x", "details": {}}),
    "klustr": ("/ekyc/nothing", {"timestamp": "2026-06-12T12:00:00+00:00",
                                 "status": 404, "error": "Not Found",
                                 "message": "x", "path": "/ekyc/nothing"})}


def test_an_answer_that_is_not_as_documented_is_noticed(document):
    """The check itself can fail."""
    method = "POST" if document.name == "dossiers" else "GET"
    with pytest.raises(AssertionError, match="required"):
        answer(document, method, KNOWN[document.name], 200, {})
    with pytest.raises(AssertionError, match="required|not of type"):
        answer(document, method, KNOWN[document.name], 400, [])
    with pytest.raises(AssertionError, match="no such status"):
        answer(document, method, KNOWN[document.name], 299, {})
    with pytest.raises(AssertionError, match="as text/html"):
        openapi.check(method, KNOWN[document.name], 200, "text/html", b"")
    path, body = NOTHING[document.name]
    with pytest.raises(AssertionError, match="undocumented"):
        answer(document, "GET", path, 200, body)
    answer(document, "GET", path, 404, body)
    answer(document, "PUT", KNOWN[document.name], 405, body)
    for other, (_, words) in NOTHING.items():
        if other != document.name:
            with pytest.raises(AssertionError):
                answer(document, "GET", path, 404, words)
    with pytest.raises(AssertionError, match="unexpected"):
        answer(document, "GET", path, 404, dict(body, more=1))


def test_a_wrong_event_is_noticed():
    document = openapi.document("kycgenie")
    [event] = [value for _, value in printed(document) if "event" in value]
    document.check_event(event["event"], json.dumps(event))
    for name in ("outcome", "extracted_data"):
        wrong = dict(event, data=dict(event["data"]))
        del wrong["data"][name]
        with pytest.raises(AssertionError, match=name):
            document.check_event(event["event"], json.dumps(wrong))


@pytest.mark.parametrize("target, name", [
    ("/api/v1/sessions", "verilock"), ("/api/v1/sessions/", "verilock"),
    ("/api/v1/sessions?page=2", "verilock"),
    ("/api/v1/sessions/ses_1", "verilock"), ("/api/v1/sessionsx", "kycgenie"),
    ("/api/v2/sessions", "kycgenie"), ("/api/v1/entities/", "kycgenie"),
    ("/api/", "kycgenie"), ("/kyc-sessions", "dossiers"),
    ("/kyc-sessions/search?x", "dossiers"), ("/%6byc-sessions", "dossiers"),
    ("/kyc/sessions", "kyc"), ("/public/sessions/x", "kyc"),
    ("/files/x", "kyc"), ("/ekyc/admin", "klustr"), ("/ekyc/%ff", "klustr"),
    ("/oauth2/token", "oauth2"), ("/kyc-sessionsx", None), ("/livez", None),
    ("/kyc%2dsessions%ff", None), ("/api", None)])
def test_whose_path_it_is(target, name):
    protocol = protocol_of(target)
    assert (protocol and protocol.name) == name


def test_oauth2_has_errors_of_its_own():
    words = {"error": "invalid_client", "error_description": "x"}
    for path in ("/oauth2/token", "/oauth2/nothing"):
        openapi.check("POST", path, 401, "application/json",
                      json.dumps(words).encode())
        with pytest.raises(AssertionError):
            openapi.check("POST", path, 401, "application/json",
                          json.dumps(NOTHING["klustr"][1]).encode())


def test_what_nginx_cannot_read_is_answered_in_the_native_words():
    native = json.dumps(NOTHING["kyc"][1]).encode()
    for path in ("/kyc-sessions/%zz", "/api/%00", "/ekyc/\x7f"):
        openapi.check("GET", path, 400, "application/json", native)
    for path, status in (("/kyc-sessions/%zz", 404), ("/api/x", 400),
                         ("/api/x?%zz", 400)):
        with pytest.raises(AssertionError):
            openapi.check("GET", path, status, "application/json", native)
