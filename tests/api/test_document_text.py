# SPDX-License-Identifier: GPL-3.0-or-later
"""vouchsafe document --name …: what is looked for in printed words, in pages
that a PDF draws and Tesseract reads."""
import json
import os
import struct
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
BILL = [
    (60, 60, 18, "Nordlicht Energie GmbH"),
    (60, 80, 9, "Kaiserdamm 88, 14057 Berlin"),
    (60, 150, 11, "Frau Anna Maria Eriksson"),
    (60, 165, 11, "Hauptstraße 12a"),
    (60, 180, 11, "80331 München"),
    (380, 150, 10, "Rechnungsdatum:"), (480, 150, 10, "02.11.2020"),
    (380, 180, 10, "Kunde seit 01.05.2019"),
    (60, 260, 14, "Ihre Stromrechnung"),
    (60, 290, 10, "Abrechnungszeitraum 01.10.2020 bis 31.10.2020"),
    (60, 330, 10, "Zahlbar bis 20.11.2020 per Lastschrift."),
    (60, 360, 10, "Vielen Dank, dass Sie unser Kunde sind."),
]
CARD = [
    (60, 40, 16, "REPUBLIC OF UTOPIA"), (300, 40, 12, "PASSPORT / PASSEPORT"),
    (400, 70, 8, "Passport No./Passeport No."), (400, 84, 12, "L898902C3"),
    (200, 110, 8, "Surname / Nom"), (200, 124, 12, "ERIKSSON"),
    (200, 150, 8, "Given names / Prénoms"), (200, 164, 12, "ANNA MARIA"),
    (200, 190, 8, "Date of birth / Date de naissance"),
    (200, 204, 12, "12 AUG/AOUT 74"),
    (200, 230, 8, "Date of expiry / Date d'expiration"),
    (200, 244, 12, "15 APR/AVR 2012"),
]


def pdf(lines, rotate=0):
    """A page with each (x, y from the top, size, text)."""
    def text(x, y, size, words):
        said = words.encode("cp1252").replace(b"(", b"\\(").replace(
            b")", b"\\)")
        return b"BT /F1 %d Tf %d %d Td (%s) Tj ET" % (size, x, 842 - y, said)

    stream = b"\n".join(text(*line) for line in lines)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Rotate %d"
        b"/Contents 5 0 R/Resources<</Font<</F1 4 0 R>>>>>>" % rotate,
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica"
        b"/Encoding/WinAnsiEncoding>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream)]
    return (b"%PDF-1.4\n" + b"".join(
        b"%d 0 obj%s endobj\n" % (i + 1, o) for i, o in enumerate(objects)) +
        b"trailer<</Root 1 0 R>>\n%%EOF\n")


@pytest.fixture
def look(stack, tmp_path):
    """look(lines or path, option…) gives the finding of the file."""
    def run(what, *options, rotate=0):
        path = what
        if isinstance(what, list):
            path = tmp_path / "page.pdf"
            path.write_bytes(pdf(what, rotate))
        done = subprocess.run(
            [stack.bin / "vouchsafe", "document", *options, path], text=True,
            capture_output=True, timeout=100)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["files"][0]
    return run


def test_words_only_when_text_is_wanted(look):
    assert "words" not in look(CARD)["pages"][0]
    page = look(CARD, "--name", "Anna Eriksson")["pages"][0]
    words = {w["text"]: w for w in page["words"]}
    surname = words["ERIKSSON"]
    assert set(surname) == {"text", "confidence", "box", "line"}
    assert surname["confidence"] > 80
    # 12 points at 200 dpi, seen from the top left of the page
    x, y, width, height = surname["box"]
    assert abs(x - 200 * 2339 / 842) < 12 and abs(y + height - 345) < 12
    assert 20 < height < 40 and width > 4 * height
    assert "address_proof" not in look(CARD, "--name", "Anna Eriksson")


def test_what_is_printed_is_found(look):
    page = look(CARD, "--name", "Anna Maria Eriksson", "--number",
                "L898902C3", "--birth", "1974-08-12", "--expiry",
                "2012-04-15")["pages"][0]
    assert {(v["field"], v["verdict"]) for v in page["visual_zone"]} == {
        (field, "found") for field in ("full_name", "document_number",
                                       "date_of_birth", "expiry_date")}
    by = {v["field"]: v for v in page["visual_zone"]}
    assert by["date_of_birth"]["text"] == "12 AUG/AOUT 74"
    assert by["full_name"]["text"] == "ANNA MARIA ERIKSSON"


