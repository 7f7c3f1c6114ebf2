"""Numbers as words: counts, shares, changes, ranks. Rounded only here; every decision was made on unrounded values."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from xlperf.assess.evidence import Form

if TYPE_CHECKING:
    from xlperf.assess.evidence import Place

MINUS = "\u2212"
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
PLACES = (
    *("first", "second", "third", "fourth", "fifth", "sixth"),
    *("seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"),
)


def rounded(value: float | Decimal, decimals: int = 0) -> str:
    """Round half up, as a reader would, with thousands separators and a true minus sign."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    text = f"{exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):,f}"
    if not text.strip("-0.,"):
        text = text.removeprefix("-")
    return text.replace("-", MINUS)


def figure(value: float | Decimal | None, form: Form, *, decimals: int | None = None) -> str:
    """Write a figure in its form: 60,260; 84.0%; 4.18 per 1,000; £7.8 million; 2.5 stars."""
    if value is None:
        return "NA"
    match form:
        case Form.COUNT:
            whole = float(value).is_integer()
            return rounded(value, decimals if decimals is not None else 0 if whole else 1)
        case Form.SHARE:
            return f"{rounded(float(value) * 100, 1 if decimals is None else decimals)}%"
        case Form.RATE:
            return f"{bare(float(value), form)} per 1,000"
        case Form.SCORE:
            return f"{rounded(value, 1)} stars"
        case Form.MONEY:
            return f"£{rounded(value, max(1, _decimals(value)))} million"


def bare(value: float, form: Form) -> str:
    """Write a figure of a group in its form, a rate without its unit: 4.18; 84.0%."""
    return rounded(value * 1000, 2) if form is Form.RATE else figure(value, form)


def _decimals(value: float | Decimal) -> int:
    exponent = value.as_tuple().exponent if isinstance(value, Decimal) else -1
    return -exponent if isinstance(exponent, int) else 0


def signed(value: float, decimals: int, unit: str) -> str:
    """Write a change with its sign: +2.5%, −0.5 pts, 0.0%."""
    text = rounded(value, decimals)
    if text.startswith(MINUS) or not text.strip("0.,"):
        return text + unit
    return f"+{text}{unit}"


def percent_change(value: float) -> str:
    """Write a change in per cent: one decimal below ten per cent, none above."""
    return signed(value, 1 if abs(value) < 10 else 0, "%")


def ordinal(number: int) -> str:
    """Write a rank: 1st, 2nd, 3rd, 4th, 11th, 21st."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def place(position: Place) -> str:
    """Write a position: 5th of 8; equal ranks as 3rd= of 8."""
    return f"{ordinal(position.rank)}{'=' if position.tied else ''} of {position.of}"


def place_range(position: Place) -> str:
    """Write the likely range of a position: 4th to 6th."""
    if position.low is None or position.high is None:
        return ""
    if position.low == position.high:
        return ordinal(position.low)
    return f"{ordinal(position.low)} to {ordinal(position.high)}"


def number_in_words(number: int) -> str:
    """Write a small number in words, a larger one in figures: eight, 13."""
    return NUMBERS[number - 1] if 1 <= number <= len(NUMBERS) else rounded(number)


def ordinal_in_words(number: int) -> str:
    """Write a small rank in words, a larger one in figures: fifth, 13th."""
    return PLACES[number - 1] if 1 <= number <= len(PLACES) else ordinal(number)


def place_in_words(position: Place) -> str:
    """Write a position in words: fifth of eight; equal ranks as joint third of eight."""
    return f"{'joint ' if position.tied else ''}{ordinal_in_words(position.rank)} of {number_in_words(position.of)}"
