# SPDX-License-Identifier: GPL-3.0-or-later
"""The public API: a challenge before the camera, and its frames."""
import re
import time
import uuid

import pytest

import flow
import kit
from kit import Link, jpeg, multipart, passport, pdf, png
from test_dossiers import check_headers, set_state
from test_public import ISO, check_error, rows
from test_public_upload import doc_uuid, objects

ACTIONS = {"turn_left", "turn_right", "smile", "blink", "nod"}
STEP = "step_liveness"
DEFINITION = ('{"steps":[{"id":"step_consent","kind":"consent",'
              '"text_version":"1"},{"id":"step_liveness","kind":"liveness"}],'
              '"checks":["identity_check"]}')


@pytest.fixture(scope="module")
def api(stack):
    """An organisation whose sessions ask for a living face."""
    client = stack.tenant("Test of test_liveness")
    stack.sql("UPDATE workflow SET definition = '%s', step_count = 2"
              " WHERE tenant_id IN (SELECT id FROM tenant WHERE"
              " organisation_id = UNHEX('%s'))"
              % (DEFINITION, client.org.replace("-", "")))
    return client


def start(link, step=STEP, **headers):
    return link.post("/liveness/start", {"step_id": step}, **headers)


def started(link):
    answer = start(link)
    assert answer.status == 201, answer
    return answer.json["data"]


def send(link, challenge, frames, field="frames", **fields):
    given = {} if challenge is None else {"challenge_id": challenge}
    body, kind = multipart(dict(given, **fields), [
        (field, "face-%d.jpg" % i, data) for i, data in enumerate(frames)])
    return link.client.ask("POST", link.base + "/liveness/complete", body,
                           {"Content-Type": kind}, key=False)


def faces(challenge, each=1):
    return [jpeg(b"%d" % n) for n in range(len(challenge["actions"]) * each)]


def test_start(link):
    answer = start(link)
    assert answer.status == 201 and set(answer.json) == {"status", "data"}
    check_headers(answer)
    data = answer.json["data"]
    assert set(data) == {"challenge_id", "step_id", "actions", "expires_at"}
    assert re.fullmatch("chl_[0-9a-f]{32}", data["challenge_id"])
    assert data["step_id"] == STEP
    assert len(data["actions"]) == 2 and set(data["actions"]) <= ACTIONS
    assert data["actions"][0] != data["actions"][1]
    assert 290 <= data["expires_at"] - time.time() <= 300
    shown = link.get().json["data"]
    assert [s["status"] for s in shown["steps_data"]] == [
        "pending", "in_progress"]


def test_actions_are_drawn(api):
    """All of them come up, in both places."""
    drawn = [started(Link(api, api.create()["token"]))["actions"]
             for _ in range(40)]
    assert {d[0] for d in drawn} == {d[1] for d in drawn} == ACTIONS


def test_complete(link, stack):
    challenge = started(link)
    frames = faces(challenge)
    answer = send(link, challenge["challenge_id"], frames)
    assert answer.status == 201, answer
    check_headers(answer)
    data = answer.json["data"]
    assert set(data) == {"challenge_id", "step_id", "documents"}
    assert data["challenge_id"] == challenge["challenge_id"]
    for n, found in enumerate(data["documents"]):
        found = dict(found)
        assert re.fullmatch("doc_[0-9a-f]{32}", found.pop("doc_id"))
        assert ISO.fullmatch(found.pop("uploaded_at"))
        assert found == {
            "step_id": STEP, "type": "liveness", "document_kind": None,
            "side": "front", "file_name": "face-%d.jpg" % n,
            "mime_type": "image/jpeg", "size": len(frames[n]),
            "frame": n + 1, "action": challenge["actions"][n]}
    assert objects(stack, link.session) == set(map(
        doc_uuid, data["documents"]))
    shown = link.get().json["data"]["steps_data"][1]
    assert shown["documents"] == [dict(d, quality=None)
                                  for d in data["documents"]]
    # The customer completes the step.
    assert link.consent().status == 200
    assert link.complete(STEP).json["data"]["status"] == "completed"


def test_several_frames_of_each(link):
    challenge = started(link)
    documents = send(link, challenge["challenge_id"],
                     faces(challenge, 4)).json["data"]["documents"]
    assert [d["frame"] for d in documents] == list(range(1, 9))
    assert [d["action"] for d in documents] == (
        [challenge["actions"][0]] * 4 + [challenge["actions"][1]] * 4)


def test_nothing_without_frames(link):
    check_error(link.complete(STEP), 409)
    started(link)
    check_error(link.complete(STEP), 409)


def test_used_once(link, stack):
    challenge = started(link)
    first = send(link, challenge["challenge_id"], faces(challenge))
    assert first.status == 201
    check_error(send(link, challenge["challenge_id"], faces(challenge)), 409)
    kept = objects(stack, link.session)
    assert kept == set(map(doc_uuid, first.json["data"]["documents"]))
    # Another one takes the place of the first.
    other = started(link)
    assert link.get().json["data"]["steps_data"][1]["documents"]
    again = send(link, other["challenge_id"], faces(other)).json["data"]
    assert objects(stack, link.session) == set(map(
        doc_uuid, again["documents"]))
    assert not objects(stack, link.session) & kept


