# SPDX-License-Identifier: GPL-3.0-or-later
"""Text lines in OCR-B as a camera may see them: what the networks train on.

A strip is a straight line of text at 20 pixels a character and 40 rows, its
middle on row 20, as src/check/mrz_strip.c cuts it out of a photo. Nothing here
is shared with photos.py, whose photos measure what was learnt.
"""
import io

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONT = "/usr/share/fonts/opentype/ocr-b/OCRB.otf"
CLASSES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
JUNK = len(CLASSES)
PITCH, ROWS, PATCH = 20, 40, 30
CELLS, MARGIN = 24, 3
DRAWN = 40                      # pitch of the glyphs as they are drawn
SYMMETRIC = "HINOSXZ0869"       # the same, or each other, upside down


def atlas():
    """Each glyph as ink 0..1, 80 x 60 with the cell's middle in the middle,
    thin to bold."""
    glyphs = []
    for stroke in (0, 1, 2):
        row = []
        for c in CLASSES:
            # twice the size, as strokes are whole pixels
            font = ImageFont.truetype(FONT, round(2 * DRAWN / 0.723))
            im = Image.new("L", (120, 160), 0)
            ImageDraw.Draw(im).text((60 - DRAWN, 80 + DRAWN), c, font=font,
                                    fill=255, anchor="ls", stroke_width=stroke,
                                    stroke_fill=255)
            row.append(np.asarray(im.resize((60, 80), Image.BOX),
                                  np.float32) / 255)
        glyphs.append(row)
    return glyphs


