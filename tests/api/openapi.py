# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds every answer of the API against doc/openapi: one file a protocol.

Strict: an object has the fields that the document lists and no others, unless
its schema says additionalProperties itself.
"""
import functools
import json
import re
import urllib.parse
from collections import namedtuple
from pathlib import Path

import jsonschema
import yaml

FILES = Path(__file__).resolve().parents[2] / "doc/openapi"
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


def whole(path):
    """An encoded slash divides nothing: it is part of its segment."""
    return re.sub("(?i)%2f", "%252F", path)


class Document:
    def __init__(self, path):
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
            "^" + re.sub(r"\\{\w+\\}", "[^/]+", re.escape(p.rstrip("/"))) +
            "/?$") for _, p, _ in self.operations}
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

    def check_body(self, schema, body, where):
        errors = sorted(self.validator(schema).iter_errors(json.loads(body)),
                        key=lambda e: list(map(str, e.path)))
        assert not errors, "%s: %s" % (where, "; ".join(
            "%s: %s" % ("/".join(map(str, e.absolute_path)), e.message[:200])
            for e in errors[:5]))

    def check(self, method, target, status, kind, body, error="Error"):
        """Raises AssertionError where an answer is not as documented; error is
        the schema of what is answered where the document has no operation."""
        path = urllib.parse.unquote(whole(target.partition("?")[0]))
        if method not in [m.upper() for m in METHODS]:
            return
        pattern, content = self.content(method, path, status)
        if pattern is None:
            # nobody's path, or another method of one: an error by itself
            assert status >= 400, "undocumented: %s %s" % (method, path)
            content = {"application/json": {
                "schema": {"$ref": "#/components/schemas/" + error}}}
        where = "%s %s answered %d" % (method, pattern or path, status)
        assert content is not None, where + ": no such status in the document"
        if not content:
            assert not body, where + " with a body"
            return
        kind = kind.partition(";")[0]
        fits = [k for k in content if k == kind or k == "*/*"]
        assert fits, "%s as %s" % (where, kind)
        schema = content[fits[0]].get("schema")
        if kind == "application/json" and schema is not None:
            self.check_body(schema, body, where)

    def check_request(self, method, target, body):
        """A body that a client is shown to send."""
        path = target.partition("?")[0]
        _, operation = self.find(method, path)
        assert operation, "undocumented: %s %s" % (method, path)
        if body is None:
            return
        content = self.follow(operation["requestBody"])["content"]
        self.check_body(content["application/json"]["schema"], body,
                        "%s %s is sent a body" % (method, path))

    def check_event(self, name, body):
        """What a webhook of that name brings."""
        hook = self.tree["webhooks"][name]["post"]
        content = self.follow(hook["requestBody"])["content"]
        self.check_body(content["application/json"]["schema"], body,
                        "the event " + name)


# By its paths, the first that fits: its file, the schema of its errors.
Protocol = namedtuple("Protocol", "name paths file error")
PROTOCOLS = [
    Protocol("verilock", re.compile(r"/api/v1/sessions(/|$)"), "verilock",
             "Error"),
    Protocol("kycgenie", re.compile(r"/api/"), "kycgenie", "Error"),
    Protocol("dossiers", re.compile(r"/kyc-sessions(/|$)"), "dossiers",
             "Error"),
    Protocol("klustr", re.compile(r"/ekyc/"), "klustr", "Error"),
    Protocol("oauth2", re.compile(r"/oauth2/"), "klustr", "OAuthError"),
    Protocol("kyc", re.compile(r"/(kyc|public|files)(/|$)"), "kyc", "Error"),
]
NATIVE = PROTOCOLS[-1]
NAMES = ("kyc", "kycgenie", "dossiers", "verilock", "klustr")

# What nginx refuses while it reads the request line, and workers never see.
UNREADABLE = re.compile(r"%(?![0-9A-Fa-f]{2})|%00|[\x00-\x20\x7f]")


@functools.lru_cache(maxsize=None)
def document(name):
    return Document(FILES / (name + ".yaml"))


def decoded(path):
    """As a worker reads it: one that is no UTF-8, or has control characters,
    stays as it is written."""
    try:
        text = urllib.parse.unquote(whole(path), errors="strict")
    except UnicodeDecodeError:
        return path
    return path if re.search(r"[\x00-\x1f\x7f-\x9f]", text) else text


def protocol_of(target):
    """Whose path that is; None where no document tells of it."""
    path = decoded(target.partition("?")[0])
    return next((p for p in PROTOCOLS if p.paths.match(path)), None)


def check(method, target, status, kind, body):
    protocol = protocol_of(target)
    if protocol is None or method == "HEAD":
        return
    # nginx has not read far enough then to know whose the path is, and
    # answers in the native words.
    if status == 414 or status == 400 and UNREADABLE.search(
            target.partition("?")[0]):
        method, target, protocol = "GET", "/kyc/", NATIVE
    document(protocol.file).check(method, target, status, kind or "", body,
                                  protocol.error)
