#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks for what is printed on photos, and counts how that is told.

usage: printed.py VOUCHSAFE DIR SET…

DIR is what "vouchsafe selftest documents --keep DIR" has left, VOUCHSAFE the
built program. Each photo of the sets (plain, glare, fold, …) is asked for its
number and dates, which stand there: whatever is not found is unknown, or a
mistake of the reading, which is shown.
"""
import collections
import datetime
import json
import os
import subprocess
import sys


def day(text, past):
    """YYMMDD, of a birth or an expiry."""
    year = 2000 + int(text[:2])
    if past and year >= datetime.date.today().year:
        year -= 100
    return "%d-%s-%s" % (year, text[2:4], text[4:])


def told(program, photo, printed):
    done = subprocess.run(
        [program, "document", photo, "--number", printed["number"],
         "--birth", day(printed["birth"], True),
         "--expiry", day(printed["expiry"], False)],
        stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)["files"][0]["visual_zone"] or []


def main():
    program, folder = sys.argv[1:3]
    counts = collections.Counter()
    with open(os.path.join(folder, "truth.json"), encoding="utf-8") as f:
        photos = [json.loads(line) for line in f if line.strip()]
    for p in photos:
        if p["set"] not in sys.argv[3:]:
            continue
        for v in told(program, os.path.join(folder, p["file"]), p["printed"]):
            counts[v["field"], v["verdict"]] += 1
            if v["verdict"] in ("partial", "different"):
                print(p["file"], v["value"], v["text"], v["confidence"],
                      v["verdict"])
    for (field, verdict), n in sorted(counts.items()):
        print("%6d %s %s" % (n, field, verdict))


if __name__ == "__main__":
    main()
