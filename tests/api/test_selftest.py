# SPDX-License-Identifier: GPL-3.0-or-later
"""vouchsafe selftest documents, and the program that draws its photos."""
import json
import os
import re
import signal
import subprocess
import time

import pytest

FORMATS = {"TD1": (3, 30), "TD2": (2, 36), "TD3": (2, 44), "MRV-A": (2, 44),
           "MRV-B": (2, 36)}


def drawn(stack, *words):
    """The truth, the JPEG and the strip of one photo."""
    out = subprocess.run([stack.bin / "vouchsafe-specimen", *words],
                         capture_output=True, check=True, timeout=120).stdout
    line, rest = out.split(b"\n", 1)
    truth = json.loads(line)
    assert len(rest) == truth["photo"] + truth["strip"]
    return truth, rest[:truth["photo"]], rest[truth["photo"]:]


COLUMNS = ("exact", "accepted", "wrong", "ms", "most", "mb")


def rows(text):
    """{name: (n, of each reader its figures by column)}"""
    out = {}
    for line in text.split("\n\n")[0].splitlines()[2:]:
        first, *readers = line.split("|")
        name, n = first.rsplit(None, 1)
        out[name.strip()] = int(n), [
            {c: None if v == "-" else float(v)
             for c, v in zip(COLUMNS, cells.split())} for cells in readers]
    return out


@pytest.mark.parametrize("turn", ("0", "90", "180", "270"))
def test_photos_say_what_is_on_them(stack, tmp_path, turn):
    """Each format's truth holds by its own check digits, and the engines
    find it in the photo where the truth says that it is."""
    form = dict(zip(("0", "90", "180", "270"), FORMATS))[turn]
    truth, jpeg, strip = drawn(stack, "plain", form, "easy", turn, "11", "1")
    count, length = FORMATS[form]
    assert [len(line) for line in truth["lines"]] == [length] * count
    said = subprocess.run([stack.bin / "vouchsafe", "mrz"], text=True,
                          input="\n".join(truth["lines"]),
                          capture_output=True, timeout=20)
    assert said.returncode == 0, said.stdout
    said = json.loads(said.stdout)
    assert said["document_number"] == truth["printed"]["number"]
    assert said["format"] == form and said["valid"]
    assert strip.startswith(b"P5\n")
    path = tmp_path / "photo.jpg"
    path.write_bytes(jpeg)
    found = stack.tool("document", str(path))
    file = json.loads(found.stdout)["files"][0]
    mrz = file["mrz"]
    assert mrz["accepted"] and mrz["lines"] == truth["lines"]
    assert mrz["orientation"] == int(turn)
    for found, meant in zip(mrz["box"], truth["zone"]):
        assert max(abs(a - b) for a, b in zip(found, meant)) < 3 * truth[
            "pitch"]
    assert 0 < file["cpu_ms"]["mrz"] < 60000


def test_photos_are_the_same_again(stack):
    words = ("glare", "TD3", "hard", "90", "3", "7")
    assert drawn(stack, *words) == drawn(stack, *words)
    assert drawn(stack, *words)[1] != drawn(stack, *words[:-1], "8")[1]
    assert drawn(stack, "blank", *words[1:])[0]["lines"] == []


def test_a_licence_is_read_and_kept(stack, tmp_path):
    keep = tmp_path / "photos"
    done = stack.tool("selftest", "documents", "--seeds", "4-5", "--sets",
                      "barcode", "--keep", str(keep), timeout=400)
    told = rows(done.stdout)
    assert list(told) == ["barcode easy", "barcode medium", "barcode hard",
                          "barcode"]
    n, (child, page, strip) = told["barcode"]
    assert n == 6 and told["barcode easy"][0] == 2
    assert told["barcode easy"][1][0]["exact"] == 100
    assert child["wrong"] == 0 and child["mb"] > 5
    assert 0 < child["ms"] <= child["most"] < 60000
    assert page["exact"] is None and strip["exact"] is None
    assert re.search(r"The whole child .*: \d+ ms CPU", done.stdout)
    truths = [json.loads(line) for line in
              (keep / "truth.json").read_text().splitlines()]
    assert sorted(p.name for p in keep.glob("*.jpg")) == sorted(
        t["file"] for t in truths)
    before = {p.name: p.stat().st_mtime_ns for p in keep.iterdir()}
    again = stack.tool("selftest", "documents", "--seeds", "4-5", "--sets",
                       "barcode", "--tesseract", "no", "--keep", str(keep),
                       timeout=400)
    assert {name: (n, readers[0]["exact"]) for name, (n, readers) in
            rows(again.stdout).items()} == {
        name: (n, readers[0]["exact"]) for name, (n, readers) in told.items()}
    assert before == {p.name: p.stat().st_mtime_ns for p in keep.iterdir()}
    for truth in truths:
        assert truth["barcode"].startswith("@\n\x1e\rANSI 636000")
        assert (keep / truth["file"]).stat().st_size == truth["photo"]


def test_tesseract_stands_beside_it(stack):
    if subprocess.run(["tesseract", "--version"],
                      capture_output=True).returncode:
        pytest.skip("tesseract is not installed")
    done = stack.tool("selftest", "documents", "--sets", "fold", timeout=400)
    n, (child, page, strip) = rows(done.stdout)["fold"]
    assert n == 6 and child["wrong"] == 0 and child["accepted"] >= 50
    for other in (page, strip):
        assert other["exact"] <= child["exact"]
        assert 0 < other["ms"] <= other["most"] and other["mb"] > 5


def test_interrupted_it_tells_what_was_done(stack, tmp_path):
    keep = tmp_path / "photos"
    running = subprocess.Popen(
        [stack.bin / "vouchsafe", "selftest", "documents", "--tesseract",
         "no", "--seeds", "1-900", "--keep", keep], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True, start_new_session=True)
    try:
        until = time.monotonic() + 200
        while time.monotonic() < until and len(list(keep.glob("*"))) < 6:
            time.sleep(0.1)
        os.killpg(running.pid, signal.SIGINT)
        told = rows(running.communicate(timeout=200)[0])
    finally:
        running.kill()
    assert running.returncode == 0
    assert 1 <= told["plain"][0] < 100


def test_wrong_calls(stack):
    def fails(program, *words):
        done = subprocess.run([stack.bin / program, *words], text=True,
                              capture_output=True, timeout=60)
        assert done.stdout == ""
        return done.returncode, done.stderr

    tool = ("vouchsafe", "selftest", "documents")
    for words, said in ((("--seeds", "x"), "--seeds must be a number"),
                        (("--seeds", "9-2"), "--seeds must be a number"),
                        (("--seeds", "1-9999"), "--seeds must be a number"),
                        (("--sets", "plain,odd"), "--sets has a set"),
                        (("--jobs", "0"), "--jobs must be a number"),
                        (("--tesseract", "maybe"), "must be yes or no"),
                        (("--keep", "/nowhere/at/all"), "cannot be made")):
        status, text = fails(*tool, *words)
        assert status == 1 and said in text, words
    for words in ((), ("plain",), ("plain", "TD3", "hard", "45", "1", "1"),
                  ("plain", "TD9", "hard", "0", "1", "1"),
                  ("plain", "", "hard", "0", "1", "1"),
                  ("plain", "TD3", "hard", "0", "-1", "1")):
        status, text = fails("vouchsafe-specimen", *words)
        assert status == 2 and text.startswith("usage:"), words
    assert re.match(r"vouchsafe \d", subprocess.run(
        [stack.bin / "vouchsafe-specimen", "--version"], text=True,
        capture_output=True, timeout=20).stdout)
