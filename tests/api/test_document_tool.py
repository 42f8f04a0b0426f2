# SPDX-License-Identifier: GPL-3.0-or-later
"""vouchsafe document: findings in photos and PDFs, and files that are out to
harm who reads them. Each ends as unreadable or as a technical error, soon."""
import io
import json
import os
import random
import struct
import subprocess
import time
import zipfile
import zlib
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
PROBE = Path(os.environ.get("VOUCHSAFE_BUILD", TOP / "build")) / "photo-probe"
LICENCE = "@\n\x1e\rANSI 636026080102DL00410288DLDAQD12345678\nDCSPUBLIC\n"


@pytest.fixture
def look(stack):
    """look(path…) gives the status and the findings, in bounded time."""
    def run(*paths, most=20):
        began = time.monotonic()
        done = subprocess.run([stack.bin / "vouchsafe", "document", *paths],
                              text=True, capture_output=True, timeout=60)
        assert time.monotonic() - began < most, paths
        assert "Sanitizer" not in done.stderr, done.stderr
        if not done.stdout:
            assert done.returncode == 1 and done.stderr
            return 1, done.stderr
        return done.returncode, json.loads(done.stdout)
    return run


@pytest.fixture
def photo(tmp_path):
    def make(kind="jpeg", width=1280, height=960, **look):
        path = tmp_path / ("%s-%d" % (kind, len(list(tmp_path.iterdir()))))
        path.write_bytes(subprocess.run(
            [PROBE, kind, str(width), str(height),
             *("%s=%s" % item for item in look.items())],
            capture_output=True, check=True, timeout=60).stdout)
        return path
    return make


# -- what is read ------------------------------------------------------------
def test_findings_of_photos(look, photo):
    paths = [photo(kind) for kind in ("jpeg", "progressive", "png", "webp",
                                      "lossless")]
    status, told = look(*paths)
    assert status == 0
    assert set(told) == {"files", "jail"} and "rlimits" in told["jail"]
    assert [f["file"] for f in told["files"]] == [str(p) for p in paths]
    assert [f["media"] for f in told["files"]] == [
        "image/jpeg", "image/jpeg", "image/png", "image/webp", "image/webp"]
    for file in told["files"]:
        assert (file["width"], file["height"]) == (1280, 960)
        assert file["cut"] is False
        assert file["barcode"] is None
        quality = file["quality"]
        assert quality["verdict"] == "clear"
        for name in ("blur", "glare", "dark", "bright", "resolution",
                     "cropped"):
            assert set(quality[name]) == {"value", "threshold", "verdict",
                                          "message"}
            assert quality[name]["message"] is None


def test_orientation(look, photo):
    status, told = look(photo("turned"))
    assert status == 0
    assert (told["files"][0]["width"], told["files"][0]["height"]) == (960,
                                                                       1280)


@pytest.mark.parametrize("kind, fault, verdict, message", [
    ("blur", {"blur": 5}, "issue", "photo_blurred"),
    ("glare", {"glare": 7}, "issue", "photo_glare"),
    ("dark", {"light": 0.2}, "issue", "photo_dark"),
    ("bright", {"light": 6}, "issue", "photo_bright"),
    ("cropped", {"shift": 0.25}, "consider", "photo_cropped"),
    ("resolution", {"width": 400, "height": 300}, "issue", "photo_small"),
])
def test_bad_photos(look, photo, kind, fault, verdict, message):
    status, told = look(photo(**fault))
    assert status == 0
    part = told["files"][0]["quality"][kind]
    assert part["verdict"] == verdict and part["message"]["id"] == message
    assert part["message"]["text"].endswith(".")
    assert told["files"][0]["quality"]["verdict"] in (verdict, "issue")


def test_barcode(look, photo):
    status, told = look(photo(pdf417=LICENCE, degrees=4))
    assert status == 0
    code = told["files"][0]["barcode"]
    assert code["format"] == "PDF417" and code["text"] == LICENCE
    assert len(code["corners"]) == 4
    assert code["aamva"]["document_number"] == "D12345678"
    assert code["aamva"]["last_name"] == "PUBLIC"


@pytest.mark.parametrize("name, format, turn, number", [
    ("td1", "TD1", 90, "B3046068"), ("td2", "TD2", 180, "M495541"),
    ("td3", "TD3", 270, "P56963950"), ("mrv-a", "MRV-A", 0, "P4420993"),
    ("mrv-b", "MRV-B", 0, "IO2205920")])
def test_zones(look, name, format, turn, number):
    status, told = look(TOP / "tests/data/mrz" / (name + ".jpg"))
    assert status == 0
    file = told["files"][0]
    zone = file["mrz"]
    assert zone["accepted"] and zone["format"] == format, zone
    assert zone["fields"]["valid"] and zone["fields"]["format"] == format
    assert all(zone["fields"]["check_digits"].values())
    assert zone["orientation"] == turn
    assert zone["fields"]["document_number"] == number
    assert 0.5 < zone["confidence"] <= 1
    for x, y in zone["box"]:
        assert 0 <= x <= file["width"] and 0 <= y <= file["height"]


