# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds every answer of the native API against doc/openapi/kyc.yaml.

Strict: an object has the fields that the document lists and no others, unless
its schema says additionalProperties itself.
"""
import json
import re
import urllib.parse
from pathlib import Path

import jsonschema
import yaml

FILE = Path(__file__).resolve().parents[2] / "doc/openapi/kyc.yaml"
METHODS = ("get", "post", "put", "patch", "delete")


def strict(node):
    """A copy in which an object with properties has no others."""
    if isinstance(node, list):
        return [strict(n) for n in node]
    if not isinstance(node, dict):
        return node
    copy = {k: strict(v) for k, v in node.items()}
    if isinstance(copy.get("properties"), dict) and copy.get("type"):
        copy.setdefault("additionalProperties", False)
    return copy


class Document:
    def __init__(self, path=FILE):
        self.tree = yaml.safe_load(path.read_text())
        self.strict = strict(self.tree)
        self.operations = []
        for pattern, item in self.tree["paths"].items():
            for method in METHODS:
                if method in item:
                    self.operations.append((method.upper(), pattern,
                                            item[method]))
        # the literal paths before those with a {part}
        self.operations.sort(key=lambda o: o[1].count("{"))
        self.expressions = {p: re.compile(
            "^" + re.sub(r"\\{\w+\\}", "[^/]+", re.escape(p)) + "/?$")
            for _, p, _ in self.operations}
        self.validators = {}

    def follow(self, node):
        while "$ref" in node:
            tree = self.tree
            for part in node["$ref"].lstrip("#/").split("/"):
                tree = tree[part]
            node = tree
        return node

    def find(self, method, path):
        for m, pattern, operation in self.operations:
            if m == method and self.expressions[pattern].match(path):
                return pattern, operation
        return None, None

    def content(self, method, path, status):
        """The media types that the operation answers with, or None where the
        document knows no such operation or status."""
        pattern, operation = self.find(method, path)
        if not operation:
            return None, None
        responses = operation["responses"]
        found = responses.get(str(status)) or (
            status >= 400 and responses.get("default"))
        if not found:
            return pattern, None
        return pattern, self.follow(found).get("content", {})

    def validator(self, schema):
        key = json.dumps(schema, sort_keys=True)
        if key not in self.validators:
            root = dict(strict(schema), components=self.strict["components"])
            self.validators[key] = jsonschema.Draft202012Validator(root)
        return self.validators[key]

    def check(self, method, target, status, kind, body):
        """Raises AssertionError where an answer is not as documented."""
        path = urllib.parse.unquote(target.partition("?")[0])
        if method not in [m.upper() for m in METHODS]:
            return
        pattern, content = self.content(method, path, status)
        if pattern is None:
            # nobody's path, or another method of one: an error by itself
            assert status >= 400, "undocumented: %s %s" % (method, path)
            content = {"application/json": {
                "schema": {"$ref": "#/components/schemas/Error"}}}
        where = "%s %s answered %d" % (method, pattern or path, status)
        assert content is not None, where + ": no such status in the document"
        if not content:
            assert not body, where + " with a body"
            return
        kind = kind.partition(";")[0]
        fits = [k for k in content if k == kind or k == "*/*"]
        assert fits, "%s as %s" % (where, kind)
        schema = content[fits[0]].get("schema")
        if kind != "application/json" or schema is None:
            return
        errors = sorted(self.validator(schema).iter_errors(json.loads(body)),
                        key=lambda e: list(map(str, e.path)))
        assert not errors, "%s: %s" % (where, "; ".join(
            "%s: %s" % ("/".join(map(str, e.absolute_path)), e.message[:200])
            for e in errors[:5]))


NATIVE = re.compile(r"^/(kyc|public|files)(/|$)")
_document = []


def check(method, target, status, kind, body):
    if not NATIVE.match(target) or method == "HEAD":
        return
    if not _document:
        _document.append(Document())
    _document[0].check(method, target, status, kind or "", body)
