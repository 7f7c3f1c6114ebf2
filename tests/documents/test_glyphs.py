"""Characters that the shipped fonts have, and what the PDFs show for others."""

from __future__ import annotations

import os

import pytest
from fontTools.ttLib import TTFont

from tests.shipped import ROOT
from xlperf.documents.glyphs import CHARACTERS, FONTS, missing_characters, pdf_text
from xlperf.documents.glyphs import _characters as shown_characters

FILE = ROOT / "xlperf" / "documents" / CHARACTERS


@pytest.mark.parametrize(
    "text", ["▲ ▼ ► ▲▼ ● Green ■ ♦ – −45% £ ≥ “1 of 4” ’14", "שלום", "مرحبا", "Ελληνικά", "Łódź"]
)
def test_what_our_documents_say_and_many_alphabets_are_shown_as_they_are(text):
    assert pdf_text(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("中", "\ufffd"),
        ("\ue000", "\ufffd"),
        ("\ufeffa", "\ufffda"),
        ("a\tb\u2028c", "a b c"),
        ("a\x01b\r\nc", "a\ufffdb\nc"),
        ("a\u200bb\u00adc", "a\u200bb\u00adc"),
        ("\u202eabc", "\ufffdabc"),
    ],
)
def test_a_character_without_a_glyph_is_shown_as_such(text, shown):
    assert pdf_text(text) == shown


def test_the_characters_without_a_glyph_are_named():
    assert missing_characters("a中b\tc \ue000") == {"中", "\ue000"}


def characters_of_the_fonts() -> set[int]:
    folder = ROOT / "xlperf" / "documents" / "fonts"
    text, bold, other = (set(TTFont(folder / name).getBestCmap()) for name in FONTS)
    return (text & bold) | other


def written(characters: set[int]) -> str:
    """The file of characters: ranges, a line each."""
    starts = sorted(number for number in characters if number - 1 not in characters)
    ends = sorted(number for number in characters if number + 1 not in characters)
    return "".join(
        f"{first:X}-{last:X}\n" if last > first else f"{first:X}\n"
        for first, last in zip(starts, ends, strict=True)
    )


def test_the_characters_are_those_of_the_fonts():
    characters = characters_of_the_fonts()
    if os.environ.get("XLPERF_UPDATE_DOCS"):
        FILE.write_text(written(characters), encoding="utf-8")
    assert FILE.read_text(encoding="utf-8") == written(characters)
    assert shown_characters() == characters
