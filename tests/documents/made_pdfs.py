"""What several tests of PDFs need: checkers, texts, and contents that are hard to lay out."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

import outloud
import pdfua
import pikepdf
from pypdf import PdfReader

from xlperf.documents.pack_contents import contents
from xlperf.documents.pack_values import PackContents, PrintedComment, Section
from xlperf.excel.file import FileWorkbook
from xlperf.newbook.priorities import bands
from xlperf.pipeline import assess_workbook

if TYPE_CHECKING:
    from pathlib import Path

PREPARED = date(2014, 12, 10)
LONG = (
    "A label that goes on and on, with Rindfleischetikettierungsueberwachung within, and on. " * 3
)
MARKUP = '*bold* #let x = 1 $y$ <a> @b \\ _c_ // d [e] "f"'
RUNNING = re.compile(r"Page \d+ of \d+$")
ODD_TEXTS = ("123,456,789,012.5", "שלום 123 עולם", MARKUP, "中文 \ue000 \ufeff", "withheld", "[c]")


def contents_of(workbook: Path) -> PackContents:
    """Contents of the pack of a refreshed workbook."""
    return contents(assess_workbook(FileWorkbook.open(workbook)), prepared=PREPARED)


def of_sections(made: PackContents, sections: list[Section]) -> PackContents:
    """The same contents with other sections, in tiles three abreast."""
    codes = [section.priority for section in sections]
    return replace(made, sections=tuple(sections), priorities=bands(codes))


def hard(made: PackContents) -> PackContents:
    """Contents with long labels, huge numbers, marks of withheld figures and odd characters."""
    sections = [
        replace(
            section,
            title=LONG.partition(".")[0] if place % 3 == 0 else section.title,
            rows=tuple(
                replace(row, label=f"{text} {LONG * (number % 4 == 0)}{row.label}", baseline=text)
                for number, row in enumerate(section.rows)
                for text in [ODD_TEXTS[(place + number) % len(ODD_TEXTS)]]
            ),
            comments=(PrintedComment("force", f"One\ntwo\n\n{MARKUP}"),),
        )
        for place, section in enumerate(made.sections)
    ]
    return replace(of_sections(made, sections), notes=(LONG,) * 40, office=f"Office {MARKUP}")


def many(made: PackContents, number: int) -> PackContents:
    """Contents with as many priorities."""
    given = made.sections
    return of_sections(
        made, [replace(given[at % len(given)], priority=f"P{at}") for at in range(number)]
    )


def reader(data: bytes) -> PdfReader:
    return PdfReader(BytesIO(data))


def squeezed(text: str) -> str:
    """A text without spaces, and without the places where a long word may be broken."""
    return "".join(text.replace("\u200b", "").split())


def whole_text(data: bytes) -> str:
    """Every page as one text without spaces: without what stands on each page, then with it."""
    pages = [page.extract_text().splitlines() for page in reader(data).pages]
    on_each = [line for line in pages[0] if all(line in page for page in pages)]
    without = [
        line for page in pages for line in page if line not in on_each and not RUNNING.search(line)
    ]
    return (
        squeezed("".join(without))
        + "\n"
        + squeezed("".join([line for page in pages for line in page]))
    )


def alternative_texts(data: bytes) -> list[str]:
    """Alternative texts of the figures of a PDF."""
    with pikepdf.open(BytesIO(data)) as pdf:
        return [
            str(item.Alt)
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"
        ]


def faults(data: bytes, folder: Path) -> list[str]:
    """What two checkers find in a PDF.

    A heading that happens to be the first of several pages is one, and no running head.
    """
    path = folder / "checked.pdf"
    path.write_bytes(data)
    by_rule = [str(finding) for finding in pdfua.validate(str(path)).findings]
    result = outloud.check(str(path))
    assert result.error is None
    return by_rule + [
        f"{finding.rule} {finding.severity} {finding.message}"
        for finding in result.findings
        if finding.rule != "PAG-001"
    ]


def smallest_text(data: bytes) -> float:
    """Points of the smallest text of a PDF."""
    sizes: list[float] = []

    def note(text: str, _cm: object, matrix: list[float], _font: object, size: float) -> None:
        if text.strip():
            sizes.append(abs(size * matrix[3]))

    for page in reader(data).pages:
        page.extract_text(visitor_text=note)
    return min(sizes)
