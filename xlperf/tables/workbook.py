"""The first arrow: from a workbook to the tables and settings of one period, with the faults found
on the way.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlperf.frozen import NamedTuple
from xlperf.tables import schema
from xlperf.tables.carried_over import check_texts, texts_of_period
from xlperf.tables.comments import check_periods, of_period
from xlperf.tables.forces import spelt
from xlperf.tables.reading import read_tables
from xlperf.tables.requirements import require_dashboard, require_period
from xlperf.tables.return_checks import with_overdue
from xlperf.tables.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from xlperf.config import Settings
    from xlperf.excel.port import Grid, Workbook
    from xlperf.periods import Month
    from xlperf.tables.data import Tables
    from xlperf.tables.problems import Problem


class WorkbookData(NamedTuple):
    """What a workbook holds: settings and tables as a period needs them, and tables as they are."""

    settings: Settings
    tables: Tables
    problems: list[Problem]
    grids: Mapping[str, Grid]


def read_workbook(
    book: Workbook, *, period: Month | None = None, today: date | None = None
) -> WorkbookData:
    """Read a workbook for a period, by default that of its settings.

    Parameters
    ----------
    today
        Returns due before this day, or before the period end, are overdue; None: the period end
        alone.

    Raises
    ------
    WorkbookError
        It is not a dashboard of ours.
    SettingsError
        A setting cannot be read.
    UsageError
        `period` is outside the data.
    """
    grids = book.read(table.name for table in schema.ALL)
    require_dashboard(book, grids)
    settings, tables, problems, _ = read_grids(grids, period=period)
    problems += check_periods(tables.comments, settings.period_end)
    problems += check_texts(tables, settings.period_end)
    comments = of_period(tables.comments, settings.period_end)
    priorities = texts_of_period(tables.priorities, settings.period_end)
    tables = replace(tables, comments=comments, priorities=priorities)
    tables = with_overdue(tables, max(settings.period_end, today or settings.period_end))
    if period is not None:
        require_period(tables, settings)
    return WorkbookData(settings, tables, problems, grids)


def read_grids(grids: Mapping[str, Grid], *, period: Month | None = None) -> WorkbookData:
    """Read tables as they stand, without the texts of one period; raises `SettingsError`."""
    settings, problems = read_settings(grids[schema.SETTINGS.name], period=period)
    tables, more = read_tables(grids)
    settings = replace(
        settings, own_force=spelt(settings.own_force, [force.name for force in tables.forces])
    )
    return WorkbookData(settings, tables, problems + more, grids)
