"""The page in a real browser: nothing is loaded or said, everything works by keyboard, everything
has a name, and it fits a phone, a desk and paper.
"""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from tests.shipped import ROOT
from tests.views.chromium import ENTER, PROGRAM, TAB, Chromium
from tests.views.pages import hostile_page, shipped, shipped_page
from xlperf.assessment.rag import Rag
from xlperf.tiles.explanations import explain

AXE = ROOT / ".ci" / "tools" / "node_modules" / "axe-core" / "axe.min.js"
"""Rules of accessibility (Deque), an npm package that `.ci/run programs` installs."""
PHONE, DESK = (375, 800), (1280, 900)
OPEN_ALL = "document.querySelectorAll('details').forEach(item => item.open = true)"

SOME_KEPT = "(item, place) => [0, 4, 12, 19].includes(place) || item.remove()"
"""Sections in which every kind of row and chart is: checking all takes four times as long."""

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="chromium is not installed")


@pytest.fixture(scope="module")
def browser():
    made = Chromium()
    yield made
    made.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    made = {"shipped": shipped_page(), "hostile": hostile_page()}
    for name, data in made.items():
        (folder / f"{name}.html").write_bytes(data)
    return {name: folder / f"{name}.html" for name in made}


@pytest.mark.parametrize("name", ["shipped", "hostile"])
def test_nothing_is_loaded_and_nothing_is_wrong(browser, files, name):
    browser.open(files[name])
    asked = [item["request"]["url"] for item in browser.of("Network.requestWillBeSent")]
    assert asked == [files[name].as_uri()]
    assert not browser.of("Log.entryAdded")
    assert not browser.of("Runtime.consoleAPICalled")
    assert not browser.of("Runtime.exceptionThrown")
    assert not browser.of("Page.javascriptDialogOpening")
    background = browser.value("getComputedStyle(document.querySelector('.chip.amber')).background")
    assert name == "hostile" or "252, 187, 46" in background  # its style is let in by the policy


def test_the_keyboard_skips_to_the_content_unfolds_a_line_and_shows_where_it_is(browser, files):
    browser.open(files["shipped"])
    browser.press(TAB)
    assert browser.value("document.activeElement.textContent") == "To the content"
    browser.value("document.querySelector('tr.more summary').focus()")
    browser.press(TAB)
    browser.value("document.querySelectorAll('tr.more summary')[0].focus({focusVisible: true})")
    assert browser.value("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    browser.press(ENTER)
    assert browser.value("document.activeElement.parentNode.open")
    browser.press(ENTER)
    assert not browser.value("document.activeElement.parentNode.open")


def test_a_link_of_the_top_unfolds_the_line_it_names(browser, files):
    browser.open(files["shipped"])
    browser.value("document.querySelector('.first li a').focus()")
    browser.press(ENTER)
    folded = "document.querySelector(new URL(document.querySelector('.first li a').href).hash)"
    assert browser.value(f"{folded}.closest('details').open")


def test_whatever_can_be_used_or_seen_has_a_name_of_its_own(browser, files):
    browser.open(files["shipped"])
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    named = [
        (item["role"]["value"], item.get("name", {}).get("value", ""))
        for item in nodes
        if not item["ignored"]
    ]
    roles = {role for role, _name in named}
    assert {"banner", "main", "navigation", "contentinfo", "table", "rowheader"} <= roles
    for role in ("link", "DisclosureTriangle", "table", "navigation", "region", "img"):
        assert all(name.strip() for found, name in named if found == role), role
    tables = [name for role, name in named if role == "table"]
    assert len(tables) == len(set(tables)) == 19


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_rules_of_accessibility_find_nothing(browser, files, scheme):
    if not AXE.exists():
        pytest.skip("axe-core is not installed")
    browser.open(files["shipped"])
    browser.size(*DESK)
    browser.scheme(scheme)
    browser.value(f"{OPEN_ALL}; document.querySelectorAll('section').forEach({SOME_KEPT})")
    browser.value(f"{AXE.read_text(encoding='utf-8')}; undefined")
    found = browser.value(
        "axe.run().then(all => JSON.stringify(all.violations.map("
        "item => [item.id, item.nodes.length, item.nodes[0].html])))"
    )
    assert json.loads(found) == []


@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.parametrize("name", ["shipped", "hostile"])
def test_it_is_no_wider_than_a_phone_or_a_desk_with_all_unfolded(browser, files, name, size):
    browser.open(files[name])
    browser.size(*size)
    browser.value(OPEN_ALL)
    assert browser.value("document.documentElement.scrollWidth") <= size[0]
    smallest = browser.value(
        "Math.min(...[...document.querySelectorAll('summary, nav a')].map("
        "item => item.getBoundingClientRect().height))"
    )
    assert smallest >= 24  # WCAG 2.2, 2.5.8


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_on_paper_what_matters_is_unfolded(browser, files, tmp_path):
    browser.open(files["shipped"])
    printed = tmp_path / "page.pdf"
    printed.write_bytes(browser.pdf())
    said = subprocess.run(["pdftotext", "-raw", printed, "-"], capture_output=True, check=True)
    text = " ".join(said.stdout.decode().split())
    for line in shipped().lines:
        beginning = explain(line, shipped().settings).summary[:45]
        first = text.count(beginning)
        expected = 2 if line.shown is Rag.RED else int(line.line == "SP12_offences")
        if line.rag is not Rag.NA:
            assert first >= expected if expected else first == 0, line.line
    assert text.count("OFFICIAL") > 5  # at the head of each sheet
