#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes hard photos of a licence's barcode.

usage: licences.py PROBE SEED COUNT OUT

PROBE is the built photo-probe, which draws the card. What happens to it then
is what tools/ocrb/photos.py does at its level hard, and blur up to a pixel and
a half of a barcode's module.
"""
import io
import os
import subprocess
import sys

import numpy as np
from PIL import Image, ImageFilter

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "ocrb"))
import photos  # noqa: E402

TEXT = ("@\n\x1e\rANSI 636026080102DL00410288ZA03290015DLDAQD12345678\n"
        "DCSPUBLIC\nDDEN\nDACJOHN\nDDFN\nDADQUINCY\nDDGN\nDCAD\nDCBNONE\n"
        "DCDNONE\nDBD08242015\nDBB01311970\nDBA01312035\nDBC1\nDAU069 in\n"
        "DAYGRN\nDAG789 E OAK ST\nDAIANYTOWN\nDAJAZ\nDAK902230000  \n"
        "DCF83D9BN217QO983B1\nDCGUSA\nDAW180\nDAZBRO\nDCK12345678900000000000\n")


def main():
    probe, seed, count, out = sys.argv[1:5]
    os.makedirs(out, exist_ok=True)
    flat = subprocess.run([probe, "png", "2400", "1512", "zoom=1.3333",
                           "pdf417=" + TEXT], stdout=subprocess.PIPE,
                          check=True).stdout
    card = Image.open(io.BytesIO(flat)).convert("L")
    for i in range(int(count)):
        r = np.random.default_rng([int(seed), i])
        w = int(r.choice([1280, 1600, 2000, 2400]))
        h = w * 3 // 4
        share = r.uniform(0.7, 0.96)
        scale = w * share * 1.05 / card.size[0]
        doc = card.resize((int(card.size[0] * scale),
                           int(card.size[1] * scale)), Image.LANCZOS)
        dw, dh = doc.size
        quad = photos.corners(r, "hard", w, h, dw, dh, share)
        q = photos.solve([(0, 0), (dw, 0), (dw, dh), (0, dh)], quad)
        back = photos.table(r, w, h)
        mask = Image.new("L", doc.size, 255).transform(
            (w, h), Image.PERSPECTIVE, q, Image.BILINEAR)
        back.paste(doc.transform((w, h), Image.PERSPECTIVE, q, Image.BICUBIC),
                   mask=mask)
        a = np.asarray(back, np.float32).copy()
        photos.lit(r, "hard", a)
        module = dw * 0.84 / 240
        im = Image.fromarray(np.clip(a, 0, 255).astype(np.uint8)).filter(
            ImageFilter.GaussianBlur(r.uniform(0.1, 0.32) * module))
        a = np.asarray(im, np.float32)
        a = a + r.standard_normal(a.shape, np.float32) * r.uniform(4, 10)
        im = Image.fromarray(np.clip(a, 0, 255).astype(np.uint8))
        im.save(os.path.join(out, f"licence-{seed}-{i:04d}.jpg"),
                quality=int(r.integers(35, 70)))


if __name__ == "__main__":
    main()
