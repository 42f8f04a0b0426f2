# SPDX-License-Identifier: GPL-3.0-or-later
"""document_check: from a photo that a customer uploads to what the five APIs
say of it."""
import io
import json
import os
import struct
import subprocess
import urllib.parse
import zlib
from pathlib import Path

import pytest
from PIL import Image

import papers
from checked import plain, results, state, test_mode, workflow
from five import Five, good
from kit import Link, chunk, jpeg, passport, pdf, wait_until
from receiver import Receiver, add

TOP = Path(__file__).resolve().parents[2]
PROBE = Path(os.environ.get("VOUCHSAFE_BUILD", TOP / "build")) / "photo-probe"
CONSENT = {"id": "step_consent", "kind": "consent", "text_version": "1"}
DOCUMENT = {"id": "step_document", "kind": "document",
            "document_kinds": ["passport", "id_card", "driving_license"]}
ANNA = papers.Person()


@pytest.fixture(scope="module")
def photo():
    """photo(person, …) of a passport; made once, as it takes a while."""
    made = {}

    def get(person=ANNA, printed=None, **look):
        key = repr(sorted(vars(person).items())) + repr(look) + repr(
            printed and vars(printed))
        if key not in made:
            made[key] = papers.passport(person, printed, **look)
        return made[key]
    return get


def checked(api, stack, pictures, name=None, document=DOCUMENT, kind=None,
            country=None):
    """A session whose customer shows the pictures, by side."""
    session = api.create(**({"customerName": name} if name else {}))
    workflow(stack, session, ["document_check"], [CONSENT, document])
    link = Link(api, session["token"])
    link.session = session
    assert link.consent().status == 200
    kind = kind or ("passport" if len(pictures) == 1 else "id_card")
    for side, data in pictures.items():
        answer = link.upload(passport(side=side, document_kind=kind), data)
        assert answer.status == 201, answer
        session.setdefault("docs", {})[side] = answer.json["data"]["doc_id"]
    more = {"document_country": country} if country else {}
    answer = link.complete("step_document", document_kind=kind, **more)
    assert answer.status == 200, answer
    wait_until(lambda: state(link) not in ("completed", "processing"), 60,
               "the check does not end")
    return session, link


def document_workflow(five):
    return good(five.api.ask("POST", "/kyc/workflows", {
        "name": "A document", "validations": ["document_check"],
        "steps": [{"step_id": "step_consent", "kind": "consent",
                   "options": {"text_version": "1"}},
                  {"step_id": "step_document", "kind": "document",
                   "options": {"document_kinds": ["passport"]}}],
        "automation": {"process": "completion", "apply_decision": True}}),
        201)["data"]["workflow_id"]


@pytest.fixture(scope="module")
def five(stack):
    made = Five(stack, "Five words Ltd", mode="live")
    good(made.api.ask("PATCH", "/kyc/tenants/me", {
        "default_workflow_id": document_workflow(made)}))
    return made


def outcome(api, session):
    shown = results(api, session)
    return shown["outcome"], shown["failure_reason"]


def test_clear(api, stack, photo):
    session, link = checked(api, stack, {"front": photo()},
                            name="Anna Maria Eriksson")
    shown = results(api, session)
    assert shown["outcome"] == "clear" and shown["failure_reason"] is None
    assert state(link) == "approved"
    assert shown["extraction_results"] == {session["docs"]["front"]: {
        "full_name": "Anna Maria Eriksson", "document_number": "L898902C3",
        "date_of_birth": "1974-08-12", "nationality": "SE",
        "expiry_date": "2034-04-15"}}
    assert shown["cross_validation"]["status"] == "passed"
    assert shown["cross_validation"]["errors"] == []


