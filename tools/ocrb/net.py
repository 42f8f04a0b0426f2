# SPDX-License-Identifier: GPL-3.0-or-later
"""A small network of two convolutions and two full layers, in numpy alone.

30 x 30 -> 3x3 -> pool 2x2 -> 3x3 -> pool 2 x POOL -> hidden -> classes, with
a rectifier after each but the last. Convolutions reach no further than the
patch, so that a long strip can be worked through at once.
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

PATCH = 30


class Net:
    def __init__(self, c1, c2, pool, hidden, classes, seed):
        r = np.random.default_rng(seed)
        self.shape = (c1, c2, pool, hidden, classes)
        flat = 6 * (12 // pool) * c2

        def he(n, *dims):
            return r.normal(0, np.sqrt(2 / n), dims).astype(np.float32)
        self.p = [he(9, 9, c1), np.zeros(c1, np.float32),
                  he(9 * c1, 9 * c1, c2), np.zeros(c2, np.float32),
                  he(flat, flat, hidden), np.zeros(hidden, np.float32),
                  he(hidden, hidden, classes), np.zeros(classes, np.float32)]
        self.m = [np.zeros_like(a) for a in self.p]
        self.v = [np.zeros_like(a) for a in self.p]
        self.t = 0

    def forward(self, x):
        c1, c2, pool, _, _ = self.shape
        w1, b1, w2, b2, w3, b3, w4, b4 = self.p
        n = len(x)
        a0 = np.ascontiguousarray(
            sliding_window_view(x, (3, 3), (1, 2))).reshape(-1, 9)
        h1 = np.maximum(a0 @ w1 + b1, 0).reshape(n, 28, 28, c1)
        p1, i1 = pooled(h1, 2)
        # windows as (dy, dx, channel)
        a1 = np.ascontiguousarray(
            sliding_window_view(p1, (3, 3), (1, 2))
            .transpose(0, 1, 2, 4, 5, 3)).reshape(-1, 9 * c1)
        h2 = np.maximum(a1 @ w2 + b2, 0).reshape(n, 12, 12, c2)
        p2, i2 = pooled(h2, pool)
        f = p2.reshape(n, -1)
        h3 = np.maximum(f @ w3 + b3, 0)
        self.kept = a0, h1, i1, a1, h2, i2, f, h3
        return h3 @ w4 + b4

    def step(self, x, labels, rate):
        """One step of Adam on the cross entropy, which it returns."""
        z = self.forward(x)
        n = len(x)
        z = z - z.max(1, keepdims=True)
        e = np.exp(z)
        s = e / e.sum(1, keepdims=True)
        loss = -np.mean(np.log(s[np.arange(n), labels] + 1e-12))
        s[np.arange(n), labels] -= 1
        self.adam(self.gradients(s / n), rate)
        return loss

    def gradients(self, d4):
        c1, c2, pool, _, _ = self.shape
        w2, w3, w4 = self.p[2], self.p[4], self.p[6]
        a0, h1, i1, a1, h2, i2, f, h3 = self.kept
        n = len(d4)
        d3 = (d4 @ w4.T) * (h3 > 0)
        df = (d3 @ w3.T).reshape(n, 6, 12 // pool, c2)
        d2 = (unpooled(df, i2, pool) * (h2 > 0)).reshape(-1, c2)
        da = (d2 @ w2.T).reshape(n, 12, 12, 3, 3, c1)
        dp = np.zeros((n, 14, 14, c1), np.float32)
        for dy in range(3):
            for dx in range(3):
                dp[:, dy:dy + 12, dx:dx + 12] += da[:, :, :, dy, dx]
        d1 = (unpooled(dp, i1, 2) * (h1 > 0)).reshape(-1, c1)
        return [a0.T @ d1, d1.sum(0), a1.T @ d2, d2.sum(0),
                f.T @ d3, d3.sum(0), h3.T @ d4, d4.sum(0)]

    def adam(self, grads, rate):
        self.t += 1
        fix = np.sqrt(1 - 0.999 ** self.t) / (1 - 0.9 ** self.t)
        for p, g, m, v in zip(self.p, grads, self.m, self.v):
            m += 0.1 * (g - m)
            v += 0.001 * (g * g - v)
            if p.ndim > 1:
                p *= 1 - rate * 0.01
            p -= rate * fix * m / (np.sqrt(v) + 1e-8)


def pooled(a, across):
    """Largest of 2 x across, and which it was."""
    n, h, w, c = a.shape
    v = a.reshape(n, h // 2, 2, w // across, across, c) \
        .transpose(2, 4, 0, 1, 3, 5)
    v = [v[i, j] for i in range(2) for j in range(across)]
    best = v[0]
    for x in v[1:]:
        best = np.maximum(best, x)
    taken = np.zeros(best.shape, bool)
    masks = []
    for x in v:
        m = (x == best) & ~taken
        taken |= m
        masks.append(m)
    return best, masks


def unpooled(d, masks, across):
    n, h, w, c = d.shape
    out = np.empty((n, h, 2, w, across, c), np.float32)
    for k, m in enumerate(masks):
        out[:, :, k // across, :, k % across] = d * m
    return out.reshape(n, 2 * h, w * across, c)
