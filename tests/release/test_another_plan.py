"""A workbook of another office: its own plan is in its pack, and not a word of the shipped one."""

from __future__ import annotations

import re
import zipfile
from datetime import UTC, date, datetime
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from docx import Document

from tests.assessment.casebook import wobbling
from tests.openpyxl_books import openpyxl_book
from tests.shipped import ROOT
from tests.tools import validate
from tests.users import changed
from xlperf.cli import main
from xlperf.excel.file import FileWorkbook
from xlperf.newbook.builder import workbook_bytes
from xlperf.newbook.content import Content
from xlperf.newbook.sample_tables import sample_tables
from xlperf.release.publish import publish
from xlperf.tables import schema
from xlperf.tables.lines import title_cell
from xlperf.tables.problems import Code

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2014, 12, 10, 9, 30, tzinfo=UTC)
SHIPPED_TITLES = [row[1] for row in sample_tables()[schema.PRIORITIES.name]]
OFFICE = {
    "own_force": "Kent",
    "office": "Office of the Kent Police and Crime Commissioner",
    "data_note": "",
}
PLAN = (
    (
        "P3",
        "Safer roads in Kent",
        1,
        "Head of roads",
        "Roads board",
        "Roads come first.",
        None,
        None,
    ),
    ("P1", "Fewer burglaries in Kent", 2, None, None, None, None, None),
    ("P2", "Fewer robberies in Kent", 3, None, None, None, None, None),
)


def measure(name: str, priority: str) -> tuple[object, ...]:
    cells = {"Measure": name, "Priority": priority, "Line": f"Number of {name}"}
    cells |= {"Kind": "offences", "Direction": "down", "MSG measure": None}
    return tuple(cells.get(title) for title in schema.MEASURES.titles)


def months(name: str, around: int) -> list[tuple[object, ...]]:
    counts = wobbling(around, 66)
    days = [date(2009 + (3 + at) // 12, (3 + at) % 12 + 1, 1) for at in range(66)]
    return [
        (name, day, count, "final", date(2014, 10, 14))
        for day, count in zip(days, counts, strict=True)
    ]


def tables() -> dict[str, list[tuple[object, ...]]]:
    names = {"burglaries": "P1", "robberies": "P2", "collisions": "P3"}
    return {
        schema.PRIORITIES.name: list(PLAN),
        schema.MEASURES.name: [measure(*item) for item in names.items()],
        schema.MONTHLY.name: [
            row for at, name in enumerate(names) for row in months(name, 300 + at)
        ],
        schema.FORCES.name: [(name, "yes", None, None) for name in ("Kent", "Essex")],
    }


@pytest.fixture
def workbook(tmp_path) -> Path:
    path = tmp_path / "Kent.xlsm"
    path.write_bytes(workbook_bytes(Content(tables(), OFFICE)))
    assert main(["refresh", str(path)]) == 0
    return path


def packed(path: Path, folder: Path) -> dict[str, bytes]:
    publish(FileWorkbook.open(path), folder, now=NOW, workbook=path, first_issue=True)
    return {item.name: item.read_bytes() for item in folder.iterdir()}


def words(data: bytes) -> str:
    with zipfile.ZipFile(BytesIO(data)) as package:
        texts = (package.read(name).decode("utf-8", "replace") for name in package.namelist())
        return "\n".join(texts)


def of(files: dict[str, bytes], suffix: str) -> bytes:
    """The workbook, or the report: the summary is a Word document, too."""
    return next(
        data for name, data in files.items() if name.endswith(suffix) and "Summary" not in name
    )


@pytest.mark.slow
def test_the_pack_of_another_plan_has_no_word_of_the_shipped_one(workbook, tmp_path):
    files = packed(workbook, tmp_path / "Panel")
    whole = words(of(files, ".xlsx")) + words(of(files, ".docx"))
    for title in SHIPPED_TITLES:
        assert title not in whole
    assert "Leicestershire" not in whole
    assert not re.search(r"\bSP\d", whole)
    assert "tile_" not in whole
    for _, title, *_ in PLAN:
        assert title in words(of(files, ".xlsx"))
        assert title in words(of(files, ".docx"))


@pytest.mark.slow
def test_the_report_follows_the_order_of_the_plan_and_prints_its_texts(workbook, tmp_path):
    report = Document(BytesIO(of(packed(workbook, tmp_path / "Panel"), ".docx")))
    texts = [paragraph.text for paragraph in report.paragraphs]
    headings = [f"{code}  {title}" for code, title, *_ in PLAN]
    assert [text for text in texts if text in headings] == headings
    at = texts.index("About this priority")
    assert texts[at + 1 : at + 4] == [
        "Roads come first.",
        "Owner: Head of roads",
        "Board: Roads board",
    ]
    assert texts.count("About this priority") == 1


def test_the_dashboard_of_another_plan_has_its_titles_in_its_order(workbook):
    book = openpyxl_book(workbook, keep_vba=True)
    shown = [cell.value for row in book["Dashboard"].iter_rows() for cell in row]
    assert [text for text in shown if str(text).endswith("in Kent")] == [row[1] for row in PLAN]
    assert not set(SHIPPED_TITLES) & set(shown)
    assert not validate(workbook)


def test_a_title_changed_in_priorities_comes_to_its_tile_and_one_typed_there_stays(workbook):
    changed(workbook, schema.PRIORITIES.name, "P1", Title="No burglaries in Kent")
    assert main(["refresh", str(workbook)]) == 0
    name = title_cell("P1")
    assert FileWorkbook.open(workbook).cells([name])[name].value == "No burglaries in Kent"
    before = workbook.read_bytes()
    assert main(["refresh", str(workbook)]) == 0
    assert workbook.read_bytes() == before
    sheet = FileWorkbook.open(workbook).read([schema.CHECKS.name])[schema.CHECKS.name]
    place = sheet.header.index("Code")
    assert Code.TITLE_KEPT not in {row[place] for row in sheet.rows}


def test_no_title_of_the_shipped_plan_is_outside_its_sample_data():
    sample = ROOT / "xlperf" / "newbook" / "sample"
    places = [
        (str(path.relative_to(ROOT)), title)
        for path in (ROOT / "xlperf").rglob("*")
        if path.suffix in (".py", ".md", ".txt", ".csv", ".xml", ".bas", ".cls", ".toml")
        if sample not in path.parents
        for title in SHIPPED_TITLES
        if title in " ".join(path.read_text(encoding="utf-8", errors="replace").split())
    ]
    assert places == []
