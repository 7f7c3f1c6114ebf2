"""Dates, months and quarters: a day that is none, a year far from all others, the quarter of a
heading, the number of months between two, the end before the start.
"""

from __future__ import annotations

import re
from calendar import day_name as WEEKDAYS  # noqa: N812 - names of days, a constant
from calendar import monthrange
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from xlperf.periods import NAMES, month_name
from xlperf.proof.proof_findings import ANY_CASE, ProofFinding, ProofRule, is_rough, quoted_sentence
from xlperf.tiles.figures import NUMBERS
from xlperf.tiles.quoted import MONTH_WORDS, SHORT_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlperf.periods import Month
    from xlperf.proof.passages import ProofText

YEAR = r"((?:1[5-9]|2\d)\d\d)"
MONTH_YEAR = rf"\b({MONTH_WORDS})\.?,?\s+{YEAR}\b(?!\s?[/–-]\s?\d)"
A_MONTH = re.compile(MONTH_YEAR, ANY_CASE)
DAY = re.compile(
    rf"(?:\b({'|'.join(WEEKDAYS)}),?\s+(?:the\s+)?)?\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?"
    rf"({MONTH_WORDS})\.?,?\s+{YEAR}\b",
    ANY_CASE,
)
A_YEAR = re.compile(r"(?<![\w.,£$€/-])((?:19|20)\d\d)(?![\w%]|[.,]\d)")
PERIOD_END = re.compile(
    r"\b(?:period|quarter|months?|year)\s+(?:period\s+)?(?:ended|ending|to|up\s+to)\s+(?:the\s+)?"
    rf"(?:end\s+of\s+)?(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?{MONTH_YEAR}",
    ANY_CASE,
)
"""How a document says up to when its figures are."""
ENDED = re.compile(r"\bend(?:ed|ing)\b", ANY_CASE)
QUARTERS = (
    r"\b(?:quarter|qtr\.?|Q)\s?([1-4])\b(?!\s*(?:and|&|to|or|[-–/,+])\s*(?:Q|quarter)?\s?[1-4]\b)"
)
QUARTER = re.compile(r"(?<!and )(?<!to )(?<!& )" + QUARTERS, ANY_CASE)
QUARTER_MONTHS = re.compile(
    rf"{QUARTERS}(?:\s+(?:of\s+)?((?:19|20)\d\d[/–-]\d\d(?:\d\d)?))?\s*"
    rf"\(\s*({MONTH_WORDS})\.?\s*(?:\d{{4}}\s*)?(?:to|[-–]|until)\s*({MONTH_WORDS})\.?",
    ANY_CASE,
)
ANOTHER_QUARTER = re.compile(
    r"\b(?:last|previous|next|earlier|prior|since|compared|will|forthcoming|plan)\b", ANY_CASE
)
"""Words of a heading that speaks of another quarter on purpose."""
BETWEEN = re.compile(
    rf"\b(?:(\d{{1,3}})|({'|'.join(NUMBERS)}))"
    r"(?:[\s-]+(?:consecutive|successive|full|whole))?[\s-]+months?\b"
    rf"(?:\s+period)?\s*\(?\s*(?:from\s+|between\s+|of\s+)?{MONTH_YEAR}\s*"
    rf"(?:to|and|until|up\s+to|[-–])\s*(?:the\s+end\s+of\s+)?{MONTH_YEAR}",
    ANY_CASE,
)
ON_A_DAY = r"(?:\d{1,2}(?:st|nd|rd|th)?\s+)?"
SPAN = re.compile(
    rf"\bfrom\s+{ON_A_DAY}{MONTH_YEAR}\s+(?:to|until)\s+{ON_A_DAY}{MONTH_YEAR}", ANY_CASE
)
FAR_AHEAD, FAR_SLIP = 60, 20
"""Years after a document's own from which a year is no plan; and from which it is none either where
its digits are those of one of the document's years in another order.
"""
LEAST_OTHERS = 2
"""Times that a document names a quarter or a year, from which it speaks of it."""
FINANCIAL, CALENDAR = 4, 1
"""First months of the years that quarters are counted in."""


def time_findings(text: ProofText) -> Iterator[ProofFinding]:
    """Find dates, numbers of months and quarters that cannot be."""
    years = Counter(int(match) for item in text.passages for match in A_YEAR.findall(item.text))
    latest = max((year for year, times in years.items() if times >= LEAST_OTHERS), default=None)
    for passage in text.passages:
        for sentence in passage.sentences:
            faults = [
                *((ProofRule.DATE, *fault) for fault in _dates(sentence)),
                *((ProofRule.DATE, *fault) for fault in _far(sentence, latest, years)),
                *((ProofRule.MONTHS, *fault) for fault in _months(sentence)),
                *((ProofRule.QUARTER, *fault) for fault in _quarter_months(sentence)),
            ]
            for rule, wrong, right in faults:
                yield ProofFinding(rule, passage.where, quoted_sentence(sentence), wrong, right)
    yield from _headings(text)


def month_in(word: str, year: str) -> Month:
    """Month that a name and a year say."""
    return 12 * int(year) + SHORT_NAMES.index(word[:3].title())


