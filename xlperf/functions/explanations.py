"""Explanations of the lines of a workbook."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlperf.errors import FunctionError
from xlperf.excel.port import normalised
from xlperf.frozen import NamedTuple
from xlperf.functions.arguments import Cells, block, text
from xlperf.tables.coercion import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_NAMED = 4
"""Lines that a message names."""
FEWEST_LETTERS = 4
"""Letters of a word from which on it may be the beginning of a longer one."""


class ExplainedLine(NamedTuple):
    """A row of Workings."""

    name: str
    explanation: str
    words: frozenset[str]
    """Of its name, label, priority and the title of that, in small letters."""


def why(line: str, workings: Cells, priorities: Cells | None = None) -> str:
    """Give the explanation of a line, from the Workings table.

    Parameters
    ----------
    line
        Name of the line, as in Workings: SP12_offences. Or words that only one line has: burglary
        satisfaction.

        Upper and lower case are the same. A word of four letters or more may be the beginning of a
        longer one.
    workings
        The Workings table with its header: tblWorkings[#All].

        Of its columns, Line and Explanation are used, and for words Priority and Label. A DataFrame
        has its titles as columns.
    priorities
        The Priorities table with its header, tblPriorities[#All], for words of their titles.

    Returns
    -------
    str
        The explanation.

    Raises
    ------
    FunctionError
        There is no such line, words fit several, or a table has not these columns.

    Examples
    --------
    >>> workings = [["Line", "Explanation"], ["SP12_offences", "AMBER: 4,253 in the year."]]
    >>> why("sp12_offences", workings)
    'AMBER: 4,253 in the year.'
    """
    titles = {} if priorities is None else dict(_titles(priorities))
    lines = list(_explained(workings, titles))
    wanted = text("line", line)
    if not wanted:
        raise FunctionError("line is blank. Give the name of a line, such as SP12_offences.")
    named = [item for item in lines if normalised(item.name) == normalised(wanted)]
    fitting = named[-1:] or [item for item in lines if _fits(wanted, item)]
    if len(fitting) == 1:
        return fitting[0].explanation
    raise FunctionError(f"line is {quoted(wanted)}, {_not_one(wanted, fitting, lines)}")


def _explained(workings: Cells, titles: dict[str, str]) -> Iterator[ExplainedLine]:
    for row in _records("workings", workings, ("line", "explanation")):
        priority = row.get("priority", "")
        told = (row["line"], row.get("label", ""), priority, titles.get(normalised(priority), ""))
        yield ExplainedLine(row["line"], row["explanation"], frozenset(_words(" ".join(told))))


def _titles(priorities: Cells) -> Iterator[tuple[str, str]]:
    for row in _records("priorities", priorities, ("code", "title")):
        yield normalised(row["code"]), row["title"]


def _records(name: str, table: Cells, needed: tuple[str, str]) -> Iterator[dict[str, str]]:
    """Rows of a table by their titles in small letters; rows of another width are passed over."""
    rows = block(table)
    titles = [normalised(str(title or "")) for title in (rows[0] if rows else [])]
    if not set(needed) <= set(titles):
        columns = " and ".join(title.capitalize() for title in needed)
        raise FunctionError(f"{name} has no columns {columns}. Give the table with its header.")
    for row in rows[1:]:
        if len(row) == len(titles):
            yield {
                title: "" if value is None else str(value)
                for title, value in zip(titles, row, strict=True)
            }


def _words(said: str) -> list[str]:
    return re.findall(r"\w+", normalised(said))


def _fits(wanted: str, line: ExplainedLine) -> bool:
    """Whether a line has every word; a name with figures or a line in it is whole or is another."""
    return all(
        word in line.words
        or (
            len(word) >= FEWEST_LETTERS
            and word.isalpha()
            and any(other.startswith(word) for other in line.words)
        )
        for word in _words(wanted)
    )


def _not_one(wanted: str, fitting: list[ExplainedLine], lines: list[ExplainedLine]) -> str:
    alike = fitting or [
        item for item in lines if normalised(item.name).startswith(normalised(wanted))
    ]
    remedy = f"Give one of: {', '.join(item.name for item in alike[:MOST_NAMED])}."
    if fitting:
        return f"which fits {len(fitting)} lines. {remedy}"
    return f"which is not in Workings. {remedy if alike else 'Give a line as the sheet has it.'}"
