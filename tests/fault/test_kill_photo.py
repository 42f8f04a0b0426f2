# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 of the lane that looks at a photo, and of the child that decodes it:
the page hears in the end, once, and nothing is left."""
import os
import subprocess
from pathlib import Path

from test_kill_upload import BOUNDARY, FIELDS, TYPE
from victim import children, wait_for

TOP = Path(__file__).resolve().parents[2]
PROBE = Path(os.environ.get("VOUCHSAFE_BUILD", TOP / "build")) / "photo-probe"


def body(photo):
    out = b""
    for name, value in FIELDS.items():
        out += ('--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n'
                "%s\r\n" % (BOUNDARY, name, value)).encode()
    return out + (
        '--%s\r\nContent-Disposition: form-data; name="file";'
        ' filename="photo.jpg"\r\n\r\n' % BOUNDARY).encode() + photo + (
        "\r\n--%s--\r\n" % BOUNDARY).encode()


def name_of(pid):
    try:
        return Path("/proc/%d/comm" % pid).read_text().strip()
    except OSError:
        return ""


def upload(victim, path, photo):
    status, text = victim.ask("POST", path, body(photo), Content_Type=TYPE)
    assert status == 201, text


def verdicts(victim, session):
    return [row[0] for row in victim.sql(
        "SELECT quality FROM document WHERE session_id = 0x"
        + session.replace("-", ""))]


def at_work(victim, session):
    """The lane that has a child at work, and the child; None once there is a
    verdict."""
    while verdicts(victim, session) == ["1"]:
        for lane in children(victim.pid("jobs")):
            for child in children(lane):
                if name_of(child).startswith("vouchsafe-che"):
                    return lane, child
    return None


def kill_in_the_middle(victim, made, photo, of):
    for _ in range(8):
        upload(victim, "/public/sessions/%s/upload" % made["token"], photo)
        found = at_work(victim, made["id"])
        if found:
            assert victim.kill(found[of])
            return found[1]
    raise AssertionError("nobody was caught at work")


def test_looks_that_are_killed(victim):
    photo = subprocess.run([PROBE, "progressive", "6000", "5000"], check=True,
                           capture_output=True).stdout
    status, made = victim.call("POST", "/kyc-sessions", {})
    assert status == 201
    lanes = len(children(victim.pid("jobs")))
    # A lane's job comes back when its lease is over. Of a dead child the lane
    # tells that it could not look.
    for of, verdict in ((0, "2"), (1, "5")):
        child = kill_in_the_middle(victim, made, photo, of)
        wait_for(30, lambda v=verdict: verdicts(victim, made["id"]) == [v],
                 "a verdict")
        assert name_of(child) == "", "the child goes on"
        wait_for(20, lambda: len(children(victim.pid("jobs"))) == lanes,
                 "all lanes")
    wait_for(10, lambda: victim.sql("SELECT COUNT(*) FROM job") == [["0"]],
             "the jobs to end")
    assert victim.findings() == []
