"""Files that came -> the returns of each partner, in the order of their versions.

The version is what the return says, not the date of a file. Two files with one version and other
content are a question for the partner: neither is taken before the other.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from difflib import get_close_matches
from hashlib import sha256
from typing import TYPE_CHECKING

from xlperf.excel.port import normalised
from xlperf.periods import Period, day_name, month_of
from xlperf.returns import form_places as places
from xlperf.returns.received_file import RefusedFileError, read_received
from xlperf.returns.received_return import read_head, read_measures
from xlperf.returns.return_faults import FaultWeight, ReturnFault
from xlperf.returns.return_form import form_of, quarter_name
from xlperf.returns.return_names import NAME_OF_FORM, file_name_of
from xlperf.tables.measure_kinds import KINDS, FigureForm

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xlperf.returns.contributions import RecordedReturn, Records
    from xlperf.returns.received_return import ReceivedMeasure, ReturnHead
    from xlperf.returns.return_form import OwedMeasure, Partners
    from xlperf.tables.workbook import WorkbookData


@dataclass
class CameReturn:
    """One file that came, and what was read of it."""

    file: str
    data: bytes
    head: ReturnHead | None = None
    partner: str = ""
    """Normalised name of the partner, if it is one of ours."""
    measures: list[ReceivedMeasure] = field(default_factory=list)
    faults: list[ReturnFault] = field(default_factory=list)
    recorded: RecordedReturn | None = None
    """It was accepted before: this very file."""
    copy_of: str = ""
    """Name of the file that has the same content."""

    @property
    def digest(self) -> str:
        """Fingerprint of its content."""
        return sha256(self.data).hexdigest()

    @property
    def accepted(self) -> bool:
        """Whether it is a return of ours whose rows can be read."""
        return (
            self.head is not None
            and not self.copy_of
            and all(fault.weight is not FaultWeight.FILE for fault in self.faults)
        )

    @property
    def taken(self) -> bool:
        """Whether something of it is taken; known when its measures have been looked at."""
        return self.accepted and any(of.taken for of in self.measures)

    @property
    def version(self) -> int:
        """As it says; 0 where it is not known."""
        return self.head.version if self.head else 0

    def is_of(self, partner: str, quarter: Period) -> bool:
        """Whether it is a return of a partner for a quarter, as far as it can be read."""
        own = self.head is None or month_of(self.head.quarter_end) == quarter.last
        return self.partner == partner and own and not self.copy_of

    def refuse(self, cell: str, found: str, remedy: str) -> None:
        """Note a fault because of which the file is not taken."""
        self.faults.append(ReturnFault(FaultWeight.FILE, cell, found, remedy))


@dataclass(frozen=True)
class CollectBasis:
    """What files are compared with."""

    data: WorkbookData
    partners: Partners
    records: Records
    quarter: Period

    @property
    def is_current(self) -> bool:
        """Whether the quarter is that of the workbook, or after it."""
        return self.quarter.last >= self.data.settings.latest.last


def read_returns(files: Iterable[tuple[str, bytes]], basis: CollectBasis) -> list[CameReturn]:
    """Read every file, and settle which of several is which version."""
    returns = [_read(name, data, basis) for name, data in files]
    _mark_copies(returns)
    by_partner: dict[str, list[CameReturn]] = defaultdict(list)
    for item in returns:
        if item.accepted:
            by_partner[item.partner].append(item)
    for partner, own in by_partner.items():
        _settle_versions(own, basis.records.of(partner, basis.quarter))
    return returns


def _read(name: str, data: bytes, basis: CollectBasis) -> CameReturn:
    came = CameReturn(name, data)
    came.recorded = basis.records.with_digest(came.digest)
    try:
        sheet = read_received(name, data, places.SHEET)
    except RefusedFileError as error:
        came.refuse("", str(error), "")
        came.partner = _partner_in_name(name, basis)
        return came
    came.head = read_head(sheet, came.faults)
    if came.head is None:
        typed = normalised(str(sheet.at(places.PARTNER.row, places.HEAD_COLUMN).value or ""))
        came.partner = typed if typed in basis.partners.owed else _partner_in_name(name, basis)
        return came
    owed = _partner(came, came.head, basis)
    if owed is None or _was_taken_before(came, basis.quarter):
        return came
    if not _is_of_quarter(came, came.head, basis.quarter):
        return came
    form = form_of(owed, basis.quarter, basis.data)
    came.measures = read_measures(sheet, form, scores_of(owed), came.faults)
    if not any(of.rows for of in came.measures):
        came.measures, came.faults = [], []
        came.refuse(
            places.PARTNER.address,
            f"None of its rows is one that {came.head.partner} is asked for in this quarter: it is"
            " the form of another partner or quarter, with another name or date typed over it.",
            "Fill in the form that was sent for this quarter.",
        )
        return came
    strange = [other for other in sheet.others if other != places.GUIDE]
    if strange:
        found = f"The file has further sheets, which are not read: {', '.join(strange[:5])}."
        came.faults.append(ReturnFault(FaultWeight.NOTE, "", found, ""))
    return came


def scores_of(owed: Sequence[OwedMeasure]) -> frozenset[str]:
    """Names, normalised, of measures whose percentage is a mean of ratings."""
    return frozenset(
        normalised(item.measure.name)
        for item in owed
        if KINDS[item.measure.kind].form is FigureForm.SCORE
    )


def _partner(
    came: CameReturn, head: ReturnHead, basis: CollectBasis
) -> tuple[OwedMeasure, ...] | None:
    owed = basis.partners.owed.get(normalised(head.partner))
    if owed is not None:
        came.partner = normalised(head.partner)
        return owed
    near = get_close_matches(normalised(head.partner), basis.partners.owed, n=1, cutoff=0.6)
    question = f" Is it {basis.partners.owed[near[0]][0].owner}?" if near else ""
    came.refuse(
        places.PARTNER.address,
        f"'{head.partner}' is no owner in the sheet Returns that is asked for anything.{question}",
        "Give the partner its name in the column Owner of Returns, or in the form.",
    )
    return None


def _partner_in_name(name: str, basis: CollectBasis) -> str:
    """The partner whose form has the name of a file that cannot be read; empty: it is not known."""
    match = NAME_OF_FORM.match(name)
    for partner in basis.partners.owed if match else ():
        begins = file_name_of(basis.partners.owed[partner][0].owner).casefold()
        if match and re.fullmatch(rf"{re.escape(begins)}(?:\W.*)?", match[1].casefold()):
            return partner
    return ""


def _was_taken_before(came: CameReturn, quarter: Period) -> bool:
    """Whether it is a return of another quarter that was taken: it is said, and not answered."""
    recorded = came.recorded
    if recorded is None or recorded.quarter_end == quarter.last:
        return False
    own = Period(recorded.quarter_end - 2, recorded.quarter_end)
    came.copy_of = (
        f"{recorded.file}, taken on {day_name(recorded.received)} for {quarter_name(own)}"
    )
    return True


def _is_of_quarter(came: CameReturn, head: ReturnHead, quarter: Period) -> bool:
    last = month_of(head.quarter_end)
    if last == quarter.last:
        return True
    came.refuse(
        places.QUARTER.address,
        f"It is for {quarter_name(Period(last - 2, last))}; returns for {quarter_name(quarter)} are"
        " collected.",
        "Fill in the form for this quarter. (If it is a late return for its own quarter, we collect"
        f" it with --period {head.quarter_end:%Y-%m}.)",
    )
    return False


def _mark_copies(returns: Sequence[CameReturn]) -> None:
    first: dict[str, CameReturn] = {}
    for item in returns:
        other = first.setdefault(item.digest, item)
        if other is not item:
            item.copy_of = other.file


def _settle_versions(own: Sequence[CameReturn], recorded: Sequence[RecordedReturn]) -> None:
    """Refuse files whose version another file has, or that are older than what was taken."""
    by_version: Mapping[int, list[CameReturn]] = defaultdict(list)
    for item in own:
        by_version[item.version].append(item)
    before = {item.version: item for item in recorded}
    newest = max(before, default=0)
    for version, same in by_version.items():
        fresh = [item for item in same if item.recorded is None]
        for item in fresh:
            if version in before:
                _refuse_second(item, before[version].file, newest, before[version])
            elif len(same) > 1:
                other = next(one for one in same if one is not item)
                _refuse_second(item, other.file, max(newest, version), None)
            elif version < newest:
                item.refuse(
                    places.VERSION.address,
                    f"It is version {version}, and version {newest} was taken on"
                    f" {day_name(before[newest].received)} ({before[newest].file}).",
                    f"If it is the newer one, set the version to {newest + 1} and send it again.",
                )


def _refuse_second(
    item: CameReturn, other: str, newest: int, before: RecordedReturn | None
) -> None:
    taken = f", which was taken on {day_name(before.received)}" if before else ""
    item.refuse(
        places.VERSION.address,
        f"It says version {item.version}, and so does {other}{taken}, with other content.",
        f"If it corrects that one, set the version to {newest + 1} and send it again.",
    )
