"""What the workbook remembers of returns: the sheets Received and Contributions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from xlperf.errors import LayoutError
from xlperf.excel.port import normalised
from xlperf.frozen import NamedTuple
from xlperf.periods import Period, first_day, last_day, month_of
from xlperf.returns.figure_rows import require_columns
from xlperf.returns.form_places import cell_of
from xlperf.returns.return_form import FigureStatus, FormColumn
from xlperf.tables import schema
from xlperf.tables.row_edits import how_to_add
from xlperf.tables.rows import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from xlperf.excel.port import Grid, Scalar
    from xlperf.periods import Month
    from xlperf.returns.received_return import ReceivedMeasure, ReceivedRow
    from xlperf.tables.return_tables import ContributionUse
    from xlperf.tables.rows import DataRow
    from xlperf.tables.schema import Table

T = TypeVar("T")
Cells = dict[str, "Scalar"]


class RecordedReturn(NamedTuple):
    """A return that was accepted."""

    partner: str
    """Normalised."""
    quarter_end: Month
    version: int
    file: str
    digest: str
    received: date


class ContributionKey(NamedTuple):
    """What a row of Contributions is of; texts normalised."""

    partner: str
    quarter_end: Month
    version: int
    measure: str
    item: str
    first: Month
    last: Month


@dataclass(frozen=True)
class Records:
    """The rows of both sheets."""

    returns: tuple[RecordedReturn, ...]
    contributions: Mapping[ContributionKey, DataRow]

    def of(self, partner: str, quarter: Period) -> list[RecordedReturn]:
        """Returns of a partner for a quarter, the first version first."""
        wanted = (partner, quarter.last)
        own = [item for item in self.returns if (item.partner, item.quarter_end) == wanted]
        return sorted(own, key=lambda item: item.version)

    def with_digest(self, digest: str) -> RecordedReturn | None:
        """The return that is this very file."""
        return next((item for item in self.returns if item.digest == digest), None)

    def board_days(self, partner: str, measure: str) -> dict[tuple[Month, int], date]:
        """Days on which a board saw a measure, by quarter end and version of the return."""
        return {
            (key.quarter_end, key.version): day
            for key, row in self.contributions.items()
            if (key.partner, key.measure) == (partner, measure)
            and (day := row.if_readable(row.day, "Seen by board")) is not None
        }

    def is_received_day(self, partner: str, day: date, *, before: Month) -> bool:
        """Whether a return of a quarter that ends earlier was collected on a day."""
        return any(
            (item.partner, item.received) == (partner, day) and item.quarter_end < before
            for item in self.returns
        )

    def uses(self, partner: str, quarter: Period, measure: str) -> dict[int, set[str]]:
        """What became of the rows of a measure, by version."""
        uses: dict[int, set[str]] = {}
        for key, row in self.contributions.items():
            if (key.partner, key.quarter_end, key.measure) == (partner, quarter.last, measure):
                uses.setdefault(key.version, set()).add(row.name("Use"))
        return uses

    def rule_before(self, partner: str, quarter: Period, measure: str) -> tuple[str, Period] | None:
        """How a partner counted a measure in the newest quarter before, and which that is."""
        rules = [
            (key.quarter_end, key.version, row.name("Counting rule"))
            for key, row in self.contributions.items()
            if (key.partner, key.measure) == (partner, measure)
            and key.quarter_end < quarter.last
            and row.name("Counting rule")
        ]
        if not rules:
            return None
        end, _, rule = max(rules)
        return rule, Period(end - 2, end)


def records_in(grids: Mapping[str, Grid]) -> Records:
    """Read both sheets. Raises `LayoutError` where one is missing, or has a row that cannot be
    read: a return might be taken twice.
    """
    returns = tuple(map(_recorded, _rows(grids, schema.RECEIVED)))
    contributions = {_key_of(row): row for row in _rows(grids, schema.CONTRIBUTIONS)}
    return Records(returns, contributions)


def _rows(grids: Mapping[str, Grid], table: Table) -> list[DataRow]:
    grid = grids.get(table.name)
    if grid is None:
        raise LayoutError(
            f"There is no table {table.name}, in which returns are recorded. {how_to_add(table)}"
            " Nothing was collected."
        )
    require_columns(grid, table.titles)
    return read_rows(grid, table)[0]


def _needed(value: T | None, row: DataRow) -> T:
    if value is None:
        raise LayoutError(
            f"The row of {row.where} cannot be read, so a return might be taken twice. Correct it,"
            " or delete the row. Nothing was collected."
        )
    return value


def _recorded(row: DataRow) -> RecordedReturn:
    return RecordedReturn(
        normalised(row.text("Partner")),
        month_of(_needed(row.if_readable(row.day, "Quarter end"), row)),
        _needed(row.if_readable(row.whole, "Version"), row),
        row.text("File"),
        row.text("SHA-256"),
        _needed(row.if_readable(row.day, "Received"), row),
    )


def _key_of(row: DataRow) -> ContributionKey:
    def month(title: str) -> Month:
        return month_of(_needed(row.if_readable(row.day, title), row))

    return ContributionKey(
        normalised(row.name("Partner")),
        month("Quarter end"),
        _needed(row.if_readable(row.whole, "Version"), row),
        normalised(row.name("Measure")),
        normalised(row.name("Item")),
        month("Period start"),
        month("Period end"),
    )


class ReturnIdentity(NamedTuple):
    """Which return a contribution is of."""

    partner: str
    quarter: Period
    version: int


def contribution_rows(
    of: ReceivedMeasure, identity: ReturnIdentity, uses: Sequence[ContributionUse]
) -> Iterator[tuple[ContributionKey, Cells]]:
    """Rows of Contributions that a measure makes; `uses` go with its rows. Blank rows make none,
    and no number is kept that is confidential.
    """
    for item, use in zip(of.rows, uses, strict=True):
        if item.blank and not item.row.is_first:
            continue
        yield _key(item, identity), _cells(of, item, identity, use)


def _key(item: ReceivedRow, identity: ReturnIdentity) -> ContributionKey:
    row = item.row
    return ContributionKey(
        normalised(identity.partner),
        identity.quarter.last,
        identity.version,
        normalised(row.measure),
        normalised(row.item),
        row.period.first,
        row.period.last,
    )


def _cells(
    of: ReceivedMeasure, item: ReceivedRow, identity: ReturnIdentity, use: ContributionUse
) -> Cells:
    row = item.row
    hidden = FigureStatus.CONFIDENTIAL in (item.status, of.whole.status)
    first = row.is_first
    return {
        "Partner": identity.partner,
        "Quarter end": last_day(identity.quarter.last),
        "Version": identity.version,
        "Measure": row.measure,
        "Item": row.item or None,
        "Period start": first_day(row.period.first),
        "Period end": last_day(row.period.last),
        "Count": None if hidden else item.number,
        "Out of": None if hidden else item.out_of,
        "Per cent": None if hidden else item.percent,
        "Status": str(item.status) if item.status else None,
        "Counting rule": (of.rule or None) if first else None,
        "Context": (of.context or None) if first else None,
        "Board": of.board or None,
        "Seen by board": of.seen,
        "Use": str(use),
        "Place": cell_of(item.place, FormColumn.COUNT),
    }
