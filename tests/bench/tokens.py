# SPDX-License-Identifier: GPL-3.0-or-later
"""CPU time of verifying access tokens of an outside issuer."""
import statistics
import subprocess

from stack import TOP, Failed

LIMIT_US = 150
COUNT = 500  # verifications a round: short, so that some are undisturbed


def build():
    """The program; neither all nor check makes it."""
    for command in ([str(TOP / "bootstrap"), "build"],
                    ["make", "-s", "-C", str(TOP / "build"), "bench-tokens"]):
        done = subprocess.run(command, text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        if done.returncode:
            raise Failed("%s failed:\n%s" % (" ".join(command), done.stdout))
    return TOP / "build" / "bench-tokens"


def measure(rounds):
    """A row a round (first time, shown again, OpenSSL's) in µs, by
    algorithm."""
    done = subprocess.run([build(), str(rounds), str(COUNT)], text=True,
                          capture_output=True)
    if done.returncode:
        raise Failed(done.stderr)
    found = {}
    for line in done.stdout.splitlines():
        name, *row = line.split()
        found.setdefault(name, []).append([float(v) for v in row])
    return found


def print_tokens(rounds, verdict):
    """The least counts: what else runs on the core can only add to it. The
    first time the signature is OpenSSL's to verify; a client shows its token
    with every request."""
    print("\nVerifying a token: CPU µs (RSA with 2048 bits)")
    print("  %-9s %-9s %8s %8s %8s %8s" % ("", "", "first", "again",
                                           "OpenSSL", "ratio"))
    for name, rows in measure(rounds).items():
        for word, of in (("min", min), ("median", statistics.median),
                         ("max", max)):
            print("  %-9s %-9s %8.1f %8.1f %8.1f %8.2f" % (
                name, word, *(of(column) for column in zip(*rows)),
                of(row[0] / row[2] for row in rows)))
        first, again, bare = (min(column) for column in zip(*rows))
        verdict.tell("%s shown again: at most %d µs" % (name, LIMIT_US),
                     again <= LIMIT_US)
        verdict.tell("%s first: at most %d µs, or the signature and a fifth"
                     % (name, LIMIT_US),
                     first <= max(LIMIT_US, 1.2 * bare))
