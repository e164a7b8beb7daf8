"""What can be measured of a page's accessibility, whatever it shows: each finds faults, in words, and none is good."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice")
OPTIONS: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": TAGS},
    # Off unless it is asked for (axe-core, rule descriptions).
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
TARGET_MIN = 24  # CSS pixels (WCAG 2.2, 2.5.8)
# A link in a sentence is as high as the line, which the standard excepts.
SMALL_TARGETS = """minimum =>
    [...document.querySelectorAll("a[href], button, input, select, textarea, [role=option]")]
    .filter((each) => each.checkVisibility({ visibilityProperty: true }))
    .filter((each) => !(each.matches("a") && getComputedStyle(each).display === "inline"))
    .map((each) => [each, each.getBoundingClientRect()])
    .filter(([, { width, height }]) => Math.min(width, height) < minimum - 0.1)
    .map(([each, { width, height }]) => `${each.outerHTML.slice(0, 120)} is ${width} x ${height}`)"""
# The page itself does not scroll sideways, so what is too wide is cut off; what scrolls by itself (code) may be.
OUT_OF_SIGHT = """() => {
    const sideways = document.documentElement.scrollWidth - innerWidth;
    const cut = [...document.querySelectorAll("a[href], button, input, select, textarea, h1, h2, h3, p, .bubble")]
        .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.closest(".visually-hidden, pre"))
        .map((each) => [each, each.getBoundingClientRect()])
        .filter(([, { left, right, width }]) => width > 1 && (left < -1 || right > innerWidth + 1))
        .map(([each, { left, right }]) => `${each.outerHTML.slice(0, 120)} reaches from ${left} to ${right}`);
    return sideways > 0 ? [`${sideways} pixels too wide`, ...cut] : cut;
}"""
# What is painted of an element besides its words, the marks before it included.
LOOKS = """const looksOf = (element) => ["", "::before", "::after"].map((part) => {
    const style = getComputedStyle(element, part || null);
    const names = ["outlineStyle", "outlineWidth", "boxShadow", "borderTopColor", "borderTopWidth", "borderTopStyle"];
    const more = ["backgroundColor", "color", "fontWeight", "textDecorationLine", "insetInlineStart"];
    if (state.withColours) names.push(...more);
    return names.map((name) => style[name]).join(" ");
}).join(" | ");
const state = { withColours: false };
"""
# Whether the element with the focus looks otherwise when it has not, or the box it stands in. Nobody hears of the test.
FOCUS_SHOWS = f"""() => {{
    {LOOKS}
    const element = document.activeElement;
    const boxes = [element, element.parentElement, element.parentElement?.parentElement].filter(Boolean);
    const deaf = (event) => event.stopImmediatePropagation();
    const names = ["blur", "focus", "focusin", "focusout"];
    for (const name of names) addEventListener(name, deaf, true);
    const focused = boxes.map(looksOf);
    element.blur();
    const left = boxes.map(looksOf);
    element.focus({{ preventScroll: true }});
    for (const name of names) removeEventListener(name, deaf, true);
    return focused.some((looks, index) => looks !== left[index]);
}}"""
# With forced colours: what is chosen, pressed, switched on or open must not look as what is not.
SAME_LOOKS = f"""() => {{
    {LOOKS}
    state.withColours = true;
    const found = [];
    for (const name of ["aria-pressed", "aria-selected", "aria-checked", "aria-current"]) {{
        for (const element of document.querySelectorAll(`[${{name}}]:not([${{name}}="false"])`)) {{
            if (!element.checkVisibility()) continue;
            const check = element.querySelector(".icon-check");
            if (check?.checkVisibility({{ opacityProperty: true, visibilityProperty: true }})) continue;
            const on = element.getAttribute(name);
            const chosen = looksOf(element);
            element.setAttribute(name, "false");
            if (chosen === looksOf(element)) found.push(`${{name}}: ${{element.outerHTML.slice(0, 120)}}`);
            element.setAttribute(name, on);
        }}
    }}
    for (const element of document.querySelectorAll(".switch:checked")) {{
        if (!element.checkVisibility()) continue;
        const chosen = looksOf(element);
        element.checked = false;
        if (chosen === looksOf(element)) found.push(`checked: #${{element.id}}`);
        element.checked = true;
    }}
    return found;
}}"""
# Icons are masks over a background: a colour that is that of the ground hides them. 3:1 is what WCAG 1.4.11 asks.
PALE_ICONS = """() => {
    const rgb = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
    const isSolid = (text) => rgb(text).length > 2 && (rgb(text)[3] ?? 1) > 0.9;
    const light = (text) => rgb(text).slice(0, 3).map((each) => each / 255)
        .map((each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4))
        .reduce((sum, each, index) => sum + each * [0.2126, 0.7152, 0.0722][index], 0);
    const groundOf = (element) => {
        for (let each = element.parentElement; each; each = each.parentElement) {
            const { backgroundColor } = getComputedStyle(each);
            if (isSolid(backgroundColor)) return backgroundColor;
        }
        return getComputedStyle(document.documentElement).backgroundColor;
    };
    const found = [];
    for (const icon of document.querySelectorAll(".icon, .brand-mark")) {
        if (!icon.checkVisibility({ opacityProperty: true })) continue;
        const own = getComputedStyle(icon).backgroundColor;
        if (!isSolid(own)) continue; // a picture of its own
        const [dark, bright] = [light(own), light(groundOf(icon))].sort((one, other) => one - other);
        if ((bright + 0.05) / (dark + 0.05) < 3) found.push(`${icon.className}: ${own} on ${groundOf(icon)}`);
    }
    return found;
}"""
LONG_MOVEMENTS = """longest => document.getAnimations()
    .map((each) => [each, each.effect?.getComputedTiming()])
    .filter(([, timing]) => timing && (timing.endTime === Infinity || timing.endTime - timing.delay > longest))
    .map(([each]) => each.animationName ?? each.transitionProperty)"""


def violations(page: Page) -> list[str]:
    """What axe-core finds: the rule and where."""
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['html'][:160]} ({_why(node)})"
        for rule in found
        for node in rule["nodes"]
    ]


def _why(node: dict[str, Any]) -> str:
    return "; ".join(check["message"] for check in (*node["any"], *node["all"], *node["none"]))


def small_targets(page: Page) -> list[str]:
    found: list[str] = page.evaluate(SMALL_TARGETS, TARGET_MIN)
    return found


def too_wide(page: Page) -> list[str]:
    found: list[str] = page.evaluate(OUT_OF_SIGHT)
    return found
