"""The ledger of an office: what every issue showed and withheld, figure by figure, in a file beside
the workbook.

It is as secret as the data: it says where the small counts are. One JSON object a line, each with
the hash of itself and of all lines before it. Issues are added at the end when they leave, and
never changed. A file that is missing, edited or cut off is a fault with a sentence.
"""

from __future__ import annotations

import json
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from xlperf import outcome
from xlperf.disclosure.counts_shown import Count, Span
from xlperf.disclosure.issues import Issue, IssueFigure, IssueLine, State
from xlperf.errors import PackError, WorkbookError
from xlperf.excel.saving import Origin, retry_move, write
from xlperf.periods import day_name
from xlperf.release import manifest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path


NOT_THERE = "is not there"
"""The fault of a ledger without a file."""
FORM = 1
"""Version of the form of the file."""
KEEP = (
    "As secret as the data: this file says where small counts are. It stays in the office, beside"
    " its workbook. Do not edit, send or delete it: without it nothing with a threshold can be"
    " published."
)


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger as it was read."""

    path: Path
    issues: tuple[Issue, ...] = ()
    data: bytes = b""
    """What is in the file; empty: there is none."""
    hashes: tuple[str, ...] = ()
    """Of its lines, the first of which names it."""
    fault: str = ""
    """What is wrong with the file, as the end of a sentence; empty: nothing."""

    @property
    def name(self) -> str:
        """Hash of the first line: two ledgers never share it."""
        return self.hashes[0] if self.hashes else ""

    @property
    def mark(self) -> str:
        """Name and present state, for the pack of an issue."""
        return f"{self.name} {self.hashes[-1]}" if self.hashes else ""


class _DamagedError(Exception):
    """The file is not as publish wrote it; the text says what follows "it"."""


def is_ledger(data: bytes) -> bool:
    """Whether the content of a file is a ledger, or was one."""
    return b'{"ledger":' in data[:100] and json.dumps(KEEP).encode() in data


def ledger_path(workbook: Path) -> Path:
    """Where the ledger of a workbook is: beside it, under its name."""
    return workbook.with_name(workbook.stem + manifest.LEDGER)


def read(workbook: Path) -> Ledger:
    """Read the ledger of a workbook."""
    path = ledger_path(workbook)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Ledger(path, fault=NOT_THERE)
    except OSError as error:
        return Ledger(path, fault=f"cannot be read ({error.strerror or error})")
    try:
        hashes, records = _lines(data)
        return Ledger(path, tuple(_issues(records[1:])), data, hashes)
    except _DamagedError as error:
        return Ledger(path, data=data, fault=str(error))
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        return Ledger(path, data=data, fault=f"holds what publish does not write ({error!r})")


def issue_marked(ledger: Ledger, mark: str) -> Issue | None:
    """Give the issue that a pack names by its mark; None: this ledger does not have it."""
    last = 0  # the first line is the ledger's own
    for issue in ledger.issues:
        last += len(issue.figures) + len(issue.lines) + 2  # with those of its begin and its end
        if mark == f"{ledger.name} {ledger.hashes[last]}":
            return issue
    return None


def with_packs_beside(ledger: Ledger, folder: Path) -> Ledger:
    """Compare a ledger with the packs beside a folder: one that it does not have shows that it was
    cut off, or is an older copy.
    """
    for place in sorted(folder.absolute().parent.glob(f"*/{manifest.NAME}")):
        with suppress(PackError, OSError):
            name, _, state = manifest.parsed(place.read_bytes()).ledger.partition(" ")
            if not ledger.fault and name == ledger.name and state not in ledger.hashes:
                what = f"lacks the issue in {place.parent}: it was cut off, or is an older copy"
                return replace(ledger, fault=what)
    return ledger


def new_issue(
    ledger: Ledger, issue: Issue, *, workbook: str, now: datetime, texts: Sequence[str] = ()
) -> Ledger:
    """Give a ledger with one more issue; one with a fault is begun anew.

    `texts`: sentences on texts that a person has confirmed.
    """
    new = bool(ledger.fault)
    hashes = [] if new else list(ledger.hashes)
    lines = []
    for record in _records(issue, len(ledger.issues) + 1, now, texts, workbook, new=new):
        hashes.append(_hash(hashes[-1] if hashes else "", record))
        lines.append(json.dumps(record | {"hash": hashes[-1]}))
    data = (b"" if new else ledger.data) + "".join(f"{line}\n" for line in lines).encode()
    return Ledger(ledger.path, (*ledger.issues, issue), data, tuple(hashes))


@contextmanager
def writing_issue(
    before: Ledger, after: Ledger, now: datetime, has_left: Callable[[], bool]
) -> Iterator[Callable[[], None]]:
    """Give what writes a ledger with its new issue; it is taken back if the issue does not leave.

    A ledger with a fault is kept aside. Writing raises `WorkbookError` where that cannot be done.
    """
    path = before.path.resolve()

    def write_issue() -> None:
        if before.fault:
            _set_aside(path, now)
        with outcome.recording():  # the pack is what matters, and says what is in place
            write(path, after.data, over=None if before.fault else Origin.of(path, before.data))

    try:
        yield write_issue
    except BaseException:
        if not has_left():
            _take_back(path, before, after)
        raise


def _take_back(path: Path, before: Ledger, after: Ledger) -> None:
    """Remove an issue that did not leave; where that cannot be done, it counts as one that has."""
    try:
        if not path.exists() or path.read_bytes() != after.data:
            return
        if before.fault:
            path.unlink()
        else:
            with outcome.recording():
                write(path, before.data, over=Origin.of(path, after.data))
    except (OSError, WorkbookError) as error:
        outcome.current().faults.append(
            f"{path.name} has this issue, though it did not leave ({error}). That does no harm: it"
            " counts as one that has."
        )


def aside(path: Path, now: datetime) -> Path:
    """Where a ledger with a fault is put when a new one is begun."""
    return path.with_name(f"{path.stem} (until {day_name(now.date())} {now:%H%M%S}){path.suffix}")


def _set_aside(path: Path, now: datetime) -> None:
    if path.exists():
        retry_move(lambda: path.rename(aside(path, now)))


# -- lines


def _hash(before: str, record: dict[str, Any]) -> str:
    content = json.dumps(record, sort_keys=True)
    return sha256(f"{before}\n{content}".encode()).hexdigest()


def _lines(data: bytes) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
    """Check the chain; gives the hash and the content of every line."""
    if not data.endswith(b"\n"):
        raise _DamagedError("ends within a line: it was cut off")
    hashes: list[str] = []
    records: list[dict[str, Any]] = []
    for number, line in enumerate(data.decode().splitlines(), 1):
        try:
            record = json.loads(line)
            claimed = record.pop("hash")
        except (ValueError, KeyError, TypeError, AttributeError):
            raise _DamagedError(f"cannot be read in line {number:,}") from None
        if claimed != _hash(hashes[-1] if hashes else "", record):
            raise _DamagedError(
                f"was changed: line {number:,} is not as it was written, or not in its place"
            )
        hashes.append(claimed)
        records.append(record)
    if records[0].get("ledger") != FORM:
        raise _DamagedError(f"is of a form that this xlperf does not read, which reads {FORM}")
    if len(records) > 1 and "end" not in records[-1]:
        raise _DamagedError("ends within an issue: it was cut off")
    return tuple(hashes), records


def _records(
    issue: Issue, number: int, now: datetime, texts: Sequence[str], workbook: str, *, new: bool
) -> Iterator[dict[str, Any]]:
    if new:
        yield {"ledger": FORM, "keep": KEEP, "workbook": workbook, "begun": now.isoformat()}
    yield {
        "issue": number,
        "made": now.isoformat(),
        "period": issue.period_end.isoformat(),
        "sums": [[whole, *parts] for whole, parts in issue.sums],
        "texts": list(texts),
    }
    for figure in issue.figures:
        yield {
            "issue": number,
            "figure": figure.key,
            "measure": figure.measure,
            "state": figure.state.value,
            "threshold": figure.threshold,
            "rounded_to": figure.base,
            "counts": [[*count.span, count.value] for count in figure.counts],
            "printed": [figure.shown_as(count) for count in figure.counts]
            if figure.printed and figure.state is State.SHOWN
            else [],
            "stands_nowhere": not figure.printed,
        }
    for line in issue.lines:
        yield {
            "issue": number,
            "line": line.line,
            "colour": line.colour,
            "reason": line.reason,
            "position": line.position,
            "figures": [line.baseline, line.latest],
            "worked_out": line.worked_out,
        }
    yield {"issue": number, "end": len(issue.figures) + len(issue.lines)}


def _issues(records: Sequence[dict[str, Any]]) -> Iterator[Issue]:
    head: dict[str, Any] = {}
    figures: list[IssueFigure] = []
    lines: list[IssueLine] = []
    for record in records:
        if "period" in record:
            head, figures, lines = record, [], []
        elif "figure" in record:
            figures.append(_figure(record))
        elif "line" in record:
            lines.append(_line(record))
        else:
            if record["end"] != len(figures) + len(lines):
                raise _DamagedError(f"lacks lines of issue {record['issue']}")
            yield Issue(
                date.fromisoformat(head["period"]),
                tuple(figures),
                tuple((whole, tuple(parts)) for whole, *parts in head["sums"]),
                tuple(lines),
            )


def _line(record: dict[str, Any]) -> IssueLine:
    return IssueLine(
        record["line"],
        record["colour"],
        record["reason"],
        record["position"],
        record["figures"][0],
        record["figures"][1],
        record["worked_out"],
    )


def _figure(record: dict[str, Any]) -> IssueFigure:
    return IssueFigure(
        record["figure"],
        record["measure"],
        tuple(
            Count(Span(tuple(chain), first, last), value)
            for chain, first, last, value in record["counts"]
        ),
        record["threshold"],
        record["rounded_to"],
        State(record["state"]),
        printed=not record["stands_nowhere"],
    )
