"""Which cell of a line gets what, and in which colours."""

from __future__ import annotations

from datetime import date

import pytest

from tests.assessment.casebook import END, Book, wobbling
from xlperf.assessment.assessing import assess
from xlperf.assessment.rag import Rag
from xlperf.config import SETTINGS
from xlperf.excel.port import CellState, SetFill, SetValue
from xlperf.tables import schema
from xlperf.tables.lines import KEY_CELLS, MISSING_CELLS
from xlperf.tables.return_checks import with_overdue
from xlperf.tiles.layout import (
    cell_names,
    checks_text,
    fields,
    fill_of,
    font_on,
    head,
    lay_out,
    missing,
    notes,
)
from xlperf.tiles.wording import STATUS

RATES = [5300, 5000, 5100, 5200, 5400, 5500, 5600, 5700]


def luminance(colour: str) -> float:
    """WCAG 2.1, relative luminance."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    "fill",
    [str(s.default) for s in SETTINGS if s.key.startswith("fill_")]
    + ["#777777", "#767676", "#000000"],
)
def test_text_on_every_fill_has_a_contrast_of_4_5_or_more(fill):
    assert contrast(fill, font_on(fill)) >= 4.5


def test_the_palette_has_the_contrasts_it_was_chosen_for():
    # seed/palette.json: 8.31, 12.29, 6.12, 18.76.
    settings = Book().read()[1]
    found = {
        rag: round(contrast(fill_of(rag, settings), font_on(fill_of(rag, settings))), 2)
        for rag in Rag
    }
    assert found == {Rag.RED: 8.31, Rag.AMBER: 12.29, Rag.GREEN: 6.12, Rag.NA: 18.76}


def test_offences_fill_five_cells():
    line = Book().offences(counts=wobbling(100, 54) + wobbling(60, 12)).line("crime")
    assert fields(line) == {
        "baseline": 1200,
        "latest": 720,
        "change": "−40%",
        "outlook": "▼ 4 of 4",
    }


def test_the_position_fills_its_rank_and_likely_range():
    book = (
        Book().measure("crime", "offences", MSG_measure="crime").months("crime", wobbling(400, 66))
    )
    assert fields(book.peers(RATES).line("crime_position")) == {
        "latest": "4th of 8",
        "change": "likely 2nd to 7th",
    }


def test_a_position_without_a_colour_says_why_instead_of_its_range():
    book = (
        Book().measure("crime", "offences", MSG_measure="crime").months("crime", wobbling(400, 66))
    )
    assert fields(book.peers(RATES[:5]).line("crime_position"))["change"] == "too few forces"


def test_the_chart_fills_the_change_of_the_means():
    assert fields(Book().offences(counts=[90, 110] * 6 + [125] * 6).line("crime_spc")) == {
        "latest": "+25%"
    }


def test_a_survey_fills_shares_points_and_n():
    assert fields(Book().surveys((300, 400), (340, 400)).line("sat")) == {
        "baseline": 0.75,
        "latest": 0.85,
        "change": "+10.0 pts",
        "outlook": "n 400",
    }


def test_a_total_fills_the_annualised_figure_and_the_printed_change():
    assert fields(Book().totals(667, 185, half=True).line("young")) == {
        "baseline": 667,
        "latest": 370,
        "change": "−45%",
        "outlook": "",
    }


def test_from_none_there_is_no_percentage():
    assert fields(Book().totals(0, 80).line("young"))["change"] == ""
    assert fields(Book().totals(0, 0).line("young"))["latest"] == 0


def test_amounts_words_and_families_have_their_own_cells():
    book = (
        Book()
        .measure("money", "amount", "none")
        .add(schema.AMOUNTS, Measure="money", Item="realised", pounds_million=7.8)
    )
    book.measure("plan", "text", "none").owed("plan", "received", Remark="Training began")
    book.measure("fam", "families", "up").owed("fam", "received", Remark="No change")
    book.add(
        schema.FAMILIES,
        Measure="fam",
        Council="City",
        Period_end=END,
        Counting="and",
        Engaged=200,
        ASB_only=0,
        Offending_only=0,
        Both=50,
    )
    lines = book.lines()
    assert fields(lines["money"]) == {"latest": 7.8}
    assert fields(lines["plan"]) == {"latest": "Training began"}
    assert fields(lines["fam"]) == {"baseline": "No change", "latest": "25%", "change": "of 200"}


def test_missing_figures_are_na_with_a_short_reason():
    line = Book().measure("sat", "survey", "up").owed("sat", "awaited").line("sat")
    assert fields(line) == {
        "baseline": "NA",
        "latest": "NA",
        "change": "not received",
        "outlook": "",
    }


def test_provisional_and_revised_figures_are_marked():
    book = Book().measure("crime", "offences").months("crime", wobbling(100, 65), last="2014-08")
    book.months("crime", [100], status="provisional")
    book.add(
        schema.HISTORY, Period_end=date(2014, 6, 30), Line="crime", Baseline=1100, Colour="RED"
    )
    assert fields(book.line("crime"))["change"].endswith("[p] [r]")


def states(names: list[str], **refusals: str) -> dict[str, CellState]:
    return {
        name: CellState(name, "Dashboard", "A1", None, None, refusals.get(name)) for name in names
    }


def laid(book: Book, cells: dict[str, CellState] | None = None) -> list[SetValue | SetFill]:
    tables, settings, _ = book.read()
    lines = assess(tables, settings)
    names = cell_names(lines)
    return lay_out(lines, tables, settings, [], states(names) if cells is None else cells)


def test_a_status_is_never_a_colour_alone():
    edits = laid(
        Book().surveys((300, 400), (340, 400)).totals(400, 700).measure("x", "survey", "up")
    )
    filled = {edit.name for edit in edits if isinstance(edit, SetFill)} - set(KEY_CELLS.values())
    written = {edit.name: edit.value for edit in edits if isinstance(edit, SetValue)}
    assert filled == {"tile_sat_rag", "tile_young_rag", "tile_x_rag"}
    assert {written[name] for name in filled} == {
        STATUS[Rag.GREEN],
        STATUS[Rag.RED],
        STATUS[Rag.NA],
    }


def test_the_key_takes_the_palette_of_the_settings():
    fills = {
        edit.name: edit.fill for edit in laid(Book(fill_red="#AA0000")) if isinstance(edit, SetFill)
    }
    assert fills["dash_key_red"] == "#AA0000"
    assert set(KEY_CELLS.values()) <= set(fills)


def test_cells_that_do_not_exist_or_must_not_be_written_are_left():
    book = Book().surveys((300, 400), (340, 400))
    cells = states(
        ["tile_sat_latest", "tile_sat_rag", "dash_key_red"],
        tile_sat_latest="holds a formula",
        dash_key_red="is merged",
    )
    assert {edit.name for edit in laid(book, cells)} == {"tile_sat_rag"}


def test_notes_gather_comments_caveats_and_overrides_by_priority():
    book = Book().measure("sat", "survey", "up", Priority="SP7", Caveat="Telephone only")
    book.survey("sat", date(2013, 3, 31), 400, 300).survey(
        "sat", date(2014, 6, 30), 400, 340
    ).override("sat", "AMBER")
    book.add(schema.COMMENTS, Priority="SP7", Author_role="force", Text="Calls fell.")
    tables, settings, _ = book.read()
    assert notes(assess(tables, settings), tables) == [
        (
            "SP7  Calls fell. (force) The figure is of June 2014, older than the period. Telephone"
            " only. * Performance manager: The board agreed. (Until 30 September 2014.)"
        )
    ]


def test_a_deterioration_is_noted_apart_from_the_colour():
    book = Book().offences(counts=wobbling(100, 54) + wobbling(140, 12))
    tables, settings, _ = book.read()
    assert (
        "The change is for the worse, and chance alone is unlikely to explain it."
        in notes(assess(tables, settings), tables)[0]
    )


def test_missing_data_is_grouped_with_owner_and_due_date():
    book = Book()
    for name, priority in (("a", "SP5"), ("b", "SP6")):
        book.measure(name, "survey", "up", Priority=priority, Line="A victim focused crime outcome")
        book.owed(name, "awaited", Owner="The force", Due=date(2014, 12, 1))
    tables, settings, _ = book.read()
    assert missing(assess(tables, settings), tables) == [
        "SP5, SP6  A victim focused crime outcome: not received, The force, due 1 December 2014"
    ]


def test_an_older_figure_that_is_awaited_is_listed_as_not_received_and_as_overdue_once_it_is():
    book = (
        Book()
        .surveys((300, 400), None, Line="Satisfaction")
        .survey("sat", date(2014, 6, 30), 400, 390)
    )
    book.owed("sat", "awaited", Owner="Health board", Due=date(2014, 10, 21))
    tables, settings, _ = book.read()
    lines = assess(tables, settings)
    said = "SP1  Satisfaction: not received, Health board, {} 21 October 2014"
    assert missing(lines, with_overdue(tables, date(2014, 10, 21))) == [said.format("due")]
    assert missing(lines, with_overdue(tables, date(2014, 10, 22))) == [
        said.format("overdue since")
    ]


def test_an_older_figure_that_keeps_its_colour_has_its_month_beside_it():
    june = date(2014, 6, 30)
    book = Book().surveys((300, 400), None).survey("sat", june, 400, 390)
    book.measure("money", "amount", "none").add(
        schema.AMOUNTS, Measure="money", Item="realised", pounds_million=7.8, As_at=june
    )
    lines = book.lines()
    assert fields(lines["sat"])["change"] == "+22.5 pts (Jun ’14)"
    assert fields(lines["money"]) == {"latest": 7.8, "change": "(Jun ’14)"}


def test_overruled_lines_are_counted_at_the_head():
    tables, settings, problems = (
        Book().surveys((300, 400), (340, 400)).override("sat", "AMBER").read()
    )
    counts = head(assess(tables, settings), tables, settings, problems)["dash_counts"]
    assert counts == "0 red  ·  1 amber  ·  0 green  ·  0 NA  ·  1 overruled by a person"


def test_more_notes_than_cells_are_counted_in_the_last():
    book = Book()
    for number in range(20):
        book.measure(f"m{number}", "survey", "up", Line=f"Line {number}").owed(
            f"m{number}", "awaited"
        )
    values = {edit.name: edit.value for edit in laid(book) if isinstance(edit, SetValue)}
    shown = len(MISSING_CELLS) - 1
    assert values[MISSING_CELLS[-1]] == f"… and {20 - shown} more in the Workings sheet."


def test_a_line_without_data_says_nothing_of_a_change():
    line = Book().offences("crime", [], Compared="year to date").line("crime")
    assert fields(line)["change"] == "no data"


def test_the_head_says_period_basis_counts_and_checks():
    tables, settings, problems = Book().surveys((300, 400), (340, 400)).read()
    texts = head(assess(tables, settings), tables, settings, problems)
    assert texts["dash_period"] == "Twelve months to September 2014"
    assert texts["dash_counts"] == "0 red  ·  0 amber  ·  1 green  ·  0 NA"
    assert "Baseline: financial year 2012/13" in texts["dash_basis"]
    assert "Position" not in texts["dash_basis"]  # there is none
    assert checks_text([]) == "No checks raised"
