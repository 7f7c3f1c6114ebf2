"""The page of rules, made from the tests in tests/rules: a module is a section, a test a paragraph
with the rows that were typed and the sentence of each line.
"""

from __future__ import annotations

import inspect
import textwrap
from datetime import date
from typing import TYPE_CHECKING

from tests.assessment.casebook import END
from tests.rules import (
    test_many_lines,
    test_offences,
    test_positions,
    test_recent_months,
    test_surveys,
    test_totals,
    test_unknown,
)
from xlperf.periods import month_of, month_short
from xlperf.tables import schema
from xlperf.tiles.explanations import FOR_ANALYSTS

if TYPE_CHECKING:
    from types import ModuleType

    from tests.assessment.casebook import Book
    from xlperf.excel.port import Scalar

SECTIONS = (
    test_offences,
    test_positions,
    test_recent_months,
    test_surveys,
    test_totals,
    test_many_lines,
    test_unknown,
)
WIDTH = 98
UNSAID = {"Direction": "down", "Status": "final", "Priority": "SP1", "In group": "yes"}
"""Cells that are left out where they hold what they mostly hold."""


def section(module: ModuleType) -> list[str]:
    """Title, introduction and paragraphs of one module."""
    title, _, introduction = (module.__doc__ or "").partition("\n")
    parts = [f"## {title}", _paragraph(introduction)]
    for name, test in vars(module).items():
        if name.startswith("test_"):
            heading = name.removeprefix("test_").replace("_", " ")
            parts += [f"### {heading[0].upper()}{heading[1:]}", _paragraph(test.__doc__)]
            test(lambda book, **expected: parts.append(_case(book, expected)))  # noqa: B023
    return parts


def _paragraph(text: str | None) -> str:
    return textwrap.fill(inspect.cleandoc(text or ""), 100, break_on_hyphens=False)


def _case(book: Book, expected: dict[str, str]) -> str:
    """Rows that were typed, and what comes of them."""
    typed = [line for name, rows in book.rows.items() for line in _rows(name, rows)]
    placed = bool(book.rows[schema.PEERS.name])
    settings = [
        f"Settings: {key} = {value}"
        for key, value in book.settings_given.items()
        if placed or key != "own_force"
    ]
    lines = [*settings, *typed, ""]
    for line in expected:
        said = book.explanation(line)
        lines.append(_wrapped(f"{line}: {said.summary}"))
        if said.analysts:
            lines.append(_wrapped(f"    {FOR_ANALYSTS}: {said.analysts}"))
        lines.append(f"    Reason code: {book.line(line).reason}")
    return "```text\n" + "\n".join(lines) + "\n```"


def _wrapped(text: str) -> str:
    return textwrap.fill(text, WIDTH, subsequent_indent="    ", break_on_hyphens=False)


def _rows(table: str, rows: list[dict[str, Scalar]]) -> list[str]:
    """Rows of a table, each as what it holds; months of a measure in one."""
    if table == schema.MONTHLY.name:
        return _months(rows)
    if table == schema.FORCES.name:
        return []
    sheet = table.removeprefix("tbl")
    return [
        _wrapped(f"{sheet}: {'; '.join(filter(None, map(_cell, row.items())))}") for row in rows
    ]


def _cell(cell: tuple[str, Scalar]) -> str:
    title, value = cell
    if value is None or UNSAID.get(title) == value or (title == "Period end" and value == END):
        return ""
    if title == "Line" and str(value).startswith("Label of "):
        return ""
    return f"{title} {value.isoformat() if isinstance(value, date) else value}"


def _months(rows: list[dict[str, Scalar]]) -> list[str]:
    """Counts of each run of months."""
    runs: list[list[dict[str, Scalar]]] = []
    for row in rows:
        if runs and _follows(runs[-1][-1], row):
            runs[-1].append(row)
        else:
            runs.append([row])
    return [_wrapped(_run(run)) for run in runs]


def _follows(one: dict[str, Scalar], other: dict[str, Scalar]) -> bool:
    first, second = one["Month"], other["Month"]
    assert isinstance(first, date)
    assert isinstance(second, date)
    same = one["Measure"] == other["Measure"] and "As at" not in other
    return same and month_of(second) == month_of(first) + 1


def _run(run: list[dict[str, Scalar]]) -> str:
    names = []
    for row in (run[0], run[-1]):
        assert isinstance(row["Month"], date)
        names.append(month_short(month_of(row["Month"])))
    span = " to ".join(dict.fromkeys(names))
    counts = " ".join(str(row["Count"]) for row in run)
    taken = run[0].get("As at")
    note = f" (as at {taken})" if taken else ""
    return f"Monthly: {run[0]['Measure']}, {span}: {counts}{note}"


def rules() -> str:
    """The page."""
    parts = [part for module in SECTIONS for part in section(module)]
    introduction = """
        The five rules of the report, and what happens where they do not reach. Each paragraph is a
        test: rows are typed into a workbook, it is refreshed (as a file, in a stand-in for Excel,
        and in memory), and the tile and *Workings* must say what stands here. The period is the
        twelve months to September 2014, the baseline 2012/13, the target date March 2017, unless
        Settings say otherwise; the force is Leicestershire. A value on a limit is inside it.
        """
    return (
        "\n\n".join(
            [
                "# The rules",
                "<!-- Made from tests/rules by tests/docs/rules_page.py; do not edit. -->",
                "*For everybody who wants to know why a line has its colour.*",
                _paragraph(" ".join(introduction.split())),
                *parts,
            ]
        )
        + "\n"
    )
