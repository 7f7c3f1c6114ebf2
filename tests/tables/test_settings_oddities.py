"""Settings that could be read, but are odd; and settings that do not go together."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlperf.config import SETTINGS, SettingForm
from xlperf.errors import SettingsError
from xlperf.excel.port import CellError, Grid
from xlperf.tables.problems import Code, Severity
from xlperf.tables.settings import read_settings

ROWS = {setting.key: 2 + place for place, setting in enumerate(SETTINGS)}


def read(*extra: tuple[object, object], **values: object):
    rows = tuple((item.key, values.get(item.key, item.default)) for item in SETTINGS) + extra
    return read_settings(Grid("tblSettings", "Settings", ("Key", "Value"), rows, 1, 1))


@pytest.mark.parametrize(
    ("key", "cell", "value", "code"),
    [
        ("z", "1.96", 1.96, Code.NUMBER_AS_TEXT),
        ("period_end", "30/09/2014", date(2014, 9, 30), Code.DATE_AS_TEXT),
        ("period_end", 41912, date(2014, 9, 30), Code.DATE_AS_TEXT),
    ],
)
def test_a_number_or_date_typed_as_text_is_read_with_a_warning_at_its_cell(key, cell, value, code):
    settings, problems = read(**{key: cell})
    assert getattr(settings, key) == value
    assert [(item.severity, item.code, item.cell) for item in problems] == [
        (Severity.WARNING, code, f"B{ROWS[key]}")
    ]


@pytest.mark.parametrize("key", [item.key for item in SETTINGS if item.whole])
def test_a_whole_number_is_not_cut_from_a_fraction(key):
    with pytest.raises(SettingsError, match=rf"\({key}\): 6.5 is not a whole number"):
        read(**{key: 6.5})


def test_every_number_has_its_bounds_and_a_default_within_them():
    for setting in SETTINGS:
        if setting.form is SettingForm.NUMBER:
            assert setting.least <= setting.default <= setting.most


def test_a_target_that_is_not_after_the_baseline_year_is_refused():
    with pytest.raises(
        SettingsError, match=rf"Settings!B{ROWS['target_date']} \(target_date\): 31 March 2013"
    ):
        read(target_date=date(2013, 3, 31))
    assert read(target_date=date(2013, 4, 30))[0].target == 12 * 2013 + 3


def test_an_error_in_a_text_setting_is_not_taken_for_a_name():
    with pytest.raises(SettingsError, match=r"\(own_force\): it is the Excel error #REF!"):
        read(own_force=CellError("#REF!"))


def test_a_value_without_a_key_is_told_and_a_blank_row_is_not():
    _, problems = read((None, 12), (None, None), (" ", ""))
    assert [(item.code, item.severity) for item in problems] == [
        (Code.SETTING_UNKNOWN, Severity.WARNING)
    ]
    assert "no key beside it" in problems[0].found


def test_a_doubled_key_and_a_wrong_value_are_told_together():
    with pytest.raises(SettingsError) as stopped:
        read(("Z ", 3), drift="much")
    assert "'z' is there twice" in str(stopped.value)
    assert "(drift)" in str(stopped.value)


def test_where_settings_were_read_is_no_part_of_what_they_are():
    shifted = Grid(
        "tblSettings",
        "Choices",
        ("Key", "Value"),
        tuple((s.key, s.default) for s in SETTINGS),
        40,
        3,
    )
    moved, here = read_settings(shifted)[0], read()[0]
    assert moved == here
    assert repr(moved) == repr(here)
    assert moved.places["z"] == ("Choices", f"D{39 + ROWS['z']}")


@given(
    st.sampled_from([item.key for item in SETTINGS]),
    st.one_of(st.text(), st.floats(), st.integers(), st.dates()),
)
def test_any_cell_is_read_or_refused_with_its_address(key, cell):
    told = ""
    try:
        settings, _ = read(**{key: cell})
        told = "!".join(settings.places[key]) + f" ({key})"
    except SettingsError as stopped:
        told = str(stopped)
    assert f"Settings!B{ROWS[key]} ({key})" in told
