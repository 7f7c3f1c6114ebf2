"""Typst as it is called: with our fonts alone, and a sentence where it refuses."""

from __future__ import annotations

import pytest

from xlperf.documents import typesetting
from xlperf.documents.typesetting import png_pages
from xlperf.errors import PackError


def test_no_font_of_the_computer_is_used():
    import typst

    asked = []
    typesetting._compiler.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        real = typst.Fonts
        patch.setattr(typst, "Fonts", lambda **how: asked.append(how) or real(**how))
        compiler = typesetting._compiler()
    assert compiler is typesetting._compiler()
    assert [(how["include_system_fonts"], how["include_embedded_fonts"]) for how in asked] == [
        (False, False)
    ]


def test_what_typst_refuses_is_one_sentence():
    with pytest.raises(PackError, match=r"^A picture was not made: .*\.$") as refused:
        png_pages("pictures", {"charts": [{"bars": []}]}, 72)
    assert "\n" not in str(refused.value)
