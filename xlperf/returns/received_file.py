"""A file that somebody sent -> the cells of its return, if it is safe; else the reason it is not.

A file is hostile until it is shown to be harmless. It is never opened in Excel, nothing of it is
run, followed or calculated. One that could do something if a person opened it (macros, embedded
files, external links, DDE, formulas that call programs or the web) is refused, and so is one that
unpacks to more than a return can hold. Formulas that remain are harmless; they are not used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlperf.errors import WorkbookError
from xlperf.excel import markup, paths
from xlperf.excel.areas import Area, address
from xlperf.excel.contents import WorkbookParts
from xlperf.excel.office_parts import Parts, local
from xlperf.excel.package import COMPOUND_FILE
from xlperf.frozen import NamedTuple
from xlperf.leaks.kinds import LeakKind
from xlperf.leaks.office_files import kind_of_part

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlperf.excel.parts import SheetEntry
    from xlperf.excel.port import Scalar

MOST_BYTES = 5_000_000
"""Largest file. A return with long texts has 30,000 bytes; a picture somebody pasted, a million."""
MOST_UNPACKED = 60_000_000
MOST_CELLS = 60_000
"""Most filled cells of a sheet: the form has a thousand."""
MOST_MERGES = 2_000
HARMFUL_PARTS: Mapping[LeakKind, str] = {
    LeakKind.MACRO: "macros",
    LeakKind.ACTIVEX: "controls (ActiveX or form controls)",
    LeakKind.EMBEDDED: "another file within it",
    LeakKind.EXTERNAL_LINK: "links to other workbooks or programs (DDE)",
    LeakKind.CONNECTION: "connections to data outside it",
    LeakKind.DATA_MODEL: "a data model",
}
"""Parts because of which a file is refused, in the words of the refusal."""
HARMFUL_NAMES = re.compile(r"dialogsheets/|customui/|attachedtoolbars|userforms")
SAFE_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
DDE = re.compile(r"\|[^|!]*'?!")
"""A program and a topic before an item: ``cmd|' /C calc'!A0``."""
OUTSIDE = re.compile(r"\[\d+\]|\[[^\]]+\.xl\w+\]|\\\\|https?://|file:", re.IGNORECASE)
CALLING = re.compile(
    r"\b(?:WEBSERVICE|CALL|REGISTER(?:\.ID)?|EXEC|RTD|HYPERLINK|IMAGE|FILTERXML|SQL\.REQUEST|STOCKHISTORY"
    r"|CUBE\w+|PY|INITIATE|POKE|RUN|FOPEN|FWRITE)\s*\(",
    re.IGNORECASE,
)
QUOTED = re.compile(r'"[^"]*"')
AUTO_NAMES = re.compile(r"(?:_xlnm\.)?auto_(?:open|close|activate|deactivate)", re.IGNORECASE)
REMEDY = "Send back the form that was sent (.xlsx), with typed values alone."


class RefusedFileError(WorkbookError):
    """A file that is not read any further; the sentence says why."""


class ReceivedCell(NamedTuple):
    """One filled cell."""

    value: Scalar
    is_formula: bool = False
    is_percent: bool = False
    """Whether the cell shows its number times 100, with a per cent sign."""


BLANK = ReceivedCell(None)


@dataclass(frozen=True)
class ReceivedSheet:
    """The sheet of a return."""

    cells: Mapping[tuple[int, int], ReceivedCell]
    """By row and column, from 1; those that are filled."""
    merged: tuple[Area, ...]
    comments: Mapping[str, str]
    """Texts by the address of their cell."""
    others: tuple[str, ...]
    """Names of the other sheets."""

    def at(self, row: int, column: int) -> ReceivedCell:
        """A cell; one that is blank, where it is not filled."""
        return self.cells.get((row, column), BLANK)


def read_received(name: str, data: bytes, sheet: str) -> ReceivedSheet:
    """Read the sheet of a return. Raises `RefusedFileError` for what is not safe, or is none."""
    try:
        return _read(name, data, sheet)
    except RefusedFileError:
        raise
    except WorkbookError as error:
        named = "" if name in str(error) else f"{name} cannot be read. "
        raise RefusedFileError(f"{named}{error} {REMEDY}") from None
    except (ValueError, LookupError, OverflowError, RecursionError) as error:
        raise RefusedFileError(
            f"{name} is damaged: it cannot be read ({str(error)[:80]}). Send it again."
        ) from None


def cell_text(name: str, data: bytes, sheet: str, row: int, column: int) -> str:
    """Text of one cell of a file of anybody's, without looking at anything else of it; empty where
    there is none, or the file is no workbook or too large for a return.
    """
    if len(data) > MOST_BYTES:
        return ""
    try:
        parts = WorkbookParts(data, name)
        if sum(map(parts.package.size, parts.package.by_name)) > MOST_UNPACKED:
            return ""
        entry = next((item for item in parts.workbook.sheets if item.name == sheet), None)
        if entry is None or entry.kind != "worksheet":
            return ""
        value = parts.value(parts.sheet(entry).cell(row, column))
    except (WorkbookError, ValueError, LookupError, OverflowError, RecursionError):
        return ""
    return value if isinstance(value, str) else ""


def _read(name: str, data: bytes, wanted: str) -> ReceivedSheet:
    if len(data) > MOST_BYTES:
        raise RefusedFileError(
            f"{name} has {len(data) / 1e6:,.0f} MB; a return has less than"
            f" {MOST_BYTES / 1e6:.0f} MB. Send back the form without pictures."
        )
    if not data:
        raise RefusedFileError(f"{name} is empty (0 bytes). {REMEDY}")
    other = paths.other_kind(data)
    if other is not None:
        raise RefusedFileError(f"{name} {other.partition('. ')[0].rstrip('.')}. {REMEDY}")
    if data.startswith(COMPOUND_FILE):
        raise RefusedFileError(
            f"{name} is protected by a password, or in the old .xls format. {REMEDY}"
        )
    parts = WorkbookParts(data, name)
    unpacked = sum(map(parts.package.size, parts.package.by_name))
    if unpacked > MOST_UNPACKED:
        raise RefusedFileError(
            f"{name} unpacks to {unpacked / 1e6:,.0f} MB, which no return does. It was not opened:"
            " ask its sender what it is."
        )
    _require_harmless(name, parts)
    entry = next((item for item in parts.workbook.sheets if item.name == wanted), None)
    if entry is None or entry.kind != "worksheet":
        raise RefusedFileError(
            f"{name} has no sheet '{wanted}', so it is not the form that was sent. {REMEDY}"
        )
    others = tuple(item.name for item in parts.workbook.sheets if item is not entry)
    merged = tuple(parts.sheet(entry).merged)
    if len(merged) > MOST_MERGES:
        raise RefusedFileError(f"{name} has {len(merged):,} merged areas. {REMEDY}")
    return ReceivedSheet(dict(_cells(name, parts, entry)), merged, _comments(parts, entry), others)


def _cells(
    name: str, parts: WorkbookParts, entry: SheetEntry
) -> Iterator[tuple[tuple[int, int], ReceivedCell]]:
    formats = parts.formats()
    number = 0
    for row, column, cell in parts.sheet(entry).cells(1):
        if cell.blank:
            continue
        number += 1
        if number > MOST_CELLS:
            raise RefusedFileError(f"{name} has more than {MOST_CELLS:,} filled cells. {REMEDY}")
        value = parts.value(cell)
        if value is not None:
            yield (
                (row, column),
                ReceivedCell(value, cell.formula is not None, formats.is_percent(cell.style)),
            )


def _comments(parts: WorkbookParts, entry: SheetEntry) -> dict[str, str]:
    """Texts of comments and notes, by cell; of a threaded comment Excel keeps a note as well."""
    package = Parts(parts.package)
    texts: dict[str, str] = {}
    for target in package.targets(entry.part, "comments"):
        for comment in package.tree(target).iter("comment"):
            text = " ".join("".join(node.text or "" for node in comment.iter("t")).split())
            texts[comment.get("ref", "")] = text
    return texts


# What is harmful.


def _require_harmless(name: str, parts: WorkbookParts) -> None:
    for what in _harms(parts):
        raise RefusedFileError(f"{name} holds {what}. It was not read. {REMEDY}")


def _harms(parts: WorkbookParts) -> Iterator[str]:
    """What in a file could do something if it were opened."""
    package = Parts(parts.package)
    yield from filter(None, map(_harm_in_name, package.names))
    if parts.content_type != SAFE_TYPE:
        yield "macros, or is no plain workbook (.xlsx)"
    for part, written in package.names.items():
        if part.endswith((".xml", ".rels")):
            markup.parse(package.read(written), written)
        if not part.endswith(".rels"):
            yield from _harmful_relations(package, written)
    yield from _harmful_names(package, parts)
    for entry in parts.workbook.sheets:
        if entry.kind == "worksheet":
            yield from _harmful_cells(parts, entry)
        else:
            yield f"a sheet that is no worksheet ('{entry.name}')"


def _harm_in_name(part: str) -> str:
    kind = kind_of_part(part)
    if kind is not None and kind in HARMFUL_PARTS:
        return HARMFUL_PARTS[kind]
    return "dialogs or menus of its own" if HARMFUL_NAMES.search(part) else ""


def _harmful_relations(package: Parts, part: str) -> Iterator[str]:
    for relation in package.relations(part):
        if relation.external and relation.kind != "hyperlink":
            yield f"a link to something outside it ({relation.kind})"


def _harmful_cells(parts: WorkbookParts, entry: SheetEntry) -> Iterator[str]:
    for row, column, cell in parts.sheet(entry).cells(1):
        what = harm_in_formula(cell.formula) if cell.formula else ""
        if what or cell.formula_kind == "dataTable":
            yield f"{what or 'a data table'}, in {entry.name}!{address(row, column)}"


def harm_in_formula(formula: str) -> str:
    """What a formula could do to the outside; empty for one that only calculates."""
    bare = QUOTED.sub('""', formula)
    if DDE.search(bare):
        return "a formula that starts a program (DDE)"
    if CALLING.search(bare):
        return "a formula that calls a program or the web"
    return "a formula that reads another file" if OUTSIDE.search(bare) else ""


def _harmful_names(package: Parts, parts: WorkbookParts) -> Iterator[str]:
    """Names that run something, or lead outside."""
    main = package.tree(parts.workbook.part)
    for name in main.iter("definedName"):
        title = name.get("name", "")
        if AUTO_NAMES.fullmatch(title) or any(
            name.get(key) in ("1", "true") for key in ("function", "vbProcedure", "xlm")
        ):
            yield f"a name that runs a macro ('{title[:40]}')"
        elif what := harm_in_formula(name.text or ""):
            yield f"{what}, in the name '{title[:40]}'"
    if any(local(child.tag) == "externalReferences" for child in main):
        yield HARMFUL_PARTS[LeakKind.EXTERNAL_LINK]
