"""Worksheets and shared strings in the plain form that the common programs write, told by one
strict pattern each.

What matches is well-formed XML, holds nothing between its tags that a quick reader could take for
something else, and has every cell in the row it says. What does not match is not wrong: it is read
element by element, by an XML parser. The patterns never go back over what they have matched, so
that the time grows with the length of a part, whatever it holds.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from xlperf.excel import markup

LONGEST_TEXT = 32_767
"""Characters of a cell's text (Excel specifications and limits); here bytes, so that other letters
count double.
"""
ENTITY = rb"&(?:amp|lt|gt|quot|apos|#[0-9]{1,7}+|#x[0-9A-Fa-f]{1,6}+);"
LITERAL = rb"[^<&\x00-\x08\x0b\x0c\x0e-\x1f]{0,%d}+" % LONGEST_TEXT
TEXT = LITERAL + rb"(?:" + ENTITY + LITERAL + rb")*+"
"""Text of a cell or a formula; what is longer than a cell can hold is not plain, but cut where it
is read.
"""
FIGURE = rb"-?+[0-9.]++(?:[eE][-+]?+[0-9]{1,2}+)?+"
"""A number, or that of a shared string. Character references, infinities and the like stand in no
plain cell.
"""
ERROR = rb"#[A-Z0-9/_]++[!?]?+"
VALUE = rb'="[^"<>&\x00-\x1f]*+"'
NUMBER = rb'="[0-9]{1,9}+"'
SPACE = rb'(?: xml:space="preserve")?+'
FORMULA = rb"(?:<f(?: [a-z0-9]++" + VALUE + rb")*+(?: ?+/>|>" + TEXT + rb"</f>))?+"
USUAL = rb'<c r="[A-Z]{1,3}+\1"(?: s' + NUMBER + rb')?+(?: t="[nsb]")?+><v>' + FIGURE + rb"</v></c>"
"""The form that most cells have: tried first."""
MORE = rb"(?: [cvp][mh]" + NUMBER + rb")*+"
CELL = (
    rb'\s*+<c r="[A-Z]{1,3}+\1"(?: s' + NUMBER + rb")?+(?:"
    rb'(?: t="[nsb]")?+'
    + MORE
    + rb"(?: ?+/>|>"
    + FORMULA
    + rb"(?:<v(?: ?+/>|>(?:"
    + FIGURE
    + rb")?+</v>))?+</c>)"
    rb'| t="e"' + MORE + rb">" + FORMULA + rb"<v>" + ERROR + rb"</v></c>"
    rb'| t="str"'
    + MORE
    + rb"(?: ?+/>|>"
    + FORMULA
    + rb"(?:<v"
    + SPACE
    + rb"(?: ?+/>|>"
    + TEXT
    + rb"</v>))?+</c>)"
    rb'| t="inlineStr"(?: ?+/>|><is><t' + SPACE + rb"(?: ?+/>|>" + TEXT + rb"</t>)</is></c>))"
)
ROWS = re.compile(
    rb'(?:\s*+<row r="([1-9][0-9]{0,6}+)"(?: [A-Za-z][\w:]*+' + VALUE + rb")*+(?: ?+/>|>"
    rb"(?:" + USUAL + rb")*+(?:" + CELL + rb"(?:" + USUAL + rb")*+)*+\s*+</row>))*+\s*+"
)
RUN = rb"<t" + SPACE + rb"(?: ?+/>|>" + TEXT + rb"</t>)"
LOOK = rb"(?:<rPr>(?:<[a-zA-Z]++(?: [a-z]++" + VALUE + rb")*+ ?+/>)*+</rPr>)?+"
GUIDE = (
    rb"(?:<rPh(?: [a-z]++" + VALUE + rb")*+>" + RUN + rb"</rPh>)*+"
    rb"(?:<phoneticPr(?: [a-zA-Z]++" + VALUE + rb")*+ ?+/>)?+"
)
ITEM = rb"\s*+<si>\s*+(?:" + RUN + rb"|(?:<r>" + LOOK + RUN + rb"</r>)++)" + GUIDE + rb"\s*+</si>"
TEXTS = re.compile(
    rb"\s*+<sst(?: [\w:]++" + VALUE + rb")*+(?: ?+/>|>(?:" + ITEM + rb")*+\s*+</sst>)\s*+"
)
DECLARATION = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml [^<>?]*\?>")
SHEET_DATA = re.compile(rb"<sheetData ?(/?)>")
HOLLOW = b"<sheetData/>"
"""Stands for the cells where only what is around them is parsed."""
PIECE = 1 << 20
"""Bytes decoded at a time to see whether a part is UTF-8."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Where the cells of a worksheet stand: its ``sheetData``, from the first to the last byte, and
    what is inside.
    """

    start: int
    first: int
    last: int
    end: int


def cells(data: bytes, part: str) -> Cells | None:
    """Where the cells of a worksheet in the plain form are; None when it is in another.

    Raises `WorkbookError` for a part whose XML around the cells is broken.
    """
    start = data.find(b"<sheetData")
    opened = SHEET_DATA.match(data, start) if start >= 0 and not _is_odd(data) else None
    if opened is None:
        return None
    last = opened.end() if opened.group(1) else data.find(b"</sheetData>", opened.end())
    end = last if opened.group(1) else last + len(b"</sheetData>")
    if last < 0 or data.find(b"sheetData", end) >= 0:
        return None
    matched = ROWS.match(data, opened.end(), last)
    if matched is None or matched.end() != last or not _is_utf8(data):
        return None
    found = Cells(start, opened.end(), last, end)
    return found if _stands_alone(data, part, found) else None


def _is_odd(data: bytes) -> bool:
    """Whether a part holds comments, CDATA, a document type or instructions, or is not in UTF-8."""
    return b"<!" in data or data.find(b"<?", 4) >= 0 or markup.as_utf8(data) is not data


def _stands_alone(data: bytes, part: str, cells_found: Cells) -> bool:
    """Whether the cells are a child of the worksheet itself; parses all that is around them."""
    depth, right = 0, False

    def start(name: str, _attributes: dict[str, str], offset: int) -> None:
        nonlocal depth, right
        depth += 1
        right = right or (
            depth == 2 and offset == cells_found.start and markup.local(name) == "sheetData"
        )

    def end(_name: str, _offset: int) -> None:
        nonlocal depth
        depth -= 1

    markup.parse(hollow(data, cells_found), part, start=start, end=end)
    return right


def hollow(data: bytes, found: Cells) -> bytes:
    """Give a worksheet part without its cells."""
    return data[: found.start] + HOLLOW + data[found.end :]


def are_texts(data: bytes) -> bool:
    """Whether a part of shared strings is in the plain form."""
    declared = DECLARATION.match(data)
    matched = TEXTS.match(data, declared.end() if declared else 0)
    return (
        matched is not None and matched.end() == len(data) and not _is_odd(data) and _is_utf8(data)
    )


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for place in range(0, len(data), PIECE):
            decoder.decode(data[place : place + PIECE], final=place + PIECE >= len(data))
    except UnicodeDecodeError:
        return False
    return True
