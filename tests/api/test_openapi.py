# SPDX-License-Identifier: GPL-3.0-or-later
"""The document of the native API against the route tables, and itself."""
import json
import re
import subprocess

import jsonschema
import pytest

from openapi import FILE, NATIVE, Document, strict


@pytest.fixture(scope="module")
def document():
    return Document()


@pytest.fixture(scope="module")
def routes(stack):
    text = subprocess.run([stack.bin / "vouchsafe.fcgi", "--routes"],
                          capture_output=True, text=True, check=True).stdout
    names = "protocol method path auth permission body pool".split()
    return [dict(zip(names, line.split("\t"))) for line in text.splitlines()]


def form(path):
    """Names of parts differ between the two: only their place counts."""
    return re.sub(r"\{\w+\}", "{}", path)


def test_routes_and_document_are_the_same(document, routes):
    served = {(r["method"], form(r["path"])) for r in routes
              if NATIVE.match(r["path"])}
    documented = {(m, form(p)) for m, p, _ in document.operations}
    assert sorted(served - documented) == []
    assert sorted(documented - served) == []


def test_what_a_route_needs_is_said(document, routes):
    for route in routes:
        if not NATIVE.match(route["path"]):
            continue
        operation = [o for m, p, o in document.operations
                     if m == route["method"] and
                     form(p) == form(route["path"])][0]
        where = route["method"] + " " + route["path"]
        open_to_all = operation.get("security") == []
        assert open_to_all == (route["auth"] != "key"), where
        if route["permission"] != "-":
            assert operation.get("x-permission") == route["permission"], where
        if route["body"] in ("json", "stream"):
            assert "requestBody" in operation or route["auth"] == "link" or \
                operation.get("x-no-body"), where


def test_every_reference_leads_somewhere(document):
    def walk(node):
        if isinstance(node, dict):
            if "$ref" in node:
                document.follow(node)
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(document.tree)


def test_ids_are_unique_and_answers_have_schemas(document):
    ids = [o["operationId"] for _, _, o in document.operations]
    assert len(ids) == len(set(ids))
    for method, path, operation in document.operations:
        assert operation["summary"], path
        assert operation["responses"], path


def test_examples_are_valid(document):
    """Every example in the document against the schema beside it."""
    count = 0

    def walk(node):
        nonlocal count
        if isinstance(node, dict):
            if "schema" in node and "example" in node:
                document.validator(node["schema"]).validate(node["example"])
                count += 1
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    try:
        walk(document.tree)
    except jsonschema.ValidationError as e:
        pytest.fail("%s: %s" % (list(e.absolute_path), e.message))
    assert count


LOOSE = ("required", "pattern", "format", "minimum", "const")


def loose(node):
    """Names and types alone: ids and times are printed in forms of their
    own, and what is ours is not there."""
    if isinstance(node, dict):
        return {k: loose(v) for k, v in node.items()
                if k not in LOOSE or isinstance(v, dict)}
    return [loose(n) for n in node] if isinstance(node, list) else node


def test_the_published_examples_fit(document):
    """Each example answer of the published document: no field of it is
    missing here or of another type."""
    answers = json.loads(
        (FILE.parents[2] / "tests/api/native_examples.json").read_text())
    found = []

    def walk(node):
        if isinstance(node, dict):
            if "schema" in node and "examples" in node:
                value = node["examples"]["document"]["value"]
                root = dict(loose(strict(node["schema"])),
                            components=loose(document.strict["components"]))
                jsonschema.Draft202012Validator(root).validate(value)
                found.append(value)
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(document.tree)
    assert len(found) == len(answers)
    assert all(answer in found for answer in answers.values())


def test_an_answer_that_is_not_as_documented_is_noticed(document):
    """The check itself can fail."""
    with pytest.raises(AssertionError):
        document.check("GET", "/kyc/tenants/me", 200, "application/json",
                       b'{"status": "success", "data": {}}')
    with pytest.raises(AssertionError):
        document.check("GET", "/kyc/nothing", 200, "application/json", b"{}")
