"""The formulas of the sheet Formulas: Excel's own, on the tables of the workbook, and what each
gives.

They need neither Python nor macros. What they give is worked out here too, so that a workbook
written without Excel holds the right results for whoever only looks at it: a preview, a mailed copy
in Protected View, another program. A formula names tables, columns and two cells, never an address,
so its text is the same wherever the cell stands: by its text it is found again, and one that
somebody changed is left alone.

A blank cell of a table is never shown as 0, which INDEX and FILTER would make of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from xlperf.excel.port import Link, Scalar, SetResults
from xlperf.tables import schema
from xlperf.tiles.written import day_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlperf.excel.port import CellState
    from xlperf.tiles.written import Record

Result: TypeAlias = Scalar | tuple[str, ...]
"""What a formula gives: one value, or texts that spill downwards."""

LINE_CELL, COLOUR_CELL = "formula_line", "formula_colour"
CELLS = (LINE_CELL, COLOUR_CELL)
"""Defined names of the two cells a user chooses in."""
COLOURS = (*schema.COLOURS, "NA")
PERIODS = 8
"""Periods of a line's history that are shown: two years of quarters."""
FIELDS = (
    *("Label", "Colour", "Explanation", "Latest", "Baseline", "Change %", "Period"),
    *("To next colour", "Data as at", "Caveats"),
)
"""Columns of Workings that are shown of the line chosen."""
PAST = ("Colour", "Latest", "Reason code", "Position")
"""Columns of History that are shown of each period."""
LISTED = ("Line", "Priority", "Trends", "Label", "To next colour")
"""Columns of Workings that are listed for one colour."""
NUMBERS = frozenset({"Latest", "Baseline", "Change %", "Data as at"})

EMPTY = "The sheet Workings is empty: refresh the workbook first."
CHOOSE_LINE = "Choose a line in the cell above."
NO_LINE = "No line of this name is in Workings: choose one from the list."
CHOOSE_COLOUR = "Choose a colour in the cell above."
NO_FIGURE, NO_TEXT = "no figure", "–"
NOT_KNOWN = "not known"
NO_HISTORY = "Nothing is recorded of this line yet."
NONE = "none"
SEE_NOTE = "see the note above"
"""Stands in the list where Excel does not know FILTER, or an error stands in the column Colour."""

_LINES, _WORKED_OUT = f"{schema.WORKINGS.name}[Line]", f"{schema.WORKINGS.name}[Colour]"
_ROW = f"MATCH(TRUE,INDEX({_LINES}={LINE_CELL},0),0)"
_NOTHING = f"COUNTA({_LINES})=0"
_OF_LINE = f"({schema.HISTORY.name}[Line]={LINE_CELL})"


def found() -> str:
    """Formula that says where the line chosen stands, or why nothing can be said of it."""
    return (
        f'IF({_NOTHING},"{EMPTY}",IF({LINE_CELL}="","{CHOOSE_LINE}",IF(ISNA({_ROW}),"{NO_LINE}",'
        f'"Row "&{_ROW}&" of Workings.")))'
    )


def field(title: str) -> str:
    """Formula of one column of Workings for the line chosen."""
    cell = f"INDEX({schema.WORKINGS.name}[{title}],{_ROW})"
    filled = f'IF({cell}="","{_without(title)}",{cell})'
    return f'IF({_NOTHING},"",IF(OR({LINE_CELL}="",ISNA({_ROW})),"",{filled}))'


def count(colour: str) -> str:
    """Formula of how many lines have a colour."""
    return f'IF({_NOTHING},"{NOT_KNOWN}",COUNTIFS({_WORKED_OUT},"{colour}"))'


def count_all() -> str:
    """Formula of how many lines there are."""
    return f'IF({_NOTHING},"{NOT_KNOWN}",COUNTA({_LINES}))'


def count_others() -> str:
    """Formula of how many lines have none of the colours: blank, unreadable, or typed by hand."""
    each = "".join(f'-COUNTIFS({_WORKED_OUT},"{colour}")' for colour in COLOURS)
    return f'IF({_NOTHING},"{NOT_KNOWN}",COUNTA({_LINES}){each})'


def _period(place: int) -> str:
    return f"SUMPRODUCT(LARGE({_OF_LINE}*{schema.HISTORY.name}[Period end],{place}))"


def period(place: int) -> str:
    """Formula of the end of a period of the line chosen; place 1 is the latest."""
    nothing = NO_HISTORY if place == 1 else ""
    return _past(place, _period(place), nothing)


def past(place: int, title: str) -> str:
    """Formula of one column of History for a period of the line chosen."""
    row = f"MATCH(1,INDEX({_OF_LINE}*({schema.HISTORY.name}[Period end]={_period(place)}),0),0)"
    cell = f"INDEX({schema.HISTORY.name}[{title}],{row})"
    return _past(place, f'IF({cell}="","{_without(title)}",{cell})', "")


def _past(place: int, shown: str, nothing: str) -> str:
    rows = f"ROWS({schema.HISTORY.name}[Line])"
    return f'IF(OR({LINE_CELL}="",{place}>{rows}),"",IF({_period(place)}>0,{shown},"{nothing}"))'


