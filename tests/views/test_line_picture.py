"""Lines as a picture."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from tests.views.pages import DAY, hostile, shipped
from xlperf.views.line_picture import DOTS_AN_INCH, lines_picture
from xlperf.views.view_contents import ViewSource

WIDE = round(210 / 25.4 * DOTS_AN_INCH)


def test_a_picture_is_as_wide_as_a_sheet_and_as_high_as_its_lines():
    lines = [line for line in shipped().lines if line.line.startswith("SP12_satisfaction")]
    heights = []
    for some in (lines[:1], lines):
        with Image.open(BytesIO(lines_picture(some, shipped(), ViewSource("a.xlsm", DAY)))) as made:
            assert made.format == "PNG"
            assert abs(made.width - WIDE) <= 1
            heights.append(made.height)
            assert len(made.convert("RGB").getcolors(1 << 24)) > 100
    assert heights[1] > 1.4 * heights[0]


def test_texts_that_mean_harm_are_texts():
    assert lines_picture(hostile().lines, hostile(), ViewSource("a.xlsm", DAY)).startswith(
        b"\x89PNG"
    )
