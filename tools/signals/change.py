#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes photos of screens, and edited photos, of photos that are none.

usage: change.py screen|straight|paste|honest|local SEED OUT PHOTO…

screen: the photo as a display shows it, red, green and blue stripes and the
black between its pixels, and as a camera before it takes that, turned by up to
8 degrees. straight: the same by less than half a degree. paste: a part of it is replaced by one without its noise, or with more, and it is saved
again. tools/ocrb/photos.py makes the photos to begin with.

honest and local are about JPEG. Each photo is shrunk first, which takes its own
JPEG from it, and gets colour and noise. honest: it is saved once or several
times as a whole, as messengers and galleries do, also after it was cut or
shrunk. local: it is saved, a part is changed, and it is saved again. A name
tells what was done: in local whether the last quality was at least ten above
the first (rise), about the same (near), ten below it (fall) or it became a PNG.
"""
import io
import json
import os
import sys

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"
TABLES = ("web_low", "web_medium", "web_high", "low", "medium", "high")


def stripes(phase, duty, soft):
    """Light of a stripe that is duty of a pixel wide, 0 to 1."""
    d = np.abs((phase + 0.5) % 1 - 0.5)
    return np.clip((duty / 2 - d) / soft + 0.5, 0, 1)


def screen(r, im, most=8):
    """A camera sees pitch of its pixels to one of the screen's."""
    w, h = 1600, 1200
    pitch = r.uniform(1.4, 4)
    angle = np.radians(r.uniform(-most, most))
    c, s = np.cos(angle) / pitch, np.sin(angle) / pitch
    shown = im.convert("RGB").resize((int(w / pitch * 1.05),
                                      int(h / pitch * 1.05)), Image.LANCZOS)
    src = shown.transform((w, h), Image.AFFINE,
                          (c, s, -s * h / 2 + .02 * w / pitch,
                           -s, c, s * w / 2), Image.BILINEAR)
    a = np.asarray(src, np.float32)
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    out = np.zeros_like(a)
    for dx in (-.33, 0, .33):       # a pixel of the camera is an area
        for dy in (-.33, 0, .33):
            u, v = c * (x + dx) + s * (y + dy), -s * (x + dx) + c * (y + dy)
            rows = stripes(v, 0.85, 0.1)
            for k in range(3):
                out[..., k] += a[..., k] * rows * stripes(
                    u - k / 3, 0.30, 0.1)
    out *= 3.2 / 9
    out = np.asarray(Image.fromarray(np.clip(out, 0, 255).astype(np.uint8))
                     .filter(ImageFilter.GaussianBlur(r.uniform(.3, 1.1))),
                     np.float32)
    out = out + r.standard_normal(out.shape).astype(np.float32) * r.uniform(1, 5)
    return Image.fromarray(np.clip(out, 0, 255).astype(np.uint8))


def straight(r, im):
    return screen(r, im, .4)


def paste(r, im):
    im = im.convert("RGB")
    w, h = im.size
    pw, ph = int(w * r.uniform(.1, .25)), int(h * r.uniform(.12, .3))
    x, y = int(r.integers(0, w - pw)), int(r.integers(0, h - ph))
    part = im.crop((x, y, x + pw, y + ph))
    if r.random() < 0.5:
        part = part.filter(ImageFilter.MedianFilter(5)).filter(
            ImageFilter.GaussianBlur(1.5))
    else:
        a = np.asarray(part, np.float32)
        a = a + r.standard_normal(a.shape[:2])[..., None] * r.uniform(8, 14)
        part = Image.fromarray(np.clip(a, 0, 255).astype(np.uint8))
    im.paste(part, (x, y))
    return im


def scene(r, name):
    """A picture without JPEG's traces, and its portrait's corners."""
    im = Image.open(name).convert("RGB")
    k = r.uniform(.6, .9)
    w, h = int(im.width * k), int(im.height * k)
    a = np.asarray(im.resize((w, h), Image.LANCZOS), np.float32)
    tint = r.uniform(-22, 22, (3, 4, 3)).astype(np.float32)
    for c in range(3):
        a[..., c] += np.asarray(Image.fromarray(tint[..., c]).resize(
            (w, h), Image.BICUBIC))
    a += r.standard_normal((h, w, 1), np.float32) * r.uniform(.5, 3)
    a += r.standard_normal((h, w, 3), np.float32) * r.uniform(.3, 1.5)
    box = None
    try:
        with open(os.path.splitext(name)[0] + ".json", encoding="utf-8") as f:
            corners = json.load(f)["portrait"]
    except (OSError, KeyError):
        corners = None
    if corners:
        p = np.array(corners) * k
        box = [int(v) for v in (*p.min(0), *p.max(0))]
    return Image.fromarray(np.clip(a, 0, 255).astype(np.uint8)), box


def saved(r, im, quality):
    """After it was a file of this quality; 0 for one of a program's own."""
    f = io.BytesIO()
    if quality:
        im.save(f, "JPEG", quality=int(quality),
                subsampling=int(r.choice([0, 2])))
    else:
        im.save(f, "JPEG", qtables=str(r.choice(TABLES)))
    return Image.open(f).convert("RGB")


def shrunk(r, im):
    k = r.uniform(.5, .95)
    return im.resize((int(im.width * k), int(im.height * k)),
                     int(r.choice([Image.BILINEAR, Image.LANCZOS])))


