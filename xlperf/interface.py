"""What a command does, as Python functions: `xlperf.assess`, `xlperf.refresh`, `xlperf.publish`.

They open a closed workbook by its path, and take clock and user from this computer, as the command
line does. What a command would print as a note becomes a Python warning.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import date, datetime
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from xlperf import outcome
from xlperf.assessment.evidence import Position
from xlperf.assessment.rag import Rag
from xlperf.excel.file import FileWorkbook
from xlperf.excel.paths import require_path
from xlperf.functions.arguments import day
from xlperf.logbook import user
from xlperf.periods import month_of
from xlperf.pipeline import assess_workbook
from xlperf.pipeline import refresh as refresh_workbook
from xlperf.tiles.compared_numbers import numbers_of
from xlperf.tiles.counting import counted
from xlperf.tiles.explanations import explain
from xlperf.tiles.layout import colour_counts

if TYPE_CHECKING:
    import pandas as pd

    from xlperf.assessment.evidence import Assessment
    from xlperf.periods import Month
    from xlperf.release.publish import Published
    from xlperf.tables.problems import Problem
    from xlperf.tiles.assessed import Assessed
    from xlperf.tiles.differences import LineDifference

FilePath: TypeAlias = str | PathLike[str]

NUMBERS = (
    *("baseline", "latest", "change_percent", "statistic"),
    *("lower", "centre", "upper", "p", "target_total"),
)
"""Columns of lines that hold numbers, NaN where a line has none."""
PLACES = ("position", "of", "n_baseline", "n_latest")
"""Columns of lines that hold whole numbers, missing where a line has none."""


@dataclass(frozen=True, slots=True, repr=False)
class WorkbookAssessment:
    """A workbook read, checked and judged; nothing was written."""

    period_end: date
    """Last day of the twelve months assessed."""
    lines: tuple[Assessment, ...]
    """Every line of every tile, with its evidence."""
    problems: tuple[Problem, ...]
    """What the checks found in the data."""
    _assessed: Assessed = field(compare=False)

    @classmethod
    def of(cls, assessed: Assessed) -> WorkbookAssessment:
        """Take what the pipeline made."""
        return cls(assessed.settings.period_end, assessed.lines, assessed.problems, assessed)

    def __repr__(self) -> str:
        counts = colour_counts(self.lines)
        colours = ", ".join(f"{counts[colour]} {colour}" for colour in Rag)
        checks = sum(counted(self.problems).values())
        return (
            f"{type(self).__name__}({self.period_end}: {len(self.lines)} lines, {colours};"
            f" {checks} checks)"
        )

    def to_frame(self) -> pd.DataFrame:
        """Give a table with a row for each line.

        Returns
        -------
        pandas.DataFrame
            Texts: line, priority, label, measure, kind, direction, reason, explanation (for a
            panel), for_analysts. Categories RED, AMBER, GREEN and NA: colour, as shown; calculated,
            without the decision of a person. Numbers: those of the columns with these names in
            *Workings*, and the mean of a group or of the months before as centre; shares from 0 to
            1. Whole numbers: position, of, n_baseline, n_latest.
        """
        import pandas as pd

        settings = self._assessed.settings
        frame = pd.DataFrame(
            [
                {**_line(line), "explanation": said.summary, "for_analysts": said.analysts}
                for line in self.lines
                for said in [explain(line, settings)]
            ]
        )
        colours = pd.CategoricalDtype(list(map(str, Rag)))
        types = {
            **dict.fromkeys(("colour", "calculated"), colours),
            **dict.fromkeys(NUMBERS, "float64"),
            **dict.fromkeys(PLACES, "Int64"),
        }
        return frame.astype(types)

    def checks_frame(self) -> pd.DataFrame:
        """Give a table with a row for each finding of the checks, in the order of the sheet
        Checks.
        """
        import pandas as pd

        columns = ("severity", "code", "sheet", "cell", "measure", "found", "remedy")
        rows = [[str(getattr(item, name)) for name in columns] for item in self.problems]
        return pd.DataFrame(rows, columns=list(columns))


def _line(line: Assessment) -> dict[str, object]:
    figures, numbers = line.figures, numbers_of(line.evidence)
    place = line.evidence.place if isinstance(line.evidence, Position) else None
    return {
        "line": line.line,
        "priority": line.measure.priority,
        "label": line.label,
        "measure": line.measure.name,
        "kind": str(line.kind),
        "direction": str(line.direction),
        "baseline": figures.baseline,
        "latest": figures.latest,
        "change_percent": figures.change_percent,
        "n_baseline": figures.n_baseline,
        "n_latest": figures.n_latest,
        "colour": str(line.shown),
        "calculated": str(line.rag),
        "reason": str(line.reason),
        "position": place.rank if place else None,
        "of": place.of if place else None,
        "statistic": numbers.statistic,
        "lower": numbers.lower,
        "centre": numbers.centre,
        "upper": numbers.upper,
        "p": numbers.p,
        "target_total": numbers.target,
    }


@dataclass(frozen=True, slots=True)
class WorkbookRefresh:
    """What a refresh did."""

    assessment: WorkbookAssessment
    path: Path
    """The workbook that has the tiles now; with `dry_run`, the one that was read."""
    changed: bool
    """Whether any cell is other than before."""
    differences: tuple[LineDifference, ...]
    """Lines that are shown otherwise than after the refresh before."""
    backup: Path | None
    """The copy of the file before; None: none was needed."""


def assess(path: FilePath, *, period: date | str | None = None) -> WorkbookAssessment:
    """Read, check and judge a workbook; writes nothing.

    Parameters
    ----------
    path
        The workbook, .xlsx or .xlsm.
    period
        Last month of the twelve assessed, as a date or as 2014-09. Left out: the setting.

    Raises
    ------
    WorkbookError
        The file cannot be used, or is not a dashboard.
    SettingsError
        A setting cannot be read.
    UsageError
        `period` is outside the data.
    """
    source = require_path(Path(path))
    today = datetime.now().astimezone().date()
    book = FileWorkbook.open(source)
    return WorkbookAssessment.of(assess_workbook(book, period=_month(period), today=today))


@outcome.joining()
def refresh(
    path: FilePath,
    *,
    period: date | str | None = None,
    output: FilePath | None = None,
    force: bool = False,
    dry_run: bool = False,
) -> WorkbookRefresh:
    """Fill and colour every tile of a closed workbook.

    Parameters
    ----------
    path, period
        As for `assess`.
    output
        Another file to write to, the workbook itself stays as it is. Left out: in place; a copy of
        the file before is kept beside it.
    force
        Replace a file at `output`.
    dry_run
        Do everything but write.

    Raises
    ------
    WorkbookBusyError
        The file is open in Excel, or another refresh is running on it.
    WorkbookError, SettingsError, UsageError
        As for `assess`; a file exists at `output`; or a tile has something in the way.
    """
    started = time.perf_counter()
    source, target = require_path(Path(path)), None if output is None else Path(output)
    result = refresh_workbook(
        FileWorkbook.open(source),
        now=datetime.now().astimezone(),
        who=user(),
        seconds=lambda: time.perf_counter() - started,
        period=_month(period),
        output=target,
        force=force,
        dry_run=dry_run,
    )
    return WorkbookRefresh(
        WorkbookAssessment.of(result.assessed),
        result.written_to or source,
        result.applied.has_changes,
        result.differences,
        result.backup,
    )


@outcome.joining()
def publish(
    path: FilePath,
    to: FilePath,
    *,
    period: date | str | None = None,
    again: bool = False,
    first_issue: bool = False,
    texts_read_by: str = "",
    template: FilePath | None = None,
) -> Published:
    """Make the panel pack of a refreshed workbook: workbook without macros, report, PDFs.

    Small numbers are taken out first, and every file is checked for leaks before any is written.

    Parameters
    ----------
    path, period
        As for `assess`.
    to
        A folder that does not exist yet, or is empty.
    again
        Keep an earlier pack in that folder beside it, under another name.
    first_issue
        Nothing of this workbook was ever published: begin its ledger.
    texts_read_by
        Who has read the texts on measures with withheld figures; empty: they are left out.
    template
        Your own template of the report, a Word file.

    Returns
    -------
    Published
        The folder and its files, what was withheld, and sentences on what to see to before signing.

    Raises
    ------
    PackError
        The marking is not OFFICIAL, or something would leak: nothing was written.
    UsageError
        The folder cannot take a pack, or the workbook must be refreshed first.
    WorkbookError, SettingsError
        As for `assess`.
    """
    from xlperf.release.publish import publish as publish_workbook

    source = require_path(Path(path))
    return publish_workbook(
        FileWorkbook.open(source),
        Path(to),
        workbook=source,
        now=datetime.now().astimezone(),
        period=_month(period),
        again=again,
        first_issue=first_issue,
        texts_read_by=texts_read_by,
        template=None if template is None else Path(template),
    )


def _month(period: date | str | None) -> Month | None:
    return None if period is None else month_of(day("period", period))