def test_starting_again_replaces_and_counts(link, stack):
    here = "WHERE id = UNHEX('%s')" % link.session["id"].replace("-", "")
    first = started(link)
    assert stack.sql("SELECT attempts FROM session " + here) == [["0"]]
    second = started(link)
    assert stack.sql("SELECT attempts FROM session " + here) == [["1"]]
    assert first["challenge_id"] != second["challenge_id"]
    check_error(send(link, first["challenge_id"], faces(first)), 404)
    assert send(link, second["challenge_id"], faces(second)).status == 201


def test_attempts_used_up(link, api, stack):
    for _ in range(21):
        challenge = started(link)
    assert "attempts" in check_error(start(link), 409)
    assert api.show(link.session)["state"] == "failed"
    assert ["11"] in rows(stack, link.session, "kind", "event")
    check_error(start(link), 409)
    check_error(send(link, challenge["challenge_id"], faces(challenge)), 409)
    assert objects(stack, link.session) == set()


def test_the_same_start_twice(link, stack):
    answers = [start(link, **{"Idempotency-Key": "one"}) for _ in range(2)]
    assert answers[0].json == answers[1].json
    assert rows(stack, link.session, "COUNT(*)",
                "liveness_challenge") == [["1"]]
    assert stack.sql("SELECT attempts FROM session WHERE id = UNHEX('%s')"
                     % link.session["id"].replace("-", "")) == [["0"]]


def test_too_late(link, stack):
    challenge = started(link)
    stack.sql("UPDATE liveness_challenge SET expires_at = created_at"
              " WHERE id = UNHEX('%s')" % challenge["challenge_id"][4:])
    assert "time" in check_error(
        send(link, challenge["challenge_id"], faces(challenge)), 409)
    assert objects(stack, link.session) == set()


# -- what is refused ---------------------------------------------------------
def test_wrong_steps(link):
    for body in ({}, {"step_id": None}, {"step_id": 1}, {"step_id": ""},
                 {"step_id": "step_consent"}, {"step_id": "none"}):
        check_error(link.post("/liveness/start", body), 400, "step_id")


def test_wrong_frames(link, stack):
    challenge = started(link)
    known = challenge["challenge_id"]
    for frames in ([], [jpeg()], [jpeg()] * 3, [jpeg()] * 9):
        check_error(send(link, known, frames), 400, "frames")
    check_error(send(link, known, [jpeg()] * 2, "files"), 400, "frames")
    check_error(send(link, None, [jpeg()] * 2), 400, "challenge_id")
    check_error(send(link, "c" * 65, [jpeg()] * 2), 400, "challenge_id")
    check_error(send(link, known, [jpeg(), b"GIF89a" + bytes(99)]), 415)
    check_error(send(link, known, [jpeg(), b"x"]), 415)
    check_error(send(link, known, [png(), pdf()]), 415)
    large = jpeg() + bytes(15 << 20)
    check_error(send(link, known, [jpeg(), large]), 413)
    for fake in (str(uuid.uuid4()), "chl_" + "0" * 32, known + "0", "x"):
        check_error(send(link, fake, [jpeg()] * 2), 404)
    check_error(link.post("/liveness/complete", {"challenge_id": known}), 415)
    # None of it stays, none of it uses the challenge up.
    assert objects(stack, link.session) == set()
    assert send(link, known, [png(), jpeg()]).status == 201


def test_someone_elses_challenge(link, api):
    other = started(Link(api, api.create()["token"]))
    check_error(send(link, other["challenge_id"], faces(other)), 404)


def test_no_frame_without_a_challenge(link):
    fields = {"step_id": STEP, "type": "liveness", "side": "front"}
    check_error(link.upload(fields, jpeg()), 400, "type")
    check_error(link.upload(passport(step_id=STEP), jpeg()), 400, "type")
    check_error(link.post("/upload/init", dict(
        fields, mime_type="image/jpeg", size=9)), 400, "type")


@pytest.mark.parametrize("how, status", [
    ("expired", 410), ("revoked", 410), ("replaced", 404),
    ("completed", 409), ("approved", 409), ("failed", 409)])
def test_ended_sessions(link, stack, how, status):
    challenge = started(link)
    if how == "replaced":
        stack.sql("UPDATE session SET link_generation = 2 WHERE id = UNHEX("
                  "'%s')" % link.session["id"].replace("-", ""))
    else:
        set_state(stack, link.session, how)
    check_error(start(link), status)
    check_error(send(link, challenge["challenge_id"], faces(challenge)),
                status)
    assert objects(stack, link.session) == set()


def test_unknown_tokens(link, api):
    challenge = started(link)
    bad = kit.Link(api, str(uuid.uuid4()))
    check_error(start(bad), 404)
    check_error(send(bad, challenge["challenge_id"], faces(challenge)), 404)


def test_the_last_of_many_steps_is_seen(stack):
    """What the ninth one got counts as well, behind 64 other frames."""
    link = flow.begin(stack.tenant("Nine Lives Ltd"), flow.workflow(
        *[{"step_id": "face_%d" % i, "kind": "liveness",
           "options": {"actions": 4}} for i in range(9)]))
    for i in range(9):
        challenge = start(link, "face_%d" % i).json["data"]
        answer = send(link, challenge["challenge_id"], faces(challenge, 2))
        assert answer.status == 201, answer
        assert link.complete("face_%d" % i).status == 200, i
    assert link.get().json["data"]["current_step_index"] == 9
