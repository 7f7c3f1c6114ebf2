"""The Settings sheet to `Settings`. A setting that cannot be read stops the refresh: a guess could
change a colour.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

from xlperf.config import SETTINGS, SETTINGS_BY_KEY, Setting, SettingForm, Settings
from xlperf.errors import SettingsError
from xlperf.excel.port import CellError, NoResult, normalised
from xlperf.periods import Month, day_name, financial_year, is_month_end, last_day, month_of
from xlperf.tables.coercion import (
    NEAR,
    REMEDIES,
    Fault,
    coerce,
    is_blank,
    number_text,
    quoted,
    stripped,
)
from xlperf.tables.problems import Code, Problem, Severity
from xlperf.tables.schema import SETTINGS as TABLE
from xlperf.tables.schema import Column, Holds

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from xlperf.excel.port import Grid, Scalar
    from xlperf.periods import Period

HEX_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")

Read: TypeAlias = tuple[Any, Fault | None]
"""A value, and what is odd about its cell though it could be read."""


class _CannotReadError(Exception):
    """A setting's cell is wrong; the text says what is wrong and what to give."""


def read_settings(grid: Grid, *, period: Month | None = None) -> tuple[Settings, list[Problem]]:
    """Read the settings; `period` (a month) takes the place of ``period_end``.

    Raises `SettingsError`, naming every cell that is wrong. A key that is absent takes its default,
    with a note.
    """
    problems: list[Problem] = []
    faults: list[str] = []
    cells = _cells(grid, problems, faults)
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        if setting.key not in cells:
            values[setting.key] = _default(setting)
            problems.append(_absent(grid, setting))
            continue
        cell, address = cells[setting.key]
        try:
            values[setting.key], odd = _value(setting, cell)
        except _CannotReadError as fault:
            faults.append(f"{grid.sheet}!{address} ({setting.key}): {fault}")
            continue
        if odd is not None:
            problem = odd.severity, odd.code, grid.sheet, address, odd.found, odd.remedy
            problems.append(Problem(*problem, table=TABLE.name, column=setting.key))
    places = {key: (grid.sheet, address) for key, (_, address) in cells.items()}
    if not faults and (too_early := _target_too_early(values)):
        sheet, address = places.get("target_date", (grid.sheet, ""))
        faults.append(f"{sheet}!{address} (target_date): {too_early}")
    if faults:
        raise SettingsError("The settings cannot be used. " + " ".join(faults))
    if period is not None and month_of(values["period_end"]) != period:
        problems.append(_period_given(grid, places, values["period_end"], last_day(period)))
        values["period_end"] = last_day(period)
    baseline, target = values.pop("baseline_year"), month_of(values.pop("target_date"))
    return Settings(baseline=baseline, target=target, places=places, **values), problems


def _cells(grid: Grid, problems: list[Problem], faults: list[str]) -> dict[str, tuple[Scalar, str]]:
    """Find the value cell of each known key, with its address."""
    key_place, value_place = grid.column("Key"), grid.column("Value")
    if key_place is None or value_place is None:
        raise SettingsError(
            f"{grid.sheet}: the table {TABLE.name} needs the columns 'Key' and 'Value'. "
            f"Found: {', '.join(grid.header)}."
        )
    cells: dict[str, tuple[Scalar, str]] = {}
    for index, row in enumerate(grid.rows):
        if is_blank(row[key_place]) and is_blank(row[value_place]):
            continue
        key, address = normalised(str(row[key_place] or "")), grid.address(index, key_place)
        if isinstance(row[key_place], (CellError, NoResult)):
            faults.append(
                f"{grid.sheet}!{address}: the key of this setting is {key}. Type its name."
            )
            continue
        if key not in SETTINGS_BY_KEY:
            what = "There is a value, but no key beside it"
            if key:
                what = f"There is no setting {quoted(key)}"
            code, remedy = (Code.SETTING_UNKNOWN, "Correct the key, or delete the row.")
            found = f"{what}; the row is not used."
            problems.append(Problem(Severity.WARNING, code, grid.sheet, address, found, remedy))
        elif key in cells:
            faults.append(
                f"{grid.sheet}!{address}: the setting '{key}' is there twice. Delete one of the"
                " rows."
            )
        else:
            cells[key] = (row[value_place], grid.address(index, value_place))
    faults += _misplaced(grid, SETTINGS_BY_KEY, key_place)
    faults += _mistyped(grid, SETTINGS_BY_KEY.keys() - cells.keys(), key_place)
    return cells


