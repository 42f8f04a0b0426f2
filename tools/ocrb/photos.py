#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes photos of invented identity documents, each with its truth as JSON.

usage: photos.py [--set NAME] [--level L] [--seed N] [--turn T] COUNT OUT

Sets: plain (all five formats), glare and fold (over the zone), blank (no
machine readable zone), bare (nor a portrait). Levels are easy, medium and hard;
by default one after the other, and so are quarter turns. A fourth, awful, is
there to see that what can't be read is not accepted. Photo N of a seed is
always the same.
strips.py, which the networks learn from, shares no code with this.
"""
import argparse
import json
import os

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

import people

OCRB = "/usr/share/fonts/opentype/ocr-b/OCRB.otf"
PRINT = ["dejavu/DejaVuSans.ttf", "dejavu/DejaVuSans-Bold.ttf",
         "dejavu/DejaVuSansMono.ttf", "dejavu/DejaVuSerif.ttf"]
# millimetres
SIZES = {"TD1": (85.6, 54), "TD2": (105, 74), "TD3": (125, 88),
         "MRV-A": (120, 80), "MRV-B": (105, 74)}
PITCH, SPACING = 2.54, 6.35
# blur as a share of the pitch, noise, quality, degrees, perspective, light
LEVELS = {"easy": (0, 0.04, 0, 4, 80, 96, 3, 0.01, 0.15),
          "medium": (0.02, 0.065, 2, 8, 55, 90, 6, 0.025, 0.35),
          "hard": (0.04, 0.09, 4, 12, 35, 70, 8, 0.04, 0.55),
          "awful": (0.08, 0.2, 6, 30, 10, 40, 8, 0.04, 0.7)}


def print_font(r, px):
    return ImageFont.truetype("/usr/share/fonts/truetype/"
                              + PRINT[r.integers(0, len(PRINT))],
                              max(6, int(px)))


def guilloche(r, d, w, h, paper, strong):
    for _ in range(r.integers(2, 6)):
        tone = int(paper - r.uniform(8, strong))
        a, f = r.uniform(0.02, 0.1) * h, r.uniform(1, 9) * 2 * np.pi / w
        gap = r.uniform(0.008, 0.04) * h
        slope, ph = r.uniform(-0.5, 0.5), r.uniform(0, 6)
        x = np.arange(0, w + 8, 8)
        curve = a * np.sin(f * x + ph) + slope * x
        y = -a - abs(slope) * w
        while y < h + a + abs(slope) * w:
            d.line(list(zip(x.tolist(), (curve + y).tolist())), fill=tone,
                   width=max(1, int(h / 700)))
            y += gap


def face(r, w, h):
    im = Image.new("L", (w, h), int(r.integers(150, 240)))
    d = ImageDraw.Draw(im)
    hair = int(r.integers(10, 120))
    d.ellipse((.16 * w, .08 * h, .84 * w, .7 * h), fill=hair)
    d.ellipse((.22 * w, .15 * h, .78 * w, .8 * h), fill=int(r.integers(110, 220)))
    d.pieslice((0, .72 * h, w, 1.4 * h), 180, 360,
               fill=int(r.integers(20, 120)))
    for e in (.38, .62):
        d.ellipse(((e - .05) * w, .4 * h, (e + .05) * w, .45 * h), fill=30)
    d.line((.4 * w, .65 * h, .6 * w, .65 * h), fill=60,
           width=max(1, w // 40))
    return im


def words(r):
    f = people.FAMILY[r.integers(0, len(people.FAMILY))].replace("<", " ")
    g = people.GIVEN[r.integers(0, len(people.GIVEN))]
    kind = r.integers(0, 5)
    if kind == 0:
        return f
    if kind == 1:
        return g.title() + " " + f.title()
    if kind == 2:
        return "%02d.%02d.%d" % (r.integers(1, 29), r.integers(1, 13),
                                 r.integers(1940, 2036))
    if kind == 3:
        return people.number(r)
    return r.choice(["Surname / Nom", "Given names / Prénoms", "Nationality",
                     "Date of birth", "Sex / Sexe", "Place of birth",
                     "Date of expiry", "Authority", "REPUBLIC OF UTOPIA",
                     "PASSPORT PASSEPORT", "IDENTITY CARD"])


def page(r, form, lines, ppm, bare):
    """The document, flat, at so many pixels a millimetre; the middle of its
    zone; and the corners of its portrait."""
    wmm, hmm = SIZES[form]
    w, h = int(wmm * ppm), int(hmm * ppm)
    paper = int(r.integers(175, 250))
    im = Image.new("L", (w, h), paper)
    d = ImageDraw.Draw(im)
    guilloche(r, d, w, h, paper, 60)
    top = SPACING * len(lines) + 9
    body = hmm - top
    tall = min(0.3 * wmm, body - 9)
    left, up = int(5 * ppm), int(8 * ppm)
    right, down = left + int(0.8 * tall * ppm), up + int(tall * ppm)
    if not bare:
        im.paste(face(r, right - left, down - up), (left, up))
    font = print_font(r, 3.6 * ppm)
    d.text((0.3 * w, 2 * ppm), words(r), font=font, fill=40)
    y = 8.0
    while y < body - 3:
        size = r.uniform(1.6, 3.4)
        font = print_font(r, size * ppm)
        for x in (0.34, 0.68):
            if r.random() < 0.75:
                d.text((x * w, y * ppm), words(r), font=font,
                       fill=int(r.integers(10, 110)))
        y += size * 1.5
    if r.random() < 0.5:        # a band of its own
        d.rectangle((0, (hmm - top + 2) * ppm, w, h),
                    fill=int(min(255, paper + r.integers(0, 40))))
        if r.random() < 0.7:
            guilloche(r, d, w, h, paper, 40)
    return (im, zone_draw(r, im, lines, ppm, wmm, hmm),
            [(left, up), (right, up), (right, down), (left, down)])


def zone_draw(r, im, lines, ppm, wmm, hmm):
    d = ImageDraw.Draw(im)
    n = max([len(t) for t in lines], default=44)
    pitch = PITCH * ppm
    font = ImageFont.truetype(OCRB, round(pitch / 0.723 * r.uniform(.97, 1.02)))
    x0 = (wmm - n * PITCH) / 2 * ppm + r.uniform(-1, 1) * ppm
    base = (hmm - r.uniform(6, 8) - SPACING * (len(lines) - 1)) * ppm
    fill = int(r.integers(10, 70))
    bold = int(r.random() < 0.25 and ppm > 12)
    for i, text in enumerate(lines):
        for k, c in enumerate(text):
            d.text((x0 + k * pitch, base + i * SPACING * ppm), c, font=font,
                   fill=fill, anchor="ls", stroke_width=bold, stroke_fill=fill)
    return (x0 + n * pitch / 2, base + SPACING * ppm * (len(lines) - 1) / 2
            - pitch / 2, n * pitch, SPACING * ppm * len(lines))


def table(r, w, h):
    """What the document lies on."""
    kind = r.integers(0, 4)
    tone = int(r.integers(30, 220))
    small = r.normal(0, r.uniform(2, 14), (max(2, h // 40), max(2, w // 40)))
    if kind == 1:               # wood
        small = np.repeat(r.normal(0, 14, (h // 12, 1)), 12, 1)
    im = Image.fromarray(np.clip(small + tone, 0, 255).astype(np.uint8))
    im = im.resize((w, h), Image.BICUBIC)
    d = ImageDraw.Draw(im)
    if kind == 2:               # a printed sheet
        font = print_font(r, w / r.uniform(60, 110))
        step = int(w / r.uniform(28, 60))
        for y in range(0, h, step):
            d.text((r.integers(-80, 20), y), " ".join(
                words(r) for _ in range(9)), font=font, fill=40)
    if kind == 3:               # cloth or tiles
        gap = int(r.integers(8, 120))
        for x in range(0, w, gap):
            d.line((x, 0, x, h), fill=tone // 2 + 40)
        for y in range(0, h, gap):
            d.line((0, y, w, y), fill=tone // 2 + 40)
    return im


def solve(src, dst):
    """The perspective that takes the four points dst to src."""
    a, b = [], []
    for (x, y), (u, v) in zip(dst, src):
        a.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        a.append([0, 0, 0, x, y, 1, -v * x, -v * y])
        b += [u, v]
    return np.linalg.solve(np.array(a), np.array(b))


def corners(r, level, w, h, dw, dh, share):
    _, _, _, _, _, _, deg, persp, _ = LEVELS[level]
    z = min(w * share / dw, h * 0.97 / dh)
    t = np.radians(r.uniform(-deg, deg))
    c, s = np.cos(t), np.sin(t)
    p = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * (dw / 2, dh / 2) * z
    p = p @ np.array([(c, s), (-s, c)])
    p += r.uniform(-persp, persp, (4, 2)) * dw * z
    lo, hi = p.min(0), p.max(0)
    # all of it in the frame, where it has the room
    k = min(1, 0.985 * w / (hi[0] - lo[0]), 0.985 * h / (hi[1] - lo[1]))
    p, lo, hi = p * k, lo * k, hi * k
    room = np.array([w, h]) - (hi - lo)
    return p - lo + room * r.uniform(0.1, 0.9, 2)


def project(q, x, y):
    """Where the point of the page is in the photo."""
    m = np.linalg.inv(np.append(q, 1).reshape(3, 3))
    u = m @ (x, y, 1)
    return u[:2] / u[2]


def turned(point, w, h, turn):
    """The same point of a photo that is turned against the clock."""
    x, y = point
    x, y = {0: (x, y), 90: (y, w - x), 180: (w - x, h - y),
            270: (h - y, x)}[turn]
    return [round(float(x), 1), round(float(y), 1)]


def lit(r, level, a):
    h, w = a.shape
    k = LEVELS[level][8]
    gx, gy = r.uniform(-k, k, 2)
    x = np.linspace(-.5, .5, w, dtype=np.float32)
    y = np.linspace(-.5, .5, h, dtype=np.float32)[:, None]
    a *= r.uniform(0.75, 1.05) * (1 + gx * x + gy * y)
    if level != "easy" and r.random() < 0.4:    # the shadow of a hand
        e = (x * np.cos(t := r.uniform(0, 6.3)) + y * np.sin(t)
             - r.uniform(-.3, .3)) / r.uniform(0.005, 0.08)
        a *= 1 - r.uniform(0.1, k) / (1 + np.exp(-np.clip(e, -30, 30)))


def spot(r, a, x, y, rx, ry, peak):
    h, w = a.shape
    x0, x1 = int(max(0, x - 3 * rx)), int(min(w, x + 3 * rx))
    y0, y1 = int(max(0, y - 3 * ry)), int(min(h, y + 3 * ry))
    if x0 >= x1 or y0 >= y1:
        return
    yy, xx = np.mgrid[y0:y1, x0:x1].astype(np.float32)
    d = ((xx - x) / rx) ** 2 + ((yy - y) / ry) ** 2
    a[y0:y1, x0:x1] += peak * np.exp(-d)


def fold(r, a, x, y, pitch):
    """A crease through x, y, with one side in the shade."""
    h, w = a.shape
    t = r.uniform(-0.5, 0.5) + (np.pi / 2 if r.random() < 0.2 else 0)
    xx = np.arange(w, dtype=np.float32)[None]
    yy = np.arange(h, dtype=np.float32)[:, None]
    e = ((xx - x) * np.cos(t) + (yy - y) * np.sin(t)) / pitch
    side = r.choice((-1, 1))
    soft = r.uniform(0.1, 1.5)
    a *= 1 - r.uniform(0.15, 0.6) / (1 + np.exp(-np.clip(
        side * e / soft, -30, 30))) * np.exp(-np.abs(e) / r.uniform(6, 60))
    a *= 1 - r.uniform(0, 0.6) * np.exp(-(e / r.uniform(0.08, 0.3)) ** 2)


def blurred(r, level, a, pitch):
    lo, hi = LEVELS[level][:2]
    im = Image.fromarray(np.clip(a, 0, 255).astype(np.uint8))
    s = r.uniform(lo, hi) * pitch
    if r.random() < 0.25:       # a shaken hand: along a straight way
        n, t = 7, r.uniform(0, np.pi)
        way = s * 2.5
        out = np.zeros(a.shape, np.float32)
        for k in np.linspace(-.5, .5, n):
            out += np.asarray(im.transform(
                im.size, Image.AFFINE,
                (1, 0, k * way * np.cos(t), 0, 1, k * way * np.sin(t)),
                Image.BILINEAR), np.float32)
        return out / n
    return np.asarray(im.filter(ImageFilter.GaussianBlur(s)), np.float32)


def photo(seed, index, kind, level, turn):
    r = np.random.default_rng([seed, index])
    form = list(SIZES)[index % 5]
    lines = [] if kind in ("blank", "bare") else people.zone(r, form)
    w = int(r.choice([1280, 1600, 2000, 2400, 3264, 4000],
                     p=(.15, .3, .25, .2, .06, .04)))
    h = w * 3 // 4
    share = r.uniform(0.62 if w > 1500 else 0.75, 0.96)
    ppm = max(7.0, w * share / SIZES[form][0] * 1.05)
    doc, zone, portrait = page(r, form, drawn(r, lines), ppm,
                               kind == "bare")
    dw, dh = doc.size
    quad = corners(r, level, w, h, dw, dh, share)
    q = solve([(0, 0), (dw, 0), (dw, dh), (0, dh)], quad)
    back = table(r, w, h)
    warp = doc.transform((w, h), Image.PERSPECTIVE, q, Image.BICUBIC)
    mask = Image.new("L", doc.size, 255).transform(
        (w, h), Image.PERSPECTIVE, q, Image.BILINEAR)
    back.paste(warp, mask=mask)
    zx, zy, zw, zh = zone
    left, right = project(q, zx - zw / 2, zy), project(q, zx + zw / 2, zy)
    n = len(lines[0]) if lines else 44
    pitch = float(np.hypot(*(right - left))) / n
    a = np.asarray(back, np.float32).copy()
    lit(r, level, a)
    on = project(q, zx + r.uniform(-.45, .45) * zw, zy + r.uniform(-.3, .3) * zh)
    if kind == "fold":
        fold(r, a, *on, pitch)
    if kind == "glare":
        spot(r, a, *on, r.uniform(1, 6) * pitch, r.uniform(1, 4) * pitch,
             r.uniform(60, 200))
    elif level == "hard" and r.random() < 0.5:
        spot(r, a, r.uniform(0, w), r.uniform(0, h), *r.uniform(1, 6, 2)
             * pitch, r.uniform(60, 220))
    a = blurred(r, level, a, pitch)
    lo, hi = LEVELS[level][2:4]
    a = a + r.standard_normal(a.shape, np.float32) * r.uniform(lo, hi)
    im = Image.fromarray(np.clip(a, 0, 255).astype(np.uint8))
    im = im.rotate(turn, expand=True)
    truth = {"format": form if lines else "none", "lines": lines, "set": kind,
             "level": level, "turn": turn, "pitch": round(pitch, 1),
             "portrait": kind != "bare" and [
                 turned(project(q, *p), w, h, turn) for p in portrait]}
    return im, truth, int(r.integers(*LEVELS[level][4:6]))


def drawn(r, lines):
    """Photos without a zone have other print in its place, at times in lines
    of nearly that shape."""
    if lines or r.random() < 0.4:
        return lines
    n = int(r.choice([30, 36, 44]))
    kind = r.integers(0, 3)
    if kind == 0:               # OCR-B, and no check digit right but by chance
        return [people.pick(r, people.LETTERS + people.DIGITS + "<", n)
                for _ in range(2)]
    if kind == 1:
        return ["".join(c if c.isalnum() else " " for c in
                        people.names(r, n)).rstrip() for _ in range(3)]
    return [people.names(r, n)]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("count", type=int)
    ap.add_argument("out")
    ap.add_argument("--set", default="plain",
                    choices=("plain", "glare", "fold", "blank", "bare"))
    ap.add_argument("--level", choices=list(LEVELS))
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--turn", type=int, choices=(0, 90, 180, 270))
    a = ap.parse_args()
    os.makedirs(a.out, exist_ok=True)
    for i in range(a.count):
        level = a.level or list(LEVELS)[i % 3]
        turn = (0, 90, 180, 270)[i // 3 % 4] if a.turn is None else a.turn
        im, truth, quality = photo(a.seed, i, a.set, level, turn)
        name = os.path.join(a.out, f"{a.set}-{a.seed}-{i:04d}")
        im.save(name + ".jpg", quality=quality)
        with open(name + ".json", "w", encoding="utf-8") as f:
            json.dump(truth, f)


if __name__ == "__main__":
    main()
