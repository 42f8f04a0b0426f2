# SPDX-License-Identifier: GPL-3.0-or-later
"""What every view must fulfil: width, names, contrast, texts, console."""

OVERFLOW = """
const root = document.documentElement;
return [root.scrollWidth, root.clientWidth];
"""

# Elements that can be used but are smaller than 44 px on a side. Where a
# label widens the target, the label counts.
SMALL = """
const out = [];
document.querySelectorAll('button, input:not([type=file]), a').forEach((e) => {
    const box = e.closest('.agree, .choice') || e;
    const r = box.getBoundingClientRect();
    if (r.width && (r.height < 43.5 || r.width < 43.5))
        out.push(e.outerHTML.slice(0, 80) + ' ' + r.width + 'x' + r.height);
});
return out;
"""

# Text whose contrast with the ground behind it is under WCAG AA.
CONTRAST = """
const parse = (c) => {
    const m = c.match(/[\\d.]+/g).map(Number);
    return { r: m[0], g: m[1], b: m[2], a: m.length > 3 ? m[3] : 1 };
};
const ground = (e) => {
    for (let n = e; n; n = n.parentElement) {
        const c = parse(getComputedStyle(n).backgroundColor);
        if (c.a === 1)
            return c;
    }
    return parse('rgb(255, 255, 255)');
};
const light = (c) => {
    const f = (v) => {
        const s = v / 255;
        return s <= 0.03928 ? s / 12.92 : Math.pow((s + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * f(c.r) + 0.7152 * f(c.g) + 0.0722 * f(c.b);
};
const out = [];
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !e.getClientRects().length ||
            e.closest('[hidden], noscript, .visually-hidden, .finder'))
        continue;
    const style = getComputedStyle(e);
    if (e.closest('[aria-disabled], [aria-busy]'))
        continue;
    const a = light(parse(style.color));
    const b = light(ground(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5))
        out.push(walk.currentNode.data.trim().slice(0, 40) + ' ' +
            ratio.toFixed(2));
}
return out;
"""

NAMED_ROLES = ("button", "link", "checkbox", "radio", "combobox", "textbox",
               "listbox", "option", "image", "progressbar", "navigation",
               "radiogroup", "group", "figure")
UNNAMED_IS_FINE = ("group", "figure")


def unnamed(page):
    """Roles of the interactive elements without an accessible name."""
    tree = page.cdp("Accessibility.getFullAXTree")["nodes"]
    found = []
    for node in tree:
        role = node.get("role", {}).get("value", "")
        name = node.get("name", {}).get("value", "").strip()
        focusable = any(p["name"] == "focusable" and p["value"].get("value")
                        for p in node.get("properties", []))
        if node.get("ignored") or name or role == "RootWebArea":
            continue
        if focusable or (role in NAMED_ROLES and
                         role not in UNNAMED_IS_FINE):
            found.append(role)
    return found


def audit(page, name):
    """All checks on the present view, and its screenshot."""
    page.shot(name)
    wide, room = page.js(OVERFLOW)
    assert wide <= room, "%s overflows: %d > %d" % (name, wide, room)
    assert page.js(SMALL) == [], name
    assert page.js(CONTRAST) == [], name
    assert unnamed(page) == [], name
    assert page.js("return document.documentElement.dataset.missing || ''"
                   ) == "", name
    body = page.js("return document.body.innerText + document.title")
    assert "\u27e6" not in body and "{" not in body, body
    heading = page.js("return document.querySelector('h1').textContent")
    assert heading in page.driver.title, page.driver.title
    assert page.js("return document.querySelectorAll('h1').length") == 1
    quiet(page)


def quiet(page):
    """No CSP violation, nothing in the console."""
    assert page.js("return window.__violations") == []
    told = page.console()
    assert told == [], told
