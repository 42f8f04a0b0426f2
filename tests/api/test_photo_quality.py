# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of a photo while the customer still holds the camera: what is
wrong with it, in his language, three times a side."""
import os
import re
import subprocess
import time
from pathlib import Path

import pytest

from flow import begin, show_living_face, workflow
from kit import SELFIE, Link, jpeg, passport, png, wait_until
from test_public import check_error, rows

TOP = Path(__file__).resolve().parents[2]
PROBE = Path(os.environ.get("VOUCHSAFE_BUILD", TOP / "build")) / "photo-probe"
NOTHING = {"status": "done", "verdict": "clear", "flaw": None,
           "sentence": None}


@pytest.fixture
def own(stack):
    """Of an organisation whose default workflow may change."""
    return stack.tenant("Photos Ltd")


def photo(width=1280, height=960, kind="jpeg", **look):
    return subprocess.run(
        [PROBE, kind, str(width), str(height),
         *("%s=%s" % item for item in look.items())],
        capture_output=True, check=True, timeout=60).stdout


def ask(link, document):
    answer = link.get("/documents/%s/quality" % document["doc_id"])
    assert answer.status == 200, answer
    data = answer.json["data"]
    assert data.pop("doc_id") == document["doc_id"]
    return data["quality"]


def told(link, fields, data):
    """What the page would hear of a file."""
    document = sent(link, fields, data)

    def known():
        quality = ask(link, document)
        return quality["status"] == "done" and quality
    return wait_until(known, 30, "no verdict")


def sent(link, fields, data):
    answer = link.upload(fields, data)
    assert answer.status == 201, answer
    return answer.json["data"]


# -- what is said --------------------------------------------------------------
@pytest.mark.parametrize("look, verdict, flaw, word", [
    ({}, "clear", None, None),
    ({"blur": 6}, "issue", "blurred", "blurred"),
    ({"glare": 7}, "issue", "glare", "reflected"),
    ({"light": 0.2}, "issue", "dark", "dark"),
    ({"light": 0.4}, "consider", "dark", "dark"),
    ({"light": 6}, "issue", "bright", "bright"),
    ({"width": 960, "height": 720}, "consider", "small", "small"),
    ({"zoom": 1.5}, "consider", "cropped", "edges")])
def test_what_is_wrong_with_a_photo(link, look, verdict, flaw, word):
    quality = told(link, passport(), photo(**look))
    assert (quality["status"], quality["verdict"], quality["flaw"]) == (
        "done", verdict, flaw)
    assert quality["tries_left"] == 2
    if word:
        assert word in quality["sentence"]
        assert "again" in quality["sentence"]
    else:
        assert quality["sentence"] is None
    # The whole session tells the same.
    [document] = link.get().json["data"]["steps_data"][1]["documents"]
    assert document["quality"] == quality


@pytest.mark.parametrize("data", [
    b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(600), png()[:40],
    b"%PDF-1.7\n" + bytes(999)], ids=["jpeg", "png", "pdf"])
def test_what_is_no_picture(link, data):
    quality = told(link, passport(), data)
    assert (quality["verdict"], quality["flaw"]) == ("issue", "unreadable")
    assert "opened" in quality["sentence"]


def test_a_grey_dot_is_a_picture(link):
    quality = told(link, passport(), jpeg())
    assert quality["verdict"] == "issue" and quality["flaw"] != "unreadable"


def test_later_where_nobody_could_look(link, stack):
    """The checks are the first then."""
    told(link, passport(), jpeg())
    [document] = link.get().json["data"]["steps_data"][1]["documents"]
    stack.sql("UPDATE document SET quality = 5, flaw = NULL WHERE id ="
              " UNHEX('%s')" % document["doc_id"][4:])
    assert ask(link, document) == {
        "status": "later", "verdict": None, "flaw": None, "sentence": None,
        "tries_left": 2}


def test_a_large_photo(link):
    assert told(link, passport(), photo(4000, 3000))["verdict"] == "clear"


def test_a_face_has_no_edges(link):
    """Of a selfie only sharpness and light are told."""
    for look in ({"width": 640, "height": 480}, {"zoom": 1.5}, {"glare": 7}):
        assert told(link, SELFIE, photo(**look))["verdict"] == "clear", look
    for look, flaw in (({"blur": 8}, "blurred"), ({"light": 0.2}, "dark"),
                       ({"light": 6}, "bright")):
        assert told(link, SELFIE, photo(**look))["flaw"] == flaw


def page(*lines):
    """A PDF of one page in Helvetica."""
    text = b"BT /F1 11 Tf 60 780 Td 14 TL %s ET" % b" ".join(
        b"(%s) Tj T*" % line.encode() for line in lines)
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    out = b"%PDF-1.4\n" + b"".join(
        b"%d 0 obj %s\nendobj\n" % (i, part)
        for i, part in enumerate(parts, 1))
    return out + b"trailer<</Size 6/Root 1 0 R>>\n%%EOF\n"


BILL = page("City Power Ltd", "", "Ann Example", "12 Main Street", "London")
LETTER = page(*["A line of a long letter that fills the page, number %d." % i
                for i in range(52)])


@pytest.mark.parametrize("paper", [BILL, LETTER], ids=["bill", "letter"])
@pytest.mark.parametrize("kind", ["pdf", "jpeg"])
def test_white_paper_is_no_reflection(own, tmp_path, paper, kind):
    link = begin(own, workflow({"step_id": "proof", "kind": "proof_of_address"}))
    if kind == "jpeg":
        (tmp_path / "a.pdf").write_bytes(paper)
        subprocess.run(["pdftoppm", "-q", "-jpeg", "-r", "150", "-singlefile",
                        tmp_path / "a.pdf", tmp_path / "a"], check=True)
        paper = (tmp_path / "a.jpg").read_bytes()
    quality = told(link, {"step_id": "proof", "side": "front",
                          "type": "proof_of_address"}, paper)
    assert quality == dict(NOTHING, tries_left=2)


@pytest.mark.parametrize("locale, word", [
    ("ar", "غير واضحة"), ("ar-EG", "غير واضحة"), ("en-GB", "blurred"),
    ("de", "blurred")])
def test_in_the_sessions_language(api, stack, locale, word):
    made = api.create()
    stack.sql("UPDATE session SET locale = '%s' WHERE id = UNHEX('%s')"
                  % (locale, made["id"].replace("-", "")))
    quality = told(Link(api, made["token"]), passport(), photo(blur=6))
    assert word in quality["sentence"]


# -- how often -----------------------------------------------------------------
def test_three_tries_a_side(link, stack):
    card = passport(document_kind="id_card")
    left = [told(link, card, jpeg())["tries_left"] for _ in range(4)]
    assert left == [2, 1, 0, 0]
    # Another side, and another document, have tries of their own.
    assert told(link, dict(card, side="back"), jpeg())["tries_left"] == 2
    assert told(link, passport(), jpeg())["tries_left"] == 2
    assert told(link, SELFIE, jpeg())["tries_left"] == 2
    # Each is an attempt, as every file is that replaces another.
    assert stack.sql("SELECT attempts FROM session WHERE id = UNHEX('%s')"
                     % link.session["id"].replace("-", "")) == [["4"]]


def test_nobody_is_asked_to_use_up_the_attempts(own):
    link = begin(own, workflow(
        {"step_id": "step_document", "kind": "document",
         "options": {"document_kinds": ["passport"]}},
        {"step_id": "step_selfie", "kind": "selfie"},
        automation={"attempts": 1}))
    assert told(link, passport(), jpeg())["tries_left"] == 1
    assert told(link, passport(), jpeg())["tries_left"] == 0
    assert told(link, SELFIE, jpeg())["tries_left"] == 0
    check_error(link.upload(SELFIE, jpeg()), 409)


def test_what_is_asked_for_again_has_all_tries(api, link):
    for _ in range(3):
        assert told(link, passport(), jpeg())["tries_left"] < 3
    assert link.consent().status == 200
    assert link.complete("step_document",
                         document_kind="passport").status == 200
    told(link, SELFIE, jpeg())
    assert link.complete("step_selfie").status == 200
    session = link.session["id"]
    wait_until(lambda: api.ask("GET", "/kyc/sessions/" + session).json["data"][
        "status"] == "manual_review", 30, "no review")
    asked = api.ask("POST", "/kyc/sessions/%s/corrections" % session, {
        "corrections": [{"step_id": "step_document", "message": "Again.",
                         "document_types": ["id"]}]})
    assert asked.status == 200, asked
    assert told(link, passport(), photo()) == dict(NOTHING, tries_left=2)


# -- what it never does --------------------------------------------------------
def test_no_step_waits_for_it(link):
    """The page that knows nothing of it goes on at once, with poor photos."""
    link.finish(jpeg())
    assert link.get().json["data"]["status"] != "active"


def test_a_verdict_may_come_after_the_end(link):
    document = sent(link, passport(), photo(blur=6))
    link.consent()
    assert link.complete("step_document",
                         document_kind="passport").status == 200
    wait_until(lambda: ask(link, document)["verdict"] == "issue", 30, "none")


def test_frames_of_a_challenge_are_not_looked_at(own, stack):
    link = begin(own, workflow({"step_id": "alive", "kind": "liveness"}))
    answer = show_living_face(link, {"step_id": "alive"})
    documents = answer.json["data"]["steps_data"][0]["documents"]
    assert documents and {d["quality"] for d in documents} == {None}
    assert rows(stack, link.session, "quality", "document") == [
        ["NULL"]] * len(documents)
    assert ask(link, documents[0]) is None


def test_only_ones_own(link, api):
    document = sent(link, passport(), jpeg())
    other = Link(api, api.create()["token"])
    for name in (document["doc_id"], "doc_" + "0" * 32, "doc_", "x"):
        check_error(other.get("/documents/%s/quality" % name), 404)
    check_error(link.get("/documents/doc_%s/quality" % ("0" * 32)), 404)
    assert link.post("/documents/%s/quality"
                     % document["doc_id"]).status == 405


# -- who looks -----------------------------------------------------------------
def test_later_where_it_takes_too_long(link, stack):
    """Held up: the page does not wait for ever, nor does another one."""
    document = sent(link, passport(), photo())
    wait_until(lambda: ask(link, document)["status"] == "done", 30, "none")
    here = " WHERE id = UNHEX('%s')" % document["doc_id"][4:]
    stack.sql("UPDATE document SET quality = 1" + here)
    assert ask(link, document)["status"] == "pending"
    stack.sql("UPDATE document SET uploaded_at = uploaded_at - 10000" + here)
    assert ask(link, document) == {
        "status": "later", "verdict": None, "flaw": None, "sentence": None,
        "tries_left": 2}
    [shown] = link.get().json["data"]["steps_data"][1]["documents"]
    assert shown["quality"]["status"] == "later"


def test_the_lane_says_that_it_is_there(stack):
    def age():
        [[ms]] = stack.sql("SELECT UNIX_TIMESTAMP(NOW(3)) * 1000 - seen_at"
                           " FROM lane_beat WHERE lane = 7")
        return float(ms)
    assert age() < 9000
    time.sleep(0.2)
    wait_until(lambda: age() < 1500, 9, "no beat")


def test_a_question_is_cheap(link, stack):
    """The link and the document: a statement each."""
    document = sent(link, passport(), jpeg())
    ids = []
    for _ in range(4 * len(stack.workers())):
        answer = link.get("/documents/%s/quality" % document["doc_id"])
        ids.append(answer.headers["X-Request-Id"])
    log = stack.logs / "api.log"

    def found():
        text = log.read_text()
        lines = [re.search(r"id=%s .* sql=(\d+) " % one, text) for one in ids]
        return all(lines) and [int(line[1]) for line in lines]
    counts = wait_until(found, 10, "not in the log")
    assert sorted(counts)[len(counts) // 2] == 2, counts


def test_nothing_is_left_behind(link, stack):
    """The verdict goes with the document, the job with its end."""
    told(link, passport(), jpeg())
    wait_until(lambda: stack.sql("SELECT COUNT(*) FROM job WHERE lane = 7")
               == [["0"]], 30, "jobs are left")
    assert link.client.ask("DELETE", "/kyc/sessions/"
                           + link.session["id"]).status in (200, 204)
    assert rows(stack, link.session, "COUNT(*)", "document") == [["0"]]
