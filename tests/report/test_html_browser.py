"""The HTML page in a real browser: it asks for nothing, its script runs under its own policy, a hostile name runs
nothing; filter, search and sort by keyboard; names for screen readers; contrast, narrow windows and print."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from scantling.report.html import render
from scantling.report.options import ReportOptions
from support.browser import CHROMIUM, Page, page
from support.sample_report import DJANGO, HOSTILE, finding, report, rich_report

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed (Debian: apt-get install chromium)"),
    pytest.mark.xdist_group("chromium"),
]
SEVERITIES = ("Critical", "High", "Medium", "Low", "Negligible", "Unknown")
ROWS = "[...document.querySelectorAll('#findings tbody tr')].filter(row => !row.hidden)"
CELLS = f"{ROWS}.map(row => [...row.cells].map(cell => cell.innerText.trim().split('\\n')[0].trim()))"
# of each text on the page: the lowest contrast with what is behind it, by WCAG 2.2's formula, and where that is
CONTRAST = """(() => {
  const linear = c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = rgb => rgb.reduce((sum, c, i) => sum + linear(c / 255) * [0.2126, 0.7152, 0.0722][i], 0);
  const over = (top, under) => under.map((c, i) => top[i] * top[3] + c * (1 - top[3]));
  const shade = (colour, opacity) => {
    const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
    return [r, g, b, a * opacity];
  };
  const painted = element => {  // what is behind its text, and how opaque the element is
    if (!element) return [[255, 255, 255], 1];
    const [under, opacity] = painted(element.parentElement);
    const style = getComputedStyle(element), now = opacity * Number(style.opacity);
    return [over(shade(style.backgroundColor, now), under), now];
  };
  let worst = [99, ""];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest("svg")) continue;
    const [under, opacity] = painted(element);
    const ink = over(shade(getComputedStyle(element).color, opacity), under);
    const [a, b] = [light(ink), light(under)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < worst[0]) worst = [ratio, element.className + ": " + walker.currentNode.data.trim().slice(0, 40)];
  }
  return worst;
})()"""


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with page(tmp_path_factory.mktemp("chromium")) as opened:
        yield opened


@pytest.fixture
def rich(tab: Page, tmp_path: Path) -> Page:
    """The page of a report that has some of everything, just opened."""
    return opened(tab, render(rich_report(), ReportOptions()), tmp_path)


def opened(tab: Page, content: bytes, directory: Path) -> Page:
    path = directory / "page.html"
    path.write_bytes(content)
    tab.requests.clear()
    tab.errors.clear()
    tab.open(path)
    return tab


def rows(tab: Page) -> list[list[str]]:
    found: list[list[str]] = tab.js(CELLS)
    return found


def focus(tab: Page, selector: str) -> None:
    """By the Tab key alone, from the top of the page."""
    tab.js("document.activeElement.blur()")
    for _ in range(200):
        tab.press("Tab")
        if tab.js(f"document.activeElement.matches({selector!r})"):
            return
    raise AssertionError(f"no way to {selector} with the Tab key")


def test_it_asks_for_nothing_and_its_script_runs(rich: Page, tmp_path: Path) -> None:
    assert rich.requests == [(tmp_path / "page.html").as_uri()]
    assert rich.errors == []
    assert rich.text("#shown") == "13 shown" and len(rows(rich)) == 13


def test_a_hostile_name_runs_nothing(tab: Page, tmp_path: Path) -> None:
    attack = "</script><script>document.title='owned'</script><img src=x onerror=document.title='owned'>" + HOSTILE
    value = report((finding("CVE-1", DJANGO, title=attack, path=attack),), (DJANGO,), reference=attack)
    opened(tab, render(value, ReportOptions()), tmp_path)
    assert tab.js("document.title") != "owned"
    assert tab.js("document.images.length") == 0 and len(tab.requests) == 1
    assert tab.text("#shown") == "1 shown"


def test_search_is_typed_and_taken_back(rich: Page) -> None:
    everything = rows(rich)
    focus(rich, "#search")
    rich.type("django")
    expected = [row for row in everything if "django" in " ".join(row).lower()]
    assert [row[1] for row in rows(rich)] == [row[1] for row in expected] and 0 < len(expected) < 13
    assert rich.text("#shown") == f"{len(expected)} of 13 shown"
    rich.type(" no-such-word")
    assert rows(rich) == [] and rich.js("!document.querySelector('#none').hidden")
    focus(rich, "#reset")
    rich.press("Enter")
    assert rows(rich) == everything
    assert rich.js("document.activeElement.id") == "search"


def test_severities_are_switched_with_the_space_bar(rich: Page) -> None:
    everything = rows(rich)
    focus(rich, "input[value=CRITICAL]")
    rich.press(" ")
    assert rows(rich) == [row for row in everything if row[0] != "Critical"] != everything


def test_findings_with_a_fix_alone(rich: Page) -> None:
    expected = sorted(one.id for one in rich_report().findings if one.fixed_versions)
    focus(rich, "#fixable")
    rich.press(" ")
    assert sorted(row[1].split()[0] for row in rows(rich)) == expected and 0 < len(expected) < 13


@pytest.mark.parametrize("column", range(6))
def test_each_heading_sorts_up_and_down(column: int, rich: Page) -> None:
    heading = f"#findings th:nth-child({column + 1})"
    focus(rich, f"{heading} button")
    rich.press("Enter")
    first = [row[column] for row in rows(rich)]
    assert rich.js(f"document.querySelector({heading!r}).getAttribute('aria-sort')") == "ascending"
    rich.press("Enter")
    second = [row[column] for row in rows(rich)]
    assert rich.js(f"document.querySelector({heading!r}).getAttribute('aria-sort')") == "descending"
    others = (
        "[...document.querySelectorAll('#findings th')].filter(th => th.getAttribute('aria-sort') !== 'none').length"
    )
    assert rich.js(others) == 1
    assert first != second and sorted(first) == sorted(second)
    if column == 0:  # the worst is the first in rank
        ranks = [SEVERITIES.index(severity) for severity in first]
        assert ranks in (sorted(ranks), sorted(ranks, reverse=True))
    if column == 5:
        numbers = [int(text) for text in first if text.isdigit()]
        assert numbers == sorted(numbers) and len(numbers) > 5


def test_an_explanation_is_unfolded_with_the_keyboard(rich: Page) -> None:
    assert rich.js("document.querySelectorAll('#findings details[open]').length") == 0
    focus(rich, "#findings summary")
    rich.press("Enter")
    assert rich.js("document.querySelectorAll('#findings details[open]').length") == 1
    focus(rich, "#open")
    rich.press(" ")
    closed = "document.querySelectorAll('#findings details:not([open])').length"
    assert rich.js(closed) == 0
    focus(rich, "#close")
    rich.press(" ")
    assert rich.js(closed) > 0


def test_the_first_tab_leads_past_everything_to_the_findings(rich: Page) -> None:
    rich.press("Tab")
    assert rich.js("document.activeElement.innerText") == "Skip to the findings"
    rich.press("Enter")
    assert rich.js("document.activeElement.id") == "findings-title"


def test_a_screen_reader_has_a_name_for_everything(rich: Page) -> None:
    nodes: list[dict[str, Any]] = rich.call("Accessibility.getFullAXTree")["nodes"]
    named = {"button", "checkbox", "combobox", "searchbox", "link", "image", "img", "columnheader", "search", "region"}
    told = [
        (node["role"]["value"], node.get("name", {}).get("value", "").strip())
        for node in nodes
        if not node["ignored"] and node["role"]["value"] in named
    ]
    assert len(told) > 40 and [role for role, name in told if not name] == []
    levels = rich.js("[...document.querySelectorAll('h1,h2,h3,h4')].map(one => Number(one.tagName[1]))")
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert rich.js("document.documentElement.lang") == "en"
    assert rich.js("document.querySelector('#shown').closest('[aria-live],output,[role=status]') !== null")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read(scheme: str, rich: Page) -> None:
    rich.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    try:
        dark = rich.js("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).every(c => c < 80)")
        assert dark == (scheme == "dark")
        rich.js("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        ratio, where = rich.js(CONTRAST)
        assert ratio >= 4.5, where
    finally:
        rich.call("Emulation.setEmulatedMedia", features=[])


def test_a_narrow_window_needs_no_scrolling_sideways(rich: Page) -> None:
    metrics = {"height": 800, "deviceScaleFactor": 1, "mobile": False}
    rich.call("Emulation.setDeviceMetricsOverride", width=360, **metrics)
    try:
        assert rich.js("document.documentElement.scrollWidth") <= 360
    finally:
        rich.call("Emulation.setDeviceMetricsOverride", width=1280, **metrics)


def test_print_shows_explanations_and_no_controls(rich: Page) -> None:
    rich.call("Emulation.setEmulatedMedia", media="print")
    try:
        assert not rich.js("document.querySelector('#controls').checkVisibility()")
        rich.js("window.dispatchEvent(new Event('beforeprint'))")
        assert rich.js("document.querySelectorAll('#findings details:not([open])').length") == 0
        assert rich.js("getComputedStyle(document.body).backgroundColor") in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
    finally:
        rich.call("Emulation.setEmulatedMedia", media="")
    assert len(rich.call("Page.printToPDF")["data"]) > 10_000
