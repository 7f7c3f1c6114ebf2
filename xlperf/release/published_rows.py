"""What the records of an issue say of its lines, and whether rebuilt lines say the same.

Records are the file of figures of its pack, the ledger, and History.

A record that is not there, or is not as it was written, says nothing: it is named.
"""

from __future__ import annotations

import csv
from collections import Counter
from io import StringIO
from typing import TYPE_CHECKING

from xlperf.assessment.rag import Rag, Reason
from xlperf.disclosure.issues import IssueLine
from xlperf.documents.pack_figures import figures_csv, figures_table
from xlperf.frozen import NamedTuple
from xlperf.release.ledger import issue_marked
from xlperf.release.manifest import NAME, Pack, differences
from xlperf.tables import schema
from xlperf.tiles.wording import WITHHELD
from xlperf.tiles.written import day_of, records

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from typing import TypeAlias

    from xlperf.disclosure.issues import Issue
    from xlperf.excel.port import Grid
    from xlperf.release.ledger import Ledger
    from xlperf.tiles.assessed import Assessed
    from xlperf.tiles.stored_inputs import LineState
    from xlperf.tiles.written import Record

Row: TypeAlias = "Mapping[str, str]"
"""What is said of a line: texts by titles."""
COLOUR, RULES, REASON, POSITION = "Colour", "Colour by the rules", "Reason code", "Position"
BASELINE, LATEST = "Baseline", "Latest"
NOT_STORED = ("Title",)
"""Columns of the file of figures that are texts of the plan."""


class PublishedRows(NamedTuple):
    """What one record of an issue says."""

    name: str
    rows: Mapping[str, Row]
    """By the name of the line."""
    withheld: frozenset[str] | None = frozenset()
    """Lines that were withheld from the panel; None: it does not say."""


class RowDifference(NamedTuple):
    """A line that one record of an issue has otherwise."""

    line: str
    label: str
    text: str
    """Each column that differs: ``Colour RED -> AMBER``."""


class RowComparison(NamedTuple):
    """One record of an issue beside the rebuilt lines."""

    name: str
    lines: int
    same: int
    hidden: int
    """Lines that were, or may have been, withheld or shown rounded: they are not compared."""
    differing: tuple[RowDifference, ...]


def last_issue(ledger: Ledger, end: date) -> int:
    """Number of the last issue of a period, from 1; 0: there is none."""
    numbers = [n for n, item in enumerate(ledger.issues, 1) if item.period_end == end]
    return numbers[-1] if numbers else 0


def published_rows(
    issue: Pack | date, ledger: Ledger, history: Grid | None
) -> tuple[list[PublishedRows], list[str]]:
    """Give what ledger or History say of an issue, and what cannot be compared."""
    if isinstance(issue, Pack):
        notes = [
            f"The pack is not as it was published: {text}."
            for text in differences(issue.manifest.files, _files(issue))
        ]
        of_ledger = issue_marked(ledger, issue.manifest.ledger)
        if of_ledger is None:
            fault = ledger.fault or "does not have this issue"
            return [], [*notes, f"Not compared with the ledger: {ledger.path.name} {fault}."]
        return [_of_ledger(of_ledger, "the ledger")], notes
    number = last_issue(ledger, issue)
    if number:
        return [_of_ledger(ledger.issues[number - 1], f"issue {number} of the ledger")], []
    rows = {
        str(row["Line"]): _history_row(row)
        for row in records(history, schema.HISTORY)
        if day_of(row.get("Period end")) == issue and row.get("Line")
    }
    return [PublishedRows("the sheet History", rows)] if rows else [], []


def _files(pack: Pack) -> Mapping[str, str]:
    return {name: text for name, text in pack.hashes.items() if name != NAME}


def _of_ledger(issue: Issue, name: str) -> PublishedRows:
    withheld = frozenset(item.line for item in issue.lines if item.reason == str(Reason.SUPPRESSED))
    return PublishedRows(name, {item.line: _line_row(item) for item in issue.lines}, withheld)


def _line_row(line: IssueLine) -> Row:
    return {
        COLOUR: line.colour,
        RULES: line.worked_out,
        **_reason(line.reason),
        POSITION: line.position,
        BASELINE: _number(line.baseline),
        LATEST: _number(line.latest),
    }


def state_row(line: LineState) -> Row:
    """Give what a refresh recorded of a line."""
    return {
        COLOUR: line.shown,
        RULES: line.calculated,
        POSITION: line.position or "",
        BASELINE: _number(line.baseline),
        LATEST: _number(line.latest),
    }


