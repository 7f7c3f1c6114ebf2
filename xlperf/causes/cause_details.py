"""What a step changed for one line, in words: the setting, the column, the months."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING

from xlperf.assessment.evidence import Offences, Projection
from xlperf.causes.figure_items import changed_items
from xlperf.config import SETTINGS
from xlperf.periods import Period, day_name, month_name, month_short
from xlperf.tables.measure_kinds import COMPARED, TARGET_FIGURE, LineKind
from xlperf.tables.month_checks import complete
from xlperf.tiles.change_causes import Cause
from xlperf.tiles.figures import rounded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlperf.assessment.evidence import Assessment
    from xlperf.causes.cause_steps import CauseStep, Inputs
    from xlperf.causes.figure_items import FigureItem
    from xlperf.config import Settings
    from xlperf.tables.data import Measure, Override, Tables

MOST_NAMED = 3
"""Figures named of one part; the others are counted."""
OTHERS = "through other lines"
"""Detail of a part where nothing of the line itself is another."""
COLUMNS = {
    "kind": "Kind",
    "direction": "Direction",
    "target_change": "Target change %",
    "msg_measure": "MSG measure",
    "proxy": "Proxy",
    "design_effect": "Design effect",
    "compared": COMPARED,
    "target": TARGET_FIGURE,
}
"""Columns of Measures that decide, by field."""


def detail(
    step: CauseStep, before: Inputs, after: Inputs, was: Assessment | None, now: Assessment | None
) -> str:
    """Say what a step changed for a line, which was and is judged so before and after it."""
    changed = _changed(step, before, after, was, now)
    return "; ".join(filter(None, (changed, _trends(was, now))))


def _changed(
    step: CauseStep, before: Inputs, after: Inputs, was: Assessment | None, now: Assessment | None
) -> str:
    line = now or was
    assert line is not None  # noqa: S101 - a part is of a line
    match step.cause:
        case Cause.SETTING:
            return _setting(step.setting, before.settings, after.settings)
        case Cause.DEFINITION:
            return "; ".join(_definition(line, before.tables, after.tables)) or OTHERS
        case Cause.REVISED | Cause.LATE:
            return _figures(step.cause, line, before, after)
        case Cause.RETURN:
            return _return(line.measure.name, before.tables, after.tables)
        case Cause.NEW:
            return _window(was, now, after.tables)
        case _:
            return _readable(was, now)


def begun(override: Override | None) -> str:
    """Say who decided, why and until when."""
    if override is None:
        return ""
    until = f", until {day_name(override.until)}" if override.until < date.max else ""
    return f"{override.who}: {override.reason.strip().rstrip('.')}{until}"


def ended(override: Override | None, end: date) -> str:
    """Say that a decision no longer holds: its day has passed, or it was withdrawn or changed."""
    if override is None:
        return "no longer"
    if override.until < end:
        return f"that of {override.who} held until {day_name(override.until)}"
    return f"that of {override.who} was withdrawn or changed"


def _setting(field: str, before: Settings, after: Settings) -> str:
    names = [item.name for item in fields(before) if item.name != "places"]
    key = SETTINGS[names.index(field)].key
    return f"{key} {_worded(getattr(before, field))} -> {_worded(getattr(after, field))}"


def _worded(value: object) -> str:
    if isinstance(value, Period):
        return str(value)
    if isinstance(value, date):
        return day_name(value)
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return month_name(value) if value > 12 * 1900 else str(value)
    return str(value) if value not in ("", None) else "none"


def _definition(line: Assessment, before: Tables, after: Tables) -> Iterator[str]:
    name = line.measure.name
    was, now = (_measure(name, tables) for tables in (before, after))
    if was is None or now is None:
        yield "the measure is new" if was is None else "the measure was deleted"
        return
    for field, title in COLUMNS.items():
        old, new = getattr(was, field), getattr(now, field)
        if old != new:
            yield f"{title} {_worded(old)} -> {_worded(new)}"
    if was.faults.keys() != now.faults.keys():
        yield f"columns that cannot be used: {', '.join(now.faults) or 'none now'}"
    old_breaks, new_breaks = (
        {item.month for item in tables.breaks.get(name, ())} for tables in (before, after)
    )
    for month in sorted(new_breaks - old_breaks):
        yield f"recorded in a new way from {month_name(month)}"
    for month in sorted(old_breaks - new_breaks):
        yield f"no longer recorded in a new way from {month_name(month)}"
    if line.kind is LineKind.POSITION:
        yield from _group(before, after)


def _group(before: Tables, after: Tables) -> Iterator[str]:
    for force in sorted({*after.group} - {*before.group}):
        yield f"{force} came into the group"
    for force in sorted({*before.group} - {*after.group}):
        yield f"{force} left the group"


def _measure(name: str, tables: Tables) -> Measure | None:
    return next((item for item in tables.measures if item.name == name), None)


def _figures(cause: Cause, line: Assessment, before: Inputs, after: Inputs) -> str:
    items = changed_items(before.tables, after.tables, before.settings.period_end)
    position = line.kind is LineKind.POSITION
    listed = items.late if cause is Cause.LATE else (*items.revised, *items.removed)
    named = _of_group(listed, line, position=position)
    return _listed(named) if named else OTHERS


def _of_group(items: Sequence[FigureItem], line: Assessment, *, position: bool) -> list[FigureItem]:
    """Figures of the measure of a line: those of forces for a position, its own for the others."""
    peers = {line.measure.name, line.measure.msg_measure}
    return [
        item
        for item in items
        if (item.table.field == "peers") is position
        and (item.measure in peers if position else item.measure == line.measure.name)
    ]


def _listed(items: Sequence[FigureItem]) -> str:
    more = len(items) - MOST_NAMED
    text = ", ".join(map(str, items[-MOST_NAMED:] if more > 0 else items))
    return f"{text} and {more} more" if more > 0 else text


def _return(name: str, before: Tables, after: Tables) -> str:
    texts = [
        item.status or "no status" if (item := tables.returns.get(name)) else "none"
        for tables in (before, after)
    ]
    return f"{texts[0]} -> {texts[1]}" if texts[0] != texts[1] else "its dates"


def _window(was: Assessment | None, now: Assessment | None, tables: Tables) -> str:
    """Say which months came in and which fell out; of other figures, what they are of."""
    old, new = (None if line is None else line.figures.period for line in (was, now))
    if now is None or new is None:
        return "no figure of the new period yet" if old else ""
    if old is None or old == new:
        return str(new)
    series = tables.monthly.get(now.measure.name, {})
    if now.kind is LineKind.POSITION or not series or not old.overlaps(new):
        return f"{new} instead of {old}"
    texts = []
    came, fell = sorted({*new.months} - {*old.months}), sorted({*old.months} - {*new.months})
    for months, words in ((came, "came in"), (fell, "fell out")):
        counts = [
            series[month].count for month in months if month in series and complete(series[month])
        ]
        known = len(counts) == len(months)
        total = f" ({rounded(sum(counts))})" if known else " (not all of them known)"
        if months:
            texts.append(f"{_run(months)}{total} {words}")
    return ", ".join(texts)


def _trends(was: Assessment | None, now: Assessment | None) -> str:
    """Say how many trends reached the target and do now; empty: as many, or none decide."""
    old, new = (_reaching(line) for line in (was, now))
    if old is None or new is None or old == new:
        return ""
    return f"trends that reach the target {old} -> {new}"


def _reaching(line: Assessment | None) -> str | None:
    outlook = line.evidence.outlook if line and isinstance(line.evidence, Offences) else None
    if not isinstance(outlook, Projection) or outlook.threshold is None or not outlook.trends:
        return None
    return f"{outlook.achieving} of {len(outlook.trends)}"


def _run(months: Sequence[int]) -> str:
    first, last = month_short(months[0]), month_short(months[-1])
    return first if first == last else f"{first} to {last}"


def _readable(was: Assessment | None, now: Assessment | None) -> str:
    if now is not None and str(now.rag) == "NA" and was is not None and str(was.rag) != "NA":
        return "something that decides the line cannot be read now: see Checks"
    return "what could not be read can be read now"
