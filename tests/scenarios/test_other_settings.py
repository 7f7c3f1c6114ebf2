"""Every line under other settings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.assessment.casebook import Book, wobbling
from xlperf.assessment.assessing import assess
from xlperf.config import SETTINGS_BY_KEY, SpcBasis
from xlperf.errors import SettingsError, UsageError
from xlperf.periods import month_of
from xlperf.scenarios.other_settings import (
    alternative_of,
    changes_of,
    other_readings,
    read_alternative,
    value_of,
)
from xlperf.scenarios.settings_table import alternatives_json, letters, side_by_side
from xlperf.tables.settings import settings_with


def judged(**settings):
    book = Book(**settings).offences(counts=[*wobbling(120, 30), *wobbling(100, 24), *[90] * 6])
    tables, chosen, _ = book.surveys((300, 400), (345, 400)).read()
    return tables, chosen, assess(tables, chosen)


@pytest.mark.parametrize(
    "typed",
    [
        {"spc_basis": "mean", "z": "2.58"},
        {"baseline_year": "2011/12"},
        {"target_date": "2015-03-31", "trend_rule": "all"},
        {"smallest_group": "8"},
        {"false_discovery": "0.1"},
    ],
)
def test_an_alternative_is_what_the_settings_sheet_would_give(typed):
    tables, chosen, _ = judged()
    cells = {
        "z": 2.58,
        "target_date": date(2015, 3, 31),
        "smallest_group": 8,
        "false_discovery": 0.1,
    }
    as_typed = {key: cells.get(key, value) for key, value in typed.items()}
    _, settings, lines = judged(**as_typed)
    alternative = alternative_of(
        tables, chosen, read_alternative([f"{k}={v}" for k, v in typed.items()])
    )
    assert alternative.settings == settings
    assert alternative.lines == lines


def test_the_tables_and_settings_stay_as_they_are():
    tables, chosen, lines = judged()
    alternative_of(tables, chosen, {"z": "1"})
    assert assess(tables, chosen) == lines


def test_what_would_change_is_said_with_its_colours_before_and_after():
    tables, chosen, lines = judged()
    alternative = alternative_of(tables, chosen, {"z": "0.5"})
    changes = changes_of(lines, alternative)
    assert changes
    assert all(item.colour or item.figures for item in changes)
    unchanged = {line.line for line in lines} - {item.before.line for item in changes}
    after = {line.line: line for line in alternative.lines}
    assert all(after[line.line].rag is line.rag for line in lines if line.line in unchanged)
    text = side_by_side(lines, [alternative], chosen, tables)
    for item in changes:
        assert f"\n  {item.before.line} " in text
        assert f"{item.before.rag} -> {item.after.rag}: " in text
    found = alternatives_json(lines, [alternative], chosen)["alternatives"][0]
    assert found["settings"] == {"z": "0.5"}
    assert found["settings_now"] == {"z": "1.96"}
    assert [one["line"] for one in found["changes"]] == [item.before.line for item in changes]


def test_a_figure_that_changes_without_its_colour_is_said_too():
    tables, chosen, lines = judged()
    alternative = alternative_of(tables, chosen, {"baseline_year": "2011/12"})
    (crime,) = (item for item in changes_of(lines, alternative) if item.before.line == "crime")
    assert crime.figures
    assert "The figure was" in side_by_side(lines, [alternative], chosen, tables)


def test_the_same_settings_change_nothing():
    tables, chosen, lines = judged()
    alternative = alternative_of(tables, chosen, {"z": "1.96"})
    assert changes_of(lines, alternative) == []
    assert "No colour and no figure would change." in side_by_side(
        lines, [alternative], chosen, tables
    )


def test_alternatives_stand_side_by_side_and_many_by_line():
    tables, chosen, lines = judged()
    few = [alternative_of(tables, chosen, {"z": z}) for z in ("0.5", "1.96", "6")]
    text = side_by_side(lines, few, chosen, tables)
    assert "  A  z = 0.5 (now 1.96)" in text
    assert "same" in text
    many = few * 3
    assert " with A, D, G" in side_by_side(lines, many, chosen, tables, reasons=False)
    assert letters(28)[-3:] == ["Z", "AA", "AB"]


def test_a_decision_of_a_person_would_still_be_shown():
    book = Book().surveys((300, 400), (345, 400)).override("sat", "GREEN")
    tables, chosen, _ = book.read()
    lines = assess(tables, chosen)
    alternative = alternative_of(tables, chosen, {"z": "6", "largest_margin": "50"})
    text = side_by_side(lines, [alternative], chosen, tables)
    assert "It would still be shown GREEN, by decision of a person." in " ".join(text.split())


def test_every_other_reading_is_tried_once():
    _, chosen, _ = judged()
    readings = other_readings(chosen)
    assert {"spc_basis": "points"} not in readings
    assert {"spc_basis": "points"} in other_readings(replace(chosen, spc_basis=SpcBasis.XMR))
    assert all(len(reading) == 1 for reading in readings)
    assert "publish_round_to" not in {key for reading in readings for key in reading}


@pytest.mark.parametrize("key", sorted(SETTINGS_BY_KEY))
def test_what_a_setting_is_now_can_be_typed(key):
    _, chosen, _ = judged()
    setting = SETTINGS_BY_KEY[key]
    if setting.form not in ("colour", "text"):
        typed = {key: value_of(setting, chosen)}
        assert settings_with(chosen, typed) == chosen


@pytest.mark.parametrize(
    ("texts", "error", "said"),
    [
        (["z"], UsageError, "KEY=VALUE"),
        (["z=1", "z=2"], UsageError, "z twice"),
        (["fill_red=#000000"], UsageError, "how it looks"),
        (["stale_months=3"], UsageError, "what is reported in Checks"),
        (["own_force=Kent"], UsageError, "figures of one force"),
        (["zz=1"], SettingsError, "There is no setting 'zz'"),
        (["z=many"], SettingsError, "is not a number"),
        (["z=60"], SettingsError, "outside 0.5 to 6"),
        (["spc_basis=meen"], SettingsError, "is not one of"),
        (["target_date=2017-03-30"], SettingsError, "not the last day of a month"),
    ],
)
def test_what_cannot_be_a_setting_is_refused(texts, error, said):
    with pytest.raises(error, match=said):
        read_alternative(texts)


def test_a_target_before_the_baseline_and_a_period_outside_the_data_are_refused():
    tables, chosen, _ = judged()
    with pytest.raises(SettingsError, match="is not after the baseline year"):
        alternative_of(tables, chosen, {"target_date": "2013-03-31"})
    with pytest.raises(UsageError, match="outside the monthly data"):
        alternative_of(tables, chosen, {"period_end": "2030-03-31"})
    earlier = alternative_of(tables, chosen, {"period_end": "2014-06-30"})
    assert earlier.settings.latest.last == month_of(date(2014, 6, 30))
