"""The sheet of a return -> what its head says, and its rows, each measure with its faults.

The form is looked for where it was written. A heading that is another one makes the whole file
unreadable, for its columns may have been moved; a row may have moved, for it says what it is of.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from xlperf.excel.areas import address
from xlperf.excel.port import normalised
from xlperf.frozen import NamedTuple
from xlperf.periods import day_name, is_month_end, month_of
from xlperf.returns import form_places as places
from xlperf.returns import received_cells as read
from xlperf.returns.return_faults import CellFault, FaultWeight, ReturnFault
from xlperf.returns.return_form import FIGURES, FigureStatus, FormColumn, RowKey
from xlperf.tables.coercion import is_blank, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import TypeVar

    from xlperf.periods import Month
    from xlperf.returns.form_places import HeadCell
    from xlperf.returns.received_file import ReceivedCell, ReceivedSheet
    from xlperf.returns.return_form import FormRow, ReturnForm

    T = TypeVar("T")


class ReturnHead(NamedTuple):
    """What the head of a return says."""

    partner: str
    quarter_end: date
    version: int
    role: str
    as_at: date | None


class ReceivedRow(NamedTuple):
    """One row of a return, as far as it can be read."""

    row: FormRow
    place: int
    """Row of the sheet."""
    number: int | None
    out_of: int | None
    percent: float | None
    status: FigureStatus | None
    unreadable: bool = False
    """Whether a cell of it cannot be read."""

    @property
    def blank(self) -> bool:
        """Whether nothing was given."""
        return (self.number, self.out_of, self.percent, self.status) == (None,) * 4


@dataclass
class ReceivedMeasure:
    """What a return says of one measure."""

    measure: str
    rows: list[ReceivedRow] = field(default_factory=list)
    rule: str = ""
    context: str = ""
    board: str = ""
    seen: date | None = None
    faults: list[ReturnFault] = field(default_factory=list)

    @property
    def taken(self) -> bool:
        """Whether nothing in it is wrong."""
        return all(fault.weight is FaultWeight.NOTE for fault in self.faults)

    def add(self, weight: FaultWeight, cell: str, found: str, remedy: str) -> None:
        """Note a fault, once."""
        fault = ReturnFault(weight, cell, found, remedy, self.measure)
        if fault not in self.faults:
            self.faults.append(fault)

    @property
    def whole(self) -> ReceivedRow:
        """The row that says how the measure stands: of the whole, or the only one."""
        return next((item for item in self.rows if not item.row.is_part), self.rows[-1])


def read_head(sheet: ReceivedSheet, faults: list[ReturnFault]) -> ReturnHead | None:
    """Read the head of a return; None where it is not known whose it is, or for when."""
    if _as_text(sheet.at(places.MARK_ROW, places.MARK_COLUMN)) != places.MARK:
        found = (
            f"It does not say '{places.MARK}': it is another form, or rows or columns were put in"
            " or deleted, so no figure is taken."
        )
        remedy = "Fill in the form that was sent, and leave its rows and columns as they are."
        faults.append(_of_file(places.MARK_ADDRESS, found, remedy))
        return None
    faults += _changed_labels(sheet)
    if any(fault.weight is FaultWeight.FILE for fault in faults):
        return None
    partner = _head(sheet, places.PARTNER, read.words, faults)
    quarter = _head(sheet, places.QUARTER, read.day, faults)
    version = _head(sheet, places.VERSION, read.whole_number, faults)
    role = _head(sheet, places.ROLE, read.words, faults)
    as_at = _head(sheet, places.AS_AT, read.day, faults)
    if quarter is not None and not is_month_end(quarter):
        found = f"{day_name(quarter)} is not the last day of a month."
        faults.append(_of_file(places.QUARTER.address, found, "Fill in the form that was sent."))
    if partner is None or quarter is None or version is None or role is None or as_at is None:
        return None
    if version < 1:
        faults.append(_of_file(places.VERSION.address, "The version is 0.", "The first is 1."))
    if quarter > as_at:
        found = (
            f"The figures were taken on {day_name(as_at)}, before the quarter ended on"
            f" {day_name(quarter)}, so they are not of the whole quarter."
        )
        remedy = "Take them again; or correct the day, if it is mistyped."
        faults.append(_of_file(places.AS_AT.address, found, remedy))
    return ReturnHead(partner, quarter, version, role, as_at)


def _changed_labels(sheet: ReceivedSheet) -> Iterator[ReturnFault]:
    """Labels and headings that are not those of the form."""
    for head in places.HEAD:
        text = _as_text(sheet.at(head.row, places.LABEL_COLUMN))
        if normalised(text) != normalised(head.label):
            yield _changed(f"A{head.row}", text, head.label)
    for title, column in places.COLUMNS.items():
        text = _as_text(sheet.at(places.HEADER_ROW, column))
        if normalised(text) != normalised(title):
            yield _changed(places.cell_of(places.HEADER_ROW, title), text, title)
    for area in sheet.merged:
        if area.top <= places.HEADER_ROW and area.bottom >= places.PARTNER.row:
            cell = str(area).partition(":")[0]
            yield _of_file(cell, f"The cells {area} are merged.", "Fill in the form that was sent.")


def _changed(cell: str, text: str, title: str) -> ReturnFault:
    found = f"It says {quoted(text)}" if text else "It is blank"
    return _of_file(
        cell,
        f"{found}; in the form it is '{title}'. Columns or rows may have been moved, so no figure"
        " is taken.",
        "Fill in the form as it was sent, with its headings.",
    )


def _of_file(cell: str, found: str, remedy: str) -> ReturnFault:
    return ReturnFault(FaultWeight.FILE, cell, found, remedy)


def _as_text(cell: ReceivedCell) -> str:
    return "" if is_blank(cell.value) or cell.is_formula else str(cell.value)


def _head(
    sheet: ReceivedSheet,
    head: HeadCell,
    reader: Callable[[ReceivedCell], T | CellFault | None],
    faults: list[ReturnFault],
) -> T | None:
    value = reader(sheet.at(head.row, places.HEAD_COLUMN))
    if isinstance(value, CellFault):
        faults.append(_of_file(head.address, f"{head.label}: {value.found}", value.remedy))
        return None
    if value is None:
        faults.append(_of_file(head.address, f"'{head.label}' is blank.", "Fill it in."))
    return value


# The rows.


def read_measures(
    sheet: ReceivedSheet, form: ReturnForm, scores: frozenset[str], faults: list[ReturnFault]
) -> list[ReceivedMeasure]:
    """Read the rows that the form has; what is beside them is put to `faults`.

    `scores`: normalised names of the measures whose percentage is a mean of ratings.
    """
    faults += _beside(sheet)
    rows = {row.key: row for row in form.rows}
    found: dict[RowKey, int] = {}
    measures = {
        normalised(row.measure): ReceivedMeasure(row.measure, board=row.board)
        for row in reversed(form.rows)
        if row.is_first
    }
    for place in _filled_rows(sheet, len(form.rows)):
        key = _key(sheet, place, rows)
        if key is None:
            faults.append(_extra_row(sheet, place))
        elif key in found:
            measures[key.measure].add(
                FaultWeight.MEASURE,
                places.cell_of(place, FormColumn.MEASURE),
                f"The row is there twice, in the rows {found[key]} and {place}.",
                "Delete one of the two.",
            )
        else:
            found[key] = place
    for row in form.rows:
        of = measures[normalised(row.measure)]
        there = found.get(row.key)
        if there is None:
            if row.needed:
                of.add(
                    FaultWeight.MEASURE, "", f"Its row '{row.what}' is not in the form.",
                    "Fill in the form that was sent last.",
                )  # fmt: skip
            continue
        score = normalised(row.measure) in scores
        of.rows.append(_RowReader(sheet, row, there, of).read(score=score))
    faults += _comments_elsewhere(sheet, measures.values())
    ordered = dict.fromkeys(normalised(row.measure) for row in form.rows)
    return [measures[name] for name in ordered]


def _filled_rows(sheet: ReceivedSheet, rows: int) -> list[int]:
    last = places.FIRST_ROW + rows + places.SPARE_ROWS
    return sorted({row for row, _ in sheet.cells if places.FIRST_ROW <= row <= last})


def _key(sheet: ReceivedSheet, place: int, rows: Mapping[RowKey, FormRow]) -> RowKey | None:
    """What a row is of; None where it is not of the form."""
    measure = normalised(_as_text(sheet.at(place, places.COLUMNS[FormColumn.MEASURE])))
    first, last = (
        _month(sheet.at(place, places.COLUMNS[title])) for title in (FormColumn.FROM, FormColumn.TO)
    )
    what = normalised(_as_text(sheet.at(place, places.COLUMNS[FormColumn.WHAT])))
    if first is None or last is None:
        return None
    for key, row in rows.items():
        if (key.measure, key.first, key.last) == (measure, first, last) and (
            not key.item or normalised(row.what) == what
        ):
            return key
    return None


def _month(cell: ReceivedCell) -> Month | None:
    value = read.day(cell)
    return month_of(value) if isinstance(value, date) else None


def _extra_row(sheet: ReceivedSheet, place: int) -> ReturnFault:
    texts = [_as_text(cell) for (row, _), cell in sorted(sheet.cells.items()) if row == place]
    first = min(column for row, column in sheet.cells if row == place)
    found = f"The row {place} is not in the form: {quoted(' '.join(texts))}. It is not taken."
    remedy = "Say it under 'What the panel should know' of a measure, or ask us for a row."
    return ReturnFault(FaultWeight.NOTE, address(place, first), found, remedy)


def _beside(sheet: ReceivedSheet) -> Iterator[ReturnFault]:
    """What stands to the right of the form."""
    beside = [
        (row, column)
        for row, column in sorted(sheet.cells)
        if column > len(places.COLUMNS) and row >= places.HEADER_ROW
    ]
    for row, column in beside[:MOST_BESIDE]:
        found = f"It holds {quoted(sheet.at(row, column).value)}, beside the form. It is not read."
        remedy = "Say it under 'What the panel should know'."
        yield ReturnFault(FaultWeight.NOTE, address(row, column), found, remedy)


MOST_BESIDE = 5
"""Cells beside the form, and comments, that are listed."""


def _comments_elsewhere(
    sheet: ReceivedSheet, measures: Iterable[ReceivedMeasure]
) -> Iterator[ReturnFault]:
    """Comments on cells that the form does not ask for: those on the others are faults already."""
    said = {fault.cell for of in measures for fault in of.faults}
    for cell in [cell for cell in sheet.comments if cell not in said][:MOST_BESIDE]:
        yield ReturnFault(FaultWeight.NOTE, cell, *_of_comment(sheet.comments[cell]))


def _of_comment(text: str) -> CellFault:
    found = f"A comment says {quoted(text)}."
    return CellFault(found, "Comments are not read: write it under 'What the panel should know'.")


class _RowReader:
    """Reads the cells of one row, and notes what is wrong with its measure."""

    def __init__(self, sheet: ReceivedSheet, row: FormRow, place: int, of: ReceivedMeasure) -> None:
        self.sheet, self.row, self.place, self.of = sheet, row, place, of
        self.unreadable = False

    def read(self, *, score: bool) -> ReceivedRow:
        """Read the row."""
        shares = FormColumn.PERCENT in self.row.figures
        self._look_at_merges()
        self._read_words()
        return ReceivedRow(
            self.row,
            self.place,
            self._given(FormColumn.COUNT, partial(read.whole_number, shares=shares)),
            self._given(FormColumn.OUT_OF, read.whole_number),
            self._given(FormColumn.PERCENT, lambda cell: read.percentage(cell, score=score)),
            self._given(FormColumn.STATUS, _status),
            self.unreadable,
        )

    def _read_words(self) -> None:
        if self.row.is_first:
            self.of.rule = self._given(FormColumn.RULE, read.words) or ""
            self.of.context = self._given(FormColumn.CONTEXT, read.words) or ""
            self.of.seen = self._given(FormColumn.SEEN, read.day)
            return
        for title in (FormColumn.RULE, FormColumn.CONTEXT, FormColumn.SEEN):
            value = self.sheet.at(self.place, places.COLUMNS[title]).value
            if not is_blank(value):
                found = f"It holds {quoted(value)}; the form asks for nothing here. It is not read."
                remedy = "Write it into the first row of the measure."
                self.of.add(FaultWeight.NOTE, places.cell_of(self.place, title), found, remedy)

    def _look_at_merges(self) -> None:
        for area in self.sheet.merged:
            if area.top <= self.place <= area.bottom:
                self._wrong(
                    str(area).partition(":")[0],
                    f"The cells {area} are merged, so it is not known to which row the value"
                    " belongs.",
                    "Unmerge them (Home, Merge & Center) and type each value into its own cell.",
                )

    def _wrong(self, cell: str, found: str, remedy: str) -> None:
        self.unreadable = True
        self.of.add(FaultWeight.MEASURE, cell, found, remedy)

    def _given(
        self, title: FormColumn, reader: Callable[[ReceivedCell], T | CellFault | None]
    ) -> T | None:
        cell = places.cell_of(self.place, title)
        if cell in self.sheet.comments:
            self.of.add(FaultWeight.NOTE, cell, *_of_comment(self.sheet.comments[cell]))
        value = reader(self.sheet.at(self.place, places.COLUMNS[title]))
        if isinstance(value, CellFault):
            self._wrong(cell, value.found, value.remedy)
            return None
        if value is not None and title in FIGURES and title not in self.row.figures:
            self._wrong(
                cell,
                "The form asks for nothing here.",
                "Clear it; or type it into the column that is meant.",
            )
        return value


def _status(cell: ReceivedCell) -> FigureStatus | CellFault | None:
    text = read.words(cell)
    if text is None or isinstance(text, CellFault):
        return text
    try:
        return FigureStatus(normalised(text))
    except ValueError:
        return CellFault(
            f"{quoted(text)} is no status.", f"Choose one of: {', '.join(FigureStatus)}."
        )
