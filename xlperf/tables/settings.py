"""The Settings sheet to `Settings`. A setting that cannot be read stops the refresh: a guess could change a colour."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from xlperf.config import SETTINGS, Form, PositionLines, SeasonUse, Setting, Settings, SmallSurvey, SpcBasis, TrendRule
from xlperf.errors import SettingsError
from xlperf.periods import Month, Period, day_name, financial_year, is_month_end, last_day, month_of
from xlperf.tables.coercion import coerce
from xlperf.tables.problems import Code, Problem, Severity
from xlperf.tables.rows import normalised
from xlperf.tables.schema import SETTINGS as TABLE
from xlperf.tables.schema import Column, Holds

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlperf.excel.port import Grid, Scalar

HEX_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


def read_settings(grid: Grid, *, period: Month | None = None) -> tuple[Settings, list[Problem]]:
    """Read the settings; `period` (a month) takes the place of ``period_end``.

    Raises `SettingsError`, naming every cell that is wrong. A key that is absent takes its default, with a note.
    """
    key_place, value_place = _places(grid)
    found: dict[str, tuple[Scalar, str]] = {}
    problems: list[Problem] = []
    known = {setting.key for setting in SETTINGS}
    for index, row in enumerate(grid.rows):
        key = str(row[key_place] or "").strip().lower()
        if not key:
            continue
        if key not in known:
            problems.append(
                Problem(
                    Severity.NOTE,
                    Code.SETTING_UNKNOWN,
                    grid.sheet,
                    grid.address(index, key_place),
                    f"There is no setting '{key}'; the row is not used.",
                    "Correct the key, or delete the row.",
                )
            )
        elif key in found:
            raise SettingsError(
                f"{grid.sheet}!{grid.address(index, key_place)}: the setting '{key}' is there twice. "
                "Delete one of the rows."
            )
        else:
            found[key] = (row[value_place], grid.address(index, value_place))
    values: dict[str, Any] = {}
    faults: list[str] = []
    for setting in SETTINGS:
        if setting.key not in found:
            values[setting.key] = setting.default
            problems.append(
                Problem(
                    Severity.NOTE,
                    Code.SETTING_MISSING,
                    grid.sheet,
                    "",
                    f"There is no row for the setting '{setting.key}'; its default, {_shown(setting.default)}, was used.",
                    "Add the row to change it.",
                )
            )
            continue
        cell, address = found[setting.key]
        try:
            values[setting.key] = _value(setting, cell)
        except ValueError as fault:
            faults.append(f"{grid.sheet}!{address} ({setting.key}): {fault}")
    if faults:
        raise SettingsError("The settings cannot be used. " + " ".join(faults))
    return _settings(values, grid, found, problems, period)


def _places(grid: Grid) -> tuple[int, int]:
    titles = [normalised(title) for title in grid.header]
    if "key" not in titles or "value" not in titles:
        raise SettingsError(
            f"{grid.sheet}: the table {TABLE.name} needs the columns 'Key' and 'Value'. "
            f"Found: {', '.join(grid.header)}."
        )
    return titles.index("key"), titles.index("value")


def _settings(
    values: dict[str, Any],
    grid: Grid,
    found: dict[str, tuple[Scalar, str]],
    problems: list[Problem],
    period: Month | None,
) -> tuple[Settings, list[Problem]]:
    baseline_year, target_date = values.pop("baseline_year"), values.pop("target_date")
    if period is not None and month_of(values["period_end"]) != period:
        problems.append(
            Problem(
                Severity.NOTE,
                Code.PERIOD_GIVEN,
                grid.sheet,
                found["period_end"][1] if "period_end" in found else "",
                f"The period was given with the command: {day_name(last_day(period))}, not "
                f"{day_name(values['period_end'])} as in the settings.",
                "Change period_end if this is the period you report on.",
            )
        )
        values["period_end"] = last_day(period)
    for key in ("smallest_group", "stale_months"):
        values[key] = int(values[key])
    baseline: Period = baseline_year if isinstance(baseline_year, Period) else financial_year(str(baseline_year))
    for key, readings in (
        ("spc_basis", SpcBasis),
        ("spc_season", SeasonUse),
        ("trend_rule", TrendRule),
        ("position_lines", PositionLines),
        ("small_survey", SmallSurvey),
    ):
        values[key] = readings(values[key])
    return Settings(baseline=baseline, target=month_of(target_date), **values), problems


def _shown(value: date | float | str) -> str:
    return day_name(value) if isinstance(value, date) else str(value) or "blank"


def _value(setting: Setting, cell: Scalar) -> object:
    """Read one value; raises ValueError with what is wrong and what to give."""
    blank = cell is None or (isinstance(cell, str) and not cell.strip())
    if blank and setting.form is Form.TEXT:
        return ""
    if blank:
        raise ValueError(f"it is blank. Give a value; the default is {_shown(setting.default)}.")
    return READERS[setting.form](setting, cell)


def _year(_setting: Setting, cell: Scalar) -> Period:
    try:
        return financial_year(str(cell))
    except ValueError:
        raise ValueError(f"'{cell}' is no financial year. Give it as 2012/13.") from None


def _choice(setting: Setting, cell: Scalar) -> str:
    text = str(cell).strip()
    chosen = next((choice for choice in setting.choices if choice.lower() == text.lower()), None)
    if chosen is None:
        raise ValueError(f"'{text}' is none of: {', '.join(setting.choices)}.")
    return chosen


def _colour(setting: Setting, cell: Scalar) -> str:
    text = str(cell).strip()
    if not HEX_COLOUR.fullmatch(text):
        raise ValueError(f"'{text}' is no colour. Give it as #RRGGBB, such as {setting.default}.")
    return text.upper()


def _text(_setting: Setting, cell: Scalar) -> str:
    return day_name(cell.date()) if isinstance(cell, datetime) else str(cell).strip()


def _month_end(setting: Setting, cell: Scalar) -> date:
    value, fault = coerce(cell, Column(setting.key, Holds.DATE, ""))
    if not isinstance(value, date):
        raise ValueError(fault.found + " " + fault.remedy if fault else "it is no date.")
    if not is_month_end(value):
        raise ValueError(
            f"{day_name(value)} is not the last day of a month. Give {day_name(last_day(month_of(value)))}?"
        )
    return value


def _number(setting: Setting, cell: Scalar) -> float:
    value, fault = coerce(cell, Column(setting.key, Holds.NUMBER, ""))
    if not isinstance(value, (int, float)):
        raise ValueError(fault.found + " " + fault.remedy if fault else "it is no number.")
    if (setting.least is not None and value < setting.least) or (setting.most is not None and value > setting.most):
        raise ValueError(f"{value:g} is outside {setting.least:g} to {setting.most:g}.")
    return float(value)


READERS: dict[Form, Callable[[Setting, Scalar], object]] = {
    Form.DATE: _month_end,
    Form.YEAR: _year,
    Form.NUMBER: _number,
    Form.CHOICE: _choice,
    Form.COLOUR: _colour,
    Form.TEXT: _text,
}
