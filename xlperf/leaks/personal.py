"""Patterns of personal data. A hit is shown masked, so that the output of the check does not leak.

They are made for statistics: a bare count, a percentage, a year or a reference such as SP14 is none
of them. Names of persons have no pattern and are not found.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EMAIL = re.compile(r"[\w.!#$%&*+/=?^`{|}~'-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,24}\b")
PHONE = re.compile(
    r"(?<![\w.,/-])(?:(?:\+|\b00)44[\s.-]?(?:\(0\)[\s.-]?)?[1-9]|\(?0[1-9])(?:[\s().-]{0,2}\d){8,9}(?![\w%/]|[.,-]\d)"
)
"""A UK number with its area code: 10 or 11 digits from 01 to 09, or +44 (Ofcom, National Telephone
Numbering Plan).
"""
NATIONAL_INSURANCE = re.compile(
    r"(?<![A-Za-z0-9])(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?:[ -]?\d{2}){3}["
    r" -]?[A-D]"
    r"(?![A-Za-z0-9])",
    re.IGNORECASE,
)
"""Two letters, six digits, a suffix; letters and prefixes never used are left out (HMRC manual
NIM39110).
"""
NHS_GROUPED = re.compile(r"(?<![\w.,-])\d{3}[ -]\d{3}[ -]\d{4}(?![\w]|[.,-]\d)")
NHS_PLAIN = re.compile(r"(?<![\w.,-])[467]\d{9}(?![\w]|[.,-]\d)")
"""Ten digits in one piece count only in the ranges given out in England and Wales (NHS Data
Dictionary, NHS Number).
"""
POSTCODE = re.compile(
    r"(?<![A-Za-z0-9])([A-Z]{1,2})\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}(?![A-Za-z0-9])"
)
"""A full postcode in capitals; the last two letters are never C, I, K, M, O, V (BS 7666)."""
CRIME_REFERENCE = re.compile(
    r"\b(?:crime|incident|occurrence|custody|case|CRIS|niche|URN)\b["
    r" -]*(?:ref(?:erence)?|record|number|no|id)\b[.:# ]*"
    r"(?!(?:19|20)\d\d(?:[/-]\d\d(?:\d\d)?)?\b)(?=[A-Z\d/*-]*\d{4})[A-Z\d][A-Z\d/*-]{4,19}"
    r"|(?<![\w/*])[A-Z]{1,3}/\d{3,7}/\d{2,4}(?![\w/])"
    r"|(?<![\w/*])\d{2}\*\d{5,7}\b"
    r"|(?<![\w/*.,])\d{5,8}/\d{2}(?![\w/.,])"
    r"|(?<![\w/*])\d{2}/\d{4,7}[A-Z](?![\w/])",
    re.IGNORECASE,
)
"""A reference after its words, or in a shape that forces or the Police National Computer use; a
year is none.
"""
BIRTH = re.compile(
    r"\b(?:d\.?\s?o\.?\s?b\b\.?|date\s+of\s+birth|born(?:\s+on)?)[:\s(-]{0,6}"
    r"(?:\d{1,2}[./ -](?:\d{1,2}|[A-Za-z]{3,9})[./ -]\d{2,4}|\d{4}-\d{2}-\d{2}"
    r"|\d{1,2}(?:st|nd|rd|th)?\s+[A-Za-z]{3,9}\s+\d{4})",
    re.IGNORECASE,
)
BIRTH_HEADING = re.compile(r"\s*(?:d\.?o\.?b\.?|date\s+of\s+birth)\s*:?\s*", re.IGNORECASE)
COLLAR = re.compile(
    r"\b(?i:collar|warrant|shoulder|epaulette)\s*(?i:number|no|num|id)[.:# ]*\d{2,7}\b"
    r"|\b(?:PCSO|PC|WPC|PS|DC|DS|DI|TDC|Sgt|Insp)\s?(?!(?:19|20)\d\d\b)\d{3,6}\b"
)
"""An officer's number after the word or a rank; a year after "PC" or "DC" is left alone."""
VEHICLE = re.compile(
    r"(?<![A-Za-z0-9])(?!SP|FY|YE)[A-HJ-PR-Y][A-HJ-PR-Y](?:0[2-9]|[1-7]\d)"
    r" ?[A-HJ-PR-Z]{3}(?![A-Za-z0-9])"
)
"""A registration mark of the format used since 2001 (DVLA INF104); SP14, FY14 and YE14 begin other
things.
"""
DIGIT = re.compile(r"\d")


def found_in(text: str) -> Iterator[tuple[str, str]]:
    """Give what each piece of personal data is, and the piece."""
    if BIRTH_HEADING.fullmatch(text):
        yield "date of birth (heading)", text.strip()
    yield from addresses_in(text)
    if DIGIT.search(text) is None:
        return
    for what, pattern, proven in PATTERNS:
        for match in pattern.finditer(text):
            if proven is None or proven(match.group()):
                yield what, match.group()


def addresses_in(text: str) -> Iterator[tuple[str, str]]:
    """Give the e-mail addresses in a text, as `found_in` does."""
    for match in EMAIL.finditer(text) if "@" in text else ():
        yield "e-mail address", match.group()


def masked(text: str) -> str:
    """Cover every piece of personal data in a text, but for its first and last character."""
    for _, piece in sorted(set(found_in(text)), key=lambda hit: -len(hit[1])):
        text = text.replace(piece, cover(piece))
    return text


def cover(piece: str) -> str:
    """Cover letters and digits but the first and the last: ``j•••@•••.••k``."""
    inner = re.sub(r"[^\W_]", "•", piece[1:-1])
    return f"{piece[:1]}{inner}{piece[-1:]}" if len(piece) > 3 else "•" * len(piece)


def plain(piece: str) -> str:
    """A piece as it is compared with those that are allowed: without spaces, dashes, brackets and
    case.
    """
    return re.sub(r"[\s()-]", "", piece).casefold()


def _nhs(piece: str) -> bool:
    """Whether the tenth digit is the check digit of the first nine, modulus 11 (NHS Data
    Dictionary, NHS Number).
    """
    digits = [int(character) for character in piece if character.isdigit()]
    weighed = sum(digit * weight for digit, weight in zip(digits, range(10, 0, -1), strict=True))
    return weighed % 11 == 0 and len(set(digits)) > 1


PATTERNS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool] | None], ...] = (
    ("telephone number", PHONE, None),
    ("National Insurance number", NATIONAL_INSURANCE, None),
    ("NHS number", NHS_GROUPED, _nhs),
    ("NHS number", NHS_PLAIN, _nhs),
    ("postcode", POSTCODE, None),
    ("crime or case reference", CRIME_REFERENCE, None),
    ("date of birth", BIRTH, None),
    ("collar or warrant number", COLLAR, None),
    ("vehicle registration", VEHICLE, None),
)
