"""The pages of a PDF: text that cannot be seen, and text that something is drawn over later.

PDFium says where each text and each mark is. What a mark looks like, and whether it covers, is not
judged; of a drawing of several pieces the whole area counts.
"""

from __future__ import annotations

from ctypes import c_float, c_int, c_uint
from typing import TYPE_CHECKING, Any

from xlperf.frozen import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

TINY, MARGIN = 4.0, 1.0
"""Points below which text is not there to be read, and points by which it may stick out of the
page. This program's choice.
"""
THICK = 0.4
"""Width of a stroke, in parts of the size of a text, from which it is a bar over it."""
INVISIBLE, STROKED, WHITE = (3, 7), (1, 5), (255, 255, 255)
"""Rendering modes that paint nothing, and outlines alone (ISO 32000-1, table 106), and a colour."""
LEAST_OPAQUE = 13
"""Of 255, below which a text is not there to be read. This program's choice."""
MOST_COMPARED = 20_000_000
"""Texts times marks of a page, which takes some 10 seconds."""


class _Box(NamedTuple):
    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: _Box) -> bool:
        beside = self.left > other.right or other.left > self.right
        return not beside and self.bottom <= other.top and other.bottom <= self.top


def unseen(data: bytes) -> Iterator[tuple[int, str, str]]:
    """Give each text of a PDF that cannot be seen: the number of its page, why, and the text; why
    is empty for one that something is drawn over.

    Raises `ValueError` for a page with more texts and marks than can be compared, `RuntimeError`
    for one that PDFium cannot read.
    """
    from pypdfium2 import PdfDocument

    with PdfDocument(data) as document:
        for number in range(len(document)):
            page = document[number]
            yield from ((number + 1, why, text) for why, text in _of_page(page))
            page.close()


def _of_page(page: Any) -> Iterator[tuple[str, str]]:
    from pypdfium2 import raw

    left, bottom, right, top = page.get_bbox()
    inside = _Box(left - MARGIN, bottom - MARGIN, right + MARGIN, top + MARGIN)
    drawn, shown, compared = list[_Box](), list[tuple[str, _Box, float]](), 0
    text_page = page.get_textpage()
    for item in page.get_objects(textpage=text_page):
        box, scale = _place(item)
        if item.type == raw.FPDF_PAGEOBJ_TEXT:
            length = raw.FPDFTextObj_GetText(item, text_page, None, 0)
            text = item.extract() if length else ""
            size = abs(item.get_font_size() * scale)
            middle = (box.bottom + box.top) / 2
            line = _Box(box.left, middle, box.right, middle)
            why = _why(item, line, size, inside, drawn) if text.strip() else ""
            if why:
                yield why, text
            elif text.strip():
                shown.append((text, line, size))
        elif item.type != raw.FPDF_PAGEOBJ_FORM:
            stroke = _stroke(item, scale)
            drawn += [box] if stroke != 0 else []
            compared += len(shown)
            if compared > MOST_COMPARED:
                raise ValueError("a page has too many drawings to be compared with its text")
            yield from (
                ("", text)
                for text, line, size in shown
                if stroke >= THICK * size and box.meets(line)
            )


def _why(item: Any, line: _Box, size: float, inside: _Box, drawn: list[_Box]) -> str:
    """Why a text cannot be seen; empty when it can."""
    from pypdfium2 import raw

    colour = [c_uint() for _ in range(4)]
    mode = raw.FPDFTextObj_GetTextRenderMode(item)
    of = raw.FPDFPageObj_GetStrokeColor if mode in STROKED else raw.FPDFPageObj_GetFillColor
    of(item, *colour)
    start = _Box(line.left, line.bottom, line.left, line.bottom)
    if mode in INVISIBLE or colour[3].value < LEAST_OPAQUE:
        return "invisible"
    if not inside.meets(start):
        return "outside the page"
    if size < TINY:
        return "tiny"
    white = tuple(part.value for part in colour[:3]) == WHITE
    return "white" if white and not any(box.meets(start) for box in drawn) else ""


def _stroke(item: Any, scale: float) -> float:
    """Width of a mark's stroke; without end for one that fills, 0 for one that draws nothing."""
    from pypdfium2 import raw

    fill, stroked, width = c_int(), c_int(), c_float()
    if item.type != raw.FPDF_PAGEOBJ_PATH:
        return float("inf")
    raw.FPDFPath_GetDrawMode(item, fill, stroked)
    raw.FPDFPageObj_GetStrokeWidth(item, width)
    return float("inf") if fill.value else abs(width.value * scale) * bool(stroked.value)


def _place(item: Any) -> tuple[_Box, float]:
    """Bounds of something on the page, and by how much it is enlarged."""
    box, matrix = _Box(*item.get_bounds()), item.get_matrix()
    while (item := item.container) is not None:
        of_form = item.get_matrix()
        box, matrix = _Box(*of_form.on_rect(*box)), matrix.multiply(of_form)
    _, across, _, up, _, _ = matrix.get()
    return box, max(abs(across), abs(up))
