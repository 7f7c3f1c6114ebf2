"""What an import says: the preview, and what was done; for a terminal and for a message box."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from xlperf.imports.import_plan import SHEETS
from xlperf.imports.stated_status import StatedStatus
from xlperf.message_texts import first_few, number_of, wrapped
from xlperf.tables.row_edits import value_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from xlperf.imports.comparing import CellChange, ImportComparison, StatusChange
    from xlperf.imports.import_plan import ImportPlan
    from xlperf.imports.label_targets import Target
    from xlperf.imports.left_out import LeftOut

MOST_CHANGES, MOST_ADDED, MOST_SUGGESTIONS, MOST_EXAMPLES = 40, 4, 8, 5
"""Changed figures, added figures a measure, questions and examples that the preview lists."""
NUMBERS = (3, 4)
"""Places of figures in a row of the preview."""
ANYWAY = "If it is right all the same, add --anyway."


def counts_sentence(plan: ImportPlan) -> str:
    """Say in one sentence what an import adds, changes and leaves."""
    comparison = plan.comparison
    left = sum(item.number for item in plan.left_out)
    added = number_of(len(comparison.added), "figure")
    return (
        f"{added} to add, {len(comparison.changed):,} to change,"
        f" {comparison.same:,} already there; {left:,} of {plan.figures:,} in the file are left"
        f" out{_counted_twice(plan)}.{_status_counts(comparison)}"
    )


def _status_counts(comparison: ImportComparison) -> str:
    """Say how many figures get another status; empty: none."""
    parts = [
        number_of(len(changes), "figure") + f" {'is' if len(changes) == 1 else 'are'} {words}"
        for words, changes in _by_status(comparison)
    ]
    return f" {'; '.join(parts)}." if parts else ""


NEW_STATUS = {
    StatedStatus.FINAL: "no longer provisional",
    StatedStatus.PROVISIONAL: "now provisional",
}


def _by_status(comparison: ImportComparison) -> Iterator[tuple[str, list[StatusChange]]]:
    """Figures that get another status, under the words for it."""
    for stated, words in NEW_STATUS.items():
        own = [change for change in comparison.restated if change.figure.stated is stated]
        if own:
            yield words, own


def _counted_twice(plan: ImportPlan) -> str:
    """Say that a figure counts more than once where a label has several measures."""
    several = any(len(targets) > 1 for targets in plan.mapping.targets.values())
    return ", each counted once for each of its measures" if several else ""


def preview(plan: ImportPlan, workbook: str) -> str:
    """Say what was understood, and what would be added, changed and left out."""
    files = ", ".join(plan.files)
    blocks = [
        [f"{files} -> {workbook}, as '{plan.source.name}'", f"Read as {'; '.join(plan.kinds)}."],
        list(_roles(plan)),
        ["Measures:", *_mapping(plan)],
        [wrapped(counts_sentence(plan), whole_words=True)],
        list(_changed(plan)),
        *_restated(plan),
        list(_added(plan)),
        list(_left_out(plan.left_out)),
        list(_suggestions(plan)),
        [wrapped(f"Note: {note}", whole_words=True) for note in plan.notes],
        [wrapped(f"Doubt: {doubt}", whole_words=True) for doubt in plan.doubts],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def summary(plan: ImportPlan) -> str:
    """Say what was read, what each label became, and what was left out; without the figures."""
    blocks = [
        [wrapped(f"{', '.join(plan.files)}: read as {'; '.join(plan.kinds)}.", whole_words=True)],
        list(_mapping(plan)),
        [wrapped(counts_sentence(plan), whole_words=True)],
        list(_left_out(plan.left_out)),
        [wrapped(f"Note: {note}", whole_words=True) for note in plan.notes],
        [wrapped(f"Doubt: {doubt}", whole_words=True) for doubt in plan.doubts],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _roles(plan: ImportPlan) -> Iterator[str]:
    width = max((len(title) for _, title, _ in plan.roles), default=0)
    width = min(width, 44)
    for role, title, content in plan.roles:
        yield f"  {role:<9} {title:<{width}}  {content}".rstrip()


def _mapping(plan: ImportPlan) -> Iterator[str]:
    mapping = plan.mapping
    used = Counter(
        target
        for figure in plan.comparison.written
        for target in (figure.target, figure.target._replace(measure=""))
    )
    for target, keys in mapping.parts().items():
        labels = [mapping.spelling[key] for key in keys]
        text = f"{' + '.join(labels)} = {_target_text(target)}"
        yield wrapped(
            text + ("" if used[target] or not plan.writes else " (nothing new)"),
            2,
            whole_words=True,
        )


def _target_text(target: Target) -> str:
    column = "" if target.column == "Count" else f", {target.column}"
    name = target.measure or "every measure counted"
    return f"{name} ({SHEETS[target.table]}{column})"


def _changed(plan: ImportPlan) -> Iterator[str]:
    changed = sorted(plan.comparison.changed, key=_size, reverse=True)
    if changed:
        yield f"To change, old -> new ({len(changed):,}):"
        yield from _table(map(_cells, changed[:MOST_CHANGES]))
    if len(changed) > MOST_CHANGES:
        yield f"  … and {len(changed) - MOST_CHANGES:,} more."


def _restated(plan: ImportPlan) -> Iterator[list[str]]:
    for words, changes in _by_status(plan.comparison):
        newest = sorted(changes, key=_newest_first)
        rows = [
            (_target_text(figure.target), str(figure.period), _shown(figure.value))
            for figure in (change.figure for change in newest[:MOST_CHANGES])
        ]
        more = len(newest) - MOST_CHANGES
        yield [
            f"{words.capitalize()} ({len(changes):,}):",
            *_table(rows),
            *([f"  … and {more:,} more."] if more > 0 else ()),
        ]


def _cells(change: CellChange) -> tuple[str, ...]:
    """Cells of a row of the preview: what it is of, what stands there, what comes, its status."""
    before = "" if change.is_new else f"{_shown(change.before)} ->"
    figure = change.figure
    return (
        _target_text(figure.target),
        figure.force,
        _when(change),
        before,
        _shown(figure.value),
        ", ".join(figure.marks),
    )


def _size(change: CellChange) -> float:
    """How far a figure changes, relative to what it was; what was no number comes first."""
    before = change.before
    if isinstance(before, bool) or not isinstance(before, (int, float)) or not before:
        return float("inf")
    return abs(change.figure.value / before - 1)


def _added(plan: ImportPlan) -> Iterator[str]:
    by_target: dict[Target, list[CellChange]] = {}
    for change in plan.comparison.added:
        by_target.setdefault(change.figure.target, []).append(change)
    if not by_target:
        return
    yield f"To add ({len(plan.comparison.added):,}):"
    carried = len(plan.comparison.carried)
    rows: list[tuple[str, ...]] = []
    for changes in by_target.values():
        newest = sorted(changes, key=_newest_first)
        rows += map(_cells, newest[:MOST_ADDED])
        if len(newest) > MOST_ADDED:
            more = f"  and {len(newest) - MOST_ADDED:,} more, back to"
            rows.append((more, "", _when(newest[-1]), "", "", ""))
    yield from _table(rows)
    if carried:
        yield wrapped(
            f"{number_of(carried, 'new row')} of Peers take the denominator of the force's row"
            " nearest in time.",
            2,
            whole_words=True,
        )


def _newest_first(change: CellChange | StatusChange) -> tuple[int, str]:
    period = change.figure.period
    return -(period.last if period else 0), change.figure.force


def _when(change: CellChange | StatusChange) -> str:
    return str(change.figure.period) if change.figure.period else "every period"


def _shown(value: object) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:,.0f}" if value == round(value) else f"{value:,.10g}"
    return f"'{value_text(value)}'"  # type: ignore[arg-type]


def _table(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    listed = list(rows)
    widths = [max(map(len, column)) for column in zip(*listed, strict=True)]
    for row in listed:
        cells = [
            cell.rjust(width) if place in NUMBERS else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
            if width
        ]
        yield f"  {'  '.join(cells)}".replace(" ->  ", " -> ").rstrip()


def _left_out(items: Sequence[LeftOut]) -> Iterator[str]:
    if not items:
        return
    yield f"Left out ({sum(item.number for item in items):,}):"
    for item in items:
        yield wrapped(_left_out_text(item), 2, whole_words=True)


def _left_out_text(item: LeftOut) -> str:
    examples = f": {first_few(item.examples, MOST_EXAMPLES, '; ')}" if item.examples else ""
    reason = item.reason.removesuffix(".")  # advice of its own
    return f"{item.number:,} {reason}{examples}.{f' {item.advice}' if item.advice else ''}"


def _suggestions(plan: ImportPlan) -> Iterator[str]:
    for label, near in plan.suggestions[:MOST_SUGGESTIONS]:
        yield f"'{label}': did you mean {near}? If so: --map \"{label}={near}\""
    more = len(plan.suggestions) - MOST_SUGGESTIONS
    if more > 0:
        yield f"… and {more} more labels that are like names of this workbook."


def preview_ending(plan: ImportPlan) -> str:
    """Say after a preview that nothing was written, and what to do."""
    if not plan.writes:
        return "Preview: nothing was written, and there is nothing to write."
    options = [
        option for option, needed in (("--yes", plan.proposed), ("--anyway", plan.doubts)) if needed
    ]
    text = "Preview: nothing was written. To write it, run the same without --preview"
    if not options:
        return f"{text}."
    return f"{text} and with {' '.join(options)}, if all of the above is right."


def essentials(plan: ImportPlan) -> list[str]:
    """What a person has to see before an import, the gravest first, one line each."""
    mapping = plan.mapping
    proposed = set(plan.proposed)
    lines = [f"Doubt: {doubt}" for doubt in plan.doubts]
    lines += [
        f"{' + '.join(mapping.spelling[key] for key in keys)} = {_target_text(target)}"
        for target, keys in mapping.parts().items()
        if proposed & {mapping.spelling[key] for key in keys}
    ]
    for change in sorted(plan.comparison.changed, key=_size, reverse=True):
        figure = change.figure
        moved = f"{_when(change)}: {_shown(change.before)} -> {_shown(figure.value)}"
        parts = (_target_text(figure.target), figure.force, moved)
        lines.append(" ".join(filter(None, parts)))
    lines += [
        f"{_target_text(change.figure.target)} {_when(change)}: {words}"
        for words, changes in _by_status(plan.comparison)
        for change in sorted(changes, key=_newest_first)
    ]
    return lines + [_left_out_text(item) for item in plan.left_out]


def obstacles(plan: ImportPlan, *, yes: bool, anyway: bool) -> str:
    """Say why an import is not carried out yet; empty: nothing is in the way.

    `yes`: measures that are proposed by their names are accepted; `anyway`: doubts are.
    """
    reasons = []
    if plan.writes and plan.proposed and not yes:
        labels = first_few([f"'{label}'" for label in plan.proposed], MOST_EXAMPLES)
        reasons.append(
            f"What {labels} are here is proposed by their names, as shown above. If it is right,"
            " add --yes; else say it with --map."
        )
    if plan.writes and plan.doubts and not anyway:
        reasons += [*plan.doubts, ANYWAY]
    return " ".join(["Nothing was imported.", *reasons]) if reasons else ""


def stopping_doubts(plan: ImportPlan, source: str, *, anyway: bool) -> str:
    """Say why a file of a folder is not imported, and what to do; empty: nothing is in the way."""
    if not plan.writes:
        return ""
    file = next(iter(plan.files))
    reasons = []
    if plan.proposed:
        labels = ", ".join(f"'{label}'" for label in plan.proposed[:MOST_EXAMPLES])
        reasons.append(
            f"New labels that are spelt as names here: {labels}. If they are the same, import"
            f' {file} by itself, with --as "{source}" --yes; else with --map.'
        )
    if plan.doubts and not anyway:
        reasons += [*plan.doubts, ANYWAY]
    return " ".join(reasons)


def done_in_short(plan: ImportPlan) -> str:
    """Say in one sentence what an import added, changed and left out, and why."""
    comparison = plan.comparison
    left = sum(item.number for item in plan.left_out)
    text = (
        f"{number_of(len(comparison.added), 'figure')} added, {len(comparison.changed):,} changed,"
        f" {comparison.same:,} there already"
    )
    text += f", {left:,} left out." if left else "."
    return text + _status_counts(comparison)


def notable(plan: ImportPlan) -> list[str]:
    """What to know of an import that was done: figures left out, by reason, and notes."""
    return [*map(_left_out_text, plan.left_out), *plan.notes]


def done_sentence(plan: ImportPlan, workbook: str, backup: str) -> str:
    """Say what was written. `backup`: name of the version before; empty: nothing was saved."""
    comparison = plan.comparison
    if not plan.writes:
        text = f"No figure is new: {workbook} has all that are for it."
        return f"{text} How the file is read was written to Sources." if backup else text
    text = (
        f"Written to {workbook}: {number_of(len(comparison.added), 'figure')} added,"
        f" {len(comparison.changed):,} changed"
    )
    text += "".join(f", {len(own):,} {words}" for words, own in _by_status(comparison))
    replaced = comparison.changed or comparison.restated
    text += "; those of before are in Revisions." if replaced else "."
    if backup:
        text += f"\nThe version before is kept as {backup}."
    return text


def plan_values(plan: ImportPlan) -> Mapping[str, object]:
    """The plan for machines."""
    return {
        "source": plan.source.name,
        "files": dict(plan.files),
        "mapping": {
            plan.mapping.spelling[key]: [target.text for target in targets]
            for key, targets in plan.mapping.targets.items()
        },
        "added": [_values(change) for change in plan.comparison.added],
        "changed": [_values(change) for change in plan.comparison.changed],
        "statuses": [
            _place(change) | {"before": change.before or None, "now": change.figure.stated.value}
            for change in plan.comparison.restated
        ],
        "same": plan.comparison.same,
        "left_out": [
            {"number": item.number, "reason": item.reason, "examples": list(item.examples)}
            for item in plan.left_out
        ],
        "doubts": list(plan.doubts),
        "notes": list(plan.notes),
    }


def _values(change: CellChange) -> Mapping[str, object]:
    figure = change.figure
    return _place(change) | {
        "column": figure.target.column,
        "before": None if change.is_new else value_text(change.before),
        "now": figure.value,
        "status": ", ".join(figure.marks),
        "file": figure.file,
        "place": figure.place,
    }


def _place(change: CellChange | StatusChange) -> dict[str, object]:
    figure, period = change.figure, change.figure.period
    return {
        "table": figure.target.table,
        "measure": figure.target.measure,
        "force": figure.force,
        "period": str(period) if period else "",
    }
