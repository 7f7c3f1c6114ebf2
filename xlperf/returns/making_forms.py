"""The forms of a quarter: one workbook for each partner, in a folder. A form that is there is never
replaced: it may be filled in.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from xlperf.errors import UsageError
from xlperf.excel import saving
from xlperf.excel.port import normalised
from xlperf.frozen import NamedTuple
from xlperf.periods import Period
from xlperf.returns.return_form import ReturnForm, form_of, partners_of
from xlperf.returns.return_names import file_name_of, fingerprint_of
from xlperf.returns.return_workbook import return_bytes
from xlperf.tables import schema
from xlperf.tables.return_checks import AWAITED
from xlperf.tables.row_edits import table_rows
from xlperf.tables.workbook import read_workbook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from xlperf.excel.port import Edit, Grid, Scalar, Workbook
    from xlperf.periods import Month
    from xlperf.returns.return_form import OwedMeasure


class FormsPlan(NamedTuple):
    """The forms that would be made."""

    forms: tuple[ReturnForm, ...]
    left_out: tuple[str, ...]
    """What nobody is asked for, with the reason."""
    edits: tuple[Edit, ...]
    """What is noted in Returns: awaited, and by when; none without a day."""


def plan_forms(
    book: Workbook,
    *,
    period: Month | None = None,
    due: date | None = None,
    wanted: Sequence[str] = (),
) -> FormsPlan:
    """Plan the forms of a quarter.

    Parameters
    ----------
    period
        Last month of the quarter; None: the period end of the workbook.
    due
        When they are to be back: noted in Returns. None: as Returns says.
    wanted
        Names of partners; none: all.

    Raises `UsageError` for a partner that is asked for nothing.
    """
    data = read_workbook(book)
    last = data.settings.latest.last if period is None else period
    partners = partners_of(data.grids.get(schema.RETURNS.name), data.tables)
    for name in wanted:
        if normalised(name) not in partners.owed:
            known = "; ".join(owed[0].owner for owed in partners.owed.values())
            raise UsageError(
                f"'{name}' is asked for nothing in Returns. Owners: {known or 'none'}."
            )
    chosen = set(map(normalised, wanted)) or set(partners.owed)
    owed = [items for name, items in partners.owed.items() if name in chosen]
    quarter = Period(last - 2, last)
    forms = tuple(form_of(items, quarter, data, due) for items in owed)
    edits = (_awaited(owed, due, data.grids[schema.RETURNS.name]),) if due and owed else ()
    return FormsPlan(forms, partners.left_out, edits)


def _awaited(owed: Sequence[tuple[OwedMeasure, ...]], due: date, grid: Grid) -> Edit:
    cells: dict[str, Scalar] = {
        "Due": due, "Status": AWAITED, "Received": None, "Seen by board": None,
    }  # fmt: skip
    rows = {item.row.index: cells for items in owed for item in items}
    return table_rows(grid, schema.RETURNS, rows, ())


def form_name(form: ReturnForm, *, marked: bool = False) -> str:
    """Name of a form's file; `marked`: with the partner's fingerprint, where names clash."""
    year, month = divmod(form.quarter.last, 12)
    mark = f" {fingerprint_of(form.partner)}" if marked else ""
    return f"Return {year}-{month + 1:02d} {file_name_of(form.partner)}{mark}.xlsx"


def _form_names(forms: Sequence[ReturnForm]) -> list[str]:
    """Names of forms, all of them different on every system."""
    times = Counter(form_name(form).casefold() for form in forms)
    return [form_name(form, marked=times[form_name(form).casefold()] > 1) for form in forms]


def write_forms(plan: FormsPlan, folder: Path) -> list[str]:
    """Write the forms; raises `UsageError`, before any is written, where a name is taken."""
    names = _form_names(plan.forms)
    contents = {name: return_bytes(form) for name, form in zip(names, plan.forms, strict=True)}
    for name, data in contents.items():
        path = folder / name
        if path.exists() and path.read_bytes() != data:
            raise UsageError(
                f"{path} is there, and it may be filled in. Nothing was made: give another folder,"
                " or move it."
            )
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in contents.items():
        if not (folder / name).exists():
            saving.replace_file(folder / name, data)
    return list(contents)