def how_many() -> str:
    """Formula of the sentence above the list of one colour."""
    number = f"SUMPRODUCT(--({_WORKED_OUT}={COLOUR_CELL}))"
    return (
        f'IF({_NOTHING},"{EMPTY}",IF({COLOUR_CELL}="","{CHOOSE_COLOUR}",'
        f'{number}&" of "&COUNTA({_LINES})&" lines: "&{COLOUR_CELL}))'
    )


def listed(title: str) -> str:
    """Formula that spills one column of Workings for all lines of the colour chosen, as a file
    holds it.

    FILTER is newer than Excel 2019 (2.2.3 of MS-XLSX has its prefix): where it is not known, a
    sentence stands instead.
    """
    first = title == LISTED[0]
    none, unknown = (NONE, SEE_NOTE) if first else ("", "")
    column = f'{schema.WORKINGS.name}[{title}]&""'
    condition = f"{_WORKED_OUT}={COLOUR_CELL}"
    rows = f'_xlfn._xlws.FILTER({column},{condition},"{none}")'
    return f'IF(OR({_NOTHING},{COLOUR_CELL}=""),"",IFERROR({rows},"{unknown}"))'


def _without(title: str) -> str:
    return NO_FIGURE if title in NUMBERS else NO_TEXT


# -- what they give


def results(
    line: str, colour: str, workings: Sequence[Record], history: Sequence[Record]
) -> dict[str, Result]:
    """Work out what every formula gives, by its text.

    Parameters
    ----------
    line, colour
        What the two cells hold; empty: nothing is chosen.
    workings, history
        Rows of the two tables, by title.
    """
    lines = [row for row in workings if _text(row, "Line")]
    return _of_line(line, lines) | _counts(lines) | _history(line, history) | _list(colour, lines)


def _of_line(line: str, lines: Sequence[Record]) -> dict[str, Result]:
    place = next(
        (place for place, row in enumerate(lines, 1) if _alike(_text(row, "Line"), line)), None
    )
    row = None if place is None or not line else lines[place - 1]
    if not lines:
        said = EMPTY
    elif not line:
        said = CHOOSE_LINE
    else:
        said = NO_LINE if place is None else f"Row {place} of Workings."
    shown: dict[str, Result] = {
        field(title): "" if row is None else _shown(row, title) for title in FIELDS
    }
    return {found(): said, **shown}


def _counts(lines: Sequence[Record]) -> dict[str, Result]:
    if not lines:
        return dict.fromkeys((*map(count, COLOURS), count_all(), count_others()), NOT_KNOWN)
    numbers = {
        colour: sum(_alike(_text(row, "Colour"), colour) for row in lines) for colour in COLOURS
    }
    counted: dict[str, Result] = {count(colour): number for colour, number in numbers.items()}
    return counted | {count_all(): len(lines), count_others(): len(lines) - sum(numbers.values())}


def _history(line: str, history: Sequence[Record]) -> dict[str, Result]:
    """Periods of a line, latest first; none where a period is no date: Excel makes an error."""
    days = [(day_of(row.get("Period end")), row) for row in history]
    if any(day is None and row.get("Period end") is not None for day, row in days):
        return {}
    own = [
        (day, row)
        for day, row in days
        if day is not None and line and _alike(_text(row, "Line"), line)
    ]
    first = dict(reversed(own))  # of two rows of one period the upper one is shown
    ordered = sorted((day for day, _ in own), reverse=True)
    shown: dict[str, Result] = {}
    for place in range(1, PERIODS + 1):
        day = ordered[place - 1] if place <= len(ordered) else None
        shown[period(place)] = day or (NO_HISTORY if place == 1 and line else "")
        for title in PAST:
            shown[past(place, title)] = "" if day is None else _shown(first[day], title)
    return shown


def _list(colour: str, lines: Sequence[Record]) -> dict[str, Result]:
    of_it = [row for row in lines if _alike(_text(row, "Colour"), colour)]
    if not lines or not colour:
        return {how_many(): CHOOSE_COLOUR if lines else EMPTY} | dict.fromkeys(
            map(listed, LISTED), ("",)
        )
    spilt: dict[str, Result] = {
        listed(title): tuple(_text(row, title) for row in of_it) or ("",) for title in LISTED
    }
    if not of_it:
        spilt[listed(LISTED[0])] = (NONE,)
    return {how_many(): f"{len(of_it)} of {len(lines)} lines: {colour}"} | spilt


def _shown(row: Record, title: str) -> Scalar:
    value = row.get(title)
    if value is None or value == "":
        return _without(title)
    return str(value) if isinstance(value, Link) else value


def _text(row: Record, title: str) -> str:
    value = row.get(title)
    return "" if value is None else str(value)


def _alike(one: str, other: str) -> bool:
    """Whether Excel's = takes two texts for the same: in any case."""
    return one.casefold() == other.casefold()


# -- the edit of a refresh


def result_edits(
    cells: Mapping[str, CellState], workings: Sequence[Record], history: Sequence[Record]
) -> list[SetResults]:
    """Make the edit that gives the formulas their results; none in a workbook without them, or
    where a choice is no plain text.
    """
    chosen = [cells[name] for name in CELLS if name in cells]
    if len(chosen) != 2 or any(
        state.refusal or not isinstance(state.value, (str, type(None))) for state in chosen
    ):
        return []
    line, colour = (str(state.value or "") for state in chosen)
    return [SetResults(LINE_CELL, results(line, colour, workings, history))]