def _misplaced(grid: Grid, known: Collection[str], key_place: int) -> list[str]:
    """Settings that stand below the table and are not part of it."""
    return [
        f"{grid.sheet}!{cell.address}: the setting '{normalised(cell.value)}' stands below the"
        f" table {grid.table} and is not part of it. Drag the lower right corner of the table down"
        " over it, or clear it."
        for cell in grid.outside
        if isinstance(cell.value, str) and cell.column == grid.first_column + key_place
        if normalised(cell.value) in known
    ]


def _mistyped(grid: Grid, absent: Collection[str], key_place: int) -> list[str]:
    """Keys near to a setting that is not there: it was given, so its default is not used."""
    if not absent:
        return []
    from difflib import get_close_matches

    keys = [(row[key_place], grid.address(index, key_place)) for index, row in enumerate(grid.rows)]
    keys_typed = [(normalised(key), address) for key, address in keys if isinstance(key, str)]
    near = [(key, address, get_close_matches(key, absent, 1, NEAR)) for key, address in keys_typed]
    return [
        f"{grid.sheet}!{address}: there is no setting '{key}'. Is it '{meant[0]}'? Correct the key."
        for key, address, meant in near
        if meant and key not in SETTINGS_BY_KEY
    ]


def typed_setting(key: str, text: str) -> Scalar:
    """Give the cell of a setting that a person typed as text: 2014-09-30, 2012/13, levels.

    Raises `SettingsError` where there is no such setting, or it cannot have that value.
    """
    setting = SETTINGS_BY_KEY.get(key)
    if setting is None:
        from difflib import get_close_matches

        near = get_close_matches(key, SETTINGS_BY_KEY, 1)
        meant = f" Did you mean {near[0]}?" if near else ""
        raise SettingsError(f"There is no setting '{key}'.{meant}")
    cell: Scalar = text
    try:
        if setting.form is SettingForm.DATE:
            cell = date.fromisoformat(text)
        elif setting.form is SettingForm.NUMBER:
            cell = float(text)
    except ValueError:
        form = "a date such as 2014-09-30" if setting.form is SettingForm.DATE else "a number"
        raise SettingsError(f"{key}: {quoted(text)} is not {form}.") from None
    try:
        _value(setting, cell)
    except _CannotReadError as fault:
        raise SettingsError(f"{key}: {fault}") from None
    return cell


def settings_with(settings: Settings, typed: Mapping[str, str]) -> Settings:
    """Give these settings with others, by key, as a person typed them; the cells they were read
    from are not theirs, so none is named.

    Raises `SettingsError` as `typed_setting` does, and where the target date is not after the
    baseline year.
    """
    values: dict[str, Any] = {}
    for key, text in typed.items():
        cell = typed_setting(key, text)
        value, _ = _value(SETTINGS_BY_KEY[key], cell)
        name, read = FIELDS_OF_KEYS.get(key, (key, lambda value: value))
        values[name] = read(value)
    changed = replace(settings, **values, places={})
    if fault := _target_too_early(
        {"baseline_year": changed.baseline, "target_date": last_day(changed.target)}
    ):
        raise SettingsError(f"target_date: {fault}")
    return changed


def require_later_target(cells: Mapping[str, Scalar]) -> None:
    """Refuse settings, by key, whose target date is not after the baseline year; those that are not
    given have their defaults.

    Raises `SettingsError`.
    """
    settings = [SETTINGS_BY_KEY[key] for key in ("target_date", "baseline_year")]
    try:
        values = {
            setting.key: _value(setting, cells[setting.key])[0]
            if setting.key in cells
            else _default(setting)
            for setting in settings
        }
    except _CannotReadError:
        return  # a refresh names the cell
    if fault := _target_too_early(values):
        raise SettingsError(f"target_date: {fault}")


def _target_too_early(values: Mapping[str, Any]) -> str:
    """Say that the target date is not after the baseline year; empty where it is."""
    baseline: Period = values["baseline_year"]
    if month_of(values["target_date"]) > baseline.last:
        return ""
    return f"{day_name(values['target_date'])} is not after the baseline year. Give a later date."


def _default(setting: Setting) -> Any:
    """Give a setting's default in the form a cell with it would be read."""
    return (
        setting.default if setting.form is SettingForm.DATE else _value(setting, setting.default)[0]
    )


