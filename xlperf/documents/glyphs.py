"""Which characters the shipped fonts can show: a PDF that is to be read by everybody must not have
one that they cannot.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib import resources

from xlperf.documents.plain_text import NO_TEXT, plain

FONTS = "Carlito-Regular.ttf", "Carlito-Bold.ttf", "DejaVuSans.ttf"
"""Files in the folder `fonts`: text, bold text, and what the first two have no glyphs for."""
CHARACTERS = "characters.txt"
"""File with the characters that they have: those of the first two both, and those of the third; in
hexadecimal, a range a line.
"""
SPACES = re.compile("[\t\u2028\u2029\x85]")
ALLOWED = frozenset("\n\u200b\u200c\u200d\u2060\u00ad")
"""Characters that are not drawn, and that PDF/A allows."""


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
    text = resources.files("xlperf.documents").joinpath(CHARACTERS).read_text(encoding="utf-8")
    ranges = ([int(end, 16) for end in line.split("-")] for line in text.split())
    return frozenset(number for ends in ranges for number in range(ends[0], ends[-1] + 1))