def blur_rows(a, k):
    """Box blur of k along the last axis."""
    if k < 2:
        return a
    p = np.pad(a, [(0, 0)] * (a.ndim - 1) + [(k // 2, k - 1 - k // 2)], "edge")
    c = np.cumsum(p, -1, dtype=np.float64)
    c = np.concatenate([np.zeros_like(c[..., :1]), c], -1)
    return ((c[..., k:] - c[..., :-k]) / k).astype(np.float32)


def normalise(strip):
    """Ink of a grey strip: paper divided away, contrast evened out. The same,
    step by step, as strip_normalise in C."""
    g = strip.astype(np.float32)
    bg = spread(spread(g, np.maximum), np.minimum)
    r = (bg - g) / np.maximum(bg, 16)
    mid = r[5:35]
    s1 = window(mid.sum(0))
    s2 = window((mid * mid).sum(0))
    n = window(np.full(mid.shape[1], 30, np.float32))
    mean = s1 / n
    dev = np.sqrt(np.maximum(s2 / n - mean * mean, 0))
    return np.clip((r - mean) / (dev + 0.02), -2, 4).astype(np.float32)


def spread(a, pick):
    """11 x 11, with the edge repeated."""
    for axis in (0, 1):
        pad = [(0, 0), (0, 0)]
        pad[axis] = (5, 5)
        p = np.pad(a, pad, "edge")
        n = a.shape[axis]
        out = np.take(p, range(n), axis)
        for k in range(1, 11):
            out = pick(out, p[k:k + n] if axis == 0 else p[:, k:k + n])
        a = out
    return a


def window(v):
    """Sums over 30 columns to each side, fewer at the ends."""
    c = np.concatenate([[0], np.cumsum(v, dtype=np.float64)])
    i = np.arange(len(v))
    return c[np.minimum(i + 31, len(v))] - c[np.maximum(i - 30, 0)]


class Maker:
    def __init__(self, seed):
        self.r = np.random.default_rng(seed)
        self.glyphs = atlas()

    def text(self):
        r = self.r
        t = r.integers(0, 37, CELLS)
        if r.random() < 0.35:
            n = r.integers(1, CELLS)
            t[-n:] = 36
        elif r.random() < 0.4:
            t = np.where(r.random(CELLS) < 0.6, r.integers(26, 36, CELLS), t)
        return t

    def ink(self, text):
        """The line as ink 0..1 at 40 pixels a character."""
        r = self.r
        w = (CELLS + 2 * MARGIN) * DRAWN
        page = np.zeros((120, w), np.float32)
        weight = r.integers(0, 3)
        for k, c in enumerate(text):
            x = (k + MARGIN) * DRAWN - 10 + r.integers(-1, 2)
            y = 20 + r.integers(-1, 2)
            g = self.glyphs[weight][c] * r.uniform(0.8, 1)
            page[y:y + 80, x:x + 60] = np.maximum(page[y:y + 80, x:x + 60], g)
        if r.random() < 0.2:    # scratches and specks of lost ink
            for _ in range(r.integers(1, 12)):
                x, y = r.integers(0, w - 12), r.integers(20, 100)
                page[y:y + r.integers(1, 5), x:x + r.integers(1, 12)] = 0
        return page

    def paper(self, h, w, q):
        """What lies under the text, around 1, in camera pixels."""
        r = self.r
        y, x = np.mgrid[0:h, 0:w].astype(np.float32)
        p = np.ones((h, w), np.float32)
        for _ in range(r.integers(0, 4)):       # guilloche
            a = r.uniform(0.02, 0.16)
            f = r.uniform(0.1, 0.9) * 20 / q
            th = r.uniform(0, np.pi)
            wave = r.uniform(0, 2 * q) * np.sin(
                x * r.uniform(0.02, 0.3) * 20 / q + r.uniform(0, 6))
            s = np.sin(f * (x * np.sin(th) + y * np.cos(th) + wave))
            p *= 1 - a * np.clip(s * r.uniform(1, 6) - r.uniform(0, 3), 0, 1)
        if r.random() < 0.5:                    # uneven light
            p *= 1 + r.uniform(-0.4, 0.4) * (x / w - 0.5) \
                + r.uniform(-0.3, 0.3) * (y / h - 0.5)
        if r.random() < 0.25:                   # edge of a shadow
            e = (x - r.uniform(0, w) + r.uniform(-1.5, 1.5) * y) \
                / r.uniform(0.2, 4) / q
            p *= 1 - r.uniform(0.1, 0.7) / (1 + np.exp(-np.clip(
                8 * e * r.choice((-1, 1)), -30, 30)))
        for _ in range(r.choice(4, p=(.6, .2, .1, .1))):    # creases
            e = (x - r.uniform(0, w) + r.uniform(-1.5, 1.5) * y) \
                / (r.uniform(0.05, 0.4) * q)
            p *= 1 + r.uniform(-0.7, 0.25) * np.exp(-e * e)
        return p

    def glare(self, h, w, q):
        r = self.r
        y, x = np.mgrid[0:h, 0:w].astype(np.float32)
        g = np.zeros((h, w), np.float32)
        for _ in range(r.integers(1, 3)):
            d = ((x - r.uniform(0, w)) / r.uniform(1, 5) / q) ** 2 + \
                ((y - r.uniform(0, h)) / r.uniform(0.5, 3) / q) ** 2
            g += r.uniform(40, 230) * np.exp(-d)
        return g

    def strip(self, turned=False):
        """A strip of 40 rows, its text, and where the cells' middles are."""
        r = self.r
        text = self.text()
        page = self.ink(text)
        if turned:
            page = page[::-1, ::-1]
        q = r.uniform(9, 26) if r.random() < 0.8 else r.uniform(7, 12)
        z = DRAWN / q
        s, sv = r.uniform(0.96, 1.04), r.uniform(0.82, 1.08)
        t, sh = r.normal(0, 0.004), r.normal(0, 0.06)
        oy = np.clip(r.normal(0, 0.06), -0.15, 0.15) * q
        w = int((CELLS + 2 * MARGIN) * q * s)
        h = int(3 * q)
        im = Image.fromarray((page * 255).astype(np.uint8))
        im = im.filter(ImageFilter.GaussianBlur(0.35 * z))
        x0, y0 = w / 2, h / 2 + oy
        # the shear follows the line
        a = (z / s - sh * z * t, sh * z, -sh * z * (y0 - t * x0),
             -z * t / sv, z / sv, 60 - z * (y0 - t * x0) / sv)
        im = im.transform((w, h), Image.AFFINE, a, Image.BICUBIC)
        if r.random() < 0.8:
            im = im.filter(ImageFilter.GaussianBlur(
                abs(r.normal(0, 0.075)) * q))
        ink = np.asarray(im, np.float32) / 255
        if r.random() < 0.2:
            k = int(r.uniform(0.1, 0.4) * q)
            ink = blur_rows(ink, k) if r.random() < 0.6 else \
                blur_rows(ink.T, k).T
        top = r.uniform(90, 250)
        dark = r.uniform(0.05, 0.65)            # ink's brightness
        g = top * self.paper(h, w, q) * (1 - ink * (1 - dark))
        if r.random() < 0.15:
            g += self.glare(h, w, q)
        g += r.normal(0, 1, (h, w)) * abs(r.normal(0, 7))
        g = np.clip(g, 0, 255).astype(np.uint8)
        im = Image.fromarray(g)
        if r.random() < 0.7:
            f = io.BytesIO()
            im.save(f, "JPEG", quality=int(r.integers(30, 96)))
            im = Image.open(f)
        k = PITCH / q
        width = int(w * k)
        im = im.transform((width, ROWS), Image.AFFINE,
                          (1 / k, 0, 0, 0, 1 / k, h / 2 - ROWS / 2 / k),
                          Image.BILINEAR)
        cells = (np.arange(CELLS) + MARGIN + 0.5) * PITCH * s
        if turned:
            cells = width - cells[::-1]
            text = text[::-1]
        return np.asarray(im, np.float32), text, cells


def cut(strip, x, y=0):
    """The patch whose middle is x, or None beyond the ends."""
    x = int(round(x)) - PATCH // 2
    y = ROWS // 2 - PATCH // 2 + y
    if x < 0 or x + PATCH > strip.shape[1]:
        return None
    return strip[y:y + PATCH, x:x + PATCH]


def characters(maker, strips):
    """Patches of characters for the network that reads."""
    out, labels = [], []
    for _ in range(strips):
        g, text, cells = maker.strip()
        g = normalise(g)
        for c, x in zip(text, cells):
            p = cut(g, x + np.clip(maker.r.normal(0, 1.1), -3, 3),
                    int(np.clip(round(maker.r.normal(0, 1)), -2, 2)))
            out.append(p)
            labels.append(c)
    return pack(out), np.array(labels)


def places(maker, strips):
    """Patches for the network that finds the cells: characters in the middle,
    and as junk what lies between, beyond, above and upside down."""
    out, labels = [], []
    r = maker.r
    for _ in range(strips):
        turned = r.random() < 0.12
        g, text, cells = maker.strip(turned)
        g = normalise(g)
        for c, x in zip(text, cells):
            if turned:
                if CLASSES[c] not in SYMMETRIC:
                    add(out, labels, cut(g, x + r.normal(0, 1)), JUNK)
            elif r.random() < 0.66:
                add(out, labels, cut(g, x + r.uniform(-1.6, 1.6),
                                     int(r.integers(-3, 4))), c)
            elif r.random() < 0.8:
                add(out, labels, cut(g, x + r.uniform(4.5, 10)
                                     * r.choice((-1, 1)),
                                     int(r.integers(-3, 4))), JUNK)
            else:
                add(out, labels, cut(np.roll(g, int(r.integers(9, 32)), 0), x),
                    JUNK)
        for x in (cells[0] - 20 - r.uniform(0, 30),
                  cells[-1] + 20 + r.uniform(0, 30)):
            add(out, labels, cut(g, x), JUNK)
    return pack(out), np.array(labels)


def add(out, labels, patch, label):
    if patch is not None:
        out.append(patch)
        labels.append(label)


def pack(patches):
    """As bytes: 40 steps to a unit, which is finer than any noise."""
    return np.clip(np.round((np.array(patches) + 2) * 40), 0, 255) \
        .astype(np.uint8)


def unpack(patches):
    return patches.astype(np.float32) / 40 - 2
