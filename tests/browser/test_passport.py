# SPDX-License-Identifier: GPL-3.0-or-later
"""A passport before the customer's camera, and what the five APIs say of it."""

import io
import sys
import time
import uuid
from pathlib import Path

import pytest
from PIL import Image

from audit import audit
from drive import agree, choose, send, take_photo

sys.path.append(str(Path(__file__).resolve().parents[1] / "api"))
import papers  # noqa: E402

FULL_HD = (1920, 1080)
GREY = (110, 112, 116)


@pytest.fixture
def person():
    """Somebody new: a number that was shown before is told of."""
    return papers.Person(number="P%08d" % (uuid.uuid4().int % 10 ** 8))


@pytest.fixture
def camera(person, tmp_path):
    """Flags of a Chromium whose camera looks at that person's passport."""
    photo = Image.open(io.BytesIO(papers.passport(person)))
    scale = min(FULL_HD[0] / photo.width, FULL_HD[1] / photo.height)
    photo = photo.resize((int(photo.width * scale),
                          int(photo.height * scale)), Image.LANCZOS)
    frame = Image.new("RGB", FULL_HD, GREY)
    frame.paste(photo, ((frame.width - photo.width) // 2,
                        (frame.height - photo.height) // 2))
    out = io.BytesIO()
    frame.save(out, "JPEG", quality=92)
    path = tmp_path / "passport.mjpeg"
    path.write_bytes(out.getvalue() * 2)
    return ("--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            "--use-file-for-fake-video-capture=" + str(path))


def customer(stack, person):
    """The id of the person's entity, and the operator's own for it."""
    theirs = "passport-" + uuid.uuid4().hex
    status, made = stack.call("POST", "/kyc/entities", {
        "external_id": theirs, "first_name": person.given,
        "last_name": person.surname, "date_of_birth": person.birth})
    assert status == 201, made
    return made["data"]["entity_id"], theirs


def show_passport(page, stack, session):
    page.open(stack.link(session))
    page.view("start")
    page.primary()
    agree(page)
    choose(page, "passport", "Sweden")
    take_photo(page, "front", audit)
    send(page)


def wait_for(condition, what):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(what)


def good(answer):
    status, body = answer
    assert status == 200, answer
    return body


def test_from_the_camera_to_five_apis(stack, open_page, person, camera):
    entity, theirs = customer(stack, person)
    status, made = stack.call("POST", "/api/v1/verification/sessions/", {
        "entity_id": entity, "email": "anna@example.org",
        "verification_profile": "basic"})
    assert status == 202, made
    session = made["session_id"]
    data = good(stack.call("GET", "/kyc/sessions/" + session))["data"]
    page = open_page("passport", extra=camera)
    show_passport(page, stack, {"token": data["access_token"]})

    genie = "/api/v1/verification/sessions/%s/" % session
    shown = wait_for(
        lambda: (lambda s: s["status"] == "completed" and s)(
            good(stack.call("GET", genie))), "the check does not end")
    assert shown["outcome"] == "clear", shown

    read = good(stack.call("GET", genie + "results/"))
    assert read["extracted_data"]["first_name"] == person.given
    assert read["extracted_data"]["last_name"] == person.surname
    assert read["extracted_data"]["document_number"] == person.number
    assert read["extracted_data"]["date_of_birth"] == person.birth
    assert read["extracted_data"]["expiry_date"] == person.expiry
    assert read["extracted_data"]["document_type"] == "passport"
    check, = read["checks"]
    assert check["check_type"] == "document_check"
    assert check["result_data"]["result"] == "clear"
    assert check["result_data"]["breakdown"]["documentValidation"] == "clear"

    found = good(stack.call("POST", "/kyc/sessions/%s/process" % session, {}))
    results = found["data"]["processing_results"]
    one, = results["extraction_results"].values()
    assert one == {"full_name": person.name,
                   "document_number": person.number,
                   "date_of_birth": person.birth, "nationality": "SE",
                   "expiry_date": person.expiry}
    assert results["cross_validation"]["status"] == "passed"

    dossier = good(stack.call("GET", "/kyc-sessions/" + session))
    assert dossier["state"] == "completed" and not dossier["isInvalid"]
    assert dossier["documentVerification"]["status"] == "completed"

    locked = good(stack.call("GET", "/api/v1/sessions/ses_" + session))
    assert locked["status"] == "approved"
    assert locked["results"]["document"]["status"] == "approved"

    people = good(stack.call("GET", "/ekyc/admin/%s/status" % theirs))
    assert people["success"]["id"] == session
    assert not page.console()
