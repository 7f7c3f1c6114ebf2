"""Worksheets and shared strings in the plain form that common programs write, recognised by one
strict pattern each.

A part that matches is well-formed XML. It has nothing between its tags that a quick reader could
misread, and every cell is in the row that it names. A part that does not match is not wrong: an XML
parser reads it element by element. The patterns never backtrack, so the time is proportional to the
length of a part, whatever its content.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from xlperf.excel import markup
from xlperf.excel.port import column_letters
from xlperf.frozen import NamedTuple

LONGEST_TEXT = 32_767
"""Characters of a cell's text (Excel specifications and limits). Here bytes are counted, so letters
outside ASCII count more than once.
"""
ENTITY = rb"&(?:amp|lt|gt|quot|apos|#[0-9]{1,7}+|#x[0-9A-Fa-f]{1,6}+);"
LITERAL = rb"[^<&\x00-\x08\x0b\x0c\x0e-\x1f]{0,%d}+" % LONGEST_TEXT
TEXT = LITERAL + rb"(?:" + ENTITY + LITERAL + rb")*+"
"""Text of a cell or a formula. A text longer than a cell can hold is not plain; it is cut when
read.
"""
FIGURE = rb"-?+[0-9.]++(?:[eE][-+]?+[0-9]{1,2}+)?+"
"""A number, or the number of a shared string. A plain cell has no character references and no
infinity.
"""
ERROR = rb"#[A-Z0-9/_]++[!?]?+"
VALUE = rb'="[^"<>&\x00-\x1f]*+"'
NUMBER = rb'="[0-9]{1,9}+"'
SPACE = rb'(?: xml:space="preserve")?+'
FORMULA = rb"(?:<f(?: [a-z0-9]++" + VALUE + rb")*+(?: ?+/>|>" + TEXT + rb"</f>))?+"
USUAL = (
    rb"(?:>| s" + NUMBER + rb'>| t="[nsb]">| s' + NUMBER + rb' t="[nsb]">)'
    rb"<v>(?:[0-9.]++|" + FIGURE + rb")</v></c>"
)
"""The form of most cells after their address, which is tried first, with the most frequent of its
own forms first.
"""
MORE = rb"(?: [cvp][mh]" + NUMBER + rb")*+"
OTHER = (
    rb"(?: s" + NUMBER + rb")?+(?:"
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
"""The forms of a cell after its address."""
ROW = rb'\s*+<row r="([1-9][0-9]{0,6}+)"(?: (?!r=|xmlns=)[A-Za-z][\w:]*+' + VALUE + rb")*+"
"""Start of a row, whose number the cells repeat. It has no second number and no namespace."""
CELL = rb'<c r="[A-Z]{1,3}+\1"'
ROWS = re.compile(
    rb"(?:" + ROW + rb"(?: ?+/>|>"
    rb"(?:" + CELL + USUAL + rb")*+(?:\s*+" + CELL + OTHER + rb"(?:" + CELL + USUAL + rb")*+)*+"
    rb"\s*+</row>))*+\s*+"
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
NO_CELLS = b"<sheetData/>"
"""Takes the place of the cells when only the rest of the part is parsed."""
PIECE = 1 << 20
"""Bytes that are decoded at a time to check whether a part is UTF-8."""


class Cells(NamedTuple):
    """Byte offsets of the cells of a worksheet.

    `start` and `end` are those of the element ``sheetData``; `first` and `last` those of its
    content.
    """

    start: int
    first: int
    last: int
    end: int


def cells(data: bytes, part: str) -> Cells | None:
    """Return where the cells of a worksheet are; None if the part is not in the plain form.

    Raises `WorkbookError` for a part whose XML around the cells is broken.
    """
    place = place_of_rows(data)
    whole = place is not None and are_rows(data, place.first, place.last)
    return place if place is not None and whole and is_around_plain(data, place, part) else None


def place_of_rows(data: bytes) -> Cells | None:
    """Return where the cells of a worksheet are if it is in the plain form. That its rows are in it
    (`are_rows`), and what is around them (`is_around_plain`), remains to be checked.
    """
    start = data.find(b"<sheetData")
    opened = SHEET_DATA.match(data, start) if start >= 0 else None
    if opened is None:
        return None
    last = opened.end() if opened.group(1) else data.rfind(b"</sheetData>", opened.end())
    end = last if opened.group(1) else last + len(b"</sheetData>")
    if last < 0 or data.find(b"sheetData", end) >= 0 or not _is_utf8(data):
        return None
    return Cells(start, opened.end(), last, end)


def is_around_plain(data: bytes, place: Cells, part: str) -> bool:
    """Whether what is around the rows of a part is plain: see `cells`."""
    around = without_cells(data, place)
    return not _is_odd(around) and _stands_alone(around, part, place.start)


def are_rows(data: bytes, start: int, end: int) -> bool:
    """Whether these bytes of a part are rows in the plain form."""
    matched = ROWS.match(data, start, end)
    return matched is not None and matched.end() == end


@lru_cache(maxsize=20)
def rows_of(columns: int) -> re.Pattern[bytes]:
    """Return a pattern of a row in the plain form with at most these columns, in order.

    Its groups: the number, and for each column what follows the address. The last group is
    everything that is left if it does not begin with such a row.
    """
    cells = (
        rb'(?:\s*+<c r="%b\1"(%b|%b))?+' % (column_letters(column).encode(), USUAL, OTHER)
        for column in range(1, columns + 1)
    )
    return re.compile(ROW + rb"(?: ?+/>|>" + b"".join(cells) + rb"\s*+</row>)|([\s\S]+)")


def _is_odd(data: bytes) -> bool:
    """Whether a part has comments, CDATA, a document type or instructions, or is not in UTF-8."""
    return b"<!" in data or data.find(b"<?", 4) >= 0 or markup.as_utf8(data) is not data


def _stands_alone(around: bytes, part: str, place: int) -> bool:
    """Whether ``sheetData`` at `place` is a direct child of the worksheet. Parses everything around
    the cells.
    """
    depth, right = 0, False

    def start(name: str, _attributes: dict[str, str], offset: int) -> None:
        nonlocal depth, right
        depth += 1
        right = right or (depth == 2 and offset == place and markup.local(name) == "sheetData")

    def end(_name: str, _offset: int) -> None:
        nonlocal depth
        depth -= 1

    markup.parse(around, part, start=start, end=end)
    return right


def without_cells(data: bytes, place: Cells) -> bytes:
    """Return a worksheet part without its cells."""
    return data[: place.start] + NO_CELLS + data[place.end :]


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
