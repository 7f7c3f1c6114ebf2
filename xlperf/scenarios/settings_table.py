"""What other settings would change, as text: a table of colours side by side, and why."""

from __future__ import annotations

from dataclasses import replace
from string import ascii_uppercase
from typing import TYPE_CHECKING

from xlperf.assessment.evidence import Position
from xlperf.assessment.rag import Rag
from xlperf.config import SETTINGS_BY_KEY
from xlperf.message_texts import wrapped
from xlperf.scenarios.lines_by_words import titled
from xlperf.scenarios.other_settings import changes_of, value_of
from xlperf.tiles.explanations import explain
from xlperf.tiles.figures import figure
from xlperf.tiles.layout import colour_counts
from xlperf.tiles.wording import STATUS, position_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlperf.assessment.evidence import Assessment
    from xlperf.config import Settings
    from xlperf.scenarios.other_settings import Alternative, LineChange
    from xlperf.tables.data import Tables

MOST_COLUMNS = 6
"""Alternatives that have a column of their own."""
SAME, FIGURES = "same", "figures"
COUNTED = (Rag.RED, Rag.AMBER, Rag.GREEN, Rag.NA)
NONE_CHANGES = "No colour and no figure would change."


def letters(number: int) -> list[str]:
    """Names of alternatives: A to Z, then AA, AB and so on."""
    return [
        (ascii_uppercase[place // 26 - 1] if place >= 26 else "") + ascii_uppercase[place % 26]
        for place in range(number)
    ]


def side_by_side(
    lines: Sequence[Assessment],
    alternatives: Sequence[Alternative],
    settings: Settings,
    tables: Tables,
    asked: Sequence[Assessment] | None = None,
    *,
    reasons: bool = True,
) -> str:
    """Write alternatives side by side: what each is, how many lines of each colour, and each line
    that one of them would change, or the lines asked about; with `reasons`, why.
    """
    named = letters(len(alternatives))
    text = [*_legend(alternatives, named, settings), "", *_counts(lines, alternatives, named)]
    changed = [
        {item.before.line: item for item in changes_of(lines, alternative, asked)}
        for alternative in alternatives
    ]
    touched = asked or [line for line in lines if any(line.line in of_one for of_one in changed)]
    if not touched:
        return "\n".join([*text, "", NONE_CHANGES])
    table = _table if len(alternatives) <= MOST_COLUMNS else _by_line
    text += ["", *table(touched, changed, named)]
    if reasons and any(changed):
        text += ["", *_reasons(changed, alternatives, named, tables)]
    return "\n".join(text)


def _legend(
    alternatives: Sequence[Alternative], named: Sequence[str], settings: Settings
) -> list[str]:
    return [
        f"  {name:<3}{_typed(alternative, settings)}"
        for name, alternative in zip(named, alternatives, strict=True)
    ]


def _typed(alternative: Alternative, settings: Settings) -> str:
    """Write other settings with what they are now: spc_basis = mean (now points)."""
    return ", ".join(
        f"{key} = {value} (now {value_of(SETTINGS_BY_KEY[key], settings)})"
        for key, value in alternative.typed.items()
    )


def _counts(
    lines: Sequence[Assessment], alternatives: Sequence[Alternative], named: Sequence[str]
) -> list[str]:
    """Write a row of counts for the workbook as it is, and one for each alternative."""
    rows = [("now", lines, ""), *(
        (name, alternative.lines, _how_many(changes_of(lines, alternative)))
        for name, alternative in zip(named, alternatives, strict=True)
    )]  # fmt: skip
    head = "       " + "".join(f"{STATUS[rag]:>9}" for rag in COUNTED)
    return [
        head,
        *(
            f"  {name:<5}" + "".join(f"{colour_counts(of)[rag]:>9}" for rag in COUNTED) + said
            for name, of, said in rows
        ),
    ]


def _how_many(changed: Sequence[LineChange]) -> str:
    if not changed:
        return "   as now"
    colours = sum(item.colour for item in changed)
    numbers = {"colour": colours, "figure": len(changed) - colours}
    return "   " + ", ".join(
        f"{number} other {name}{'s' * (number > 1)}" for name, number in numbers.items() if number
    )


def _table(
    touched: Sequence[Assessment], changed: Sequence[dict[str, LineChange]], named: Sequence[str]
) -> list[str]:
    width = max(len(line.line) for line in touched) + 2
    columns = [[_cell(of_one.get(line.line)) for line in touched] for of_one in changed]
    wide = max(len(cell) for column in columns for cell in column) + 2
    head = f"  {'':<{width}}{'now':<7}" + "".join(f"{name:<{wide}}" for name in named)
    rows = [
        f"  {line.line:<{width}}{line.rag:<7}"
        + "".join(f"{column[place]:<{wide}}" for column in columns)
        for place, line in enumerate(touched)
    ]
    return [text.rstrip() for text in (head, *rows)]


def _by_line(
    touched: Sequence[Assessment], changed: Sequence[dict[str, LineChange]], named: Sequence[str]
) -> list[str]:
    """Write for each line what it would be, with which alternatives."""
    width = max(len(line.line) for line in touched) + 2
    rows = []
    for line in touched:
        cells = [_cell(of_one.get(line.line)) for of_one in changed]
        places: dict[str, list[str]] = {cell: [] for cell in cells if cell != SAME}
        for name, cell in zip(named, cells, strict=True):
            if cell != SAME:
                places[cell].append(name)
        with_each = [f"{cell} with {', '.join(names)}" for cell, names in places.items()]
        rows.append(f"  {line.line:<{width}}{line.rag:<7}{'; '.join(with_each)}")
    return rows


def _cell(change: LineChange | None) -> str:
    if change is None:
        return SAME
    return str(change.after.rag) if change.colour else FIGURES


def _reasons(
    changed: Sequence[dict[str, LineChange]],
    alternatives: Sequence[Alternative],
    named: Sequence[str],
    tables: Tables,
) -> list[str]:
    text: list[str] = []
    for name, of_one, alternative in zip(named, changed, alternatives, strict=True):
        for change in of_one.values():
            line = change.after
            head = f"{name}  {line.line}, {titled(line, tables)}:"
            text.append(wrapped(f"{head} {why(change, alternative.settings)}", 2, hanging=3))
    return text


def why(change: LineChange, settings: Settings) -> str:
    """Say what a line would be, and why: its figures before and after, and its explanation."""
    before, after = change.before, change.after
    turned = f"{before.rag} -> " if change.colour else ""
    said = f"{turned}{explain(_undecided(after), settings).summary}"
    if change.figures:
        said += f" The figure was {_figures(before)}, and would be {_figures(after)}."
    if after.override:
        said += f" It would still be shown {after.override.colour}, by decision of a person."
    return said


def _undecided(line: Assessment) -> Assessment:
    return replace(line, override=None)


def _figures(line: Assessment) -> str:
    if isinstance(line.evidence, Position):
        return position_text(line)
    form = line.evidence.form
    figures = line.figures
    return f"{figure(figures.latest, form)} against {figure(figures.baseline, form)}"


def alternatives_json(
    lines: Sequence[Assessment],
    alternatives: Sequence[Alternative],
    settings: Settings,
    asked: Sequence[Assessment] | None = None,
) -> dict[str, object]:
    """Give the counts as they are, and each alternative with its counts and changes, of all lines
    or of those asked about.
    """

    def one(item: Alternative) -> dict[str, object]:
        changes = changes_of(lines, item, asked)
        return {
            "settings": dict(item.typed),
            "settings_now": {key: value_of(SETTINGS_BY_KEY[key], settings) for key in item.typed},
            "counts": _counts_json(item.lines),
            "changes": [_change_json(change, item.settings) for change in changes],
        }

    return {"counts": _counts_json(lines), "alternatives": list(map(one, alternatives))}


def _counts_json(lines: Sequence[Assessment]) -> dict[str, int]:
    return {str(colour): number for colour, number in colour_counts(lines).items()}


def _change_json(change: LineChange, settings: Settings) -> dict[str, object]:
    before, after = change.before, change.after
    return {
        "line": before.line,
        "before": str(before.rag),
        "after": str(after.rag),
        "shown_after": str(after.shown),
        "reason_before": str(before.reason),
        "reason_after": str(after.reason),
        "latest": [_number(before.figures.latest), _number(after.figures.latest)],
        "baseline": [_number(before.figures.baseline), _number(after.figures.baseline)],
        "why": why(change, settings),
    }


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))