def test_no_zone(look, photo):
    for path in (TOP / "tests/data/mrz/blank.jpg", photo()):
        status, told = look(path)
        assert status == 0
        zone = told["files"][0]["mrz"]
        assert zone is None or not zone["accepted"] and not zone["fields"]


def pdf(*pages, extra=b""):
    """A PDF of pages with a line of text each."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>",
               b"<</Type/Pages/Kids[%s]/Count %d>>" % (
                   b" ".join(b"%d 0 R" % (4 + 2 * i)
                             for i in range(len(pages))), len(pages)),
               b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    for i, text in enumerate(pages):
        stream = b"BT /F1 24 Tf 72 700 Td (%s) Tj ET" % text
        objects.append(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]"
                       b"/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>>>>>"
                       % (5 + 2 * i))
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (
            len(stream), stream))
    return (b"%PDF-1.4\n" + b"".join(
        b"%d 0 obj%s endobj\n" % (i + 1, o) for i, o in enumerate(objects)) +
        extra + b"trailer<</Root 1 0 R>>\n%%EOF\n")


def test_pages_of_a_pdf(look, photo, tmp_path):
    path = tmp_path / "bill.pdf"
    path.write_bytes(pdf(b"one", b"two"))
    status, told = look(path, photo())
    assert status == 0
    bill, front = told["files"]
    assert bill["media"] == "application/pdf" and front["width"] == 1280
    assert [(p["width"], p["height"]) for p in bill["pages"]] == [
        (1653, 2339)] * 2
    assert bill["pages"][0]["quality"]["dark_share"] > 0
    path.write_bytes(pdf(*(b"page",) * 9))
    assert len(look(path)[1]["files"][0]["pages"]) == 4


# -- what is out to harm -----------------------------------------------------
def chunk(kind, data):
    return (struct.pack(">I", len(data)) + kind + data +
            struct.pack(">I", zlib.crc32(kind + data)))


def png(width, height, data, *more):
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(more) +
            chunk(b"IDAT", data) + chunk(b"IEND", b""))


def archive():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as z:
        z.writestr("a.txt", "x" * 1000)
    return held.getvalue()


def broken(good):
    """name: bytes of files that are no document."""
    zeros = zlib.compress(b"\0" * 1000000, 9)
    noise = random.Random(4711)
    jpeg = good["jpeg"]
    sof = jpeg.index(b"\xff\xc0")
    return {
        "empty": b"",
        "one byte": b"\xff",
        "garbage": noise.randbytes(100000),
        "zip": archive(),
        "html": b"<!DOCTYPE html><script>alert(1)</script>" * 100,
        "gif": b"GIF89a\1\0\1\0\0\0\0;",
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        "jpeg start": b"\xff\xd8\xff",
        "jpeg half": jpeg[:len(jpeg) // 2],
        "jpeg garbage": jpeg[:700] + noise.randbytes(30000),
        "jpeg huge": jpeg[:sof + 5] + b"\xff" * 4 + jpeg[sof + 9:],
        "jpeg large": jpeg[:sof + 5] + struct.pack(
            ">HH", 7000, 7000) + jpeg[sof + 9:],
        "jpeg segments": b"\xff\xd8" + b"\xff\xe1\0\2" * 200000,
        "scans": good["scans"],
        "progressive half": good["progressive"][:9000],
        "png half": good["png"][:len(good["png"]) // 2],
        "png huge": png(2 ** 31 - 1, 2 ** 31 - 1, zeros),
        "png large": png(7000, 7000, zeros),
        "png text bomb": png(100, 100, zlib.compress(b"x"), chunk(
            b"zTXt", b"a\0\0" + zlib.compress(b"\0" * 100000000, 9))),
        "png profile bomb": png(100, 100, zlib.compress(b"x"), chunk(
            b"iCCP", b"a\0\0" + zlib.compress(b"\0" * 50000000, 9))),
        "png no end": png(100, 100, b"")[:60],
        "webp half": good["webp"][:len(good["webp"]) // 2],
        "webp huge": b"RIFF\x30\0\0\0WEBPVP8X\x0a\0\0\0" + b"\0" * 4 +
                     b"\xff" * 6 + b"\0" * 40,
        "webp lossless huge": b"RIFF\x30\0\0\0WEBPVP8L\x20\0\0\0\x2f" +
                              b"\xff" * 40,
        "webp animated": b"RIFF\x30\0\0\0WEBPVP8X\x0a\0\0\0\2" + b"\0" * 60,
        "pdf garbage": b"%PDF-1.7\n" + noise.randbytes(50000),
        "pdf start": b"%PDF-",
        "pdf loop": b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
                    b"2 0 obj<</Type/Pages/Kids[2 0 R]/Count 9999>>endobj\n"
                    b"trailer<</Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF\n",
    }


@pytest.fixture(scope="module")
def good():
    return {kind: subprocess.run(
        [PROBE, kind, "1200", "900", "seed=5"], capture_output=True,
        check=True, timeout=60).stdout
        for kind in ("jpeg", "progressive", "png", "webp", "scans")}


def test_broken_files_are_unreadable(look, good, tmp_path):
    for name, data in broken(good).items():
        path = tmp_path / "file"
        path.write_bytes(data)
        status, told = look(path, most=12)
        assert status == 1, name
        if isinstance(told, str):
            assert "the check could not run" in told, name
            continue
        assert told["files"][0]["error"]["kind"] == "unreadable", name
        assert told["files"][0]["error"]["message"], name


def test_one_broken_file_hides_no_other(look, photo, tmp_path):
    path = tmp_path / "broken"
    path.write_bytes(b"GIF89a")
    status, told = look(path, photo())
    assert status == 1
    assert "error" in told["files"][0]
    assert told["files"][1]["quality"]["verdict"] == "clear"


def test_recursive_pdf_ends(look, tmp_path):
    """A form that draws itself ten times, thirty levels deep."""
    objects = b"".join(
        b"%d 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources"
        b"<</XObject<</X %d 0 R>>>>/Length 50>>stream\n%s\nendstream endobj\n"
        % (10 + i, 11 + i, b"/X Do " * 8 + b"  ") for i in range(30))
    path = tmp_path / "a.pdf"
    path.write_bytes(
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R"
        b"/Resources<</XObject<</X 10 0 R>>>>>>endobj\n"
        b"4 0 obj<</Length 5>>stream\n/X Do\nendstream endobj\n" + objects +
        b"trailer<</Root 1 0 R>>\n%%EOF\n")
    status, told = look(path, most=40)
    assert status == 1 and "pdftoppm" in told


def test_polyglots_are_what_their_start_says(look, good, tmp_path):
    path = tmp_path / "file"
    for tail in (archive(), b"<html><script>alert(1)</script>",
                 pdf(b"hidden")):
        path.write_bytes(good["jpeg"] + tail)
        status, told = look(path)
        assert status == 0 and told["files"][0]["media"] == "image/jpeg"
        path.write_bytes(tail + good["jpeg"])
        status, told = look(path)
        assert told["files"][0]["media"] != "image/jpeg"


def test_a_pdf_reads_no_file(look, tmp_path):
    """Not even one that it names as its own stream."""
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(b"x").replace(
        b"<</Length 33>>stream", b"<</Length 0/F(/etc/passwd)>>stream"))
    status, told = look(path)
    assert "root:" not in json.dumps(told)


# -- wrong calls -------------------------------------------------------------
def test_wrong_calls(stack, tmp_path):
    def run(*words):
        return subprocess.run([stack.bin / "vouchsafe", "document", *words],
                              text=True, capture_output=True, timeout=20)

    assert run().returncode == 2 and "FILE... is missing" in run().stderr
    missing = run(tmp_path / "none")
    assert missing.returncode == 1 and "No such file" in missing.stderr
    assert run(*(["x"] * 9)).returncode == 2


def test_the_child_wants_a_request(stack):
    def run(data):
        return subprocess.run([stack.bin / "vouchsafe-check"], input=data,
                              capture_output=True, timeout=20)

    for data in (b"", b"hello\n", b'{"files":0}\n', b'{"files":99}\n',
                 b'{"files":1}\n', b'{"files":1}\n' + b"\0" * 7 + b"\5abc",
                 b'{"files":1}\n' + b"\xff" * 8 + b"abc", b"{" * 100000):
        done = run(data)
        assert done.returncode == 3 and done.stdout == b"", data[:20]
    done = run(b'{"files":1}\n' + struct.pack(">Q", 3) + b"abc")
    assert done.returncode == 0
    assert json.loads(done.stdout)["files"][0]["error"]


def test_a_host_that_forbids_namespaces(stack, photo, tmp_path):
    """The rest of the jail holds, and the answer says what is missing."""
    bill = tmp_path / "bill.pdf"
    bill.write_bytes(pdf(b"one"))
    bare = ["unshare", "-Ur", "sh", "-c",
            'echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"', "sh"]
    if subprocess.run([*bare, "true"], capture_output=True).returncode:
        pytest.skip("this host already forbids them")
    done = subprocess.run([*bare, stack.bin / "vouchsafe", "document",
                           photo(), bill], text=True, capture_output=True,
                          timeout=60)
    assert done.returncode == 0, done.stderr
    assert "this host forbids namespaces" in done.stderr
    told = json.loads(done.stdout)
    assert "namespaces" not in told["jail"] and "seccomp" in told["jail"]
    assert told["files"][0]["quality"]["verdict"] == "clear"
    assert told["files"][1]["pages"][0]["width"] == 1653


def test_only_the_child_links_decoders(stack):
    """What faces the network or the database cannot be led into them."""
    for name in ("vouchsafe.fcgi", "vouchsafe-jobs", "vouchsafe"):
        linked = subprocess.run(["ldd", stack.bin / name], text=True,
                                capture_output=True, check=True).stdout
        for library in ("libjpeg", "libwebp", "libZXing", "libseccomp",
                        "libtesseract"):
            assert library not in linked, (name, library)
