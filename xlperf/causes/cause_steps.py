"""The steps from earlier inputs to later ones, one for each cause, in their fixed order.

Settings come first, one by one; then what measures are (their columns, changes of recording, the
group); then stored figures that differ; figures that came late; returns of partners; the move of
the period with the figures that are newer than the earlier period end; last what cannot be read.
Revised figures are so applied while the earlier period still holds: what they do is what they would
have done then.
"""

from __future__ import annotations

from dataclasses import fields, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from xlperf.causes.figure_items import FIGURES, changed_items, measures_of, merged
from xlperf.config import SETTINGS, Affects
from xlperf.frozen import NamedTuple
from xlperf.tiles.change_causes import Cause

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from xlperf.config import Settings
    from xlperf.tables.data import Tables


class Inputs(NamedTuple):
    """What lines are judged from."""

    tables: Tables
    settings: Settings


Application: TypeAlias = "Callable[[Inputs], Inputs]"


class CauseStep(NamedTuple):
    """One group of changes that have one cause."""

    cause: Cause
    apply: Application
    setting: str = ""
    """Name of the field of `Settings`, where the cause is one."""


def steps(before: Inputs, after: Inputs) -> Iterator[CauseStep]:
    """Give the steps by which something differs, in order."""
    yield from _setting_steps(before.settings, after.settings)
    if _definition(before.tables) != _definition(after.tables):
        yield CauseStep(Cause.DEFINITION, partial(_defined, after=after))
    items = changed_items(before.tables, after.tables, before.settings.period_end)
    if items.revised or items.removed:
        yield CauseStep(
            Cause.REVISED, partial(_with_figures, before=before, after=after, revised=True)
        )
    if items.late:
        yield CauseStep(Cause.LATE, partial(_late, before=before, after=after))
    came = measures_of(items.late) | measures_of(items.new)
    returns = {*before.tables.returns, *after.tables.returns} - came
    if any(before.tables.returns.get(name) != after.tables.returns.get(name) for name in returns):
        yield CauseStep(Cause.RETURN, partial(_returned, after=after, measures=frozenset(returns)))
    if items.new or before.settings.period_end != after.settings.period_end:
        yield CauseStep(Cause.NEW, partial(_moved, before=before, after=after))
    if before.tables.doubts != after.tables.doubts:
        yield CauseStep(Cause.UNREADABLE, partial(_readable, after=after))


def _setting_steps(before: Settings, after: Settings) -> Iterator[CauseStep]:
    deciding = {setting.key for setting in SETTINGS if setting.affects is Affects.JUDGEMENT}
    for field, setting in zip(_setting_fields(before), SETTINGS, strict=True):
        value = getattr(after, field)
        if setting.key in deciding and field != "period_end" and getattr(before, field) != value:
            yield CauseStep(Cause.SETTING, partial(_set, field=field, value=value), field)


def _setting_fields(settings: Settings) -> list[str]:
    return [field.name for field in fields(settings) if field.name != "places"]


def _set(inputs: Inputs, field: str, value: Any) -> Inputs:
    changed: dict[str, Any] = {field: value}
    return inputs._replace(settings=replace(inputs.settings, **changed))


def _definition(tables: Tables) -> tuple[object, ...]:
    return (tables.measures, tables.breaks, tables.group, tables.forces)


def _defined(inputs: Inputs, after: Inputs) -> Inputs:
    new = after.tables
    tables = replace(
        inputs.tables, measures=new.measures, breaks=new.breaks, group=new.group, forces=new.forces
    )
    return inputs._replace(tables=tables)


def _with_figures(
    inputs: Inputs, before: Inputs, after: Inputs, *, revised: bool = False, late: bool = False,
    new: bool = False,
) -> Inputs:  # fmt: skip
    """Take from `after` the figures that differ (`revised`), or that are only there: up to the
    earlier period end (`late`) or later ones (`new`).
    """
    changed: dict[str, Any] = {
        table.field: merged(
            table,
            inputs.tables,
            before.tables,
            after.tables,
            before.settings.period_end,
            revised=revised,
            late=late,
            new=new,
        )
        for table in FIGURES
    }
    return inputs._replace(tables=replace(inputs.tables, **changed))


def _late(inputs: Inputs, before: Inputs, after: Inputs) -> Inputs:
    items = changed_items(before.tables, after.tables, before.settings.period_end)
    return _returned(
        _with_figures(inputs, before, after, late=True), after, measures_of(items.late)
    )


def _moved(inputs: Inputs, before: Inputs, after: Inputs) -> Inputs:
    items = changed_items(before.tables, after.tables, before.settings.period_end)
    returned = _returned(
        _with_figures(inputs, before, after, new=True), after, measures_of(items.new)
    )
    return _set(returned, "period_end", after.settings.period_end)


def _returned(inputs: Inputs, after: Inputs, measures: frozenset[str]) -> Inputs:
    """Take the returns of some measures from `after`."""
    left = {name: item for name, item in inputs.tables.returns.items() if name not in measures}
    taken = {name: item for name, item in after.tables.returns.items() if name in measures}
    return inputs._replace(tables=replace(inputs.tables, returns=left | taken))


def _readable(inputs: Inputs, after: Inputs) -> Inputs:
    return inputs._replace(tables=replace(inputs.tables, doubts=after.tables.doubts))
