# SPDX-License-Identifier: GPL-3.0-or-later
"""The page's files: texts in all languages, nothing foreign."""

import json
import re

from drive import I18N, WWW


def texts(code):
    return json.loads((I18N / (code + ".json")).read_text())


def sources():
    folder = WWW / "static" / "verify"
    return {p: p.read_text() for p in folder.rglob("*.js")}


def test_every_language_has_the_same_keys():
    codes = [e["code"] for e in json.loads(
        (I18N / "index.json").read_text())]
    assert {"en", "ar"} <= set(codes)
    english = texts("en")
    for code in codes:
        assert set(texts(code)) == set(english), code
        for key, text in texts(code).items():
            all_text = json.dumps(text)
            plural = isinstance(english[key], dict)
            assert isinstance(text, dict) == plural, key
            if not plural:
                assert set(re.findall(r"\{\w+\}", all_text)) == set(
                    re.findall(r"\{\w+\}", english[key])), (code, key)


def test_every_key_is_used_and_known():
    code = "\n".join(sources().values())
    english = texts("en")
    for key in re.findall(r"\bt\(\s*'([\w.]+)'\s*[,)]", code):
        assert key in english, key
    for key in english:
        parts = key.split(".")
        stems = [".".join(parts[:i]) + "." for i in range(1, len(parts))]
        used = "'%s'" % key in code or any(
            "'%s'" % stem in code for stem in stems) or (
            parts[0] in ("start", "again", "correct", "problem", "done"))
        assert used, "%s is never used" % key


def test_texts_are_only_in_the_language_files():
    for path, code in sources().items():
        code = re.sub(r"/\*.*?\*/|^\s*//.*?$", "", code,
                      flags=re.S | re.M)
        for text in re.findall(r"'((?:[^'\\\n]|\\.)*)'", code):
            assert not re.search(r"[A-Z][a-z]+ [a-z]+ [a-z]+", text), (
                path, text)


def test_files_are_small_and_self_contained():
    for path in WWW.glob("verify.html"):
        html = path.read_text()
        assert "style=" not in html and "onclick" not in html
        assert not re.search(r"<script(?![^>]*src=)", html)
    for path in (WWW / "static" / "verify").rglob("*"):
        if path.suffix not in (".js", ".css", ".svg", ".json"):
            continue
        text = path.read_text()
        assert len(text.splitlines()) < 500, path
        foreign = re.sub(r'xmlns="[^"]*"', "", text)
        assert not re.search(r"https?://\w", foreign), path
        assert "console." not in text and "eval(" not in text, path
        if path.suffix != ".json":
            assert "SPDX-License-Identifier" in text, path
