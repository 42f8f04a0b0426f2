# SPDX-License-Identifier: GPL-3.0-or-later
"""The public API: the customer's way from the link to the last step."""
import base64
import json
import re
import subprocess
import uuid

import pytest

from kit import SELFIE, Link, jpeg, passport, pdf, png, webp
from test_dossiers import check_headers, claims, set_state

ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
CODES = {400: {"validation_error", "bad_request"}, 404: {"not_found"},
         405: {"method_not_allowed"}, 409: {"conflict"}, 410: {"gone"},
         413: {"payload_too_large"}, 415: {"unsupported_media_type"}}


def check_error(answer, status, *fields):
    """The native shape; the fields that it must name, and no others."""
    assert answer.status == status, answer
    body = answer.json
    assert body["status"] == "error" and body["error"] in CODES[status]
    assert isinstance(body["message"], str) and body["message"]
    named = set(body.get("details", {}).get("fields", {}))
    assert named == set(fields), body
    check_headers(answer)
    return body["message"]


def rows(stack, session, what, table):
    return stack.sql("SELECT %s FROM %s WHERE session_id = UNHEX('%s')" % (
        what, table, session["id"].replace("-", "")))


# -- looking at it -----------------------------------------------------------
def test_a_fresh_session(link, api):
    answer = link.get()
    assert answer.status == 200 and set(answer.json) == {"status", "data"}
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Vary"] == "Accept"
    check_headers(answer)
    assert answer.json["status"] == "success"
    data = answer.json["data"]
    steps = data.pop("steps_data")
    assert data == {
        "session_id": link.session["id"],
        "workflow_name": "Identity verification", "status": "active",
        "current_step_index": 0, "total_steps": 3, "locale": "en",
        "expires_at": api.show(link.session)["expiresAt"] // 1000,
        "branding": {"name": "Test of test_public"},
        "redirect_url": None, "is_subsession": False}
    images = ["image/jpeg", "image/png", "image/webp"]
    both = ["front", "back"]
    kinds = ["passport", "id_card", "driving_license", "residence_permit"]
    options = [
        {"text_version": "1"},
        {"document_kinds": kinds, "countries": None,
         "sides": dict.fromkeys(kinds, both) | {"passport": ["front"]},
         "media_types": images + ["application/pdf"], "max_bytes": 15 << 20},
        {"media_types": images, "max_bytes": 15 << 20}]
    for i, kind in enumerate(("consent", "document", "selfie")):
        # No title: the page names built-in steps in the customer's language.
        assert steps[i] == {"step_id": "step_" + kind, "kind": kind,
                            "title": None, "description": None,
                            "optional": False, "form_data": None, "document_country": None,
                            "status": "pending", "options": options[i],
                            "documents": [], "document_country": None,
                            "correction_requests": []}


@pytest.mark.parametrize("accept", [
    "text/html", "text/html,application/xhtml+xml,*/*;q=0.8"])
def test_a_browser_gets_the_page(link, accept):
    answer = link.get(Accept=accept)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.body.lstrip().lower().startswith(b"<!doctype html>")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Vary"] == "Accept"
    check_headers(answer)
    static = link.client.ask("GET", "/verify", key=False)
    assert answer.body == static.body
    assert policy == static.headers["Content-Security-Policy"]
    head = link.client.ask("HEAD", link.base, key=False,
                           headers={"Accept": accept})
    assert head.status == 200 and head.body == b""


@pytest.mark.parametrize("accept", [
    "application/json", "*/*", "", "image/png", "application/json;q=1"])
def test_all_others_get_json(link, accept):
    answer = link.get(Accept=accept)
    assert answer.headers.get_content_type() == "application/json"
    assert answer.json["data"]["session_id"] == link.session["id"]


def snapshot(stack, link):
    where = "id = UNHEX('%s')" % link.session["id"].replace("-", "")
    return (stack.sql("SELECT state, version, updated_at, opened_at, "
                      "link_generation, expires_at FROM session WHERE "
                      + where),
            [rows(stack, link.session, "COUNT(*)", t)
             for t in ("step", "event", "audit", "document", "consent")])


