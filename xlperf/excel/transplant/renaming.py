"""A sheet renamed in a closed workbook: every formula that names it follows, as in Excel.

Formulas are those of cells, names, validations, conditional formats, charts and sparklines; jumps
of hyperlinks and the sources of pivot tables follow too. Texts in quotation marks inside a formula
do not, nor does VBA code.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlperf.errors import LayoutError
from xlperf.excel import markup
from xlperf.excel.areas import quoted_sheet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlperf.excel.transplant.host import Host

FORMULAS = re.compile(
    rb"(<((?:[^\s/>:]+:)?(?:f|formula|formula1|formula2|calculatedColumnFormula))\b[^>]*(?<!/)>)"
    rb"([^<]*)(?=</\2>)"
)
"""Start tag, name and text of an element that holds a formula."""
LOCATION = re.compile(
    rb"(<(?:[^\s/>:]+:)?hyperlink\b[^>]*?\slocation\s*=\s*[\"'])([^\"']*(?:''[^\"']*)*)"
)
PIVOT_SOURCE = re.compile(rb"(<(?:[^\s/>:]+:)?worksheetSource\b[^>]*?\ssheet\s*=\s*\")([^\"]*)")
PIVOT_NAME = re.compile(rb"<(?:[^\s/>:]+:)?worksheetSource\b[^>]*?\sname\s*=\s*\"([^\"]*)")
COLUMNS = re.compile(r"\[(?:[^\[\]]|\[[^\[\]]*\])*\]")
"""Columns of a table, in brackets."""
WORD = re.compile(r"[^\W\d][\w.]*")
TOKEN = re.compile(
    r"\"(?:[^\"]|\"\")*\"|'((?:[^']|'')+)'!"
    r"|(?<![\w.\]$])((?![A-Za-z]{1,3}\$?\d+:)[^\W\d][\w.]*:)?([^\W\d][\w.]*)!"
)
"""A text in quotation marks, or what stands before an exclamation mark: a sheet, or the first and
the last of several (``Jan:Dec!``); with apostrophes or without.
"""


def refers(formula: str, sheets: Iterable[str], names: Iterable[str]) -> bool:
    """Whether a formula uses one of some sheets, or of some names and tables; all in lower case."""
    tokens = list(TOKEN.finditer(formula))
    of_sheets = {sheet.lower() for match in tokens for sheet in _sheets_of(match)}
    plain = COLUMNS.sub(" ", TOKEN.sub(" ", formula))
    words = {word.lower() for word in WORD.findall(plain)}
    return not (of_sheets.isdisjoint(sheets) and words.isdisjoint(names))


def spans_sheets(formula: str) -> bool:
    """Whether a formula refers to the same cells of several sheets: moving one would change it."""
    return any(len(_sheets_of(match)) > 1 for match in TOKEN.finditer(markup.unescaped(formula)))


def _sheets_of(match: re.Match[str]) -> list[str]:
    """Sheet that a token names; the first and the last of several; none for a text."""
    if match[1]:
        return match[1].replace("''", "'").split(":")
    return [name.removesuffix(":") for name in match.groups()[1:] if name]


def renamed(formula: str, old: str, new: str) -> str:
    """Return a formula in which a sheet has another name.

    Raises `LayoutError` if it is the first or the last of several.
    """
    folded = old.lower()

    def one(match: re.Match[str]) -> str:
        sheets = _sheets_of(match)
        if folded not in map(str.lower, sheets):
            return match[0]
        if len(sheets) > 1:
            raise LayoutError(
                f"The formula {formula} counts over several sheets, of which '{old}' is the first"
                " or the last, so that sheet cannot get another name. Nothing was written."
            )
        return quoted_sheet(new) + "!"

    return TOKEN.sub(one, formula)


def rename_sheet(host: Host, old: str, new: str) -> None:
    """Give a sheet another name, in all formulas too."""
    for part in [name for name in dict.fromkeys(host.edit.names()) if name.endswith(".xml")]:
        if part in host.edit and _may_hold_formulas(part):
            data = host.edit.read(part)
            after = _renamed_part(data, old, new)
            if after != data:
                host.edit.write(part, after)
    for item in list(host.lists.names):
        text = renamed(item.text, old, new)
        if text != item.text:
            host.lists.replace_text(item, text)
    host.lists.rename_sheet(old, new)


def _may_hold_formulas(part: str) -> bool:
    return any(
        folder in f"/{part}"
        for folder in ("/worksheets/", "/charts/", "/tables/", "/pivotcache/", "/chartsheets/")
    )


def _renamed_part(data: bytes, old: str, new: str) -> bytes:
    """Return a part with the new name; the same bytes where it does not name the sheet."""
    plain = markup.as_utf8(data)
    key = markup.escaped(old.replace("'", "''")).encode().lower()
    if key not in plain.lower() and markup.attribute(old).encode().lower() not in plain.lower():
        return data

    def formula(match: re.Match[bytes]) -> bytes:
        before = markup.unescaped(match[3].decode())
        after = renamed(before, old, new)
        return match[1] + (match[3] if after == before else markup.escaped(after).encode())

    def location(match: re.Match[bytes]) -> bytes:
        before = markup.unescaped(match[2].decode())
        after = renamed(before, old, new)
        return match[1] + (match[2] if after == before else markup.attribute(after).encode())

    def source(match: re.Match[bytes]) -> bytes:
        same = markup.unescaped(match[2].decode()).lower() == old.lower()
        return match[1] + (markup.attribute(new).encode() if same else match[2])

    after = FORMULAS.sub(formula, plain)
    after = LOCATION.sub(location, after)
    after = PIVOT_SOURCE.sub(source, after)
    return data if after == plain else after
