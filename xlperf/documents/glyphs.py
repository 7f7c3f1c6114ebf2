"""Which characters the shipped fonts can show: a PDF that is to be read by everybody must not have
one that they cannot.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from xlperf.documents.plain_text import NO_TEXT, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

FONTS = "Carlito-Regular.ttf", "Carlito-Bold.ttf", "DejaVuSans.ttf"
"""Files in the folder `fonts`: text, bold text, and what the first two have no glyphs for."""
SPACES = re.compile("[\t\u2028\u2029\x85]")
ALLOWED = frozenset("\n\u200b\u200c\u200d\u2060\u00ad")
"""Characters that are not drawn, and that PDF/A allows."""
SEGMENTS, GROUPS = 4, 12
"""Formats of a character map: the first 65,536 characters, and all (ISO/IEC 14496-22, cmap)."""


def pdf_text(text: str) -> str:
    """Give a text as the PDFs can show it: U+FFFD for each character that no font has."""
    clear = SPACES.sub(" ", plain(text))
    return clear if clear.isascii() else "".join(map(_shown, clear))


def missing_characters(text: str) -> set[str]:
    """Characters of a text that the PDFs show as U+FFFD."""
    return {
        character for character in SPACES.sub(" ", plain(text)) if _shown(character) != character
    }


@cache
def _shown(character: str) -> str:
    if character in ALLOWED:
        return character
    private = unicodedata.category(character) in ("Co", "Cn", "Cs", "Cf")
    return NO_TEXT if private or ord(character) not in _characters() else character


@cache
def _characters() -> frozenset[int]:
    """Characters that text and bold text can show, each by itself or by the third font."""
    text, bold, other = (
        frozenset(_mapped(resources.files("xlperf.documents").joinpath("fonts", name).read_bytes()))
        for name in FONTS
    )
    return (text & bold) | other


def _mapped(font: bytes) -> Iterator[int]:
    """Characters of the character maps of a font (TrueType) that are for Unicode."""
    (tables,) = struct.unpack_from(">H", font, 4)
    entries = (struct.unpack_from(">4sLLL", font, 12 + 16 * number) for number in range(tables))
    start = next(offset for tag, _sum, offset, _length in entries if tag == b"cmap")
    (maps,) = struct.unpack_from(">H", font, start + 2)
    for number in range(maps):
        platform, _kind, offset = struct.unpack_from(">HHL", font, start + 4 + 8 * number)
        place = start + offset
        (form,) = struct.unpack_from(">H", font, place)
        if platform in (0, 3) and form == SEGMENTS:
            yield from _of_segments(font, place)
        elif platform in (0, 3) and form == GROUPS:
            yield from _of_groups(font, place)


def _of_segments(font: bytes, place: int) -> Iterator[int]:
    """Characters of the segments, but for those that lead to glyph 0, which stands for none."""
    (doubled,) = struct.unpack_from(">H", font, place + 6)
    count = doubled // 2
    ends, starts, deltas, offsets = (
        struct.unpack_from(f">{count}H", font, place + 14 + skipped + number * doubled)
        for number, skipped in enumerate((0, 2, 2, 2))
    )
    indices = place + 16 + 3 * doubled
    for number, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for character in range(first, last + 1):
            glyph = character
            if offsets[number]:
                at = indices + 2 * number + offsets[number] + 2 * (character - first)
                (glyph,) = struct.unpack_from(">H", font, at)
            if (glyph + deltas[number]) & 0xFFFF and (glyph or not offsets[number]):
                yield character


def _of_groups(font: bytes, place: int) -> Iterator[int]:
    (count,) = struct.unpack_from(">L", font, place + 12)
    for number in range(count):
        first, last, _glyph = struct.unpack_from(">LLL", font, place + 16 + 12 * number)
        yield from range(first, last + 1)
