"""Checks of what partners owe: overdue returns, and figures that came though awaited."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlperf.periods import day_name, month_of
from xlperf.tables.problems import Code, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from xlperf.config import Settings
    from xlperf.tables.data import PartnerReturn, Tables
    from xlperf.tables.problems import Problem

AWAITED, RECEIVED, WITH_BOARD = "awaited", "received", "with its board"


def with_overdue(tables: Tables, day: date) -> Tables:
    """Mark the returns that are awaited although the day they are due lies before `day`."""
    returns = {
        name: replace(
            item, overdue=item.status == AWAITED and item.due is not None and item.due < day
        )
        for name, item in tables.returns.items()
    }
    return replace(tables, returns=returns)


def check_remark(name: str, partner: PartnerReturn, settings: Settings) -> Iterator[Problem]:
    """Check the return of a measure in words: a remark that came long before the period ended may
    no longer hold.
    """
    if (
        partner.row is None
        or partner.received is None
        or not partner.remark
        or partner.status != RECEIVED
    ):
        return
    age = settings.latest.last - month_of(partner.received)
    if age > settings.stale_months:
        found = (
            f"The remark on {name} came on {day_name(partner.received)}, {age} months before the"
            " period end."
        )
        remedy = "Ask its owner whether it still holds."
        yield partner.row.problem(Severity.WARNING, Code.STALE, "Received", found, remedy, name)
    elif partner.received <= settings.period_end and age >= 0:
        yield partner.row.problem(
            Severity.NOTE,
            Code.CARRIED_OVER,
            "Remark",
            f"The remark on {name} came on {day_name(partner.received)}, before the period ended"
            f" ({day_name(settings.period_end)}): it may be of an earlier one.",
            "Ask its owner whether it still holds; if it does, give the day of the answer in"
            " Received.",
            name,
        )


def check_return(
    name: str, partner: PartnerReturn, newest: date | None, settings: Settings
) -> Iterator[Problem]:
    """Check the return of a measure.

    Parameters
    ----------
    newest
        End of the newest period that the measure has a usable figure for, up to the period end;
        None without any.
    """
    if partner.row is None or partner.status != AWAITED:
        return
    if newest == settings.period_end:
        found = (
            f"The return of {name} is awaited, but its figure to {day_name(newest)} is there; the"
            " figure is used."
        )
        remedy = "Say received, with the date, if this is the figure that was awaited."
        yield partner.row.problem(Severity.NOTE, Code.DISAGREES, "Status", found, remedy, name)
    elif partner.overdue and partner.due is not None:
        found = (
            f"The return of {name} was due on {day_name(partner.due)}"
            + (f" from {partner.owner}" if partner.owner else "")
            + " and is still awaited."
        )
        remedy = "Ask for it; or say when it is due now, or when it came."
        yield partner.row.problem(Severity.WARNING, Code.OVERDUE, "Due", found, remedy, name)


def check_awaited(tables: Tables) -> Iterator[Problem]:
    """Returns that have not come: always shown, so that nobody takes an old figure for new."""
    for name, partner in tables.returns.items():
        if partner.status == AWAITED and partner.row is not None and not partner.overdue:
            owner = f" from {partner.owner}" if partner.owner else ""
            found = (
                f"The return for {name} is awaited{owner},"
                f" {partner.when_due or 'without a date when it is due'}."
            )
            remedy = "When it comes, enter its figures, the date and the status received."
            yield partner.row.problem(Severity.NOTE, Code.AWAITED, "Status", found, remedy, name)
