"""What the page says, and how it is made up."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from itertools import pairwise

import pytest
from lxml import html

from tests.views.pages import (
    CHANGED,
    DAY,
    LONG,
    QUOTES,
    SCRIPT,
    hostile,
    hostile_page,
    shipped,
    shipped_page,
)  # fmt: skip
from xlperf.assessment.rag import Rag
from xlperf.tiles.explanations import explain
from xlperf.tiles.wording import status
from xlperf.version import VERSION
from xlperf.views.page import dashboard_page, is_page, lines_page
from xlperf.views.view_contents import FOR_THE_OFFICE, ViewSource


def words(node) -> str:
    return re.sub(" ([:.])", r"\1", " ".join(" ".join(node.itertext()).split()))


@pytest.fixture(scope="module")
def page():
    return html.fromstring(shipped_page())


@pytest.mark.slow
def test_it_says_first_that_it_is_not_for_sending_then_what_it_is_of(page):
    (head,) = page.xpath("//header")
    said = words(head)
    assert said.startswith(f"OFFICIAL · Illustrative data {FOR_THE_OFFICE} Police and Crime Plan")
    assert "Twelve months to September 2014" in said
    (foot,) = page.xpath("//footer")
    assert f"Made on 2 December 2014 from Dashboard.xlsm by xlperf {VERSION}" in words(foot)


def test_every_line_stands_in_a_table_with_its_status_and_unfolds_to_its_explanation(page):
    rows = page.xpath("//tbody/tr[th]")
    unfolded = page.xpath("//div[@class='unfolded']")
    lines = shipped().lines
    assert len(rows) == len(unfolded) == len(lines) == 62
    for line, part in zip(lines, unfolded, strict=True):
        assert words(part).count(explain(line, shipped().settings).summary) == 1
        (row,) = part.xpath("ancestor::tr/preceding-sibling::tr[1]")
        assert words(row[0]) == line.label
        if line.shown is not Rag.NA:
            assert words(row[-1]) == status(line)


def test_tables_have_header_cells_and_names_and_headings_go_down_by_one(page):
    for table in page.xpath("//table"):
        assert table.xpath("thead/tr/th[@scope='col']")
        assert all(row.xpath("th[@scope='row']") for row in table.xpath("tbody/tr[not(@class)]"))
        assert page.get_element_by_id(table.get("aria-labelledby")).tag == "h2"
    levels = [int(item.tag[1]) for item in page.xpath("//h1|//h2|//h3|//h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_identities_are_one_of_a_kind_and_every_link_leads_to_one(page):
    names = page.xpath("//@id")
    assert len(names) == len(set(names))
    assert {link.removeprefix("#") for link in page.xpath("//a/@href")} <= set(names)
    named = {name for value in page.xpath("//@aria-labelledby") for name in value.split()}
    assert named <= set(names)


def test_what_is_red_and_why_what_changed_and_what_is_overdue_stand_first(page):
    (first,) = page.xpath("//section[@class='first']")
    said = words(first)
    for line in shipped().lines:
        if line.shown is Rag.RED:
            assert explain(line, shipped().settings).summary in said
    assert str(CHANGED) in said
    assert "SP12 Reduce domestic burglary, Number of offences: RED → AMBER, 4,326 → 4,253." in said
    assert "No colour was overruled by a person, and nothing is overdue." in said


def test_a_line_answers_why_how_far_what_would_turn_it_and_what_changed(page):
    (part,) = page.xpath("//tr[th='Number of offences']/following-sibling::tr[1]"
                         "[ancestor::section/h2='SP12  Reduce domestic burglary']")  # fmt: skip
    assert [words(item) for item in part.xpath(".//h3")] == [
        "Why amber?",
        "How far is it from another colour today?",
        "What would turn it?",
        "What changed?",
    ]
    said = words(part)
    assert "RED with 216 more in the projection that decides (3,719)" in said
    assert "GREEN with 1,842 or fewer (153.5 a month, 57% fewer)." in said
    assert "Between the periods to 30 June 2014 and to 30 September 2014: RED → AMBER" in said
    assert "Reason code NOT_IMPROVED_PROJECTED" in said
    assert part.xpath(".//*[@role='img']/desc")[0].text.startswith("Twelve-month totals: 4,253")


def test_nothing_runs_and_nothing_is_loaded(page):
    assert not page.xpath("//script|//link|//img|//iframe|//object|//embed|//form|//@style")
    assert not [name for item in page.iter() for name in item.attrib if name.startswith("on")]
    outside = re.compile(rb"(?:https?:)?//[a-z]|url\(|@import", re.IGNORECASE)
    assert not outside.search(shipped_page())
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    style = page.xpath("//style")[0].text
    hashed = b64encode(sha256(style.encode()).digest()).decode()
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{hashed}';")


def test_lines_that_matter_are_marked_to_be_printed_unfolded(page):
    printed = page.xpath("//details[@class='printed']//div[@class='unfolded']/@id")
    matter = [
        place
        for place, line in enumerate(shipped().lines, 1)
        if line.shown is Rag.RED or line.line == "SP12_offences"
    ]
    assert printed == [f"line-{place}" for place in matter]


def test_texts_that_mean_harm_are_texts():
    page = html.fromstring(hostile_page())
    assert not page.xpath("//script|//img")
    said = page.text_content()
    assert said.count(SCRIPT) > 5
    assert QUOTES in said
    assert LONG in said
    assert "left\ufffdright" in said
    assert "\u202e" not in said
    assert page.xpath("//style")[0].text.count("<") == 0


def test_some_lines_make_a_page_of_their_own_unfolded():
    lines = [line for line in shipped().lines if line.line.startswith("SP12_satisfaction")]
    made = lines_page(lines, shipped(), ViewSource("Dashboard.xlsm", DAY))
    page = html.fromstring(made)
    assert len(page.xpath("//div[@class='unfolded']")) == 2
    assert len(page.xpath("//tr/td/details[@open]")) == 2
    assert "Nothing earlier is recorded that it could be compared with." in words(page)
    assert FOR_THE_OFFICE in words(page)
    assert is_page(made)


def test_a_tile_that_shows_another_status_is_said():
    made = dashboard_page(hostile(), ViewSource("a.xlsx", DAY))
    assert b"refresh it" in made
