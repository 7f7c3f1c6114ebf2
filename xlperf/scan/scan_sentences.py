"""What a scan says: how many series changed among all, and how many chance would make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.assessment.rag import Reason
from xlperf.message_texts import wrapped
from xlperf.periods import month_name

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable

    from xlperf.scan.chances import AmongSeries
    from xlperf.scan.scan_result import ScanResult

WHY = {
    Reason.NO_DATA: "no count at all",
    Reason.TOO_SHORT: "the series begins too late",
    Reason.INSUFFICIENT_DATA: "a month of the latest ones is not known",
    Reason.NO_BASELINE: "a month of the year compared with is not known",
    Reason.NO_CHANGE_FROM_ZERO: "none then, none now",
    Reason.SMALL_NUMBERS: "small numbers",
}
SIGNAL_WORDS = {
    "outside": "outside three-sigma limits",
    "shift": "seven or more on one side of the mean",
    "trend": "seven or more rising or falling",
    "two_of_three": "two of three near a limit",
}


def scan_output(result: ScanResult) -> str:
    """Say what a scan found and where it is."""
    folder = result.files[0].absolute().parent
    paths = ", ".join(path.name for path in result.files)
    return "\n\n".join(
        wrapped(text, hanging=0)
        for text in (*scan_sentences(result), f"Written to {folder}: {paths}.")
    )


def scan_sentences(result: ScanResult) -> tuple[str, ...]:
    """Sentences of the summary, a paragraph each."""
    head = (
        f"{result.source}: {result.series:,} series, {month_name(result.period.first)} to"
        f" {month_name(result.period.last)}."
    )
    year = f"Twelve months to {month_name(result.period.last)} against the {result.baseline}"
    blocks = "Latest six months against the twelve before"
    parts = (
        " ".join([head, *result.notes]),
        _found(year, result, result.change, ("rise", "fall"), 0),
        _found(blocks, result, result.chart, ("above", "below"), 1),
        _signals(result),
        _faults(result),
    )
    return tuple(filter(None, parts))


def _found(
    title: str, result: ScanResult, among: AmongSeries, words: tuple[str, str], test: int
) -> str:
    """Say how many count among all tested, beside what chance makes."""
    tested, alone, counts = (
        int(flags.sum()) for flags in (among.tested, among.alone, among.counts)
    )
    without = _listed({WHY.get(Reason(code), code): number
                       for code, number in result.reasons[test].items()})  # fmt: skip
    not_judged = f" Not tested: {without}." if without else ""
    if not tested:
        return f"{title}: no series could be tested.{not_judged}"
    up, down = (result.findings[word] for word in words)
    split = f" ({up:,} {words[0]}, {down:,} {words[1]})" if counts else ""
    if counts:
        split += f"; on average at most {_number(among.expected_among)} of them by chance"
    by_chance = ""
    if among.expected is not None:
        by_chance = (
            f"; {_about(among.expected)} would be if nothing had changed and the series were"
            " like London's"
        )
    return (
        f"{title}: {counts:,} of {tested:,} tested have changed{split}. They were judged together,"
        f" with a share of chance findings of at most {among.rate:.0%}. Each judged alone,"
        f" {alone:,} would be found{by_chance}.{not_judged}"
    )


def _about(value: float) -> str:
    text = _number(value)
    return text if text.startswith("less") else f"about {text}"


def _number(value: float) -> str:
    if 0 < value < 0.05:
        return "less than 0.1"
    return f"{value:,.0f}" if value >= 10 or value == 0 else f"{value:.1f}"


def _signals(result: ScanResult) -> str:
    found = _listed({SIGNAL_WORDS[name]: number for name, number in result.signals.items()})
    text = "Patterns of control charts in the last month (not tested: chance often makes them)"
    return f"{text}: {found}." if found else ""


def _faults(result: ScanResult) -> str:
    total = sum(result.faults.values())
    if not total:
        return "No faults in the input."
    return (
        f"{total:,} faults in the input, which are never taken as 0: {_listed(result.faults)}. All"
        f" are in {result.files[1].name}."
    )


def _listed(numbers: Counter[str] | dict[str, int]) -> str:
    items: Iterable[tuple[str, int]] = sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
    return "; ".join(f"{text}, {number:,}" for text, number in items if number)
