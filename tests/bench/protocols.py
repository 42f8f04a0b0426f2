# SPDX-License-Identifier: GPL-3.0-or-later
"""The same session through each of the five protocols: what a look costs."""
import base64
import json
import os
import statistics
import urllib.parse
import urllib.request
import zlib

import measure
from stack import Failed, wait_for

BASE = "dossiers"
PERSON = "order-1"
ROW = "  %-19s %8.1f %8.1f %9.1f %8.1f %7.2f %8.2f %10.2f %8d"


def photo():
    """A JPEG's magic bytes before what no codec makes smaller."""
    data = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + os.urandom(20000)
    return base64.b64encode(data).decode()


def public(stack, token, path, body):
    """Without a key: the link is enough."""
    request = urllib.request.Request(
        "%s/public/sessions/%s/%s" % (stack.url, token, path),
        json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)["data"]


def upload(stack, token, step, kind):
    public(stack, token, "upload", {
        "step_id": step, "type": kind, "document_kind": "passport",
        "side": "front", "content": photo(), "file_name": "photo.jpg",
        "mime_type": "image/jpeg"})


def make_session(stack):
    """The id of one whose customer has sent two documents, with checks and a
    review."""
    made = stack.call(stack.url, "POST", "/kyc-sessions", {
        "externalId": PERSON, "customerName": "Ada Lovelace",
        "customerEmail": "ada.lovelace@example.org"})
    token = made["token"]
    public(stack, token, "step/step_consent/complete", {"consent": {
        "accepted": True, "text_version": "1", "locale": "en"}})
    for step, kind in (("step_document", "id"), ("step_selfie", "selfie")):
        upload(stack, token, step, kind)
        public(stack, token, "step/%s/complete" % step,
               {"document_kind": "passport"} if kind == "id" else {})
    decide(stack, made["id"])
    name_person(stack, made["id"])
    return made["id"]


def shown(stack, session):
    return stack.call(stack.url, "GET", "/kyc/sessions/" + session)["data"]


def decide(stack, session):
    """The jobs run the checks, and rest again."""
    jobs = stack.spawn("jobs-checks", str(stack.bin / "vouchsafe-jobs"),
                       "--conf", stack.env["VOUCHSAFE_CONF"])
    wait_for(30, lambda: shown(stack, session)["status"] == "manual_review",
             "the checks")
    jobs.terminate()
    jobs.wait(30)
    stack.call(stack.url, "PATCH", "/kyc/sessions/" + session,
               {"status": "approved", "notes": "All documents verified"})


def name_person(stack, session):
    """klustr knows people by the operator's own id."""
    stack.call(stack.url, "PATCH", "/kyc/entities/"
               + shown(stack, session)["customer_id"],
               {"external_id": PERSON})


def access_token(stack):
    """A service account's, as ./bootstrap start makes one."""
    form = urllib.parse.urlencode({
        "grant_type": "client_credentials",
        "client_id": stack.env["VOUCHSAFE_CLIENT_ID"],
        "client_secret": stack.env["VOUCHSAFE_CLIENT_SECRET"]}).encode()
    with urllib.request.urlopen(stack.url + "/oauth2/token", form,
                                timeout=10) as answer:
        return json.load(answer)["access_token"]


def ways(stack, session):
    """(name, path, credential); the last two differ by the token alone."""
    key, of_person = stack.key, "/ekyc/admin/%s/sessions" % PERSON
    return [("dossiers", "/kyc-sessions/" + session, key),
            ("kyc", "/kyc/sessions/" + session, key),
            ("kycgenie v1", "/api/v1/verification/sessions/%s/" % session,
             key),
            ("kycgenie v2", "/api/v2/verification/sessions/%s/" % session,
             key),
            ("verilock", "/api/v1/sessions/ses_" + session, key),
            ("klustr", of_person, key),
            ("klustr by a token", of_person, access_token(stack))]


def check_same(stack, session, listed):
    """Every one of them shows that session."""
    for name, path, key in listed:
        request = urllib.request.Request(
            stack.url + path, headers={"Authorization": "Bearer " + key})
        with urllib.request.urlopen(request, timeout=10) as answer:
            if session not in answer.read().decode():
                raise Failed("%s does not show the session" % name)


def rounds_of(side, listed, args):
    """Of each way its rounds; the ways take turns, so that whatever else the
    machine does falls on all of them."""
    for _, path, key in listed:  # connections, prepared statements
        measure.load(side, "get", 1, key, path)
    found = {name: [] for name, _, _ in listed}
    for _ in range(args.rounds):
        for name, path, key in listed:
            found[name].append(measure.round_of(side, "get", args.seconds,
                                                key, path))
    return found


def ratio(rounds, base, part):
    return statistics.median(r[part] / b[part]
                             for r, b in zip(rounds, base))


def print_protocols(stack, args, verdict):
    side = measure.Side("vouchsafe", stack.url, stack.pid("api"),
                        stack.pid("nginx"), stack.pid("db"))
    session = make_session(stack)
    listed = ways(stack, session)
    check_same(stack, session, listed)
    found = rounds_of(side, listed, args)
    counted = {name: measure.statements(stack, side, "get", path, key)
               for name, path, key in listed}
    print("\nGET one session with two documents: CPU µs a request, medians of"
          " %d rounds" % args.rounds)
    print("  %-19s %8s %8s %9s %8s %7s %8s %10s %8s" % (
        "", *measure.PARTS, "total", "x total", "x worker", "statements",
        "requests"))
    for name, rounds in found.items():
        base = found[BASE]
        print(ROW % (name, *(statistics.median(r[part] for r in rounds)
                             for part in (*measure.PARTS, "total")),
                     ratio(rounds, base, "total"),
                     ratio(rounds, base, "worker"),
                     counted[name]["Questions"],
                     sum(r["requests"] for r in rounds)))
    print("  x: by what %s took in the same round" % BASE)
    token = statistics.median(
        t["worker"] - k["worker"] for t, k in
        zip(found["klustr by a token"], found["klustr"]))
    print("  a token instead of a key: %+.1f µs of the worker" % token)
    for name, statements in counted.items():
        # what is under way when the load ends is counted by one side only
        verdict.tell("one statement for a look: " + name,
                     0.95 < statements["Questions"] < 1.05)