def test_two_sides_of_a_card_are_one_document(api, stack):
    person = papers.Person(number="C00123456")
    session, link = checked(
        api, stack, {"front": papers.card_front(person),
                     "back": papers.card_back(person)},
        name="Anna Eriksson")
    shown = results(api, session)
    assert shown["outcome"] == "clear", shown
    read = shown["extraction_results"]
    front, back = session["docs"]["front"], session["docs"]["back"]
    assert list(read) == [front, back] and read[front] == read[back]
    assert read[front]["document_number"] == "C00123456"
    # a middle name that somebody left out is told of, and no more
    assert shown["cross_validation"]["status"] == "passed"
    assert shown["cross_validation"]["warnings"] == [
        "full_name of mrz and entity: a part is missing on one side"]
    # so its customer is told the same of each, while they may act
    answer = api.ask("POST", "/kyc/sessions/%s/corrections" % session["id"], {
        "corrections": [{"step_id": "step_document", "message": "Sharper.",
                         "document_types": ["id"]}]})
    assert answer.status == 200, answer
    told = [link.post("/extract", {"doc_id": d}).json["data"]
            for d in (front, back)]
    assert [d["status"] for d in told] == ["completed"] * 2
    assert told[0]["fields"] == told[1]["fields"]
    assert told[1]["fields"]["document_number"] == "C00123456"
    # a back that came after the check has not been read, whatever the front
    answer = link.upload(passport(side="back", document_kind="id_card"),
                         papers.card_back(person))
    assert answer.status == 201, answer
    new = answer.json["data"]["doc_id"]
    assert link.post("/extract", {"doc_id": new}).json["data"] == {
        "doc_id": new, "status": "unavailable", "fields": {}}


def test_a_scan(api, stack):
    person = papers.Person(number="X00000010")
    data = papers.scan(papers.passport(person))
    session, _ = checked(api, stack, {"front": data})
    assert outcome(api, session) == ("clear", None)


def licence(text):
    """The back of one, with its barcode."""
    return subprocess.run(
        [PROBE, "jpeg", "1600", "1200", "pdf417=" + text, "degrees=3"],
        capture_output=True, check=True, timeout=60).stdout


# the example of the AAMVA's standard (annex D 12.5.3), valid for longer
AAMVA = ("@\n\x1e\rANSI 636000100102DL00410278ZV03190008DLDAQT64235789\n"
         "DCSSAMPLE\nDDEN\nDACMICHAEL\nDDFN\nDADJOHN\nDDGN\nDCUJR\nDCAD\n"
         "DCBK\nDCDPH\nDBD06062019\nDBB06061986\nDBA12102034\nDBC1\n"
         "DAU068 in\nDAYBRO\nDAG2300 WEST BROAD STREET\nDAIRICHMOND\n"
         "DAJVA\nDAK232690000  \nDCF2424244747474786102204\nDCGUSA\n"
         "DCK123456789\nDDAF\nDDB06062018\nDDC06062020\nDDD1\rZVZVA01\r")


def test_a_licence_by_its_barcode(api, stack):
    front = papers.card_front(papers.Person(
        surname="Sample", given="Michael John", number="T64235789",
        birth="1986-06-06", expiry="2034-12-10", sex="M"))
    session, _ = checked(api, stack, {"front": front,
                                      "back": licence(AAMVA)},
                         name="Michael Sample", kind="driving_license")
    shown = results(api, session)
    assert shown["extraction_results"][session["docs"]["front"]] == {
        "full_name": "MICHAEL JOHN SAMPLE JR", "nationality": None,
        "document_number": "T64235789", "date_of_birth": "1986-06-06",
        "expiry_date": "2034-12-10"}
    assert shown["outcome"] == "clear", shown


def test_expired(api, stack, photo):
    old = papers.Person(number="X00000001", expiry="2019-12-31")
    session, link = checked(api, stack, {"front": photo(old)})
    assert outcome(api, session) == ("attention", "document_expired")
    assert state(link) == "manual_review"


