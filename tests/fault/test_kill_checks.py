# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 while a document is looked at: the check ends once, and all that it
writes is there once."""
import base64
from pathlib import Path

import papers
from test_kill_ticket import Way
from victim import children, wait_for

KILLS = 3
PIXEL = base64.b64encode(papers.blank()).decode()


def show(way, step, kind, data, **more):
    status, told = way.post("/upload", dict({
        "step_id": step, "type": kind, "side": "front", "file_name": "a.jpg",
        "mime_type": "image/jpeg", "content": data}, **more))
    assert status == 201, told


def finished(victim, person):
    way = Way(victim)
    photo = base64.b64encode(papers.passport(person)).decode()
    steps = (("step_consent", {"consent": {
        "accepted": True, "text_version": "1", "locale": "en"}}),
             ("step_document", {"document_kind": "passport"}),
             ("step_selfie", {}))
    for step, body in steps:
        if step == "step_document":
            show(way, step, "id", photo, document_kind="passport")
        elif step == "step_selfie":
            show(way, step, "selfie", PIXEL)
        status, told = way.post("/step/%s/complete" % step, body)
        assert status == 200, told
    return way


def looks_for_a_check(child):
    """Not the one that tells the page of a photo's quality."""
    try:
        return b"--text" in Path("/proc/%d/cmdline" % child).read_bytes()
    except OSError:
        return False


def looking(victim):
    """(lane, its jailed child), while there is one."""
    for lane in children(victim.pid("jobs")):
        for child in children(lane):
            if looks_for_a_check(child):
                return lane, child
    return None


def rows(victim, way, what):
    return victim.sql("SELECT %s session_id = 0x%s" % (
        what, way.id.replace("-", "")))


def test_the_lane_dies_while_its_child_looks(victim):
    way = finished(victim, papers.Person(number="K00000001"))
    for _ in range(KILLS):
        lane, child = wait_for(30, lambda: looking(victim), "a child")
        assert victim.kill(lane)
        wait_for(10, lambda child=child: not any(
            child in children(p) for p in (1, lane)), "the child's end")
        assert rows(victim, way, "COUNT(*) FROM document_number WHERE") == [
            ["0"]]
    wait_for(60, lambda: rows(
        victim, way, "status FROM check_run WHERE kind = 1 AND") == [["3"]],
        "the check to end")
    # clear, told of once, and nothing is left to do
    assert rows(victim, way, "outcome FROM check_run WHERE kind = 1 AND") == [
        ["1"]]
    wait_for(30, lambda: rows(
        victim, way, "COUNT(*) FROM check_run WHERE status < 3 AND") ==
        [["0"]], "the other check to end")
    assert rows(victim, way, "COUNT(*), COUNT(DISTINCT detail) FROM event"
                " WHERE detail IN (1, 2) AND") == [["2", "2"]]
    assert rows(victim, way, "COUNT(*) FROM document_number WHERE") == [["1"]]
    assert victim.findings() == []


def test_the_child_dies(victim):
    """Once may be the host's fault; then it is nobody's to look at again."""
    way = finished(victim, papers.Person(number="K00000002"))
    for _ in range(2):
        _, child = wait_for(30, lambda: looking(victim), "a child")
        assert victim.kill(child)
        wait_for(10, lambda child=child: (looking(victim) or (0, 0))[1] !=
                 child, "its end")
    wait_for(30, lambda: rows(
        victim, way, "status, outcome, reason FROM check_run WHERE kind = 1"
        " AND") == [["3", "5", "12"]], "the check to end as an error")
    assert rows(victim, way, "COUNT(*) FROM document_number WHERE") == [["0"]]
    assert victim.findings() == []