def _absent(grid: Grid, setting: Setting) -> Problem:
    found = (
        f"There is no row for the setting '{setting.key}'; its default,"
        f" {_default_text(setting.default)}, was used."
    )
    remedy = "Add the row to change it."
    return Problem(Severity.NOTE, Code.SETTING_MISSING, grid.sheet, "", found, remedy)


def _period_given(
    grid: Grid, places: dict[str, tuple[str, str]], in_sheet: date, by_command: date
) -> Problem:
    return Problem(
        Severity.NOTE,
        Code.PERIOD_GIVEN,
        *places.get("period_end", (grid.sheet, "")),
        f"The period was given with the command: {day_name(by_command)}, not"
        f" {day_name(in_sheet)} as in the settings.",
        "Change period_end if this is the period you report on.",
    )


def _default_text(value: date | float | str) -> str:
    return day_name(value) if isinstance(value, date) else str(value) or "blank"


def _value(setting: Setting, cell: Scalar) -> Read:
    """Read one value; raises `_CannotReadError`."""
    if isinstance(cell, CellError):
        raise _CannotReadError(
            f"it is the Excel error {cell}. Correct the formula, or type the value."
        )
    if isinstance(cell, NoResult):
        raise _CannotReadError(f"it is {cell}. {REMEDIES[cell]}")
    if is_blank(cell):
        if setting.form is SettingForm.TEXT:
            return "", None
        raise _CannotReadError(
            f"it is blank. Give a value; the default is {_default_text(setting.default)}."
        )
    return READERS[setting.form](setting, cell)


def _year(_setting: Setting, cell: Scalar) -> Read:
    try:
        return financial_year(str(cell)), None
    except ValueError:
        raise _CannotReadError(
            f"{quoted(cell)} is not a financial year. Give it as 2012/13."
        ) from None


def _choice(setting: Setting, cell: Scalar) -> Read:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        cell = number_text(cell)
    text = normalised(str(cell))
    chosen = next((choice for choice in setting.choices if choice.lower() == text), None)
    if chosen is None:
        raise _CannotReadError(f"{quoted(cell)} is not one of: {', '.join(setting.choices)}.")
    return setting.kind(chosen), None


def _colour(setting: Setting, cell: Scalar) -> Read:
    text = stripped(str(cell))
    if not HEX_COLOUR.fullmatch(text):
        raise _CannotReadError(
            f"{quoted(cell)} is not a colour. Give it as #RRGGBB, such as {setting.default}."
        )
    return text.upper(), None


def _text(_setting: Setting, cell: Scalar) -> Read:
    return (day_name(cell) if isinstance(cell, date) else stripped(str(cell))), None


def _month_end(setting: Setting, cell: Scalar) -> Read:
    value, fault = _coerced(setting, cell, Holds.DATE)
    if not is_month_end(value):
        raise _CannotReadError(
            f"{day_name(value)} is not the last day of a month. Give"
            f" {day_name(last_day(month_of(value)))}?"
        )
    return value, fault


def _number(setting: Setting, cell: Scalar) -> Read:
    value, fault = _coerced(setting, cell, Holds.NUMBER)
    least, most = setting.least, setting.most
    if (least is not None and value < least) or (most is not None and value > most):
        raise _CannotReadError(
            f"{number_text(value)} is outside {least} to {most}. Give a number between them."
        )
    if setting.whole and value != int(value):
        raise _CannotReadError(f"{number_text(value)} is not a whole number. Give one.")
    return (int(value) if setting.whole else float(value)), fault


def _coerced(setting: Setting, cell: Scalar, holds: Holds) -> Read:
    value, fault = coerce(cell, Column(setting.key, holds, ""))
    if value is None and fault is not None:
        raise _CannotReadError(f"{fault.found} {fault.remedy}")
    return value, fault


FIELDS_OF_KEYS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "baseline_year": ("baseline", lambda year: year),
    "target_date": ("target", month_of),
}
"""Fields of `Settings` that have another name than their key, and how a value becomes theirs."""
READERS: dict[SettingForm, Callable[[Setting, Scalar], Read]] = {
    SettingForm.DATE: _month_end,
    SettingForm.YEAR: _year,
    SettingForm.NUMBER: _number,
    SettingForm.CHOICE: _choice,
    SettingForm.COLOUR: _colour,
    SettingForm.TEXT: _text,
}
