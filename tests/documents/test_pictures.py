"""Charts as pictures: the same everywhere, told by words and not by colour, silent on who made
them.
"""

from __future__ import annotations

import struct
from datetime import date
from io import BytesIO

import matplotlib as mpl
import pytest
from PIL import Image

from xlperf.assessment.charts import GroupChart, MonthsChart
from xlperf.documents.pictures import DPI, _month_labels, picture
from xlperf.newbook.look import INK, NAVY, OTHERS
from xlperf.periods import month_of

JANUARY = month_of(date(2014, 1, 1))
MONTHS = MonthsChart(
    "SP12", tuple(month_of(date(year, number, 1)) for year in (2013, 2014) for number in (1, 2, 3)),
    (10.0, 14.0, None, 12.5, 9.0, 30.0), 12.0, 4.0, 20.0,
)  # fmt: skip
GROUP = GroupChart(
    "SP12",
    "per 1,000",
    ("Kent", "Ours", "Essex"),
    (1.0, 2.0, None),
    (False, True, False),
    0.5,
    2.5,
)


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


@pytest.mark.parametrize("chart", [MONTHS, GROUP], ids=["months", "group"])
def test_the_same_chart_gives_the_same_picture_whatever_the_users_settings(chart):
    first = picture(chart)
    with mpl.rc_context(
        {"lines.linewidth": 9, "font.family": ["serif"], "axes.facecolor": "red", "savefig.dpi": 30}
    ):
        assert picture(chart) == first


@pytest.mark.parametrize("chart", [MONTHS, GROUP], ids=["months", "group"])
def test_a_picture_says_nothing_of_its_making_and_is_fine_enough_for_print(chart):
    found = chunks(picture(chart))
    assert set(found) <= {b"IHDR", b"pHYs", b"IDAT", b"IEND"}
    per_metre = struct.unpack(">II", found[b"pHYs"][:8])
    assert min(per_metre) * 0.0254 >= 200
    width = struct.unpack(">I", found[b"IHDR"][:4])[0]
    assert width / DPI == pytest.approx(17 / 2.54, rel=0.01)


def test_bars_are_as_long_as_their_figures_and_one_is_the_own_forces():
    found = shares(picture(GROUP))
    assert found[INK] == pytest.approx(
        2 * found[OTHERS], rel=0.1
    )  # 2.0 against 1.0; Essex has no bar


def test_months_are_drawn_in_the_frames_colour():
    assert shares(picture(MONTHS))[NAVY] > 500


def test_a_dollar_sign_is_no_mathematics_and_an_unknown_sign_no_warning():
    picture(
        GroupChart(
            "t", "per cent", ("$\\frac$", "\U000e0001"), (1.0, 2.0), (True, False), None, None
        )
    )


@pytest.mark.parametrize(
    "chart",
    [
        MonthsChart("t", (JANUARY,), (3.0,), None, None, None),
        MonthsChart("t", (JANUARY, JANUARY + 1), (0.0, 0.0), 0.0, 0.0, 0.0),
        GroupChart("t", "per cent", ("Ours",), (0.0,), (True,), None, None),
        GroupChart("t", "per cent", ("Ours",), (None,), (False,), None, None),
    ],
    ids=["one month", "all nought", "one force", "nothing known"],
)
def test_little_or_nothing_can_be_drawn(chart):
    assert picture(chart).startswith(b"\x89PNG")


def test_years_stand_where_they_begin():
    months = range(JANUARY - 2, JANUARY + 1)
    assert _month_labels(months) == ["Nov\n2013", "Dec", "Jan\n2014"]
