# SPDX-License-Identifier: GPL-3.0-or-later
"""Photos of invented identity documents that say what a test wants: the zone's
lines with right check digits, and the same in print."""
import io
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools" /
                       "ocrb"))
import people  # noqa: E402
import photos  # noqa: E402

SANS = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
PPM = 12  # pixels a millimetre


def squeeze(name):
    return name.upper().replace("-", "<").replace(" ", "<")


def short(day):
    return day[2:4] + day[5:7] + day[8:10]


class Person:
    """What a document says of somebody."""

    def __init__(self, surname="Eriksson", given="Anna Maria",
                 number="L898902C3", birth="1974-08-12", expiry="2034-04-15",
                 state="SWE", nation=None, sex="F"):
        self.surname, self.given, self.number = surname, given, number
        self.birth, self.expiry, self.sex = birth, expiry, sex
        self.state, self.nation = state, nation or state

    @property
    def name(self):
        return self.given + " " + self.surname

    def tail(self):
        birth, expiry = short(self.birth), short(self.expiry)
        return (birth + people.digit(birth) + self.sex + expiry +
                people.digit(expiry))

    def passport(self):
        """The two lines of a TD3 (ICAO Doc 9303 part 4)."""
        one = "P<" + self.state.ljust(3, "<") + squeeze(
            self.surname) + "<<" + squeeze(self.given)
        number = self.number.ljust(9, "<")
        two = (number + people.digit(number) + self.nation.ljust(3, "<") +
               self.tail() + "<" * 14 + "0")
        two += people.digit(two[:10] + two[13:20] + two[21:])
        return [one.ljust(44, "<")[:44], two]

    def card(self):
        """The three lines on the back of a TD1 (part 5)."""
        number = self.number.ljust(9, "<")
        one = ("I<" + self.state.ljust(3, "<") + number +
               people.digit(number)).ljust(30, "<")
        two = self.tail() + self.nation.ljust(3, "<") + "<" * 11
        two += people.digit(one[5:] + two[:7] + two[8:15] + two[18:])
        three = squeeze(self.surname) + "<<" + squeeze(self.given)
        return [one, two, three.ljust(30, "<")[:30]]

    def printed(self):
        return [("Surname / Nom", self.surname.upper()),
                ("Given names / Prénoms", self.given.upper()),
                ("Document No.", self.number),
                ("Date of birth", "%s.%s.%s" % (
                    self.birth[8:], self.birth[5:7], self.birth[:4])),
                ("Date of expiry", "%s.%s.%s" % (
                    self.expiry[8:], self.expiry[5:7], self.expiry[:4])),
                ("Sex / Sexe", self.sex)]


def page(form, lines, printed):
    wide, high = photos.SIZES[form]
    w, h = int(wide * PPM), int(high * PPM)
    r = np.random.default_rng(7)
    im = Image.new("L", (w, h), 228)
    draw = ImageDraw.Draw(im)
    im.paste(photos.face(r, int(24 * PPM), int(30 * PPM)),
             (int(5 * PPM), int(8 * PPM)))
    label = ImageFont.truetype(SANS, int(1.5 * PPM))
    value = ImageFont.truetype(SANS, int(2.6 * PPM))
    for i, (name, text) in enumerate(printed):
        y = (8 + 6.2 * i) * PPM
        draw.text((0.36 * w, y), name, font=label, fill=90)
        draw.text((0.36 * w, y + 2 * PPM), text, font=value, fill=25)
    if lines:
        photos.zone_draw(r, im, lines, PPM, wide, high)
    return im


def photo(doc, degrees=2.0, seed=1):
    """On a table, a little askew, as a phone takes it: JPEG."""
    w, h = int(doc.width * 1.15), int(doc.height * 1.25)
    r = np.random.default_rng(seed)
    back = Image.fromarray(np.clip(r.normal(95, 6, (h, w)), 0, 255).astype(
        np.uint8))
    turned = doc.rotate(degrees, expand=True, resample=Image.BICUBIC,
                        fillcolor=95)
    mask = Image.new("L", doc.size, 255).rotate(degrees, expand=True)
    back.paste(turned, ((w - turned.width) // 2, (h - turned.height) // 2),
               mask)
    noisy = np.asarray(back, np.float32) + r.normal(0, 2.5, (h, w))
    out = io.BytesIO()
    Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)).convert(
        "RGB").save(out, "JPEG", quality=90)
    return out.getvalue()


def passport(person, printed=None, **look):
    """printed: what is in print where that is not what the zone says."""
    return photo(page("TD3", person.passport(),
                      (printed or person).printed()), **look)


def card_front(person, **look):
    return photo(page("TD1", [], person.printed()), **look)


def card_back(person, **look):
    return photo(page("TD1", person.card(), []), **look)


def blank(**look):
    """Something that is no document."""
    return photo(page("TD3", [], [("Menu", "SOUP OF THE DAY")]), **look)


def bill(name="Anna Eriksson", lines=("12 High Street", "London SW1A 1AA"),
         day="3 November 2026", kind="JPEG"):
    """A page of A4 from the electricity works."""
    w, h = 1240, 1754
    im = Image.new("L", (w, h), 250)
    draw = ImageDraw.Draw(im)
    font = ImageFont.truetype(SANS, 30)
    y = 120
    for text in ("UTOPIA ELECTRIC PLC", "", name, *lines, "",
                 "Statement date: " + day, "", "Your electricity bill",
                 "Total amount to pay 84.20", "Thank you for your payment"):
        draw.text((120, y), text, font=font, fill=20)
        y += 64
    out = io.BytesIO()
    im.convert("RGB").save(out, kind, quality=90, resolution=150)
    return out.getvalue()


def scan(data):
    """A photo as the page of a PDF."""
    out = io.BytesIO()
    Image.open(io.BytesIO(data)).save(out, "PDF", resolution=200)
    return out.getvalue()