def test_looking_changes_nothing(link, stack):
    before = snapshot(stack, link)
    for accept in ("text/html", "application/json"):
        assert link.get(Accept=accept).status == 200
    assert link.get("/qr").status == 200
    link.client.ask("HEAD", link.base, key=False)
    link.client.ask("OPTIONS", link.base, key=False)
    assert snapshot(stack, link) == before


# -- wrong links -------------------------------------------------------------
def encode(part):
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode(
        ).rstrip("=")


def turned(text, at):
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1:]


def forged(token, other):
    """What somebody could make of a link without the key."""
    head, body, seal = token.split(".")
    inside = claims(token)
    known = json.loads(base64.urlsafe_b64decode(head + "=="))
    yield from ("%s.%s.%s" % (head, body, turned(seal, n))
                for n in (0, 20, 40))
    yield head + "." + body + "."
    yield head + "." + body
    yield ".."
    yield "."
    for alg in ("none", "None", "HS512", "RS256", ""):
        for end in ("", seal):
            yield ".".join((encode(dict(known, alg=alg)), body, end))
    for kid in ("0", "999", 1, None, "../../dev/null", ""):
        yield ".".join((encode(dict(known, kid=kid)), body, seal))
    for change in ({"sub": other["id"]}, {"gen": 0}, {"gen": 2},
                   {"gen": "1"}, {"tenant": str(uuid.uuid4())},
                   {"exp": inside["exp"] + 9}):
        yield ".".join((head, encode(dict(inside, **change)), seal))
    yield ".".join((head, other["token"].split(".")[1], seal))
    yield ".".join((head, "e30", seal))
    yield token + "." + seal
    yield token + "A"
    yield "a" * 200 + token


def test_forged_tokens_find_nothing(link, api):
    other = api.create()
    wrong = [*forged(link.session["token"], other),
             str(uuid.uuid4()), "0" * 36, "x", "%25", "a" * 7000,
             link.session["id"], "a." * 1500]
    for token in wrong:
        bad = Link(api, token)
        for answer in (bad.get(), bad.post("/open"), bad.get("/qr"),
                       bad.complete("step_selfie"),
                       bad.upload(passport(), jpeg())):
            check_error(answer, 404)
    assert api.show(link.session)["state"] == "created"
    assert link.get().status == 200


def test_oversize_token(api):
    assert Link(api, "a" * 20000).get().status == 414


def test_a_replaced_link_is_unknown(link, stack):
    stack.sql("UPDATE session SET link_generation = 2 WHERE id = UNHEX('%s')"
              % link.session["id"].replace("-", ""))
    check_error(link.get(), 404)
    check_error(link.post("/open"), 404)


@pytest.mark.parametrize("how", ["time", "expired", "revoked"])
def test_ended_links_are_gone(link, stack, how):
    if how == "time":
        stack.sql("UPDATE session SET expires_at = created_at, due_at = "
                  "created_at WHERE id = UNHEX('%s')"
                  % link.session["id"].replace("-", ""))
    else:
        set_state(stack, link.session, how)
    for answer in (link.get(), link.get("/qr"), link.post("/open"),
                   link.consent(), link.upload(passport(), jpeg())):
        check_error(answer, 410)
    # The page still comes and says it in words.
    assert link.get(Accept="text/html").status == 200


# -- opening -----------------------------------------------------------------
def test_open_once_and_again(link, api, stack):
    for body in (b"", {}, {"whatever": 1}):
        answer = link.client.ask("POST", link.base + "/open", body, key=False)
        assert answer.status == 200, answer
        assert answer.json["data"]["status"] == "active"
    assert api.show(link.session)["state"] == "started"
    kinds = rows(stack, link.session, "kind", "event")
    assert sorted(kinds) == [["1"], ["2"]]  # created, opened once


def test_any_act_opens(api, stack):
    for act in (lambda l: l.consent(),
                lambda l: l.upload(SELFIE, jpeg())):
        opened = Link(api, (made := api.create())["token"])
        assert act(opened).status in (200, 201)
        assert ["2"] in rows(stack, made, "kind", "event")
        assert api.show(made)["state"] == "started"


