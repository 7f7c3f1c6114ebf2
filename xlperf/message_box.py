"""What a message box says: the result of a refresh, a check, a line or a comparison, short enough
for one.

A message box of VBA shows about 1,024 characters (documentation of MsgBox), so what is long ends
with how much more there is, and where.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from xlperf.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlperf.assessment.evidence import Assessment
    from xlperf.excel.port import Grid
    from xlperf.imports.import_plan import ImportPlan
    from xlperf.pipeline import Refreshed
    from xlperf.returns.collect_plan import CollectPlan
    from xlperf.tables.problems import Problem
    from xlperf.tiles.assessed import Assessed
    from xlperf.tiles.changes import Changes

TITLE = "xlperf"
MOST_DIFFERENCES = 10
"""Changed colours in a message. All are in Workings."""
LONGEST_MESSAGE = 1000
"""Characters: a message box of VBA shows about 1,024 (documentation of MsgBox)."""
LONGEST_REST = 80
"""Characters kept for the last line, which says how much more there is."""
MOST_PLACES = 3
"""Cells named of one kind of check."""
NOT_SAVED = "The workbook is not saved yet."


def summary(result: Refreshed, end: str = NOT_SAVED) -> str:
    """Say in a few lines what a refresh did, and which checks nobody may overlook."""
    from xlperf.periods import month_name
    from xlperf.terminal import told
    from xlperf.tiles.counting import checks_text, grouped
    from xlperf.tiles.layout import colour_counts

    assessed = result.assessed
    counts = ", ".join(
        f"{colour.value} {number}" for colour, number in colour_counts(assessed.lines).items()
    )
    text = [
        (
            f"Twelve months to {month_name(assessed.settings.latest.last)}: {len(assessed.lines)}"
            f" lines judged ({counts})."
        ),
        f"{checks_text(assessed.problems)}.",
    ]
    items = [
        told(group, MOST_PLACES) for group in grouped(assessed.problems) if group.must_be_shown
    ]
    rest = "… and {} more that change a colour or are always shown: see Checks."
    if not result.applied.has_changes:
        return _fitting("\n".join([*text, "Nothing changed since the last refresh."]), items, rest)
    if not result.first:
        text += _differences(
            result, LONGEST_MESSAGE - 2 * LONGEST_REST - len("\n".join([*text, end]))
        )
    return _fitting("\n".join([*text, end]), items, rest)


def _differences(result: Refreshed, room: int) -> list[str]:
    """Changed colours, as many as there is room for, in characters, and how many more there are."""
    if not result.differences:
        return ["No colour changed; figures or texts did."]
    sentences = [
        f"{item.name}: {item.before} -> {item.after}"
        + (f" ({item.decision})" if item.decision else "")
        for item in result.differences[:MOST_DIFFERENCES]
    ]
    fitting = _as_many(sentences, room)
    more = len(result.differences) - len(fitting)
    return [*fitting, f"… and {more} more."] if more else fitting


def _as_many(items: Sequence[str], room: int) -> list[str]:
    """Give as many items, each on a line, as there is room for, in characters."""
    lengths = accumulate(len(item) + 1 for item in items)
    return [item for item, length in zip(items, lengths, strict=True) if length <= room]


def _fitting(head: str, items: Sequence[str], rest: str) -> str:
    """Put as many items below a head as a message box shows, then how many more there are: `rest`
    has a {} for it.
    """
    text = head
    for place, item in enumerate(items):
        longer = f"{text}\n{item}"
        if len(longer) > LONGEST_MESSAGE - LONGEST_REST:
            return f"{text}\n{rest.format(len(items) - place)}"
        text = longer
    return text


def import_question(plan: ImportPlan) -> str:
    """Ask whether a planned import is written, with what to know of it."""
    from xlperf.imports.import_sentences import counts_sentence, essentials

    head = (
        f"{', '.join(plan.files)}, as '{plan.source.name}'.\n{counts_sentence(plan)}\n"
        "OK writes this into the workbook; Cancel leaves it as it is."
    )
    return _fitting(head, essentials(plan), "… and {} more: python -m xlperf import lists all.")


def collect_question(plan: CollectPlan) -> str:
    """Ask whether returns are collected, with each file and what is wrong in it."""
    from xlperf.returns.return_sentences import file_lines, summary

    head = f"{summary(plan)}\nOK takes what is right; Cancel leaves the workbook as it is."
    rest = "… and {} more: the answers that are drafted list all."
    return _fitting(head, file_lines(plan), rest)


def labels_question(plan: ImportPlan) -> str:
    """Ask whether labels that mean nothing yet are listed in the sheet Sources."""
    labels = len(plan.mapping.targets)
    return (
        f"{', '.join(plan.files)}: none of its {labels} labels is a name of a measure of this"
        " workbook. OK lists them in the sheet Sources: type the measure beside each that you want,"
        " in the column Ours, then click Import again."
    )


def checks_found(problems: Sequence[Problem]) -> str:
    """Say what a check found, the gravest first."""
    from xlperf.terminal import told
    from xlperf.tiles.counting import checks_text, grouped

    if not problems:
        return "No checks raised."
    items = [told(group, MOST_PLACES) for group in grouped(problems)]
    head = f"{checks_text(problems)}. Nothing was written."
    return _fitting(head, items, "… and {} more: Refresh lists all in Checks.")


def explanation(selected: tuple[str, int, int] | None, assessed: Assessed) -> str:
    """Say why the line of a selected cell (sheet, row, column) has its colour."""
    name = _selected_line(selected, assessed)
    line = next((line for line in assessed.lines if line.line == name), None)
    if line is None:
        raise UsageError(
            f"No measure has the line {name} now, so there is nothing to explain. Look at Checks."
        )
    return line_explanation(line, assessed)


def _selected_line(selected: tuple[str, int, int] | None, assessed: Assessed) -> str:
    """Line of a cell: by the name of a tile's cell, or by its row in Workings."""
    from xlperf.excel.areas import address
    from xlperf.tables import schema
    from xlperf.tables.lines import line_of

    if selected is not None:
        sheet, row, column = selected
        cell = (sheet, address(row, column))
        lines = (
            line_of(name)
            for name, state in assessed.cells.items()
            if (state.sheet, state.address) == cell
        )
        workings = assessed.grids.get(schema.WORKINGS.name)
        line = next(filter(None, lines), None) or _line_in_row(workings, sheet, row)
        if line:
            return line
    raise UsageError(
        "Select a figure or a status on a tile, or a row of Workings, then press the button again."
    )


