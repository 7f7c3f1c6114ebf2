"""Figures of a file -> figures of our measures: labels mapped, forces recognised, parts added up.

A sum is made only where every part is there: one that is missing, or has no number, leaves the
whole out. Two figures for the same thing that differ leave both out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from xlperf.errors import UsageError
from xlperf.excel.port import normalised
from xlperf.frozen import NamedTuple
from xlperf.imports.force_names import force_in_list, known_force, near_force
from xlperf.imports.stated_status import StatedStatus, stated_together
from xlperf.imports.table_shapes import listed
from xlperf.tables.coercion import number_text, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from xlperf.imports.label_targets import LabelMapping, Target
    from xlperf.imports.left_out import LeftOutCollection
    from xlperf.imports.published_figures import ColumnRoles, PublishedFigure
    from xlperf.imports.table_shapes import TableShape
    from xlperf.periods import Month, Period

    Key = tuple[Target, str, Period | None]
    Grouped = Mapping[Key, Mapping[str, list[PublishedFigure]]]
    """By their labels."""

WHOLE = ("Count", "n", "Satisfied")
"""Columns that take whole numbers."""


class OurFigure(NamedTuple):
    """One figure for a cell of the workbook."""

    target: Target
    force: str
    """As the Forces sheet spells it; empty for figures of the own force."""
    period: Period | None
    """None: a denominator, which is for every period."""
    value: float
    marks: tuple[str, ...]
    """What the file says of it, in words: ``revised``."""
    stated: StatedStatus
    file: str
    place: str


@dataclass(frozen=True, slots=True)
class Receiver:
    """What of the workbook decides which figures are for it."""

    own_force: str
    forces: tuple[str, ...]
    since: Month | None = None


class OtherColumns(NamedTuple):
    """What the texts of a figure beside force and label are: their titles, and which are summed."""

    titles: tuple[str, ...]
    summed: tuple[bool, ...]
    open: bool
    """Whether a sum takes what is there: the file lists only what occurred."""

    @classmethod
    def of(cls, shape: TableShape, roles: ColumnRoles) -> OtherColumns:
        """Take them from the roles of a table's columns."""
        summed = tuple(place in (*roles.sums, *roles.open_sums) for place in roles.others)
        titles = tuple(shape.titles[place] for place in roles.others)
        return cls(titles, summed, open=not roles.sums)

    def apart(self, others: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Part the texts of a figure: those that are summed over, and the rest."""
        pairs = list(zip(others, self.summed, strict=True))
        return (
            tuple(text for text, is_summed in pairs if is_summed),
            tuple(text for text, is_summed in pairs if not is_summed),
        )


def always(_label: str, _period: Period) -> bool:
    """Every label has figures in every period."""
    return True


def our_figures(
    figures: Iterable[PublishedFigure],
    mapping: LabelMapping,
    receiver: Receiver,
    columns: OtherColumns,
    left: LeftOutCollection,
    in_use: Callable[[str, Period], bool] = always,
) -> list[OurFigure]:
    """Figures for the workbook; all others are put to `left`.

    Parameters
    ----------
    in_use
        Whether a label (normalised) has figures in a period: a sum is made of those that have.

    Raises
    ------
    UsageError
        A column has to be explained first.
    """
    grouped: dict[Key, dict[str, list[PublishedFigure]]] = defaultdict(lambda: defaultdict(list))
    forces: dict[tuple[str, bool], tuple[str, tuple[str, str, str]]] = {}
    for figure in figures:
        label = normalised(figure.label)
        targets = mapping.targets.get(label, ())
        if not targets:
            left.add("of labels that are mapped to no measure", figure.label)
        for target in targets:
            if figure.period.period is None and target.column != "Denominator":
                left.add("of periods that cannot be read", figure.period.reason, PERIOD_ADVICE)
                continue
            if _too_early(figure, receiver):
                left.add("from before the month given with --since")
                continue
            who = figure.force, target.in_peers
            if who not in forces:
                forces[who] = _force(figure.force, target, receiver)
            force, problem = forces[who]
            if problem[0]:
                left.add(*problem)
                continue
            grouped[target, force, figure.period.period][label].append(figure)
    return _combined(grouped, mapping, columns, left, in_use)


PERIOD_ADVICE = "Say what dates stand for with --span, or correct the file."
UNKNOWN_FORCES = "of names that are no force"


def _too_early(figure: PublishedFigure, receiver: Receiver) -> bool:
    period = figure.period.period
    return receiver.since is not None and period is not None and period.first < receiver.since


def _force(text: str, target: Target, receiver: Receiver) -> tuple[str, tuple[str, str, str]]:
    """Force that a figure is of, as the workbook spells it (empty: the own one); or why it is for
    none: reason, example and advice.
    """
    if not text:
        return ("", NO_FORCE_NEEDED) if not target.in_peers else ("", _no_force(target))
    if target.in_peers and (force := force_in_list(text, receiver.forces)):
        return force, NO_FORCE_NEEDED
    if not target.in_peers and force_in_list(text, [receiver.own_force]):
        return "", NO_FORCE_NEEDED
    usual = known_force(text)
    if not usual:
        return "", _unknown(text)
    where = (
        "of forces that are not in the Forces sheet"
        if target.in_peers
        else f"of other forces than {receiver.own_force}"
    )
    return "", (where, usual, "")


NO_FORCE_NEEDED = "", "", ""


def _no_force(target: Target) -> tuple[str, str, str]:
    advice = "Name the column of forces: --column force=TITLE."
    return "of no force, which figures of the group need", target.measure, advice


def _unknown(text: str) -> tuple[str, str, str]:
    near = near_force(text)
    return UNKNOWN_FORCES, f"{text} (did you mean {near}?)" if near else text or "blank", ""


def _combined(
    grouped: Grouped,
    mapping: LabelMapping,
    columns: OtherColumns,
    left: LeftOutCollection,
    in_use: Callable[[str, Period], bool],
) -> list[OurFigure]:
    _require_alike(grouped, columns)
    _require_no_total(grouped, columns)
    parts = mapping.parts()
    expected = _expected_summands(grouped, columns)
    combined = []
    for key, by_label in grouped.items():
        target = key[0]
        number = sum(map(len, by_label.values()))
        what = _what(key)
        missing = [
            mapping.spelling[label]
            for label in parts[target]
            if label not in by_label and (key[2] is None or in_use(label, key[2]))
        ]
        if missing:
            left.add("of sums in which a part is missing", f"{what}: no '{missing[0]}'", "", number)
            continue
        summands: list[PublishedFigure] = []
        for label, same in by_label.items():
            chosen = _once_each(same, columns, what, left)
            lacking = expected.get((target, label), set()) - {
                columns.apart(figure.others)[0] for figure in chosen
            }
            if lacking and chosen:
                example = f"{what}: no '{' '.join(min(lacking))}'"
                left.add("of sums in which a part is missing", example, "", len(chosen))
                chosen = []
            if not chosen:
                summands = []
                break
            summands += chosen
        figure = _sum(key, summands, what, left)
        if figure is not None:
            combined.append(figure)
    return combined


def _what(key: Key) -> str:
    target, force, period = key
    when = f", {period!s}" if period else ""
    return f"{target.measure or target.column}{f', {force}' if force else ''}{when}"


def _expected_summands(
    grouped: Grouped, columns: OtherColumns
) -> dict[tuple[Target, str], set[tuple[str, ...]]]:
    """What a sum over a column is of: every value that the label has anywhere."""
    expected: dict[tuple[Target, str], set[tuple[str, ...]]] = defaultdict(set)
    if columns.open:
        return expected
    for (target, _, _), by_label in grouped.items():
        for label, same in by_label.items():
            expected[target, label] |= {columns.apart(figure.others)[0] for figure in same}
    return expected


def _require_alike(grouped: Grouped, columns: OtherColumns) -> None:
    """Ask about a column whose texts differ between figures of one label and force: in one period
    they would be of the same figure, over several of one series.
    """
    rests: dict[tuple[Target, str, str], set[tuple[str, ...]]] = defaultdict(set)
    for (target, force, _), by_label in grouped.items():
        for label, same in by_label.items():
            rests[target, force, label] |= {columns.apart(figure.others)[1] for figure in same}
    for (target, force, _), texts in rests.items():
        if len(texts) > 1:
            _ask_about(texts, columns, _what((target, force, None)))


TOTAL = re.compile(
    r"\b(?:grand |sub-?)?totals?\b|\ball (?:areas|forces|districts|groups)\b", re.IGNORECASE
)
"""Words of a row that is the sum of others."""


def _require_no_total(grouped: Grouped, columns: OtherColumns) -> None:
    """Refuse a sum over rows one of which is as much as all others together each time: it is their
    total, so all would count twice. Once alone it may be chance, where its name does not say it.
    """
    if not any(columns.summed):
        return
    sums: dict[tuple[Target, str, str], list[dict[tuple[str, ...], float]]] = defaultdict(list)
    for (target, force, _), by_label in grouped.items():
        for label, same in by_label.items():
            parts: dict[tuple[str, ...], float] = {}
            for figure in same:
                parts.setdefault(columns.apart(figure.others)[0], figure.cell.value or 0)
            if len(parts) > 1 and sum(parts.values()) > 0:
                sums[target, force, label].append(parts)
    for (target, force, _), every in sums.items():
        for part in set(every[0]).intersection(*every[1:]):
            named = TOTAL.search(" ".join(part)) is not None
            sure = named or (len(every) > 1 and all(len(parts) > MOST_CHANCE for parts in every))
            if sure and all(2 * parts[part] == sum(parts.values()) for parts in every):
                _refuse_total(part, columns, _what((target, force, None)))


MOST_CHANCE = 2
"""Rows of which one may be as much as the other by chance, time after time."""


def _refuse_total(part: tuple[str, ...], columns: OtherColumns, what: str) -> NoReturn:
    titles = [title for title, summed in zip(columns.titles, columns.summed, strict=True) if summed]
    only = " and ".join(
        f'--only "{title}={text}"' for title, text in zip(titles, part, strict=True) if text
    )
    raise UsageError(
        f"{quoted(' '.join(part))} is as much as all other rows together that are to be added up"
        f" for {what}: it is their total, and all would count twice. Take that row alone, with"
        f" {only}."
    )


def _once_each(
    same: Sequence[PublishedFigure], columns: OtherColumns, what: str, left: LeftOutCollection
) -> list[PublishedFigure]:
    """Figures of one label: one for each value that is summed over; none where two differ."""
    by_part: dict[tuple[str, ...], list[PublishedFigure]] = defaultdict(list)
    for figure in same:
        by_part[columns.apart(figure.others)[0]].append(figure)
    chosen = []
    for figures in by_part.values():
        first, *others = figures
        if any(other.cell.value != first.cell.value for other in others):
            places = " and ".join(figure.place for figure in figures[:3])
            reason, example = "of two figures for the same that differ", f"{what}: {places}"
            left.add(reason, example, "Correct the file.", len(same))
            return []
        if others:
            left.add("that repeat another line", f"{what}: {others[0].place}", "", len(others))
        stated = stated_together(figure.stated for figure in figures)
        chosen.append(first._replace(stated=stated))
    return chosen


def _ask_about(rests: set[tuple[str, ...]], columns: OtherColumns, what: str) -> None:
    """Ask which rows of a column are meant, where several would be of the same figure."""
    titles = [
        title for title, summed in zip(columns.titles, columns.summed, strict=True) if not summed
    ]
    for place, title in enumerate(titles):
        values = sorted({rest[place] for rest in rests})
        if len(values) > 1:
            raise UsageError(
                f"The column {quoted(title)} has several values for {what}: {listed(values)}."
                " Use one of them with --only TITLE=VALUE, add them up with --sum TITLE, or say"
                " with --ignore TITLE that it does not matter."
            )


def _sum(
    key: Key, summands: Sequence[PublishedFigure], what: str, left: LeftOutCollection
) -> OurFigure | None:
    if not summands:
        return None
    target, force, period = key
    lacking = next((figure for figure in summands if figure.cell.value is None), None)
    if lacking is not None:
        reason = f"without a number: {lacking.cell.reason}"
        left.add(reason, f"{what} ({lacking.place})", "", len(summands))
        return None
    value = sum(figure.cell.value or 0 for figure in summands)
    odd = next((item for item in summands if (item.cell.value or 0) < 0), summands[0])
    fault = _fault(target, value, summands)
    if fault:
        left.add("that cannot be right", f"{what}: {fault} ({odd.place})", "", len(summands))
        return None
    stated = stated_together(figure.stated for figure in summands)
    marks = tuple(dict.fromkeys(mark for figure in summands for mark in figure.marks))
    if stated is StatedStatus.UNREADABLE:
        unclear = next(item for item in summands if item.stated is stated)
        example = f"{what}: {quoted(', '.join(unclear.marks))} ({unclear.place})"
        left.add("whose status cannot be read", example, STATUS_ADVICE, len(summands))
        return None
    whole = round(value) if value == round(value) else value
    first = summands[0]
    return OurFigure(target, force, period, whole, marks, stated, first.file, first.place)


STATUS_ADVICE = "Write final or provisional in the file, or leave out its column with --ignore."


def _fault(target: Target, value: float, summands: Sequence[PublishedFigure]) -> str:
    """Why a number cannot be a figure of a column; empty: it can."""
    negative = [figure.cell.value for figure in summands if (figure.cell.value or 0) < 0]
    if negative:
        return f"{number_text(negative[0] or 0)}, which is less than none"
    text = number_text(value)
    faults = (
        (target.column in WHOLE and value != round(value), f"{text} is no whole number"),
        (
            target.column in WHOLE and any(figure.cell.percent for figure in summands),
            f"{text}% is no count",
        ),
        (target.column == "Percent" and value > 100, f"{text} is no percentage"),
        (
            target.column == "Percent" and 0 < value < 1 and not summands[0].cell.percent,
            f"{text} may be {100 * value:.4g}% typed as a fraction",
        ),
        (target.column == "Denominator" and value == 0, "0 is no population"),
    )
    return next((fault for applies, fault in faults if applies), "")