def test_another_name(api, stack, photo):
    session, _ = checked(api, stack, {"front": photo(papers.Person(
        number="X00000002"))}, name="Ingrid Bergman")
    assert outcome(api, session) == ("consider", "document_mismatch")
    cross = results(api, session)["cross_validation"]
    assert cross["status"] == "failed"
    assert len(cross["errors"]) == 1
    assert cross["errors"][0].startswith("full_name of mrz and entity: ")


def test_a_kind_that_was_not_asked_for(api, stack, photo):
    one = photo(papers.Person(number="X00000003"))
    session, _ = checked(
        api, stack, {"front": one, "back": papers.blank()}, kind="id_card",
        document=dict(DOCUMENT, document_kinds=["id_card"]))
    assert outcome(api, session) == ("consider", "document_mismatch")


def test_too_young(api, stack, photo):
    one = photo(papers.Person(number="X00000009"))
    for age, told in ((18, ("clear", None)),
                      (110, ("consider", "document_mismatch"))):
        who = stack.tenant("From %d on" % age)
        session, _ = checked(who, stack, {"front": one},
                             document=dict(DOCUMENT, min_age=age))
        assert outcome(who, session) == told


def test_another_country_than_the_customer_says(api, stack, photo):
    one = photo(papers.Person(number="X00000005"))
    session, _ = checked(api, stack, {"front": one}, country="DE",
                         document=dict(DOCUMENT, countries=["DE", "FR"]))
    assert outcome(api, session) == ("consider", "document_mismatch")
    assert results(api, session)["cross_validation"]["errors"] == [
        "document_country of mrz and form: different states"]


def test_print_that_says_something_else(api, stack, photo):
    """The zone's check digits are right, and it is somebody else's."""
    zone = papers.Person(surname="Bergman", given="Ingrid",
                         number="X00000007")
    session, _ = checked(api, stack, {"front": photo(zone, ANNA)})
    assert outcome(api, session) == ("consider", "document_mismatch")
    evidence, = results(api, session)["document_result"]["evidence"].values()
    assert "print_differs" in [n["code"] for n in evidence["notes"]]
    verdicts = {v["field"]: v["verdict"] for v in evidence["visual_zone"]}
    assert verdicts["full_name"] == "different"


def test_print_that_agrees(api, stack, photo):
    session, _ = checked(api, stack, {"front": photo(papers.Person(
        number="X00000008"))})
    evidence, = results(api, session)["document_result"]["evidence"].values()
    assert {v["verdict"] for v in evidence["visual_zone"]} == {"found"}
    assert evidence["age"] >= 52 and evidence["notes"] == []
    assert evidence["number_seen_elsewhere"] is False


def bomb():
    """A picture of 900 megapixels in a few bytes."""
    head = struct.pack(">IIBBBBB", 30000, 30000, 8, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) +
            chunk(b"IDAT", zlib.compress(b"\0" * 9_000_000, 9)) +
            chunk(b"IEND", b""))


@pytest.mark.parametrize("data", [
    papers.blank(), jpeg(), jpeg()[:100], bomb(), pdf()],
    ids=["no document", "too small", "cut", "bomb", "no page"])
def test_nothing_to_read(api, stack, data):
    session, link = checked(api, stack, {"front": data})
    assert outcome(api, session) == ("consider", "document_unreadable")
    assert state(link) == "manual_review"
    read = results(api, session)["extraction_results"]
    assert read == {session["docs"]["front"]: {
        "full_name": None, "document_number": None, "date_of_birth": None,
        "nationality": None, "expiry_date": None}}


def test_no_document_at_all(api, stack):
    session = api.create()
    workflow(stack, session, ["document_check"], [CONSENT])
    link = Link(api, session["token"])
    assert link.consent().status == 200
    wait_until(lambda: state(link) == "manual_review", 20, "not decided")
    assert outcome(api, session) == ("error", "technical_error")