# -- uploads -----------------------------------------------------------------
def check_document(answer, fields, name, media, size):
    assert answer.status == 201, answer
    data = answer.json["data"]
    assert re.fullmatch("doc_[0-9a-f]{32}", data["doc_id"])
    assert ISO.fullmatch(data["uploaded_at"])
    for field in ("step_id", "type", "side"):
        assert data[field] == fields[field]
    assert (data["file_name"], data["mime_type"], data["size"]) == (
        name, media, size)
    return data


FILES = {"image/jpeg": jpeg(), "image/png": png(), "image/webp": webp(),
         "application/pdf": pdf()}


@pytest.mark.parametrize("media", FILES)
def test_each_media_type_both_ways(link, media):
    data = FILES[media]
    # The bytes tell, whatever the name says.
    fields = passport()
    first = check_document(link.upload(fields, data, "my photo.exe"), fields,
                           "my photo.exe", media, len(data))
    content = base64.b64encode(data).decode()
    answer = link.post("/documents", dict(
        fields, content=content, file_name="zwei.bin",
        mime_type="text/plain"))
    second = check_document(answer, fields, "zwei.bin", media, len(data))
    # The same side again replaced the first.
    step = link.get().json["data"]["steps_data"][1]
    assert step["status"] == "in_progress"
    assert [d["doc_id"] for d in step["documents"]] == [second["doc_id"]]
    assert step["documents"][0]["document_kind"] == "passport"
    assert {k: v for k, v in second.items()
            if step["documents"][0][k] != v} == {}
    assert first["doc_id"] != second["doc_id"]


def test_replacing_removes_the_old_object(link, stack):
    def upload(data):
        answer = link.upload(SELFIE, data).json["data"]
        return str(uuid.UUID(answer["doc_id"].partition("_")[2]))

    def objects():
        return {p.name.partition(".")[2] for p in
                (stack.run / "store").rglob(link.session["id"] + ".*")}

    first = upload(jpeg())
    assert objects() == {first}
    second = upload(png())
    assert second != first and objects() == {second}


def test_two_sides_stand_beside_each_other(link):
    for side in ("back", "front"):
        fields = passport(document_kind="id_card", side=side)
        assert link.upload(fields, png()).status == 201
    documents = link.get().json["data"]["steps_data"][1]["documents"]
    assert sorted(d["side"] for d in documents) == ["back", "front"]


NOT_FILES = {"text": b"just text, no picture at all", "empty": b"",
             "gif": b"GIF89a" + b"\0" * 30, "short": b"\xff\xd8",
             "html": b"<html><script>alert(1)</script></html>",
             "late pdf": b" " * 20 + pdf(), "elf": b"\x7fELF" + b"\0" * 60,
             "riff": b"RIFF\x10\0\0\0AVI LIST" + b"\0" * 20,
             "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>"}


@pytest.mark.parametrize("what", NOT_FILES)
def test_what_is_no_picture(link, what):
    check_error(link.upload(passport(), NOT_FILES[what]), 415)
    content = base64.b64encode(NOT_FILES[what]).decode()
    check_error(link.post("/upload", dict(passport(), content=content)), 415)
    assert link.get().json["data"]["steps_data"][1]["documents"] == []


def test_size_limit_is_15_mib(link):
    full = jpeg() + bytes((15 << 20) - len(jpeg()))
    assert link.upload(passport(), full).json["data"]["size"] == 15 << 20
    check_error(link.upload(passport(), full + b"\0"), 413)
    check_error(link.upload(passport(), full + bytes(9 << 20)), 413)
    documents = link.get().json["data"]["steps_data"][1]["documents"]
    assert [d["size"] for d in documents] == [15 << 20]
    content = base64.b64encode(full + b"\0").decode()
    check_error(link.post("/upload", dict(passport(), content=content)), 413)


WRONG = [
    ({"step_id": "step_none"}, "step_id"), ({"step_id": None}, "step_id"),
    ({"step_id": ""}, "step_id"), ({"step_id": "x" * 65}, "step_id"),
    ({"step_id": "step_consent"}, "step_id"),
    ({"step_id": "step_selfie"}, "type"), ({"type": "selfie"}, "type"),
    ({"type": None}, "type"), ({"type": "photo"}, "type"),
    ({"type": ""}, "type"), ({"side": "back"}, "side"),
    ({"side": "top"}, "side"), ({"document_kind": None}, "document_kind"),
    ({"document_kind": "visa"}, "document_kind"),
    ({"file_name": "a\u0007b"}, "file_name"),
    ({"file_name": "n" * 256}, "file_name")]