# Dates.


def _dates(sentence: str) -> Iterator[tuple[str, str]]:
    for match in DAY.finditer(sentence):
        weekday, day, word, year = match.groups()
        month = month_in(word, year)
        most = monthrange(int(year), month % 12 + 1)[1]
        if not 1 <= int(day) <= most:
            yield (f"{month_name(month)} has {most} days, not {day}.", "Correct the date.")
        elif weekday:
            right = WEEKDAYS[date(int(year), month % 12 + 1, int(day)).weekday()]
            if right.lower() != weekday.lower():
                yield (
                    f"{day} {month_name(month)} is a {right}, not a {weekday.title()}.",
                    "Correct the day or the date.",
                )


def _far(sentence: str, latest: int | None, years: Counter[int]) -> Iterator[tuple[str, str]]:
    """Find a month in a year that the document cannot speak of."""
    if latest is None:
        return
    for match in A_MONTH.finditer(sentence):
        year = int(match[2])
        turned = [
            other
            for other, times in years.most_common()
            if other != year and times >= LEAST_OTHERS and sorted(str(other)) == sorted(match[2])
        ]
        if year - latest > (FAR_SLIP if turned else FAR_AHEAD):
            meant = f"It seems to be {match[1]} {turned[0]}." if turned else "Correct the year."
            wrong = f"{match[1]} {year} is {year - latest} years after {latest}, the latest year"
            yield f"{wrong} that the document names more than once.", meant


def _months(sentence: str) -> Iterator[tuple[str, str]]:
    for match in BETWEEN.finditer(sentence):
        said = int(match[1]) if match[1] else NUMBERS.index(match[2].lower()) + 1
        first, last = month_in(match[3], match[4]), month_in(match[5], match[6])
        length = last - first + 1
        if (
            length > 0
            and said not in (length, length - 1)
            and not is_rough(sentence[: match.start()])
        ):
            yield (
                f"{month_name(first)} to {month_name(last)} is {length} months, not {said}.",
                "Correct the number or a month.",
            )
    for match in SPAN.finditer(sentence):
        first, last = month_in(match[1], match[2]), month_in(match[3], match[4])
        if last < first:
            yield (
                f"{month_name(last)} is before {month_name(first)}.",
                "Correct a year, or the order of the two.",
            )


# Quarters.


def period_end(text: ProofText) -> Month | None:
    """Month up to which a document says its figures are; None where it does not say, or says it of
    several as often. A period "to" a month may be of one figure alone: it counts from the second.
    """
    ends: Counter[Month] = Counter()
    for passage in text.passages:
        for match in PERIOD_END.finditer(" ".join(passage.text.split())):
            said = LEAST_OTHERS if ENDED.search(match[0]) else 1
            ends[month_in(match[1], match[2])] += said
    counted = ends.most_common(2)
    if not counted or (len(counted) == 2 and counted[0][1] == counted[1][1]):
        return None
    return counted[0][0] if counted[0][1] >= LEAST_OTHERS else None


def quarter_of(month: Month, start: int) -> int:
    """Quarter of a month in a year that begins with the month `start` (from 1): 1 to 4."""
    return (month % 12 - start + 1) % 12 // 3 + 1


def _quarter_months(sentence: str) -> Iterator[tuple[str, str]]:
    """Compare a quarter with the months in brackets behind it."""
    for match in QUARTER_MONTHS.finditer(sentence):
        quarter, financial, first, last = match.groups()
        months = tuple(SHORT_NAMES.index(word[:3].title()) for word in (first, last))
        starts = (FINANCIAL,) if financial else (FINANCIAL, CALENDAR)
        begins = [(start + 3 * int(quarter) - 4) % 12 for start in starts]
        if months not in [(begin, (begin + 2) % 12) for begin in begins]:
            right = f"{NAMES[begins[0]]} to {NAMES[(begins[0] + 2) % 12]}"
            wrong = f"Quarter {quarter} is {right}, not {first} to {last}."
            yield wrong, "Correct the quarter or the months."


def _headings(text: ProofText) -> Iterator[ProofFinding]:
    """Compare the quarter of headings with the one the document speaks of: that of its period end,
    which it names most often too.
    """
    end = period_end(text)
    said: Counter[int] = Counter()
    for item in text.passages:
        said.update(int(match[1]) for match in QUARTER.finditer(item.text))
    if end is None or not said:
        return
    usual, times = said.most_common(1)[0]
    fits = usual in (quarter_of(end, FINANCIAL), quarter_of(end, CALENDAR))
    if times < LEAST_OTHERS or times * 2 <= said.total() or not fits:
        return
    for item in text.passages:
        quarters = [int(match[1]) for match in QUARTER.finditer(item.text)]
        if (
            item.heading
            and len(quarters) == 1
            and quarters[0] != usual
            and not ANOTHER_QUARTER.search(item.text)
        ):
            yield ProofFinding(
                ProofRule.QUARTER,
                item.where,
                quoted_sentence(item.text),
                f"The heading says quarter {quarters[0]}; the document is of the period to"
                f" {month_name(end)} and names quarter {usual} most often.",
                f"It seems to be quarter {usual}.",
            )
