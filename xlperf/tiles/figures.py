"""Numbers and periods as words. Rounded only here; every decision was made on unrounded values."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from xlperf.periods import month_short
from xlperf.tables.measure_kinds import FORMS, FigureForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlperf.assessment.evidence import GroupPlace
    from xlperf.config import Settings
    from xlperf.periods import Month, Period

MINUS = "\u2212"
NUMBERS = (
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
PLACES = (
    *("first", "second", "third", "fourth", "fifth", "sixth"),
    *("seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"),
)


def rounded(value: float | Decimal, decimals: int = 0) -> str:
    """Round half up, as a reader would, with thousands separators and a true minus sign."""
    text = f"{_quantized(value, decimals):,f}"
    if not text.strip("-0.,"):
        text = text.removeprefix("-")
    return text.replace("-", MINUS)


def rounded_number(value: float | Decimal, decimals: int = 0) -> float:
    """Round half up, and give the number."""
    return float(_quantized(value, decimals))


def _quantized(value: float | Decimal, decimals: int) -> Decimal:
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def figure(value: float | Decimal | None, form: FigureForm, *, decimals: int | None = None) -> str:
    """Write a figure in its form: 60,260; 84.0%; 4.18 per 1,000; £7.8 million; 2.5 stars."""
    if value is None:
        return "NA"
    record = FORMS[form]
    return f"{record.before}{_number(value, form, decimals)}{record.after}"


def bare(value: float, form: FigureForm) -> str:
    """Write a figure of a group in its form, a rate without its unit: 4.18; 84.0%."""
    return _number(value, form) if form is FigureForm.RATE else figure(value, form)


def _number(value: float | Decimal, form: FigureForm, decimals: int | None = None) -> str:
    return rounded(value * FORMS[form].scale, decimals_of(value, form, decimals))


def printed_number(value: float | Decimal, form: FigureForm) -> float:
    """Give a figure as the number that is printed of it, no more precise: 84.0 of a share."""
    return rounded_number(value * FORMS[form].scale, decimals_of(value, form))


def decimals_of(value: float | Decimal, form: FigureForm, decimals: int | None = None) -> int:
    """Give the decimals a figure is printed with, unless some are given."""
    if decimals is not None:
        return decimals
    usual = FORMS[form].decimals
    if form is FigureForm.COUNT and not float(value).is_integer():
        return 1
    return max(usual, _decimals(value)) if form is FigureForm.MONEY else usual


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
    return signed(value, percent_decimals(value), "%")


def percent_decimals(value: float) -> int:
    """Give the decimals a change in per cent is printed with."""
    return 1 if abs(value) < 10 else 0


def ordinal(number: int) -> str:
    """Write a rank: 1st, 2nd, 3rd, 4th, 11th, 21st."""
    ending = (
        "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    )
    return f"{number}{ending}"


def place(position: GroupPlace) -> str:
    """Write a position: 5th of 8; equal ranks as 3rd= of 8."""
    return f"{ordinal(position.rank)}{'=' if position.tied else ''} of {position.of}"


def place_range(position: GroupPlace) -> str:
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


def place_in_words(position: GroupPlace) -> str:
    """Write a position in words: fifth of eight; equal ranks as joint third of eight."""
    return (
        f"{'joint ' if position.tied else ''}{ordinal_in_words(position.rank)} of"
        f" {number_in_words(position.of)}"
    )


def p_text(p: float | None) -> str:
    """Write a p value: = 0.012, or < 0.001."""
    if p is None:
        return "not known"
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def with_n(value: float | Decimal | None, n: int | None, form: FigureForm) -> str:
    """Write a figure with its number: 84.2% (n = 410)."""
    return figure(value, form) + (f" (n = {n:,})" if n else "")


def within(period: Period | None, month: Callable[[Month], str] = month_short) -> str:
    """Put a period into a sentence: in the year to Sep 2014; from Apr 2014 to Sep 2014; in Apr
    2014; empty without one.
    """
    if period is None:
        return ""
    word = "in the" if period.is_year else "from" if period.length > 1 else "in"
    return f"{word} {period.named(month)}"


def compared_with(
    period: Period | None, settings: Settings, month: Callable[[Month], str] = month_short
) -> str:
    """Do the same for the period of a figure that others are compared with: in 2012/13, if it is
    the baseline year.
    """
    return f"in {settings.baseline_name}" if period == settings.baseline else within(period, month)


def name_of(period: Period | None, settings: Settings) -> str:
    """Name the period of such a figure: 2012/13, if the baseline year, else as `Period` does."""
    return settings.baseline_name if period == settings.baseline else str(period or "")
