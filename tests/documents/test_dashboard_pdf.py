"""The dashboard as a PDF: every tile, on A3, in text that can be read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.documents.made_pdfs import (
    alternative_texts,
    contents_of,
    faults,
    hard,
    many,
    of_sections,
    reader,
    smallest_text,
    squeezed,
    whole_text,
)
from xlperf.documents.dashboard_pdf import amount_bar, dashboard_data, dashboard_pdf
from xlperf.documents.glyphs import pdf_text
from xlperf.tables.lines import cell_name
from xlperf.tables.measure_kinds import LineKind

if TYPE_CHECKING:
    from xlperf.documents.pack_values import PackContents

A3 = (1190.55, 841.89)
"""Width and height of A3 on its side, in points (ISO 216)."""
KINDS = {
    "as shipped": lambda made: made,
    "hard": hard,
    "40 priorities": lambda made: many(made, 40),
    "one priority": lambda made: of_sections(made, [made.sections[10]]),
    "none": lambda made: replace(of_sections(made, []), notes=(), missing=()),
}


@pytest.fixture(scope="module")
def made(refreshed) -> PackContents:
    return contents_of(refreshed)


@pytest.fixture(scope="module")
def pdfs(made) -> dict[str, bytes]:
    return {name: dashboard_pdf(kind(made)) for name, kind in KINDS.items()}


@pytest.mark.slow
@pytest.mark.parametrize("name", list(KINDS))
def test_pages_are_a3_on_their_side_with_the_marking_and_text_of_eight_points(made, pdfs, name):
    data = pdfs[name]
    for page in reader(data).pages:
        assert tuple(map(float, page.mediabox[2:])) == pytest.approx(A3, abs=0.1)
        assert page.extract_text().count(made.marking) >= 2
    assert smallest_text(data) >= 7.99


def test_the_shipped_dashboard_is_one_page(pdfs):
    assert len(reader(pdfs["as shipped"]).pages) == 1
    assert len(reader(pdfs["40 priorities"]).pages) == 2


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in KINDS if name != "none"])
def test_checkers_find_no_fault(pdfs, tmp_path, name):
    assert faults(pdfs[name], tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", list(KINDS))
def test_every_line_is_there_as_the_contents_have_it(made, pdfs, name):
    given, whole = KINDS[name](made), whole_text(pdfs[name])
    said = [
        text
        for section in given.sections
        for text in (section.title, *(row.label for row in section.rows))
    ]
    said += [*given.notes, *given.missing, given.counts, given.period]
    said += [
        getattr(row, field)
        for section in given.sections
        for row in section.rows
        for field in ("latest", "change", "outlook")
        if row.kind is not LineKind.AMOUNT and getattr(row, field)
    ]
    missing = [
        text for text in said if squeezed(pdf_text(text)) not in whole and "שלום" not in text
    ]
    assert missing == []


def test_a_status_is_a_shape_and_a_word_on_its_colour(made):
    tiles = [tile for band in dashboard_data(made)["bands"] for tile in band]
    rows = [row for section in made.sections for row in section.rows]
    drawn = [row for tile in tiles for row in tile.rows]
    for row, shown in zip(rows, drawn, strict=True):
        if row.kind is LineKind.AMOUNT:
            assert shown.chip is None
        else:
            assert (shown.chip.text, shown.chip.fill) == (row.status, made.fills[row.rag])


def test_tiles_stand_as_on_the_dashboard_of_the_workbook(made):
    bands = dashboard_data(made)["bands"]
    titles = {section.priority: section.title for section in made.sections}
    assert [[tile.title for tile in band] for band in bands] == [
        [titles[code] for code in band] for band in made.priorities
    ]


def test_small_charts_have_the_alternative_texts_of_the_report(made, pdfs):
    alts = set(alternative_texts(pdfs["as shipped"]))
    months = {
        item.alt
        for section in made.sections
        for item in section.charts
        if item.alt.startswith("Line chart")
    }
    assert months
    assert months <= alts
    assert [alt for alt in alts - months if not alt.startswith("Bar of what")] == []


def test_a_bar_shows_the_parts_of_a_sum_and_needs_all_of_them(made):
    section = next(
        item for item in made.sections if {row.kind for row in item.rows} == {LineKind.AMOUNT}
    )
    parts, alt = amount_bar(section.rows, made)
    assert [part.name for part in parts] == [row.label for row in section.rows[1:]]
    assert sum(part.share for part in parts) == pytest.approx(1.0)
    assert all(f"{part.name} {part.text}" in alt for part in parts)
    name = cell_name(section.rows[2].line, "latest")
    assert amount_bar(section.rows, replace(made, cells={**made.cells, name: ""})) == ((), "")


def test_the_same_contents_give_the_same_bytes(made, pdfs):
    assert dashboard_pdf(made) == pdfs["as shipped"]