@pytest.mark.parametrize("change, field", WRONG)
def test_wrong_fields_of_an_upload(link, change, field):
    fields = {k: v for k, v in passport(**change).items() if v is not None}
    check_error(link.upload(fields, jpeg()), 400, field)
    body = dict(passport(**change),
                content=base64.b64encode(jpeg()).decode())
    check_error(link.post("/upload", body), 400, field)


def test_a_selfie_has_one_side_and_no_pdf_is_one(link):
    check_error(link.upload(dict(SELFIE, side="back"), jpeg()), 400, "side")
    check_error(link.upload(dict(SELFIE, type="id"), jpeg()), 400, "type")
    check_error(link.upload(SELFIE, pdf()), 415)
    assert link.get().json["data"]["steps_data"][2]["documents"] == []


def test_wrong_files_of_an_upload(link):
    check_error(link.upload(passport()), 400, "file")
    check_error(link.upload(passport(), files=[("photo", "a.jpg", jpeg())]),
                400, "file")
    check_error(link.upload(passport(), files=[
        ("file", "a.jpg", jpeg()), ("file", "b.jpg", jpeg())]), 400, "file")
    for content in (None, 7, "!!!", ["x"], {}):
        check_error(link.post("/upload", dict(passport(), content=content)),
                    400, "content")
    check_error(link.post("/upload", passport()), 400, "content")
    for kind in ("text/plain", "image/jpeg", ""):
        answer = link.client.ask("POST", link.base + "/upload", jpeg(),
                                 {"Content-Type": kind}, key=False)
        check_error(answer, 415)


def test_file_names_keep_their_last_part(link):
    content = base64.b64encode(jpeg()).decode()
    for name, kept in (("C:\\Users\\me\\pass.jpg", "pass.jpg"),
                       ("/etc/../pass.jpg", "pass.jpg"), ("", ""),
                       ("جواز السفر.jpg", "جواز السفر.jpg"),
                       ("<b>&.jpg", "<b>&.jpg")):
        for answer in (
                link.post("/upload", dict(passport(), content=content,
                                          file_name=name)),
                # in a header's quoted string the backslash is doubled
                link.upload(passport(), jpeg(), name.replace("\\", "\\\\"))):
            assert answer.json["data"]["file_name"] == kept


# -- QR ----------------------------------------------------------------------
def bitmap(svg, scale=5):
    """The drawing as a PGM: a white ground and runs of dark modules."""
    side = int(re.search(r'viewBox="0 0 (\d+) \1"', svg).group(1))
    pixels = [bytearray(b"\xff" * side) for _ in range(side)]
    path = re.search(r' d="([^"]*)"', svg).group(1)
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", path)
    assert "".join("M%s %sh%sv1h-%sz" % run for run in runs) == path
    for x, y, width, back in (map(int, run) for run in runs):
        assert width == back
        pixels[y][x:x + width] = bytes(width)
    wide = b"".join(bytes(v for v in row for _ in range(scale)) * scale
                    for row in pixels)
    return b"P5 %d %d 255\n" % (side * scale, side * scale) + wide


def test_qr_code_leads_to_this_very_link(link, tmp_path):
    answer = link.get("/qr")
    assert answer.status == 200
    assert answer.headers.get_content_type() == "image/svg+xml"
    assert answer.headers["Cache-Control"] == "no-store"
    image = tmp_path / "qr.pgm"
    image.write_bytes(bitmap(answer.body.decode()))
    read = subprocess.run(["zbarimg", "-q", "--raw", image],
                          capture_output=True, text=True, timeout=30)
    url, token = link.session["sessionUrl"], link.session["token"]
    base, _, scanned = read.stdout.strip().partition("#")
    assert base == url.partition("#")[0]
    assert {k: v for k, v in claims(scanned).items() if k != "iat"} == {
        k: v for k, v in claims(token).items() if k != "iat"}
    assert Link(link.client, scanned).get().json["data"][
        "session_id"] == link.session["id"]