def test_a_specimen_is_no_document_but_in_test_mode(api, stack, photo):
    one = photo(papers.Person(state="UTO"))
    session, _ = checked(api, stack, {"front": one})
    assert outcome(api, session) == ("issue", "document_fake")
    trial = test_mode(stack, "Specimens")
    for _ in range(2):
        session, link = checked(trial, stack, {"front": one})
        assert state(link) == "approved"


def test_a_number_that_somebody_else_has_shown(stack, photo):
    api = stack.tenant("Duplicates")
    data = photo(papers.Person(number="X00000004"))
    first, _ = checked(api, stack, {"front": data}, name="Anna Eriksson")
    assert outcome(api, first) == ("clear", None)
    second, _ = checked(api, stack, {"front": data}, name="Anna Eriksson")
    assert outcome(api, second) == ("consider", "document_mismatch")
    # elsewhere nobody has seen it
    third, _ = checked(stack.tenant("No duplicates"), stack,
                       {"front": data}, name="Anna Eriksson")
    assert state(Link(api, third["token"])) == "approved"


def test_the_same_person_may_show_it_again(stack, photo):
    five = Five(stack, "Twice Ltd", mode="live")
    data = photo(papers.Person(number="X00000006"))
    person, _ = five.person("Anna Eriksson")
    for _ in range(2):
        session = five.kyc(customer_id=person,
                           workflow_id=document_workflow(five))
        five.becomes(shown(five, session, data), "approved")


def shown(five, session, data):
    """The customer shows a passport, and a face where one is asked for."""
    link = five.link(session)
    for step in good(link.get())["data"]["steps_data"]:
        name, more = step["step_id"], {}
        if step["kind"] == "consent":
            more["consent"] = {"accepted": True, "text_version": "1",
                               "locale": "en"}
        else:
            good(link.upload(passport(step_id=name), data), 201)
            more["document_kind"] = "passport"
        good(link.complete(name, **more))
    return session


# -- the portrait ------------------------------------------------------------
def test_the_portrait(api, stack, photo):
    session, _ = checked(api, stack, {"front": photo(papers.Person(
        number="X00000011"))})
    path = "/kyc/sessions/%s/documents/%s/portrait" % (
        session["id"], session["docs"]["front"])
    seen = api.ask("HEAD", path)
    assert seen.status == 200 and views(api, session) == []
    seen = api.ask("GET", path)
    assert seen.status == 200
    assert seen.headers["Content-Type"] == "image/jpeg"
    assert "sandbox" in seen.headers["Content-Security-Policy"]
    assert seen.headers["Cache-Control"] == "no-store"
    face = Image.open(io.BytesIO(seen.body))
    assert face.format == "JPEG" and 100 <= max(face.size) <= 320
    assert views(api, session) == [session["docs"]["front"]]
    # at rest it is sealed
    sealed = stack.sql("SELECT HEX(sealed) FROM document_portrait WHERE "
                       "session_id = UNHEX('%s')" % plain(session))[0][0]
    assert "FFD8FF" not in sealed[:200]
    for wrong in (path.replace(session["docs"]["front"], "doc_" + "0" * 32),
                  path.replace(session["docs"]["front"], "x")):
        assert api.ask("GET", wrong).status == 404
    assert stack.tenant("Others").ask("GET", path).status == 404
    good(api.ask("DELETE", "/kyc/sessions/" + session["id"]))
    assert api.ask("GET", path).status == 404
    assert stack.sql("SELECT COUNT(*) FROM document_portrait WHERE session_id"
                     " = UNHEX('%s')" % plain(session)) == [["0"]]


def views(api, session):
    """What of the session somebody has looked at."""
    rows = good(api.ask("GET", "/kyc/audit?session_id=" + session["id"]))[
        "data"]["audit"]
    return [r["object_id"] for r in rows if r["action"] == "document_viewed"]