def test_what_is_printed_otherwise_is_different(look):
    page = look(CARD, "--name", "Robert Jones", "--birth", "1981-01-13",
                "--expiry", "2029-09-30")["pages"][0]
    assert [v["verdict"] for v in page["visual_zone"]] == ["different"] * 3
    assert page["visual_zone"][1]["text"] == "12 AUG/AOUT 74"
    # no label says what it would be: it may be there and unreadable
    page = look(BILL, "--birth", "1981-01-13")["pages"][0]
    assert page["visual_zone"][0]["verdict"] == "unknown"


def test_proof_of_address(look):
    proof = look(BILL, "--name", "Anna Maria Eriksson", "--address",
                 "Hauptstr. 12a; 80331; München; DE")["address_proof"]
    assert [proof[k]["verdict"] for k in ("name", "address", "date")] == [
        "found"] * 3
    assert proof["address"]["street"] and proof["address"]["postcode"]
    assert proof["name"]["lines"][0]["page"] == 1
    assert "Eriksson" in proof["name"]["lines"][0]["text"]
    assert "80331" in proof["address"]["lines"][1]["text"]
    assert proof["date"]["date"] == "2020-11-02"
    assert proof["date"]["age_days"] > 1000 and not proof["date"]["fresh"]
    proof = look(BILL, "--name", "Robert Jones", "--address",
                 "Hauptstr. 14; 80333; Augsburg; DE")["address_proof"]
    assert proof["name"]["verdict"] == "not_found"
    assert proof["address"]["verdict"] == "partial"
    assert not proof["address"]["street"]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_lies_on_its_side(look, turn):
    found = look(BILL, "--name", "Anna Maria Eriksson", "--address",
                 "Hauptstr. 12a; 80331; München; DE", rotate=turn)
    assert found["address_proof"]["address"]["verdict"] == "found"
    page = found["pages"][0]
    for word in page["words"]:
        x, y, width, height = word["box"]
        assert x + width <= page["width"] and y + height <= page["height"]
        if turn != 180 and len(word["text"]) > 6:
            assert height > width


@pytest.mark.parametrize("name", ["td3", "td1", "mrv-a"])
def test_the_zone_is_no_print(look, name):
    """What machines read stands in no word, turned or not."""
    found = look(TOP / "tests" / "data" / "mrz" / (name + ".jpg"), "--name",
                 "Nobody")
    assert found["mrz"]["accepted"]
    for line in found["mrz"]["lines"]:
        for word in found["words"]:
            assert "<<" not in word["text"] and line[:9] not in word["text"]


def test_a_host_without_tesseract(stack, tmp_path):
    data = (TOP / "tests" / "data" / "mrz" / "td1.jpg").read_bytes()
    request = b'{"files":1}\n' + struct.pack(">Q", len(data)) + data
    (tmp_path / "libtesseract.so.5").write_bytes(b"no library")
    for wrong in ({"TESSDATA_PREFIX": str(tmp_path)},
                  {"LD_LIBRARY_PATH": str(tmp_path)}):
        done = subprocess.run([stack.bin / "vouchsafe-check", "--text"],
                              input=request, capture_output=True, timeout=60,
                              env=wrong)
        assert done.returncode == 0, done.stderr
        assert b"going on without words" in done.stderr
        file = json.loads(done.stdout)["files"][0]
        assert file["words"] is None and file["mrz"]["accepted"]


def test_where_its_data_lies_is_passed_on(stack, tmp_path):
    done = subprocess.run(
        [stack.bin / "vouchsafe", "document", "--name", "Nobody",
         TOP / "tests" / "data" / "mrz" / "td1.jpg"],
        text=True, capture_output=True, timeout=100,
        env={**os.environ, "TESSDATA_PREFIX": str(tmp_path)})
    assert done.returncode == 0
    assert json.loads(done.stdout)["files"][0]["words"] is None


def test_only_who_reads_text_loads_tesseract(stack):
    linked = subprocess.run(["ldd", stack.bin / "vouchsafe-check"], text=True,
                            capture_output=True, check=True).stdout
    assert "libtesseract" not in linked and "libcurl" not in linked
