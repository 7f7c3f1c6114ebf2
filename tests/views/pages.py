"""Pages to be tested: of the shipped workbook, and of one whose texts mean harm."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from tests.assessment.casebook import END, Book, wobbling
from tests.shipped import SHIPPED
from xlperf.excel.file import FileWorkbook
from xlperf.pipeline import assess_workbook
from xlperf.tables import schema
from xlperf.tiles.changes import Changes, ColourChange
from xlperf.views.page import dashboard_page
from xlperf.views.view_contents import ViewSource

if TYPE_CHECKING:
    from xlperf.tiles.assessed import Assessed

DAY = date(2014, 12, 2)
SCRIPT = "<script>alert('1')</script>"
QUOTES = "\"'>&amp;<img src=x onerror=alert(2)>"
TURNED = "left\u202eright\x00\x1b]0;"
LONG = "Abcdefghij" * 40
CHANGED = Changes(
    date(2014, 6, 30),
    date(2014, 9, 30),
    62,
    (
        ColourChange(
            "SP12_offences", "RED", "AMBER", "", "", "NOT_IMPROVED_PROJECTED", 4326, 4253,
            title="Reduce domestic burglary", label="Number of offences", priority="SP12",
            form="count",
        ),
    ),
)  # fmt: skip


@cache
def shipped() -> Assessed:
    return assess_workbook(FileWorkbook.open(SHIPPED), today=DAY)


@cache
def shipped_page() -> bytes:
    return dashboard_page(shipped(), ViewSource("Dashboard.xlsm", DAY, (CHANGED,)))


@cache
def hostile() -> Assessed:
    book = Book(office=SCRIPT, data_note=QUOTES, marking="OFFICIAL</style><script>")
    book.offences(
        "crime",
        wobbling(400, 54) + wobbling(330, 12),
        Priority="SP1",
        Line=SCRIPT,
        MSG_measure=LONG,
    )
    book.peers([5300, 5000, 5100, 5200, 5400, 5500, 5600, 5700])
    book.surveys((300, 400), (340, 400), Priority=QUOTES, Line=TURNED + LONG)
    book.add(schema.PRIORITIES, Code="SP1", Title=QUOTES, Text_for_the_report=SCRIPT)
    book.add(schema.OVERRIDES, Line="crime", Colour="RED", Reason=SCRIPT, Who=QUOTES, Until=END)
    return assess_workbook(book.workbook(), today=DAY)


@cache
def hostile_page() -> bytes:
    return dashboard_page(hostile(), ViewSource(f"{SCRIPT}.xlsx", DAY))
