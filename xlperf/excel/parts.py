"""How the parts of a workbook hang together: relations, sheets, defined names, tables."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from xlperf.errors import WorkbookError
from xlperf.excel import markup
from xlperf.excel.package import normalised
from xlperf.excel.sheet import Area

if TYPE_CHECKING:
    from xlperf.excel.package import Package

CELL_NAME = re.compile(r"^(?:'((?:[^']|'')+)'|([^'!]+))!(\$?[A-Za-z]{1,3}\$?\d{1,7}(?::\$?[A-Za-z]{1,3}\$?\d{1,7})?)$")
FOLLOWED_BY_CALC = ("sheets", "functionGroups", "externalReferences", "definedNames")
"""Elements of workbook.xml that come before ``calcPr`` (ECMA-376 part 1, 18.2.27)."""


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation of a part."""

    kind: str
    target: str


def relations(package: Package, part: str) -> dict[str, Relation]:
    """Read the relations of a part by id; external ones are left out. Targets are names of parts."""
    folder, name = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", name + ".rels")
    found: dict[str, Relation] = {}
    if rels not in package:
        return found

    def start(tag: str, attributes: dict[str, str], _offset: int) -> None:
        if tag.endswith("Relationship") and attributes.get("TargetMode", "Internal") != "External":
            target = unquote(attributes.get("Target", "")).replace("\\", "/")
            absolute = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            kind = attributes.get("Type", "").rsplit("/", 1)[-1]
            found[attributes.get("Id", "")] = Relation(kind, posixpath.normpath(absolute))

    markup.parse(package.read(rels), rels, start=start)
    return found


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """One sheet of the workbook."""

    name: str
    part: str
    kind: str


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column of a table: its name, and whether Excel fills it by a formula."""

    name: str
    calculated: bool


@dataclass(frozen=True, slots=True)
class TablePart:
    """One table: its part, where it stands, and its columns."""

    name: str
    part: str
    sheet: SheetEntry
    area: Area
    header: bool
    totals: bool
    columns: tuple[TableColumn, ...]

    @property
    def body(self) -> Area:
        """Its data rows."""
        top = self.area.top + int(self.header)
        return Area(top, self.area.left, self.area.bottom - int(self.totals), self.area.right)


class WorkbookPart:
    """``workbook.xml``: sheets in order, workbook-level names, the date system, the calculation settings."""

    def __init__(self, package: Package) -> None:
        self.part = _main_part(package)
        self.data = markup.as_utf8(package.read(self.part))
        self.package = package
        self.relations = relations(package, self.part)
        self.sheets: list[SheetEntry] = []
        self.names: dict[str, str] = {}
        self.date1904 = False
        self._calc: tuple[int, int] | None = None
        self._after_names = -1
        self._prefix = b""
        self._scan()

    def _scan(self) -> None:
        current: str | None = None
        depth = 0
        opened = 0
        texts: list[str] = []

        def start(name: str, attributes: dict[str, str], offset: int) -> None:
            nonlocal current, depth, opened
            depth += 1
            if depth == 1:
                uri = name.rpartition(markup.SEPARATOR)[0]
                if uri == markup.STRICT:
                    raise WorkbookError(
                        f"{self.package.what} is saved as Strict Open XML. In Excel, save it as Excel Macro-Enabled "
                        "Workbook (.xlsm) or Excel Workbook (.xlsx)."
                    )
                tag = re.match(rb"<((?:[^\s/>:]+:)?)workbook", self.data[offset : offset + 200])
                self._prefix = tag.group(1) if tag else b""
                return
            tag_name = markup.local(name)
            if depth == 2:
                opened = offset
            if tag_name == "sheet":
                relation = self.relations.get(attributes.get(f"{markup.RELATIONS}{markup.SEPARATOR}id", ""))
                if relation is not None:
                    self.sheets.append(SheetEntry(attributes.get("name", ""), relation.target, relation.kind))
            elif tag_name == "definedName" and "localSheetId" not in attributes:
                current = attributes.get("name", "")
                texts.clear()
            elif tag_name == "workbookPr":
                self.date1904 = attributes.get("date1904") in ("1", "true")

        def end(name: str, offset: int) -> None:
            nonlocal current, depth
            depth -= 1
            tag_name = markup.local(name)
            if tag_name == "definedName" and current is not None:
                self.names[current] = "".join(texts).strip()
                current = None
            elif tag_name == "calcPr" and depth == 1:
                self._calc = (opened, markup.element_end(self.data, opened, offset))
            elif tag_name in FOLLOWED_BY_CALC and depth == 1:
                self._after_names = markup.element_end(self.data, opened, offset)

        def text(content: str) -> None:
            if current is not None:
                texts.append(content)

        markup.parse(self.data, self.part, start=start, end=end, text=text)

    def target(self, name: str) -> tuple[SheetEntry, Area] | None:
        """Sheet and cells a workbook-level name points to, or None when it is missing, broken or no plain range."""
        text = self.names.get(name)
        match = CELL_NAME.match(text or "")
        if match is None:
            return None
        sheet_name = (match.group(1) or match.group(2)).replace("''", "'").lower()
        sheet = next((entry for entry in self.sheets if entry.name.lower() == sheet_name), None)
        return None if sheet is None else (sheet, Area.of(match.group(3)))

    def recalculating(self) -> bytes | None:
        """Give the part with ``fullCalcOnLoad`` set, so that Excel works out every formula anew; None if it is set."""
        if self._calc is None:
            if self._after_names < 0:
                return None
            tag = b'<%scalcPr fullCalcOnLoad="1"/>' % self._prefix
            return markup.splice(self.data, [(self._after_names, self._after_names, tag)])
        start, end = self._calc
        tag_end = markup.tag_end(self.data, start)
        tag = self.data[start:tag_end]
        if markup.attributes_of(tag).get("fullCalcOnLoad") in ("1", "true"):
            return None
        changed = markup.with_attributes(tag, {"fullCalcOnLoad": "1"})
        return markup.splice(self.data, [(start, end, changed + self.data[tag_end:end])])


def _main_part(package: Package) -> str:
    if "[Content_Types].xml" not in package:
        raise WorkbookError(f"{package.what} is no Excel workbook: it has no list of contents.")
    found = [item.target for item in relations(package, "").values() if item.kind == "officeDocument"]
    if not found or found[0] not in package:
        raise WorkbookError(f"{package.what} is no Excel workbook: it has no workbook inside.")
    if not found[0].lower().endswith(".xml"):
        raise WorkbookError(f"{package.what} is a binary workbook (.xlsb). Save it as .xlsm in Excel, then try again.")
    return found[0]


def content_type(package: Package, part: str) -> str:
    """Content type of a part."""
    found = {"override": "", "default": ""}
    extension = part.rsplit(".", 1)[-1].lower()

    def start(tag: str, attributes: dict[str, str], _offset: int) -> None:
        if tag.endswith("Override") and normalised(attributes.get("PartName", "")) == normalised(part):
            found["override"] = attributes.get("ContentType", "")
        elif tag.endswith("Default") and attributes.get("Extension", "").lower() == extension:
            found["default"] = attributes.get("ContentType", "")

    markup.parse(package.read("[Content_Types].xml"), "[Content_Types].xml", start=start)
    return found["override"] or found["default"]


def tables_of(package: Package, sheet: SheetEntry) -> list[TablePart]:
    """Read the tables of one sheet."""
    if sheet.kind != "worksheet":
        return []
    parts = [item.target for item in relations(package, sheet.part).values() if item.kind == "table"]
    return [read_table(package.read(part), part, sheet) for part in parts]


def read_table(data: bytes, part: str, sheet: SheetEntry) -> TablePart:
    head: dict[str, str] = {}
    columns: list[TableColumn] = []

    def start(name: str, attributes: dict[str, str], _offset: int) -> None:
        tag = markup.local(name)
        if tag == "table" and not head:
            head.update(attributes)
        elif tag == "tableColumn":
            columns.append(TableColumn(markup.plain_text(attributes.get("name", "")), calculated=False))
        elif tag == "calculatedColumnFormula" and columns:
            columns[-1] = TableColumn(columns[-1].name, calculated=True)

    markup.parse(markup.as_utf8(data), part, start=start)
    try:
        area = Area.of(head.get("ref", ""))
    except ValueError:
        raise WorkbookError(
            f"The table in {part} says nowhere where it is. Open the workbook in Excel and save it."
        ) from None
    return TablePart(
        head.get("displayName") or head.get("name", ""),
        part,
        sheet,
        area,
        header=head.get("headerRowCount", "1") != "0",
        totals=int(head.get("totalsRowCount", "0") or 0) > 0,
        columns=tuple(columns),
    )


def resized(data: bytes, part: str, area: Area, body: Area, *, header: bool) -> bytes:
    """Give a table part that covers `area`, its filter the header and the body."""
    plain = markup.as_utf8(data)
    edits: list[tuple[int, int, bytes]] = []
    filtered = Area(body.top - int(header), body.left, body.bottom, body.right)

    def start(name: str, _attributes: dict[str, str], offset: int) -> None:
        tag = markup.local(name)
        if tag in ("table", "autoFilter"):
            end = markup.tag_end(plain, offset)
            reference = str(area if tag == "table" else filtered)
            edits.append((offset, end, markup.with_attributes(plain[offset:end], {"ref": reference})))

    markup.parse(plain, part, start=start)
    return markup.splice(plain, edits)
