"""Patterns of personal data. A hit is shown masked, so that the output of the check does not leak.

They are made for statistics: a bare count, a percentage, a year or a reference such as SP14 is none
of them. Names of persons have no pattern and are not found.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

EMAIL = re.compile(r"[\w.!#$%&*+/=?^`{|}~'-]+@(?:[\w-]+\.)+[^\W\d_]{2,24}\b")
BIRTH_HEADING = re.compile(r"\s*(?:d\.?o\.?b\.?|date\s+of\s+birth)\s*:?\s*", re.IGNORECASE)
PATTERNS = {
    "telephone number": r"(?<![\w.,/-])(?:(?:\+|\b00)44[\s.-]?(?:\(0\)[\s.-]?)?[1-9]|\(?0[1-9])"
    r"(?:[\s().-]{0,2}\d){8,9}(?![\w%/]|[.,-]\d)",
    "National Insurance number": r"(?i)(?<![A-Z0-9])(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z]"
    r"[A-CEGHJ-NPR-TW-Z](?:[ -]?\d{2}){3}[ -]?[A-D](?![A-Z0-9])",
    "NHS number": r"(?<![\w.,-])(?:\d{3}[ -]\d{3}[ -]\d{4}|[467]\d{9})(?!\w|[.,-]\d)",
    "postcode": r"(?<![A-Za-z0-9])[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}(?![A-Za-z0-9])",
    "crime or case reference": r"(?i)\b(?:crime|incident|occurrence|custody|case|CRIS|niche|URN)\b"
    r"[ -]*(?:ref(?:erence)?|record|number|no|id)\b[.:# ]*"
    r"(?!(?:19|20)\d\d(?:[/-]\d\d(?:\d\d)?)?\b)(?=[A-Z\d/*-]*\d{4})[A-Z\d][A-Z\d/*-]{4,19}"
    r"|(?<![\w/*])[A-Z]{1,3}/\d{3,7}/\d{2,4}(?![\w/])|(?<![\w/*])\d{2}\*\d{5,7}\b"
    r"|(?<![\w/*.,])\d{5,8}/\d{2}(?![\w/.,])|(?<![\w/*])\d{2}/\d{4,7}[A-Z](?![\w/])",
    "date of birth": r"(?i)\b(?:d\.?\s?o\.?\s?b\b\.?|date\s+of\s+birth|born(?:\s+on)?)[:\s(-]{0,6}"
    r"(?:\d{1,2}[./ -](?:\d{1,2}|[A-Z]{3,9})[./ -]\d{2,4}|\d{4}-\d{2}-\d{2}"
    r"|\d{1,2}(?:st|nd|rd|th)?\s+[A-Z]{3,9}\s+\d{4})",
    "collar or warrant number":
    r"\b(?i:collar|warrant|shoulder|epaulette)\s*(?i:number|no|num|id)[.:# ]*\d{2,7}\b"
    r"|\b(?:PCSO|PC|WPC|PS|DC|DS|DI|TDC|Sgt|Insp)\s?(?!(?:19|20)\d\d\b)\d{3,6}\b",
    "vehicle registration": r"(?<![A-Za-z0-9])(?!SP|FY|YE)[A-HJ-PR-Y][A-HJ-PR-Y](?:0[2-9]|[1-7]\d)"
    r" ?[A-HJ-PR-Z]{3}(?![A-Za-z0-9])",
}  # fmt: skip
"""Shapes of UK numbers: with an area code from 01 to 09 or +44 (Ofcom, National Telephone Numbering
Plan); two letters, six digits and a suffix (HMRC manual NIM39110); ten digits, in one piece only in
the ranges given out in England and Wales (NHS Data Dictionary); a postcode's last two letters (BS
7666); a reference after its words or as forces and the Police National Computer write it; marks
since 2001 (DVLA INF104). A year is no reference and no officer; SP14, FY14 and YE14 begin other
things.
"""
COMPILED = {what: re.compile(pattern) for what, pattern in PATTERNS.items()}
DIGIT = re.compile(r"\d")
DASHES = str.maketrans(dict.fromkeys("‐‑‒–−", "-"))


def found_in(text: str) -> Iterator[tuple[str, str]]:
    """Give what each piece of personal data is, and the piece, as it looks."""
    text = _as_it_looks(text)
    if BIRTH_HEADING.fullmatch(text):
        yield "date of birth (heading)", text.strip()
    yield from addresses_in(text)
    if DIGIT.search(text) is None:
        return
    for what, pattern in COMPILED.items():
        for match in pattern.finditer(text):
            if what != "NHS number" or _nhs(match.group()):
                yield what, match.group()


def addresses_in(text: str) -> Iterator[tuple[str, str]]:
    """Give the e-mail addresses in a text, as `found_in` does."""
    for match in EMAIL.finditer(text) if "@" in text else ():
        yield "e-mail address", match.group()


def masked(text: str) -> str:
    """Cover every piece of personal data in a text, but for its first and last character."""
    text = _as_it_looks(text)
    for _, piece in sorted(set(found_in(text)), key=lambda hit: -len(hit[1])):
        text = text.replace(piece, cover(piece))
    return text


def _as_it_looks(text: str) -> str:
    """Compatible forms made one, dashes alike, and nothing that cannot be seen."""
    if text.isascii():
        return text
    whole = unicodedata.normalize("NFKC", text).translate(DASHES)
    return "".join(letter for letter in whole if unicodedata.category(letter) != "Cf")


def cover(piece: str) -> str:
    """Cover letters and digits but the first and the last: ``j•••@•••.••k``."""
    inner = re.sub(r"[^\W_]", "•", piece[1:-1])
    return f"{piece[:1]}{inner}{piece[-1:]}" if len(piece) > 3 else "•" * len(piece)


def plain(piece: str) -> str:
    """A piece as it is compared with those allowed: no spaces, dashes, brackets and case."""
    return re.sub(r"[\s()-]", "", piece).casefold()


def _nhs(piece: str) -> bool:
    """Whether the tenth digit is the check digit, modulus 11 (NHS Data Dictionary, NHS Number)."""
    digits = [int(character) for character in piece if character.isdigit()]
    weighed = sum(digit * weight for digit, weight in zip(digits, range(10, 0, -1), strict=True))
    return weighed % 11 == 0 and len(set(digits)) > 1
