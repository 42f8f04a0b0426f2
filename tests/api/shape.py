# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers laid beside the examples of the published documents.

native_examples.json holds the answers of the native API's document as they
stand there, examples/ the calls and answers of the others.
"""
import json
import re
from collections import namedtuple
from pathlib import Path

from kit import SECRETS

HERE = Path(__file__).parent
EXAMPLES = json.loads((HERE / "native_examples.json").read_text())

# A call of a document: its version, the status and the answer that it must
# get; answer is None where the document shows none. An error has the call
# that leads to it in another state.
Case = namedtuple("Case", "section title version status call answer error")


def sections(protocol):
    """{section: [(title, text)]} as they follow one another."""
    found = {}
    for line in (HERE / "examples" / (protocol + ".txt")).read_text(
            ).splitlines():
        if line.startswith("= "):
            blocks = found[line[2:]] = []
        elif line.startswith("== "):
            blocks.append((line[3:], []))
        elif found:
            blocks[-1][1].append(line)
    return {name: [(title, "\n".join(lines)) for title, lines in blocks]
            for name, blocks in found.items()}


def answers(protocol):
    """All that the document prints as JSON."""
    return [json.loads(text) for blocks in sections(protocol).values()
            for _, text in blocks if text.startswith("{")]


def version(call):
    found = re.search(r"/api/(v\d)/(?!sessions)", call)
    return found.group(1) if found else ""


def cases_of(section, blocks):
    calls = [b for b in blocks if b[1].startswith("curl ")]
    versions = list(dict.fromkeys(version(text) for _, text in calls))
    shown = [b for b in blocks if b[1].startswith("{")]
    errors = [b for b in shown if b[0].startswith("Error - ")]
    good = [json.loads(text) for title, text in shown
            if not title.startswith("Error - ")]
    for title, text in calls:
        name, _, status = title.rpartition(": ")
        which = versions.index(version(text)) if len(good) > 1 else 0
        yield Case(section, name, version(text), int(status), text,
                   good[which] if good else None, False)
    for title, text in errors:
        for one in versions:
            call = next(c for _, c in calls if version(c) == one)
            yield Case(section, title, one, int(title.split()[2]), call,
                       json.loads(text), True)


def cases(protocol):
    return [case for section, blocks in sections(protocol).items()
            for case in cases_of(section, blocks)]


UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# What a string of the document looks like, and what ours must look like.
FORMATS = [
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),) * 2,
    (re.compile(r"\d{4}-\d\d-\d\d"),) * 2,
    (UUID, UUID),
    (re.compile("ses_" + UUID.pattern),) * 2,
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


def like_items(examples, answers, path, rules):
    """What every item of the example has, every item of the answer has; what
    some have may be missing."""
    if not examples:
        return
    assert answers or not rules.filled, path + " is empty"
    if not isinstance(examples[0], dict):
        for i, value in enumerate(answers):
            like(examples[0], value, "%s[%d]" % (path, i), rules)
        return
    needed = set.intersection(*(set(e) for e in examples))
    known = {name: value for e in reversed(examples)
             for name, value in e.items()}
    for i, value in enumerate(answers):
        shape = {n: v for n, v in known.items() if n in needed or n in value}
        like(shape, value, "%s[%d]" % (path, i), rules)


# Fields by their names: objects whose members have names of their own, where
# only the type counts; what may be null; what is the very same as in the
# example. Whether a list that the example fills must not be empty.
Rules = namedtuple("Rules", "open null same filled")
NATIVE = Rules(("metadata", "custom_tags", "form_data", "extraction_results"),
               (), (), False)


def like(example, answer, path="$", rules=NATIVE):
    """Every field of the example is in the answer, of its type and format;
    null in the example is any."""
    name = path.rsplit(".", 1)[-1].partition("[")[0]
    if example is None or answer is None and name in rules.null:
        return
    assert kind(answer) == kind(example), "%s: %s instead of %s" % (
        path, kind(answer), kind(example))
    if isinstance(example, dict):
        for member, value in example.items():
            if name in rules.open:
                break
            assert member in answer, "%s.%s is missing" % (path, member)
            like(value, answer[member], path + "." + member, rules)
    elif isinstance(example, list):
        like_items(example, answer, path, rules)
    elif name in rules.same:
        assert answer == example, "%s: %r instead of %r" % (path, answer,
                                                            example)
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
