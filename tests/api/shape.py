# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers laid beside the examples of the native API's document.

native_examples.json holds the document's answers as they stand there.
"""
import json
import re
from pathlib import Path

from kit import SECRETS

EXAMPLES = json.loads(
    (Path(__file__).parent / "native_examples.json").read_text())

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# What a string of the document looks like, and what ours must look like.
FORMATS = [
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),) * 2,
    (re.compile(r"\d{4}-\d\d-\d\d"),) * 2,
    (UUID, UUID),
    (re.compile(r"https?://.*"),) * 2,
    (re.compile(r"doc_\w+"), re.compile(r"doc_[0-9a-f]{32}")),
    (re.compile(r"corr_\w+"), re.compile(r"corr_[0-9a-f]{32}")),
    (re.compile(r"field_\w+"), re.compile(r"field_\w+")),
]


def kind(value):
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    return {str: "string", list: "array", dict: "object",
            type(None): "null"}[type(value)]


def like_text(example, answer, path):
    for theirs, ours in FORMATS:
        if theirs.fullmatch(example):
            assert ours.fullmatch(answer), "%s: %r" % (path, answer)
            return


def like_number(example, answer, path):
    if isinstance(example, int):
        assert isinstance(answer, int), "%s: %r is not whole" % (path, answer)
    if example > 1_000_000_000:  # Unix seconds, no milliseconds
        assert 1_000_000_000 < answer < 10_000_000_000, (path, answer)


def like_items(examples, answers, path, open_maps):
    """What every item of the example has, every item of the answer has; what
    some have may be missing."""
    if not examples:
        return
    if not isinstance(examples[0], dict):
        for i, value in enumerate(answers):
            like(examples[0], value, "%s[%d]" % (path, i), open_maps)
        return
    needed = set.intersection(*(set(e) for e in examples))
    known = {name: value for e in reversed(examples)
             for name, value in e.items()}
    for i, value in enumerate(answers):
        shape = {n: v for n, v in known.items() if n in needed or n in value}
        like(shape, value, "%s[%d]" % (path, i), open_maps)


# Objects whose members have names of their own: only their type counts.
OPEN = ("metadata", "custom_tags", "form_data", "extraction_results")


def like(example, answer, path="$", open_maps=OPEN):
    """Every field of the example is in the answer, of its type and format; null
    in the example is any, and so is what is inside one of open_maps."""
    if example is None:
        return
    assert kind(answer) == kind(example), "%s: %s instead of %s" % (
        path, kind(answer), kind(example))
    if isinstance(example, dict):
        for name, value in example.items():
            if path.rsplit(".", 1)[-1] in open_maps:
                break
            assert name in answer, "%s.%s is missing" % (path, name)
            like(value, answer[name], path + "." + name, open_maps)
    elif isinstance(example, list):
        like_items(example, answer, path, open_maps)
    elif isinstance(example, str):
        like_text(example, answer, path)
    elif kind(example) == "number":
        like_number(example, answer, path)


def beside(name, answer, status=200):
    """An answer that must look like the document's of that name; its data."""
    assert answer.status == status, answer
    like(EXAMPLES[name], answer.json)
    data = answer.json["data"]
    listed = data.get("subsessions")
    for one in [data] + (listed if isinstance(listed, list) else []):
        SECRETS.add(one.get("access_token"))
    return data


def error(answer, status, *fields):
    """An error in the document's shape, which names those fields."""
    names = {400: None, 403: "forbidden", 404: "not_found", 409: "conflict",
             410: None}
    assert answer.status == status, answer
    body = answer.json
    assert body["status"] == "error", body
    assert isinstance(body["error"], str) and body["message"], body
    if names.get(status):
        assert body["error"] == names[status], body
    if fields:
        assert sorted(body["details"]["fields"]) == sorted(fields), body
    return body
