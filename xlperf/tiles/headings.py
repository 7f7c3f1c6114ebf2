"""Headings of the two figures of a tile: they say what is compared with what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.excel.port import SetValue, normalised
from xlperf.tables.lines import heading_cells
from xlperf.tables.measure_kinds import LINES, Comparison

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from xlperf.assessment.evidence import Assessment
    from xlperf.excel.port import CellState

TWELVE_MONTHS = " 12 m"
HEADINGS: Mapping[Comparison, tuple[str, str]] = {
    Comparison.BASELINE: ("Baseline", f"Latest{TWELVE_MONTHS}"),
    Comparison.YEAR_TO_DATE: ("Last YTD", "YTD"),
    Comparison.QUARTER: ("Year before", "Quarter"),
    Comparison.TARGET: ("Target", f"Latest{TWELVE_MONTHS}"),
}
MIXED = "Before", "Latest"
"""Of a tile whose lines are compared with different things: each says so beside its change."""
WRITTEN = frozenset(text for pair in (*HEADINGS.values(), MIXED) for text in pair)


def headings(comparisons: Iterable[Comparison]) -> tuple[str, str]:
    """Headings of a tile whose measures are compared in these ways."""
    ways = set(comparisons) or {Comparison.BASELINE}
    return HEADINGS[ways.pop()] if len(ways) == 1 else MIXED


def printed_headings(comparisons: Iterable[Comparison]) -> tuple[str, str]:
    """Headings of two figures in a table of the report, whose text says of which months."""
    before, latest = headings(comparisons)
    return before, latest.removesuffix(TWELVE_MONTHS)


def comparisons_of(lines: Iterable[Assessment]) -> Iterator[Comparison]:
    """How the measures of lines are compared, of those that are compared with something."""
    for line in lines:
        if line.kind is line.measure.main_line and "baseline" in LINES[line.kind].fields:
            yield line.measure.compared


def heading_names(lines: Sequence[Assessment]) -> list[str]:
    """Names of the cells of headings, of every priority."""
    return [name for code in _comparisons(lines) for name in heading_cells(code)]


def fill_headings(
    lines: Sequence[Assessment], cells: Mapping[str, CellState]
) -> Iterator[SetValue]:
    """Give the headings of tiles what the plan compares; one that a person typed stays."""
    for priority, ways in _comparisons(lines).items():
        for name, text in zip(heading_cells(priority), headings(ways), strict=True):
            state = cells.get(name)
            if state is not None and not state.refusal and state.value in WRITTEN - {text}:
                yield SetValue(name, text)


def _comparisons(lines: Sequence[Assessment]) -> dict[str, list[Comparison]]:
    """How the measures of each priority are compared, by its first spelling; priorities without a
    comparison are left out.
    """
    found: dict[str, list[Comparison]] = {}
    spelt: dict[str, str] = {}
    for line in lines:
        priority = line.measure.priority
        if compared := list(comparisons_of([line])):
            found.setdefault(spelt.setdefault(normalised(priority), priority), []).extend(compared)
    return found
