#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains both networks of the MRZ reader from the font alone.

usage: train.py [--seconds S] [--seed N] [--test] OUT

Takes some 4 minutes of one core (numpy with OpenBLAS). --seconds is for each
network, without its share of drawing; --test trains for 40 seconds each and
fails where less is learnt than can be in that time. OUT, all of it
little-endian:

  8   magic "VSOCRB01"
  4   CRC-32 of what follows the 16 bytes of this head, as of zlib
  4   length of what follows
then for the network that finds the cells and the one that reads them:
  5 x 4   channels of both convolutions, columns of the second pool, hidden
          units, classes
  floats  weights and biases of each layer, the inputs in rows:
          [dy][dx] x c1, c1; [dy][dx][c1] x c2, c2;
          [row][column][c2] x hidden, hidden; hidden x classes, classes
Classes are A to Z, 0 to 9 and <; the first network has junk as one more.
"""
import argparse
import os
import struct
import sys
import time
import zlib

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy as np  # noqa: E402

import strips  # noqa: E402
from net import Net  # noqa: E402

BATCH = 96


def train(net, draw, seed, seconds, pool_strips):
    """Draws a pool of strips, trains on it for so many seconds of CPU, and
    renews a part of the pool at each pass."""
    maker = strips.Maker(seed)
    r = np.random.default_rng(seed + 1)
    began = time.process_time()
    x, y = draw(maker, pool_strips)
    print(f"  {len(x)} patches, {time.process_time() - began:.0f} s",
          flush=True)
    began = now = time.process_time()
    passes, loss, steps = 0, 0, 0
    while now - began < seconds:
        for i in np.array_split(r.permutation(len(x)), len(x) // BATCH):
            now = time.process_time()
            done = min((now - began) / seconds, 1)
            rate = 0.002 * min(1, steps / 100 + 0.02) \
                * (0.5 + 0.5 * np.cos(np.pi * done)) + 1e-6
            part = strips.unpack(x[i])
            loss += 0.02 * (net.step(part, y[i], rate) - loss)
            steps += 1
            if done == 1:
                break
        passes += 1
        print(f"  {now - began:5.0f} s, pass {passes}, {steps} steps, "
              f"loss {loss:.4f}", flush=True)
        # a fifth is new each time: nothing is learnt by heart
        if now - began < seconds * 0.85:
            began += renew(maker, draw, x, y, r, pool_strips // 5)


def renew(maker, draw, x, y, r, count):
    t = time.process_time()
    a, b = draw(maker, count)
    i = r.choice(len(x), min(len(a), len(x)), replace=False)
    x[i], y[i] = a[:len(i)], b[:len(i)]
    return time.process_time() - t


def accuracy(net, draw, seed, count):
    x, y = draw(strips.Maker(seed), count)
    got = np.concatenate([net.forward(strips.unpack(x[i:i + 200])).argmax(1)
                          for i in range(0, len(x), 200)])
    return (got == y).mean(), x, y, got


def write(path, nets):
    body = b""
    for n in nets:
        body += struct.pack("<5I", *n.shape)
        body += b"".join(p.astype("<f4").tobytes() for p in n.p)
    with open(path, "wb") as f:
        f.write(b"VSOCRB01" + struct.pack("<2I", zlib.crc32(body), len(body)))
        f.write(body)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("out")
    ap.add_argument("--seconds", type=float, default=110)
    ap.add_argument("--seed", type=int, default=2)
    ap.add_argument("--test", action="store_true")
    a = ap.parse_args()
    if a.test:
        a.seconds = 40
    share = min(1, a.seconds / 100)
    nets = [Net(8, 16, 1, 32, 38, a.seed), Net(16, 32, 2, 96, 37, a.seed)]
    draws = [strips.places, strips.characters]
    bounds = [0.85, 0.88]
    for k, name in enumerate(("finding", "reading")):
        print(name, flush=True)
        train(nets[k], draws[k], a.seed * 100 + k, a.seconds,
              int((2500, 3500)[k] * share))
        right, _, y, got = accuracy(nets[k], draws[k], 990 + k, 200)
        print(f"  {100 * right:.2f} % of {len(y)} held-out patches", flush=True)
        if a.test and right < bounds[k]:
            sys.exit(f"{name}: less than {100 * bounds[k]} %")
    write(a.out, nets)


if __name__ == "__main__":
    main()
