"""Charts as pictures for Word: the same everywhere, silent on who made them."""

from __future__ import annotations

import struct
from datetime import date
from io import BytesIO

import pytest
from PIL import Image

from xlperf.assessment.charts import GroupChart, MonthsChart
from xlperf.documents.pictures import DPI
from xlperf.documents.pictures import pictures as pictures_as_wide_as
from xlperf.newbook.look import INK, NAVY, OTHERS
from xlperf.periods import month_of

JANUARY = month_of(date(2014, 1, 1))
MONTHS = MonthsChart(
    "SP12", tuple(month_of(date(year, number, 1)) for year in (2013, 2014) for number in (1, 2, 3)),
    (10.0, 14.0, None, 12.5, 9.0, 30.0), 12.0, 4.0, 20.0,
)  # fmt: skip
GROUP = GroupChart(
    "SP12", "per 1,000", ("Kent", "Ours", "Essex"), (1.0, 2.0, None), (False, True, False), 0.5, 2.5
)


def pictures(charts: list[MonthsChart | GroupChart]) -> list[bytes]:
    return pictures_as_wide_as([(chart, 170) for chart in charts])


def chunks(data: bytes) -> dict[bytes, bytes]:
    found, place = {}, 8
    while place < len(data):
        length, kind = struct.unpack(">I4s", data[place : place + 8])
        found[kind] = data[place + 8 : place + 8 + length]
        place += 12 + length
    return found


def shares(data: bytes) -> dict[str, int]:
    """Number of pixels of each colour."""
    image = Image.open(BytesIO(data)).convert("RGB")
    return {
        "#{:02X}{:02X}{:02X}".format(*colour): number for number, colour in image.getcolors(1 << 24)
    }


def test_the_same_charts_give_the_same_pictures_alone_or_with_others():
    months, group = pictures([MONTHS, GROUP])
    assert pictures([MONTHS]) == [months]
    assert pictures([GROUP, MONTHS]) == [group, months]
    assert pictures([]) == []


def test_a_picture_says_nothing_of_its_making_and_is_fine_enough_for_print():
    for data in pictures([MONTHS, GROUP]):
        found = chunks(data)
        assert set(found) <= {b"IHDR", b"pHYs", b"IDAT", b"IEND"}
        width = struct.unpack(">I", found[b"IHDR"][:4])[0]
        assert width / DPI == pytest.approx(170 / 25.4, rel=0.01)


def test_bars_are_as_long_as_their_figures_and_one_is_the_own_forces():
    (data,) = pictures([GROUP])
    found = shares(data)
    assert found[INK] == pytest.approx(2 * found[OTHERS], rel=0.1)  # 2.0 against 1.0


def test_months_are_drawn_in_the_frames_colour():
    (data,) = pictures([MONTHS])
    assert shares(data)[NAVY] > 500


@pytest.mark.parametrize(
    "chart",
    [
        MonthsChart("t", (JANUARY,), (3.0,), None, None, None),
        MonthsChart("t", (JANUARY, JANUARY + 1), (0.0, 0.0), 0.0, 0.0, 0.0),
        MonthsChart("t", (JANUARY, JANUARY + 1), (None, None)),
        GroupChart("t", "per cent", ("Ours",), (0.0,), (True,), None, None),
        GroupChart("t", "per cent", ("Ours",), (None,), (False,), None, None),
        GroupChart("t", "per cent", ("$\\frac$ #x", "\U000e0001 中"), (1.0, 2.0), (True, False)),
    ],
    ids=["one month", "all nought", "no month", "one force", "nothing known", "odd names"],
)
def test_little_or_nothing_can_be_drawn(chart):
    (data,) = pictures([chart])
    assert data.startswith(b"\x89PNG")
