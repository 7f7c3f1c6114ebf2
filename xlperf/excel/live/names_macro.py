"""What a workbook says of all its names in one call, by its own macro.

Asked from outside, each name, merged area and fill is a call to Excel. The macro
`xlperf_named_cells` (``xlperf/vba/xlperf_cells.bas``) reads them inside Excel and returns one text:
Application.Run returns whatever the macro returns (its documentation). If the workbook has no VBA
project (Workbook.HasVBProject) or not this macro, if macros are off, or if the answer is not whole,
there is no answer here and each is asked for singly.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from xlperf.excel.live.calls import is_busy, native_object

MACRO = "xlperf_named_cells"
NO_FILL = "none"


class NameAnswer(NamedTuple):
    """A name, and what the macro says of it; empty texts where it refers to no cell."""

    name: str
    refers_to: str
    merged: str
    """Address of the merged area of its first cell, or of the cell."""
    fill: str
    """Number of the colour of its first cell; `NO_FILL` if it has none."""

    @property
    def colour(self) -> tuple[int, int, int] | None:
        """Red, green and blue of the fill (a COLORREF: red is the lowest byte); None if none."""
        if self.fill == NO_FILL:
            return None
        red, green, blue, _ = int(self.fill).to_bytes(4, "little")
        return red, green, blue


def answers_of(book: Any) -> list[NameAnswer] | None:
    """Ask the macro; None if there is no whole answer. An Excel that is busy is raised."""
    if not getattr(native_object(book), "HasVBProject", False):
        return None
    try:
        text = book.macro(MACRO)()
    except Exception as error:
        if is_busy(error):
            raise
        return None
    return _read(text)


def _read(text: object) -> list[NameAnswer] | None:
    head, *lines = text.split("\n") if isinstance(text, str) else ("",)
    parts = [line.split("\t") for line in lines]
    if head != f"{MACRO}\t{len(lines)}" or any(len(part) != 4 for part in parts):
        return None
    answers = [NameAnswer(*part) for part in parts]
    fills = (answer.fill for answer in answers if answer.merged)
    return answers if all(fill == NO_FILL or fill.isdecimal() for fill in fills) else None