def _line_in_row(workings: Grid | None, sheet: str, row: int) -> str | None:
    if workings is None or workings.sheet != sheet:
        return None
    column, place = workings.column("Line"), row - workings.header_row - 1
    if column is None or not 0 <= place < len(workings.rows):
        return None
    line = workings.rows[place][column]
    return None if line is None else str(line)


def line_explanation(line: Assessment, assessed: Assessed) -> str:
    """Explain a line: what a panel reads, then as much behind it as a message box shows."""
    from xlperf.tables.lines import cell_name
    from xlperf.terminal import BEAR_IN_MIND, TESTED, TO_ANOTHER_COLOUR, TRENDS, details
    from xlperf.tiles.explanations import explain
    from xlperf.tiles.wording import status

    head = (
        f"{line.measure.priority}  {line.label}: {status(line)}\n"
        f"{explain(line, assessed.settings).summary}"
    )
    tile = assessed.cells.get(cell_name(line.line, "rag"))
    if tile is not None and tile.value != status(line):
        tile_text = f"still shows {tile.value}" if tile.value else "is not filled yet"
        head += f"\nThe tile {tile_text}: press Refresh."
    texts = details(line, assessed)
    items = [
        f"{title}: {texts[title]}"
        for title in (TO_ANOTHER_COLOUR, TESTED, BEAR_IN_MIND, TRENDS)
        if title in texts
    ]
    return _fitting(head, items, "More is in the sheet Workings.")


def changes_found(changes: Changes) -> str:
    """Say what changed since the period before, and why."""
    from xlperf.tiles.change_sentences import change_groups, figures_sentence

    items = [
        "\n   ".join((f"{group.heading}: {text.headline}", *text.details))
        for group in change_groups(changes)
        for text in group.texts
    ]
    head = "\n".join(
        filter(None, (str(changes), changes.unknown.split(". ")[0], figures_sentence(changes)))
    )
    return _fitting(head, items, "… and {} more: python -m xlperf changes lists all.")
