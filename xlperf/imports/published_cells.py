"""One cell of a publication -> a figure with its status, or the reason why there is none.

Symbols are those of the guidance for statistics of the UK government ("Symbols in tables:
definitions and help", Government Analysis Function), and the older ones of the Office for National
Statistics.
A symbol is never taken for 0, not even one that often means it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from xlperf.frozen import NamedTuple
from xlperf.tables.coercion import coerce, is_blank, quoted, stripped
from xlperf.tables.columns import Column, Holds

if TYPE_CHECKING:
    from xlperf.excel.port import Scalar

PROVISIONAL, REVISED, FINAL, BREAK = "provisional", "revised", "final", "break in the series"
SYMBOLS = {
    "[x]": "not available",
    "[z]": "not applicable",
    "[c]": "kept confidential",
    "[low]": "below half of the last digit shown",
    "[u]": "too unreliable to publish",
    "[w]": "none in the sample",
    "..": "not available",
    ":": "not available",
    ".": "not applicable",
    "*": "suppressed",
    "**": "suppressed",
    "x": "not available",
    "n/a": "not available",
    "na": "not available",
    "n.a.": "not available",
    "not available": "not available",
    "-": "a dash, which is none in some tables and not available in others",
    "\u2013": "a dash, which is none in some tables and not available in others",
    "\u2014": "a dash, which is none in some tables and not available in others",
}
"""Symbols in the place of a figure, in lower case."""
FEWER = re.compile(r"(?:<|less than|under)\s*=?\s*[0-9]+", re.IGNORECASE)
MORE = re.compile(r"(?:>|more than|over)\s*=?\s*[0-9]+", re.IGNORECASE)
MARKS = {
    "p": PROVISIONAL,
    "r": REVISED,
    "e": "estimated",
    "b": BREAK,
    "f": "forecast",
}
MARK = re.compile(
    r"\s*(?:\[(?P<square>[a-z]+(?: ?[0-9]+)?)\]|\((?P<round>[a-z])\)|(?P<bare>[prPR]))$"
)
LEADING_MARK = re.compile(r"^\[(?P<square>[a-z])\]\s*")
NOTE = re.compile(r"\s*(?:\[notes? ?[0-9, ]+\]|[\u00b9\u00b2\u00b3\u2070-\u2079]+)$", re.IGNORECASE)
ERROR = re.compile(r"#[A-Z/0!?]+")
FIGURE = Column("figure", Holds.NUMBER, "")
BLANK = "blank cells, or cells with an error value"


class PublishedCell(NamedTuple):
    """What a cell says: a figure, or why there is none."""

    value: float | None
    reason: str = ""
    """Why there is no figure: the same words for the same reason, so that they can be counted."""
    marks: tuple[str, ...] = ()
    """``provisional``, ``revised`` and others."""
    percent: bool = False
    """Whether a per cent sign is typed."""


def published_cell(cell: Scalar) -> PublishedCell:
    """Read a cell where a figure is expected."""
    if is_blank(cell):
        return PublishedCell(None, BLANK)
    if isinstance(cell, str):
        return _in_text(cell)
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        return PublishedCell(None, f"no number: {quoted(cell)}")
    value, fault = coerce(cell, FIGURE)
    if isinstance(value, (int, float)):
        return PublishedCell(value)
    return PublishedCell(None, fault.found if fault else f"no number: {quoted(cell)}")


@lru_cache(maxsize=100_000)
def _in_text(cell: str) -> PublishedCell:
    text, marks = without_marks(cell)
    why = _no_figure(text)
    if why:
        return PublishedCell(None, f"{quoted(text or cell)}, {why}", marks)
    percent = text.endswith("%")
    value, fault = coerce(text.removesuffix("%").rstrip() if percent else text, FIGURE)
    if isinstance(value, (int, float)):
        return PublishedCell(value, "", marks, percent)
    advice = fault.remedy if fault else ""
    return PublishedCell(None, f"{quoted(cell)}, which has no one reading as a number. {advice}")


def _no_figure(text: str) -> str:
    """What a text says instead of a figure; empty: it may be a figure."""
    if not text:
        return "a mark without a figure"
    if FEWER.fullmatch(text) or MORE.fullmatch(text):
        return "not the number itself"
    if ERROR.fullmatch(text):
        return "an error value"
    return SYMBOLS.get(text.lower(), "")


def without_marks(cell: str) -> tuple[str, tuple[str, ...]]:
    """Take notes and marks of status off a text: ``1,234 [p]``, ``1,234r``, ``Sep 2014 (p)``."""
    text, marks = stripped(cell), []
    match = LEADING_MARK.match(text)
    if match is not None and match["square"] in MARKS and match.end() < len(text):
        marks.append(MARKS[match["square"]])
        text = text[match.end() :]
    while True:
        shorter = NOTE.sub("", text)
        match = MARK.search(shorter)
        if match is not None and (mark := _mark(match, shorter[: match.start()])):
            marks.append(mark)
            shorter = shorter[: match.start()]
        if shorter == text or not shorter:
            return text, tuple(dict.fromkeys(marks))
        text = shorter


def without_notes(text: str) -> str:
    """Take references to notes off a text, and leave marks of status."""
    return NOTE.sub("", stripped(text))


def _mark(match: re.Match[str], before: str) -> str:
    """Word that a mark stands for; empty where it is none. A bare letter must follow a digit."""
    if match["bare"]:
        return MARKS[match["bare"].lower()] if before[-1:].isdigit() else ""
    return MARKS.get((match["square"] or match["round"]).lower(), "")


def is_figure(cell: Scalar) -> bool:
    """Whether a cell is a figure or a symbol in its place; a text is neither, nor is a blank."""
    if is_blank(cell):
        return False
    if isinstance(cell, str):
        return bool(_no_figure(without_marks(cell)[0])) or _in_text(cell).value is not None
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)
