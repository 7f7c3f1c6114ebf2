"""Characters that the shipped fonts have, and what the PDFs show for others."""

from __future__ import annotations

from importlib import resources
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont

from xlperf.documents.glyphs import FONTS, missing_characters, pdf_text
from xlperf.documents.glyphs import _characters as shown_characters


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


def test_the_fonts_are_read_as_another_reader_reads_them():
    folder = resources.files("xlperf.documents").joinpath("fonts")
    text, bold, other = (
        set(TTFont(BytesIO(folder.joinpath(name).read_bytes())).getBestCmap()) for name in FONTS
    )
    assert shown_characters() == (text & bold) | other
