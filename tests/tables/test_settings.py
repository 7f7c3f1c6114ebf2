"""The Settings sheet: each value is read as meant, or the refresh is stopped with every cell that
is wrong.
"""

from __future__ import annotations

from datetime import date, datetime

import pytest

from xlperf.config import (
    SETTINGS,
    Dispersion,
    PositionLines,
    RoundTo,
    SettingForm,
    SpcBasis,
    TrendRule,
)
from xlperf.errors import SettingsError
from xlperf.excel.port import CellError, Grid
from xlperf.periods import Period
from xlperf.tables.problems import Code
from xlperf.tables.settings import read_settings

DEFAULTS = {setting.key: setting.default for setting in SETTINGS}


def grid(values: dict[str, object], header: tuple[str, ...] = ("Key", "Value", "Meaning")) -> Grid:
    rows = tuple((key, value, "")[: len(header)] for key, value in values.items())
    return Grid("tblSettings", "Settings", header, rows, 4, 1)


def read(**changes: object):
    return read_settings(grid(DEFAULTS | changes))


def test_the_shipped_settings_are_read_without_a_word():
    settings, problems = read()
    assert problems == []
    assert (settings.period_end, settings.baseline_name) == (date(2014, 9, 30), "2012/13")
    assert settings.latest == Period(12 * 2013 + 9, 12 * 2014 + 8)
    assert (settings.spc_basis, settings.trend_rule) == (SpcBasis.POINTS, TrendRule.ANY)
    assert (settings.position_lines, settings.change_dispersion) == (
        PositionLines.GROUP,
        Dispersion.AVERAGED,
    )
    assert (settings.z, settings.publish_round_to) == (1.96, RoundTo.ONE)


@pytest.mark.parametrize(
    "setting", [item for item in SETTINGS if item.choices], ids=lambda item: item.key
)
def test_every_choice_is_read_in_any_case(setting):
    for choice in setting.choices:
        assert getattr(read(**{setting.key: f" {choice.upper()} "})[0], setting.key) == choice


@pytest.mark.parametrize("cell", [5, 5.0, "5", " 5 "])
def test_a_choice_of_numbers_is_read_as_number_or_text(cell):
    assert read(publish_round_to=cell)[0].publish_round_to is RoundTo.FIVE


@pytest.mark.parametrize("cell", [2, 5.5, 0, "five"])
def test_another_number_is_no_choice(cell):
    with pytest.raises(SettingsError, match="not one of: 1, 5, 10"):
        read(publish_round_to=cell)


@pytest.mark.parametrize(
    "setting",
    [item for item in SETTINGS if item.form is not SettingForm.TEXT],
    ids=lambda item: item.key,
)
@pytest.mark.parametrize("value", [None, "", "  ", "nonsense", CellError("#REF!"), True])
def test_a_value_that_cannot_be_read_stops_with_its_cell(setting, value):
    row = 5 + [item.key for item in SETTINGS].index(setting.key)
    with pytest.raises(SettingsError, match=rf"Settings!B{row} \({setting.key}\)"):
        read(**{setting.key: value})


@pytest.mark.parametrize(
    "setting",
    [item for item in SETTINGS if item.form is SettingForm.NUMBER],
    ids=lambda item: item.key,
)
def test_numbers_stay_within_their_bounds(setting):
    for value in (setting.least - 0.01, setting.most + 0.01, float("nan"), float("inf")):
        with pytest.raises(SettingsError):
            read(**{setting.key: value})
    for value in (setting.least, setting.most):
        assert getattr(read(**{setting.key: value})[0], setting.key) == value


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(SettingsError) as stopped:
        read(z="wide", spc_basis="mean of means", period_end=date(2014, 9, 29), fill_red="red")
    text = str(stopped.value)
    for part in (
        "(z)",
        "(spc_basis)",
        "(period_end)",
        "(fill_red)",
        "30 September 2014",
        "points, levels, mean, xmr",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2011/12", (2011, 3)),
        ("2011/2012", (2011, 3)),
        (" 2009/10 ", (2009, 3)),
        ("1999/00", (1999, 3)),
    ],
)
def test_a_financial_year_is_two_years_in_a_row(value, expected):
    year, month = expected
    assert read(baseline_year=value)[0].baseline.first == 12 * year + month


@pytest.mark.parametrize("value", ["2012", "2012/14", "12/13", "2012-13", 2012, "2012/13/14"])
def test_what_is_no_financial_year_is_refused(value):
    with pytest.raises(SettingsError, match="2012/13"):
        read(baseline_year=value)


def test_a_date_may_have_a_time_and_be_text_when_there_is_no_doubt():
    assert read(period_end=datetime(2014, 6, 30, 12))[0].period_end == date(2014, 6, 30)
    assert read(period_end="30 June 2014")[0].period_end == date(2014, 6, 30)


def test_a_key_there_twice_stops():
    double = Grid("tblSettings", "Settings", ("Key", "Value"), (*DEFAULTS.items(), ("Z", 3)), 1, 1)
    with pytest.raises(SettingsError, match="'z' is there twice"):
        read_settings(double)


def test_a_missing_key_takes_its_default_and_says_so():
    values = {key: value for key, value in DEFAULTS.items() if key != "drift"}
    settings, problems = read_settings(grid(values))
    assert settings.drift == 0.10
    assert [problem.code for problem in problems] == [Code.SETTING_MISSING]
    assert "'drift'" in problems[0].found


def test_an_unknown_key_is_told_and_not_used():
    _, problems = read_settings(grid(DEFAULTS | {"drfit": 0.2}))
    assert [(problem.code, problem.cell) for problem in problems] == [
        (Code.SETTING_UNKNOWN, f"A{5 + len(SETTINGS)}")
    ]


def test_a_period_given_takes_the_place_of_the_setting():
    settings, problems = read_settings(grid(DEFAULTS), period=12 * 2014 + 5)
    assert settings.period_end == date(2014, 6, 30)
    assert [problem.code for problem in problems] == [Code.PERIOD_GIVEN]
    assert read_settings(grid(DEFAULTS), period=12 * 2014 + 8)[1] == []


def test_a_table_without_its_columns_stops():
    with pytest.raises(SettingsError, match="'Key' and 'Value'"):
        read_settings(grid(DEFAULTS, header=("Name", "Value", "Meaning")))


def test_every_sentence_of_a_setting_says_where_it_comes_from():
    for setting in SETTINGS:
        assert setting.sentence.endswith(".)")
        assert "iQuanta" not in setting.sentence