def cut(r, im):
    x, y = r.integers(0, im.width // 8), r.integers(0, im.height // 8)
    return im.crop((int(x), int(y), im.width - int(r.integers(0, 80)),
                    im.height - int(r.integers(0, 80))))


def toned(r, im):
    """Lighter or darker, with more or less contrast, warmer or colder."""
    a = np.asarray(im, np.float32) / 255
    a = a ** (r.uniform(.75, 1.3) if r.random() < .6 else 1)
    a = (a - .5) * r.uniform(.85, 1.2) + .5 + r.uniform(-.06, .06)
    a *= r.uniform(.93, 1.07, 3).astype(np.float32)
    return Image.fromarray(np.clip(a * 255 + .5, 0, 255).astype(np.uint8))


def honest(r, im):
    """What whole photos go through on their way: the name of it, the picture
    before its last save, and that save's quality or 0 for a PNG."""
    q = [int(v) for v in r.integers(50, 99, 3)]
    kind = str(r.choice(["once", "twice", "thrice", "table", "shrunk", "cut",
                         "messenger", "toned", "sharpened", "png",
                         "screenshot"],
                        p=(.05, .2, .12, .08, .06, .06, .1, .12, .06, .1,
                           .05)))
    if kind in ("twice", "thrice", "shrunk", "cut", "toned", "sharpened",
                "png"):
        im = saved(r, im, q[0])
    if kind == "table":
        im = saved(r, im, 0)
    if kind == "thrice":
        im = saved(r, im, q[1])
    if kind == "shrunk":
        im = shrunk(r, im)
    if kind == "cut":
        im = cut(r, im)
    if kind == "toned":
        im = toned(r, im)
    if kind == "sharpened":
        im = im.filter(ImageFilter.UnsharpMask(
            r.uniform(.6, 2), int(r.integers(30, 150)), 0))
    if kind == "messenger":
        im = saved(r, shrunk(r, saved(r, im, r.integers(85, 98))),
                   r.integers(60, 88))
    if kind in ("png", "screenshot"):
        q[2] = 0
    return f"honest-{kind}", im, q[2]


def region(r, im, box):
    """Where something is changed: a portrait, or a field."""
    if box is not None and r.random() < .4:
        return box
    w, h = int(im.width * r.uniform(.08, .2)), int(im.width * r.uniform(.02, .04))
    x = int(r.integers(im.width // 8, im.width * 7 // 8 - w))
    y = int(r.integers(im.height // 8, im.height * 7 // 8 - h))
    return [x, y, x + w, y + h]


def typed(r, im, box):
    """The print wiped out, and other print in its place."""
    x0, y0, x1, y1 = box
    part = im.crop(box)
    paper = np.percentile(np.asarray(part, np.float32), 75, (0, 1))
    a = np.broadcast_to(paper, (y1 - y0, x1 - x0, 3)).copy()
    a += r.standard_normal(a.shape[:2])[..., None] * r.uniform(.5, 3)
    part = Image.fromarray(np.clip(a, 0, 255).astype(np.uint8))
    ImageDraw.Draw(part).text(
        (3, 2), "".join(r.choice(list("0123456789AKLMX<"), 12)), fill=(40,) * 3,
        font=ImageFont.truetype(FONT, max(8, int(min(y1 - y0, 60) * .7))))
    im.paste(part, (x0, y0))


def local(r, im, box, other):
    """A part changed of a photo that was a JPEG."""
    q1, q2 = int(r.integers(50, 99)), int(r.integers(50, 99))
    im = saved(r, im, q1)
    box = region(r, im, box)
    x0, y0, x1, y1 = box
    kind = str(r.choice(["swap", "copy", "typed", "retouch"]))
    if kind == "swap":          # off its own grid but for one of 64
        other = saved(r, other, r.integers(50, 99))
        x = int(r.integers(0, max(1, other.width - (x1 - x0))))
        y = int(r.integers(0, max(1, other.height - (y1 - y0))))
        im.paste(other.crop((x, y, x + x1 - x0, y + y1 - y0)), (x0, y0))
    if kind == "copy":
        x = int(r.integers(0, im.width - (x1 - x0)))
        y = int(r.integers(0, im.height - (y1 - y0)))
        im.paste(im.crop((x, y, x + x1 - x0, y + y1 - y0)), (x0, y0))
    if kind == "typed":
        typed(r, im, box)
    if kind == "retouch":
        im.paste(im.crop(box).filter(ImageFilter.GaussianBlur(
            r.uniform(.8, 2))), (x0, y0))
    way = ("rise" if q2 - q1 >= 10 else "fall" if q1 - q2 >= 10 else "near")
    if r.random() < .15:
        way, q2 = "png", 0
    return f"local-{way}-{kind}", im, q2


def history(kind, seed, out, names):
    for i, name in enumerate(names):
        r = np.random.default_rng([int(seed), i])
        im, box = scene(r, name)
        if kind == "honest":
            what, im, q = honest(r, im)
        else:
            what, im, q = local(r, im, box,
                                scene(r, names[(i + 1) % len(names)])[0])
        path = os.path.join(out, f"{what}-{seed}-{i:04d}")
        if q:
            im.save(path + ".jpg", quality=q, subsampling=int(r.choice([0, 2])))
        else:
            im.save(path + ".png", compress_level=1)


def main():
    kind, seed, out = sys.argv[1:4]
    os.makedirs(out, exist_ok=True)
    if kind in ("honest", "local"):
        history(kind, seed, out, sys.argv[4:])
        return
    for i, name in enumerate(sys.argv[4:]):
        r = np.random.default_rng([int(seed), i])
        im = {"screen": screen, "straight": straight, "paste": paste}[kind](
            r, Image.open(name))
        im.save(os.path.join(out, f"{kind}-{seed}-{i:04d}.jpg"),
                quality=int(r.integers(70, 96)))


if __name__ == "__main__":
    main()
