#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes photos of screens, and edited photos, of photos that are none.

usage: change.py screen|paste SEED OUT PHOTO…

screen: the photo as a display shows it, red, green and blue stripes and the
black between its pixels, and as a camera before it takes that. paste: a part
of it is replaced by one without its noise, or with more, and it is saved
again. tools/ocrb/photos.py makes the photos to begin with.
"""
import os
import sys

import numpy as np
from PIL import Image, ImageFilter


def stripes(phase, duty, soft):
    """Light of a stripe that is duty of a pixel wide, 0 to 1."""
    d = np.abs((phase + 0.5) % 1 - 0.5)
    return np.clip((duty / 2 - d) / soft + 0.5, 0, 1)


def screen(r, im):
    """A camera sees pitch of its pixels to one of the screen's."""
    w, h = 1600, 1200
    pitch = r.uniform(1.4, 4)
    angle = np.radians(r.uniform(-8, 8))
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


def main():
    kind, seed, out = sys.argv[1:4]
    os.makedirs(out, exist_ok=True)
    for i, name in enumerate(sys.argv[4:]):
        r = np.random.default_rng([int(seed), i])
        im = {"screen": screen, "paste": paste}[kind](r, Image.open(name))
        im.save(os.path.join(out, f"{kind}-{seed}-{i:04d}.jpg"),
                quality=int(r.integers(70, 96)))


if __name__ == "__main__":
    main()
