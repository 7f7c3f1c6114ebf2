"""Past issues made again: equal to what left, or the difference with its cause; and what is said
where the inputs of an issue, its pack or the ledger are no longer there.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.assessment.casebook import Book, wobbling
from tests.causes.quarters import Quarters, by_line, causes_of, last
from tests.release.packs import published as pack_of
from xlperf.disclosure.suppression import disclosable
from xlperf.documents.pack_figures import figures_csv, figures_table
from xlperf.pipeline import assess_workbook
from xlperf.release import ledger as ledgers
from xlperf.release import manifest
from xlperf.release.publish import publish
from xlperf.release.rebuild_sentences import rebuild_output
from xlperf.release.rebuilding import Rebuilt, rebuild
from xlperf.tables import schema
from xlperf.tiles.change_causes import Cause
from xlperf.tiles.stored_inputs import state_of
from xlperf.version import VERSION

NOW = datetime(2014, 12, 10, 9, 30, tzinfo=UTC)
FIGURES = "OFFICIAL Figures 2014-06.csv"
NO_LEDGER = ledgers.Ledger(Path("Dashboard.xlperf-ledger.jsonl"), fault=ledgers.NOT_THERE)


def quarters(**cells: object) -> Quarters:
    """A workbook refreshed for June."""
    book = Book(period_end=last("2014-06")).measure("crime", "offences")
    book.months("crime", [450] * 27 + wobbling(400, 36), last="2014-06")
    book.measure("rare", "offences", **cells).months("rare", wobbling(9, 63), last="2014-06")
    made = Quarters(book)
    made.refresh("2014-06")
    return made


@pytest.fixture(scope="module")
def two_issues(tmp_path_factory) -> tuple[Quarters, Path]:
    """A workbook, and the folder of two issues of it: before the second a figure of the first was
    revised, a setting changed, and a quarter came in.
    """
    made, folder = quarters(), tmp_path_factory.mktemp("office")
    workbook = folder / "Dashboard.xlsm"
    publish(made.workbook(), folder / "June", workbook=workbook, now=NOW, first_issue=True)
    made.count("crime", "2013-08", 900)
    made.book.settings_given["baseline_year"] = "2010/11"
    made.book.months("crime", [330] * 3, last="2014-09").months("rare", [5, 3, 1], last="2014-09")
    made.refresh("2014-09")
    publish(made.workbook(), folder / "September", workbook=workbook, now=NOW)
    return made, folder


@pytest.mark.slow
@pytest.mark.parametrize("named", ["by its pack", "by its month"])
@pytest.mark.parametrize(("issue", "end"), [("June", "2014-06"), ("September", "2014-09")])
def test_an_issue_is_the_same_though_figures_and_settings_changed_since(
    two_issues, issue, end, named
):
    made, folder = two_issues
    ledger = ledgers.read(folder / "Dashboard.xlsm")
    pack = manifest.read(folder / issue)
    rebuilt = rebuild(made.workbook(), pack if named == "by its pack" else last(end), ledger)
    assert rebuilt.same
    assert f"was rebuilt from its stored inputs with xlperf {VERSION}. Nothing differs" in output(
        rebuilt
    )
    assert all(item.same == item.lines == 4 for item in rebuilt.comparisons)
    assert rebuilt.figures() == pack.contents[f"OFFICIAL Figures {end}.csv"]
    if named == "by its pack":
        assert [item.name for item in rebuilt.comparisons] == [
            "the ledger",
            f"OFFICIAL Figures {end}.csv",
        ]
    since = by_line(rebuilt.since)
    if issue == "September":
        assert not since
        return
    assert [(part.cause, part.detail) for part in since["crime"].parts] == [
        (
            Cause.SETTING,
            (
                "baseline_year year to Mar 2013 -> year to Mar 2011; trends that reach the target"
                " 2 of 4 -> 4 of 4"
            ),
        ),
        (Cause.REVISED, "Aug 2013 396 -> 900; trends that reach the target 4 of 4 -> 1 of 4"),
    ]
    assert all(Cause.NEW not in causes_of(change) for change in since.values())


def issued(made: Quarters, folder: Path) -> tuple[manifest.Pack, ledgers.Ledger]:
    """What publish leaves of an issue: a pack with its file of figures, and the ledger."""
    assessed = assess_workbook(made.workbook())
    public = disclosable(assessed.tables, assessed.lines, assessed.settings)
    after = ledgers.new_issue(NO_LEDGER, public.issue, workbook="Dashboard.xlsm", now=NOW)
    after = ledgers.Ledger(after.path, after.issues, after.data, after.hashes)
    shown = figures_csv(
        figures_table(
            assessed.__class__(assessed.settings, public.tables, public.lines, (), {}, {})
        )
    )
    pack_of(
        folder,
        {FIGURES: shown},
        period=assessed.settings.period_end,
        fingerprint=assessed.fingerprint,
        inputs=state_of(assessed).fingerprint,
        version="0.1",
        ledger=after.mark,
    )
    return manifest.read(folder), after


def output(rebuilt: Rebuilt) -> str:
    return " ".join(rebuild_output(rebuilt, Path("Dashboard.xlsm"), None).split())


def test_what_another_version_judged_otherwise_is_put_down_to_it():
    made = quarters()
    made.rewrite(
        lambda state: state._replace(
            version="0.1",
            lines=tuple(
                (*row[:6], "'GREEN", "'GREEN", row[8]) if row[0] == "'crime" else row
                for row in state.lines
            ),
        )
    )
    rebuilt = rebuild(made.workbook(), last("2014-06"), NO_LEDGER)
    change = by_line(rebuilt.recorded)["crime"]
    assert causes_of(change) == [Cause.VERSION]
    assert change.parts[0].detail == f"0.1 -> {VERSION}"
    assert not rebuilt.same
    text = output(rebuilt)
    assert "made with xlperf 0.1, was rebuilt" in text
    assert "Not all of it is the same." in text
    assert "sheet Inputs): 3 of 4 lines are the same." in text


def test_a_later_refresh_of_the_period_does_not_hide_the_issue(tmp_path):
    made = quarters()
    pack, ledger = issued(made, tmp_path / "June")
    made.count("crime", "2014-05", 900)
    made.book.override("rare", "RED")
    made.refresh("2014-06")
    for issue in (pack, last("2014-06")):
        rebuilt = rebuild(made.workbook(), issue, ledger)
        assert rebuilt.same
        since = by_line(rebuilt.since)
        assert set(causes_of(since["crime"])) == {Cause.REVISED}
        assert causes_of(since["rare"]) == [Cause.DECISION]


def test_withheld_lines_are_counted_and_not_compared(tmp_path):
    made = quarters(Suppress_below=20)
    pack, ledger = issued(made, tmp_path / "June")
    rebuilt = rebuild(made.workbook(), pack, ledger)
    assert rebuilt.same
    assert [(item.name, item.same, item.hidden) for item in rebuilt.comparisons] == [
        ("the ledger", 2, 2),
        (FIGURES, 2, 2),
    ]
    assert "2 of 4 lines are the same. 2 were, or may have been, withheld" in output(rebuilt)


DAMAGE = {
    "damaged": ((1, "|not what xlperf writes"), "the texts in the sheet Inputs cannot be read"),
    "cleared": (None, "is not stored: the sheet Inputs is empty"),
}


@pytest.mark.parametrize(("row", "sentence"), DAMAGE.values(), ids=DAMAGE)
def test_without_the_inputs_the_workbook_of_now_is_compared(tmp_path, row, sentence):
    made = quarters()
    pack, ledger = issued(made, tmp_path / "June")
    made.owned[schema.INPUTS.name] = (("Part", "Text"), [row] if row else [])
    made.count("crime", "2014-05", 900)
    rebuilt = rebuild(made.workbook(), pack, ledger)
    assert rebuilt.assessed is None
    assert sentence in rebuilt.missing
    assert not rebuilt.same
    for item in rebuilt.comparisons:
        assert (item.lines, item.same) == (4, 2)
        assert [row.line for row in item.differing] == ["crime", "crime_spc"]
    text = output(rebuilt)
    assert "was not rebuilt. What it was made from is not" in text
    assert "Other than in the ledger. Cause not recorded: what it was made from is not" in text
    assert "SP1 Label of crime [crime]: Colour " in text
    assert "Latest 4800 -> 5" in text


def test_without_a_ledger_the_file_of_figures_is_compared(tmp_path):
    made = quarters()
    pack, _ = issued(made, tmp_path / "June")
    rebuilt = rebuild(made.workbook(), pack, NO_LEDGER)
    assert [(item.name, item.same) for item in rebuilt.comparisons] == [(FIGURES, 4)]
    assert rebuilt.notes == (f"Not compared with the ledger: {NO_LEDGER.path.name} is not there.",)
    assert not rebuilt.same
    assert not rebuilt.differs


def test_a_history_that_somebody_edited_differs_without_a_cause():
    made = quarters()
    header, rows = made.owned[schema.HISTORY.name]
    made.owned[schema.HISTORY.name] = (
        header,
        [tuple("BLUE" if cell == "AMBER" else cell for cell in row) for row in rows],
    )
    rebuilt = rebuild(made.workbook(), last("2014-06"), NO_LEDGER)
    (history,) = rebuilt.comparisons
    assert history.differing
    assert "Other than in the sheet History" in output(rebuilt)
    assert "Colour BLUE -> AMBER" in output(rebuilt)