def test_no_portrait_where_nothing_shows_one(api, stack):
    session, _ = checked(api, stack, {"front": jpeg()})
    assert api.ask("GET", "/kyc/sessions/%s/documents/%s/portrait" % (
        session["id"], session["docs"]["front"])).status == 404


# -- in the words of each protocol -------------------------------------------
def seen(five, photo, session, number):
    shown(five, session, photo(papers.Person(number=number)))
    five.becomes(session, "approved")


def test_kycgenie(five, photo):
    receiver = Receiver()
    add(five.api, receiver.url, protocol="kycgenie")
    session = five.kycgenie("Anna Eriksson")
    seen(five, photo, session, "G00000001")
    told = good(five.api.ask(
        "GET", "/api/v1/verification/sessions/%s/results/" % session))
    assert told["outcome"] == "clear"
    read = {"first_name": "Anna Maria", "last_name": "Eriksson",
            "date_of_birth": "1974-08-12", "document_type": "passport",
            "document_number": "G00000001", "document_country": "SE",
            "nationality": "SE", "expiry_date": "2034-04-15",
            "gender": "female", "address": None}
    assert told["extracted_data"] == read
    result = told["checks"][0]["result_data"]
    assert result["result"] == "clear"
    assert result["breakdown"]["documentValidation"] == "clear"
    assert result["breakdown"]["imageQuality"] == "clear"
    assert result["breakdown"]["visualAuthenticity"] in ("clear", None)

    def told_of():
        """Of this session: another one's may come late."""
        bodies = {d.json["event"]: d.json["data"] for d in receiver.got
                  if d.json["data"]["session_id"] == session}
        return {"verification.session_completed",
                "verification.check_completed"} <= set(bodies) and bodies
    bodies = wait_until(told_of, 30, "the end is not told of")
    assert bodies["verification.session_completed"]["extracted_data"] == read
    assert bodies["verification.check_completed"]["check_outcome"] == "clear"


def test_dossiers(five, photo):
    session = five.dossiers("Anna Eriksson")
    seen(five, photo, session, "D00000001")
    told = five.api.show({"id": session})
    assert told["documentVerification"]["status"] == "completed"
    assert told["documentVerification"]["result"] == "clear"
    assert told["state"] == "completed" and told["isInvalid"] is False


def test_verilock(five, photo):
    session = five.verilock("Anna Eriksson")
    seen(five, photo, session, "V00000001")
    told = good(five.api.ask("GET", "/api/v1/sessions/ses_" + session))
    document = told["results"]["document"]
    assert (document["status"], document["type"]) == ("approved", "passport")
    assert document["details"]["document_number"] == "V00000001"
    assert document["details"]["full_name"] == "Anna Maria Eriksson"
    assert document["details"]["mrz"]["valid"] is True
    assert len(document["details"]["mrz"]["lines"]) == 2


def test_klustr(five, photo):
    person = five.person("Anna Eriksson")[1]
    session = five.klustrs(person=person)
    seen(five, photo, session, "K00000001")
    told = good(five.klustr.ask("GET", "/ekyc/admin/%s/status" % (
        urllib.parse.quote(person))))
    assert told["verification"]["status"] == "success"


def test_what_the_customer_is_shown(five, photo):
    session = five.kyc("Anna Eriksson")
    seen(five, photo, session, "E00000001")
    good(five.api.ask("POST", "/kyc/sessions/%s/corrections" % session, {
        "corrections": [{"step_id": "step_document", "message": "Sharper.",
                         "document_types": ["id"]}]}))
    link = five.link(session)
    steps = good(link.get())["data"]["steps_data"]
    doc = [d["doc_id"] for s in steps for d in s["documents"]][0]
    fields = good(link.post("/extract", {"doc_id": doc}))["data"]["fields"]
    assert fields["document_number"] == "E00000001"
    assert fields["full_name"] == "Anna Maria Eriksson"
    assert "evidence" not in fields and "notes" not in json.dumps(fields)
