# SPDX-License-Identifier: GPL-3.0-or-later
"""Machine readable zones of invented people, right in each check digit."""

GIVEN = """ANNA MARIA LUKAS EMMA NOAH MOHAMMED FATIMA WEI YUKI OLGA IVAN CHLOE
LIAM SOFIA MATEO AISHA OMAR INGRID LARS PIERRE ZOE QUENTIN XAVIER JADWIGA
KRZYSZTOF BJORN UMA VIKRAM PRIYA KWAME AMARA JOAO BEATRIZ GYORGY ZSUZSA HUGO
ELIF DENIZ NIKOLAOS ELENI SEAN SIOBHAN RHYS MEI LING THUY NGUYEN JACK WILLIAM
""".split()
FAMILY = """ERIKSSON MUELLER SCHMIDT GARCIA<LOPEZ DUBOIS ROSSI KOWALSKI NOVAK
HORVATH PAPADOPOULOS YILMAZ IVANOV PETROVA KIM NGUYEN ZHANG WANG TANAKA SINGH
PATEL OKAFOR MENSAH SILVA<SANTOS FERREIRA OBRIEN JONES VAN<DER<BERG DE<JONG
QUIROGA XU WOJCIECHOWSKI BERGSTROEM VIRTANEN LINDQVIST AL<HASSAN EL<FASSI
FITZWILLIAM BJARNADOTTIR JUAREZ ZYWIEC OXLEY KAUFMANN HUBER GRUBER WAGNER
VENKATARAMANAN<SUBRAMANIAM""".split()
STATES = """UTO D<< FRA AUT CHE ITA ESP PRT NLD BEL GBR IRL USA CAN MEX BRA
ARG CHN JPN KOR IND PAK TUR GRC POL CZE SVK HUN ROU BGR SWE NOR DNK FIN EST
LVA LTU UKR RUS GEO ARM KAZ UZB EGY MAR TUN DZA NGA GHA KEN ZAF AUS NZL XXA
""".split()
LINES = {"TD1": (3, 30), "TD2": (2, 36), "TD3": (2, 44), "MRV-A": (2, 44),
         "MRV-B": (2, 36)}
LETTERS, DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"


def digit(text):
    def value(c):
        return 0 if c == "<" else int(c, 36)
    return str(sum(value(c) * (7, 3, 1)[i % 3]
                   for i, c in enumerate(text)) % 10)


def pick(r, chars, n):
    return "".join(chars[i] for i in r.integers(0, len(chars), n))


def number(r):
    kind = r.integers(0, 5)
    if kind == 0:
        return pick(r, DIGITS, 9)
    if kind == 1:
        return pick(r, LETTERS, 1) + pick(r, DIGITS, 8)
    if kind == 2:
        return pick(r, LETTERS, 2) + pick(r, DIGITS, 7)
    if kind == 3:
        return pick(r, LETTERS + DIGITS, 9)
    return pick(r, LETTERS, 1) + pick(r, DIGITS, r.integers(5, 8))


def names(r, length):
    given = [GIVEN[i] for i in r.integers(0, len(GIVEN), r.integers(1, 4))]
    text = FAMILY[r.integers(0, len(FAMILY))] + "<<" + "<".join(given)
    return text.ljust(length, "<")[:length]


def date(r, first, last):
    return "%02d%02d%02d" % (r.integers(first, last) % 100,
                             r.integers(1, 13), r.integers(1, 29))


def birth(r):
    d = date(r, 1930, 2010)
    if r.random() < 0.03:       # day, or day and month, unknown
        d = d[:4] + "<<" if r.random() < 0.5 else d[:2] + "<<<<"
    return d


def optional(r, n, chance):
    if r.random() > chance:
        return "<" * n
    return pick(r, LETTERS + DIGITS if r.random() < 0.3 else DIGITS,
                r.integers(3, n + 1)).ljust(n, "<")


def zone(r, form):
    """The lines of such a document."""
    no = number(r).ljust(9, "<")
    state = STATES[r.integers(0, len(STATES))]
    nation = state if r.random() < 0.8 else STATES[r.integers(0, len(STATES))]
    born = birth(r)
    ends = date(r, 2024, 2036)
    sex = "MF<"[r.choice(3, p=(0.48, 0.48, 0.04))]
    tail = born + digit(born) + sex + ends + digit(ends)
    if form == "TD1":
        code = pick(r, "IAC", 1) + pick(r, "<<<DRP", 1)
        if r.random() < 0.08:
            return long_card(r, code, state, nation, tail)
        one = code + state + no + digit(no) + optional(r, 15, 0.3)
        two = tail + nation + optional(r, 11, 0.3)
        two += digit(one[5:] + two[:7] + two[8:15] + two[18:])
        return [one, two, names(r, 30)]
    n = LINES[form][1]
    first = "V" if form[0] == "M" else "P" if form == "TD3" else \
        pick(r, "IAC", 1)
    second = pick(r, "<<<<" + ("PDSO" if first == "P" else "DC"), 1)
    one = first + second + state + names(r, n - 5)
    two = no + digit(no) + nation + tail
    if form == "TD3":
        more = optional(r, 14, 0.5)
        two += more + (pick(r, "<0", 1) if more == "<" * 14 else digit(more))
    else:
        two += optional(r, n - 28 - (form == "TD2"), 0.3)
    if form[0] != "M":
        two += digit(two[:10] + two[13:20] + two[21:])
    return [one, two]


def long_card(r, code, state, nation, tail):
    """A number of more than nine characters runs on in the optional data."""
    no = pick(r, DIGITS, r.integers(10, 15))
    one = (code + state + no[:9] + "<" + no[9:] + digit(no)).ljust(30, "<")
    two = tail[:15] + nation + "<" * 11
    two += digit(one[5:] + two[:7] + two[8:15] + two[18:])
    return [one, two, names(r, 30)]