def _history_row(row: Record) -> Row:
    calculated = str(row.get("Worked out") or "")  # older rows do not have it
    return {
        COLOUR: str(row.get("Colour") or ""),
        **({RULES: calculated} if calculated else {}),
        **_reason(str(row.get("Reason code") or "")),
        POSITION: str(row.get("Position") or ""),
        BASELINE: _number(row.get("Baseline")),
        LATEST: _number(row.get("Latest")),
    }


def _reason(code: str) -> dict[str, str]:
    """Give a reason code; none where it may rest on a remark, which is not stored."""
    return {} if code == str(Reason.NOT_ASSESSED) else {REASON: code}


def _number(value: object) -> str:
    return f"{value:.12g}" if isinstance(value, (int, float)) else "" if not value else str(value)


def row_comparisons(
    issue: Pack | date, published: Sequence[PublishedRows], lines: Assessed, notes: list[str]
) -> Iterator[RowComparison]:
    """Compare every record of an issue; a file of figures that cannot be read is noted."""
    own: dict[str, Row] = {line.line: _line_row(IssueLine.of(line)) for line in lines.lines}
    for record in published:
        yield _compared(record, own, lines)
    if not isinstance(issue, Pack):
        return
    rows = _csv_rows(figures_csv(figures_table(lines)))
    names = dict(zip(rows, own, strict=True))
    own = dict(zip(own, rows.values(), strict=True))
    for name in issue.manifest.attach:
        if name.endswith(".csv") and issue.hashes.get(name) == issue.manifest.files[name]:
            try:
                theirs = _csv_rows(issue.contents[name])
            except (KeyError, ValueError, csv.Error):
                notes.append(f"Not compared with {name}: this version does not write such files.")
                continue
            known = {title for row in rows.values() for title in row}
            lacking = sorted({str(title) for row in theirs.values() for title in row} - known)
            if lacking:
                notes.append(f"Not compared: columns that {name} alone has, {', '.join(lacking)}.")
            by_line = {names.get(words, words): row for words, row in theirs.items()}
            yield _compared(PublishedRows(name, by_line, None), own, lines)


def _csv_rows(data: bytes) -> dict[str, Row]:
    """Give the rows of a file of figures by their words: priority, label, what it is; of rows with
    the same words the second has a number behind them. Raises KeyError, ValueError, csv.Error.
    """
    seen: Counter[str] = Counter()
    found: dict[str, Row] = {}
    for row in csv.DictReader(StringIO(data.decode("utf-8-sig"), newline="")):
        words = f"{row['Priority']}, {row['Line']} ({row['What it is']})"
        seen[words] += 1
        key = f"{words} {seen[words]}" if seen[words] > 1 else words
        found[key] = {title: str(text) for title, text in row.items() if title not in NOT_STORED}
        found[key][COLOUR]  # a file without colours is none of ours
    return found


def _compared(published: PublishedRows, own: Mapping[str, Row], lines: Assessed) -> RowComparison:
    labels = {
        line.line: f"{line.measure.priority} {line.label} [{line.line}]" for line in lines.lines
    }
    guarded = {line.line for line in lines.lines if line.measure.suppress_below}
    same, hidden, differing = 0, 0, []
    for name in dict.fromkeys((*published.rows, *own)):
        text = _difference(published.rows.get(name), own.get(name))
        if not text:
            same += 1
        elif _is_hidden(name, published, own, guarded):
            hidden += 1
        else:
            differing.append(RowDifference(name, labels.get(name, name), text))
    return RowComparison(published.name, len(published.rows), same, hidden, tuple(differing))


def _difference(theirs: Row | None, ours: Row | None) -> str:
    """Say what differs between a published row and the rebuilt one; empty: nothing."""
    if theirs is None or ours is None:
        return "was not in it" if theirs is None else "is gone"
    return "; ".join(
        f"{title} {text or 'blank'} -> {ours[title] or 'blank'}"
        for title, text in theirs.items()
        if title in ours and text != ours[title]
    )


def _is_hidden(
    name: str, published: PublishedRows, own: Mapping[str, Row], guarded: set[str]
) -> bool:
    """Whether a row may differ since figures were withheld from the panel, or shown rounded."""
    theirs, ours = published.rows.get(name), own.get(name)
    if published.withheld is not None and name in published.withheld:
        return True
    if theirs is None or ours is None:
        return bool(guarded) and any(row.get("Line") == WITHHELD for row in published.rows.values())
    if theirs[COLOUR] == ours[COLOUR]:
        return name in guarded
    return bool(guarded) and published.withheld is None and theirs[COLOUR] == str(Rag.NA)
