# SPDX-License-Identifier: GPL-3.0-or-later
"""From a passport before the camera to what was read off it."""
import io
import random
import sys
from pathlib import Path

import pytest
from PIL import Image

from drive import agree, choose, send, take_photo

sys.path.append(str(Path(__file__).resolve().parents[1] / "api"))
import papers  # noqa: E402

STEPS = [{"step_id": "step_consent", "kind": "consent",
          "options": {"text_version": "1"}},
         {"step_id": "step_document", "kind": "document",
          "options": {"document_kinds": ["passport", "id_card"]}}]
WIDE, HIGH = 1920, 1080


@pytest.fixture
def person():
    """Nobody has shown her passport to this stack before."""
    return papers.Person(number="B%08d" % random.randrange(10 ** 8))


@pytest.fixture
def camera(tmp_path, person):
    """What a camera sees of a passport on a table: a film of one picture."""
    page = papers.page("TD3", person.passport(), person.printed())
    page = page.resize((1300, 1300 * page.height // page.width))
    frame = Image.new("L", (WIDE, HIGH), 90)
    frame.paste(page, ((WIDE - page.width) // 2, (HIGH - page.height) // 2))
    out = io.BytesIO()
    frame.convert("RGB").save(out, "JPEG", quality=92)
    film = tmp_path / "passport.mjpeg"
    film.write_bytes(out.getvalue())
    return ("--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            "--use-file-for-fake-video-capture=%s" % film)


def test_a_passport_before_the_camera(stack, open_page, camera, person):
    status, made = stack.call("POST", "/kyc/sessions", {
        "workflow_id": stack.workflow(
            STEPS, validations=["document_check"],
            automation={"process": "completion", "apply_decision": True})})
    assert status == 201, made
    session = {"id": made["data"]["session_id"],
               "token": made["data"]["access_token"]}
    page = open_page("passport", extra=camera)
    page.open(stack.link(session))
    page.view("start")
    page.primary()
    agree(page)
    choose(page, "passport", country="Sweden")
    take_photo(page, "front", lambda at, name: at.shot(name))
    send(page)
    page.until(lambda: stack.status(session) not in (
        "active", "completed", "processing"), "the check does not end")
    status, told = stack.call(
        "POST", "/kyc/sessions/%s/process" % session["id"], {})
    assert status == 200, told
    told = told["data"]["processing_results"]
    read, = told["extraction_results"].values()
    assert read == {"full_name": "Anna Maria Eriksson",
                    "document_number": person.number,
                    "date_of_birth": "1974-08-12", "nationality": "SE",
                    "expiry_date": "2034-04-15"}, told
    assert (told["outcome"], told["failure_reason"]) == ("clear", None), told
