"""What must not leave the building is taken out here, before anything is made for the panel.

`disclosable` gives tables, lines and what charts may show; everything in the pack is made from its
result, and from nothing else. Which figures are withheld is decided in `withholding`, what a reader
could work out of the others in `inference`, and `redaction` takes them out. No file, no Excel, no
clock: the same workbook gives the same result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlperf.assess.basis import Case
from xlperf.assess.positions import is_own, newest_group
from xlperf.disclosure.counts_shown import ShownFigure, threshold_of
from xlperf.disclosure.lines_shown import line_without_rows, public_lines
from xlperf.disclosure.redaction import public_tables, without_rows
from xlperf.disclosure.texts import Secrets, clean_line, clean_texts
from xlperf.disclosure.withholding import decide, round_to
from xlperf.errors import UsageError
from xlperf.tables.measure_kinds import KINDS
from xlperf.tables.records import SUPPRESS_ALL
from xlperf.tables.schema import SERIES_LENGTH
from xlperf.tiles.wording import WITHHELD

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlperf.assess.evidence import Assessment
    from xlperf.config import Settings
    from xlperf.periods import Month
    from xlperf.tables.data import Tables

__all__ = ["WITHHELD", "Disclosable", "MonthShown", "PeerShown", "Withheld", "disclosable"]

PANEL, OFFICE = "panel", "office"
PRIMARY = "primary: it is below the threshold of the measure, or tells a count that is"
UNKNOWN = "primary: without its n it cannot be said whether it tells a count below the threshold"
UNREADABLE = (
    "primary: the threshold of the measure cannot be read, so nothing of it is shown; see Checks"
)
SECONDARY = "secondary: with it a count below the threshold could be worked out"
DERIVED = "derived: it rests on a figure that is withheld"
ROUNDED = "derived: it was made from counts that are shown rounded"
TYPED = "derived: it writes a number that is withheld, or may; say it without the number"


@dataclass(frozen=True, slots=True)
class Withheld:
    """One thing that is not shown. For the office's record only: it says where the small counts
    are.
    """

    measure: str
    what: str
    why: str

    def __str__(self) -> str:
        """Write it: ``SP17_absent, total of the year to 30 September 2014: primary: …``."""
        return f"{self.measure}, {self.what}: {self.why}"


@dataclass(frozen=True, slots=True)
class MonthShown:
    """One month of a chart; `count` is None where it is withheld."""

    month: Month
    count: float | None
    provisional: bool


@dataclass(frozen=True, slots=True)
class PeerShown:
    """One force of a chart of the group: per head (or household), or a share; `rate` is None where
    it is withheld.
    """

    force: str
    rate: float | None
    own: bool


@dataclass(frozen=True, slots=True)
class Disclosable:
    """All that the pack may be made from."""

    tables: Tables
    lines: tuple[Assessment, ...]
    withheld: tuple[Withheld, ...]
    months: Mapping[str, tuple[MonthShown, ...]]
    """By measure: months of its chart that have data, up to the period end; empty when no chart
    must be shown.
    """
    groups: Mapping[str, tuple[PeerShown, ...]]
    """By measure: the newest figures of its group; empty when no chart must be shown."""


def disclosable(
    tables: Tables, lines: Sequence[Assessment], settings: Settings, *, audience: str = PANEL
) -> Disclosable:
    """Take out what an audience must not see.

    Parameters
    ----------
    tables, lines, settings
        A workbook as read and judged; `lines` are `assess(tables, settings)`.
    audience
        ``panel``: thresholds hold. ``office``: everything is shown.

    Returns
    -------
    Disclosable
        Where nothing is small, `lines` and all figures up to the period end as they were given.

    Raises
    ------
    UsageError
        The audience is neither.

    Notes
    -----
    A count below the threshold of its measure (`Measure.suppress_below`) is withheld, 0 included,
    and so is every figure with which it could be worked out, by someone who has kept every earlier
    issue of the History sheet (see `xlperf.disclosure.withholding`). Amounts of money are no
    counts. A threshold that cannot be read withholds everything of its measure.
    """
    if audience == OFFICE:
        months, groups = _months(tables, tables, settings), _groups(tables, tables, settings)
        return Disclosable(tables, tuple(lines), (), months, groups)
    if audience != PANEL:
        raise UsageError(f"There is no audience '{audience}'. Use {PANEL} or {OFFICE}.")
    decision = decide(tables, settings)
    public = public_tables(tables, settings, decision)
    secrets = Secrets.of(tables, decision.cells)
    unclean = (
        tuple(lines)
        if public == tables
        else public_lines(lines, tables, public, settings, decision)
    )
    shown = tuple(line_without_rows(clean_line(line, secrets)) for line in unclean)
    clean = without_rows(clean_texts(public, secrets))
    withheld = [
        *(_of_cell(cell) for cell in decision.cells),
        *_of_lines(lines, shown, settings),
        *_of_texts(tables, clean),
    ]
    return Disclosable(
        clean,
        shown,
        tuple(dict.fromkeys(withheld)),
        _months(tables, clean, settings),
        _groups(tables, clean, settings),
    )


def _months(tables: Tables, shown: Tables, settings: Settings) -> dict[str, tuple[MonthShown, ...]]:
    """Give the months of charts; a chart of which every month is withheld is none."""
    last = settings.latest.last
    charts: dict[str, tuple[MonthShown, ...]] = {}
    for measure in tables.measures:
        if KINDS[measure.kind].monthly:
            known, left = tables.monthly.get(measure.name, {}), shown.monthly.get(measure.name, {})
            window = [
                month for month in range(last - SERIES_LENGTH + 1, last + 1) if month in known
            ]
            points = tuple(
                MonthShown(
                    month, left[month].count if month in left else None, known[month].provisional
                )
                for month in window
            )
            charts[measure.name] = (
                points if any(point.count is not None for point in points) else ()
            )
    return charts


def _groups(tables: Tables, shown: Tables, settings: Settings) -> dict[str, tuple[PeerShown, ...]]:
    charts: dict[str, tuple[PeerShown, ...]] = {}
    for measure in tables.measures:
        if measure.msg_measure:
            figures = newest_group(Case(measure, tables, settings))
            left = {
                (figure.force, figure.period_end): figure.rate
                for figure in shown.peers.get(measure.msg_measure, ())
            }
            bars = tuple(
                PeerShown(
                    figure.force,
                    left.get((figure.force, figure.period_end)),
                    is_own(figure.force, settings),
                )
                for figure in figures
            )
            charts[measure.name] = bars if any(bar.rate is not None for bar in bars) else ()
    return charts


def _of_cell(cell: ShownFigure) -> Withheld:
    if not cell.primary:
        why = SECONDARY
    elif cell.threshold >= SUPPRESS_ALL:
        why = UNREADABLE
    else:
        why = PRIMARY if cell.judged else UNKNOWN
    return Withheld(cell.measure, cell.what, why)


def _of_lines(
    given: Sequence[Assessment], shown: Sequence[Assessment], settings: Settings
) -> list[Withheld]:
    found = []
    for line, left in zip(given, shown, strict=True):
        if left.reason != line.reason:
            coarse = round_to(settings) > 1 and threshold_of(line.measure)
            what = f"colour of {line.line} and what it was made of"
            found.append(Withheld(line.measure.name, what, ROUNDED if coarse else DERIVED))
    return found


def _of_texts(tables: Tables, clean: Tables) -> list[Withheld]:
    """Name the texts that were dropped."""
    after = [text for _, _, text in _texts(clean)]
    return [
        Withheld(name, what, TYPED)
        for (name, what, text), left in zip(_texts(tables), after, strict=True)
        if text != left
    ]


def _texts(tables: Tables) -> list[tuple[str, str, str]]:
    """Texts that people typed: on what, which, and what it says."""
    return [
        *((item.name, "caveat of the measure", item.caveat) for item in tables.measures),
        *((name, "remark of the return", item.remark) for name, item in tables.returns.items()),
        *(
            (name, "note on a change of recording", item.note)
            for name, of in tables.breaks.items()
            for item in of
        ),
        *((item.line, "reason of the override", item.reason) for item in tables.overrides),
        *(
            (item.priority, f"comment of the {item.role or 'office'}", item.text)
            for item in tables.comments
        ),
    ]
