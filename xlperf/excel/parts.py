"""How the parts of a workbook are connected: relations, sheets, defined names and tables."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from xlperf.errors import WorkbookError
from xlperf.excel import markup
from xlperf.excel.areas import Area, parse_reference, without_totals
from xlperf.excel.package import normalised
from xlperf.frozen import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlperf.excel.package import PartReader

CONTENTS = "[Content_Types].xml"
PLAIN_NAME = re.compile(rb'<definedName name="([\w.]+)">([^<&]*)</definedName>')
"""A workbook-level name, written in the usual way."""
FOLLOWED_BY_CALC = ("sheets", "functionGroups", "externalReferences", "definedNames")
"""Elements of workbook.xml that come before ``calcPr`` (ECMA-376 part 1, 18.2.27)."""


class Relation(NamedTuple):
    """One relation of a part: its type (a URI), the last word of the type, and the target part."""

    uri: str
    kind: str
    target: str


def relations(package: PartReader, part: str) -> dict[str, Relation]:
    """Read the relations of a part by id; external ones are left out. Targets are part names."""
    folder, name = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", name + ".rels")
    relations_by_id: dict[str, Relation] = {}
    if rels not in package:
        return relations_by_id

    def start(tag: str, attributes: dict[str, str], _offset: int) -> None:
        if tag.endswith("Relationship") and attributes.get("TargetMode", "Internal") != "External":
            uri = attributes.get("Type", "")
            relations_by_id[attributes.get("Id", "")] = Relation(
                uri, uri.rsplit("/", 1)[-1], _target(folder, attributes)
            )

    markup.parse(package.read(rels), rels, start=start)
    return relations_by_id


def _unquote(text: str) -> str:
    if "%" not in text:
        return text
    from urllib.parse import unquote

    return unquote(text)


def _target(folder: str, attributes: dict[str, str]) -> str:
    """Return the part name of a relation's target, which is relative to its owner's folder or
    absolute.
    """
    target = _unquote(attributes.get("Target", "")).replace("\\", "/")
    absolute = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
    return posixpath.normpath(absolute)


LIBRARY_CALC_ID = "124519"
"""Version of the calculation that XlsxWriter (workbook.py) and openpyxl (CalcProperties) write.
They do not calculate. Excel writes its own version after it has calculated.
"""


class SheetEntry(NamedTuple):
    """One sheet of the workbook."""

    name: str
    part: str
    kind: str


class TableColumn(NamedTuple):
    """One column of a table: its name, and its formula if it is a calculated column."""

    name: str
    formula: str | None = None

    @property
    def calculated(self) -> bool:
        """Whether Excel fills the column with a formula."""
        return self.formula is not None


class TablePart(NamedTuple):
    """One table: its part, its place, and its columns."""

    name: str
    part: str
    sheet: SheetEntry
    area: Area
    header: bool
    totals: bool
    columns: tuple[TableColumn, ...]
    waiting: bool = False
    """Whether the only data row is the blank one that Excel shows for a table without data."""

    @property
    def without_totals(self) -> Area:
        """Header and data rows of the table."""
        return without_totals(self.area, totals=self.totals)

    @property
    def body(self) -> Area:
        """Data rows of the table."""
        top = self.area.top + int(self.header)
        return Area(top, self.area.left, self.area.bottom - int(self.totals), self.area.right)


class WorkbookPart:
    """``workbook.xml``: the sheets in order, workbook-level names, date system, calculation
    settings.
    """

    def __init__(self, package: PartReader) -> None:
        self.part = _main_part(package)
        self.data = markup.as_utf8(package.read(self.part))
        self.package = package
        self.relations = relations(package, self.part)
        self.sheets: list[SheetEntry] = []
        self.names: dict[str, str] = {}
        self._lower: dict[str, str] = {}
        self.date1904 = False
        self.calculated = True
        """Whether the program that wrote the workbook calculates formulas. A program that does not
        stores 0 for all results.
        """
        self._calc: tuple[int, int] | None = None
        self._after_names = -1
        self._prefix = b""
        self._scan()
        self._by_name = {entry.name.lower(): entry for entry in reversed(self.sheets)}

    def _scan(self) -> None:
        depth = opened = 0
        texts: list[str] = []
        path: list[str] = []

        def start(name: str, attributes: dict[str, str], offset: int) -> None:
            nonlocal depth, opened
            depth += 1
            if depth == 1:
                self._root(name, offset)
            if depth == 2:
                opened = offset
            texts.clear()
            self._element(markup.local(name), attributes, path)

        def end(name: str, offset: int) -> None:
            nonlocal depth
            depth -= 1
            tag = markup.local(name)
            if tag == "definedName" and path:
                self.names[path[0]] = self._lower[path[0].lower()] = "".join(texts).strip()
                path.clear()
            elif tag == "calcPr" and depth == 1:
                self._calc = (opened, markup.element_end(self.data, opened, offset))
            elif tag in FOLLOWED_BY_CALC and depth == 1:
                self._after_names = markup.element_end(self.data, opened, offset)

        markup.parse(
            self._without_plain_names(), self.part, start=start, end=end, text=texts.append
        )

    def _without_plain_names(self) -> bytes:
        """Read names that are written in the usual way; return the part with spaces instead of
        them.

        A dashboard has hundreds of names, and this is ten times as fast as a parser. The part keeps
        its length. The parser reads names that are written in another way.
        """
        start, end = self.data.find(b"<definedNames>"), self.data.find(b"</definedNames>")
        if start < 0 or b"<!" in self.data:
            return self.data

        names = self.data[start:end]
        try:
            plain_names = [
                (name.decode(), text.decode()) for name, text in PLAIN_NAME.findall(names)
            ]
        except UnicodeDecodeError:
            return self.data  # the parser reports the error
        for name, text in plain_names:
            self.names[name] = self._lower[name.lower()] = text
        return self.data[:start] + PLAIN_NAME.sub(b"", names).ljust(len(names)) + self.data[end:]

    def _root(self, name: str, offset: int) -> None:
        if name.startswith(markup.STRICT_START):
            raise WorkbookError(
                f"{self.package.what} is saved as Strict Open XML. In Excel, save it as Excel"
                " Macro-Enabled Workbook (.xlsm) or Excel Workbook (.xlsx)."
            )
        tag = re.match(rb"<((?:[^\s/>:]+:)?)workbook", self.data[offset : offset + 200])
        self._prefix = tag.group(1) if tag else b""

    def _element(self, tag: str, attributes: dict[str, str], path: list[str]) -> None:
        if tag == "sheet":
            relation = self.relations.get(
                attributes.get(f"{markup.RELATIONS}{markup.SEPARATOR}id", "")
            )
            if relation is not None:
                self.sheets.append(
                    SheetEntry(attributes.get("name", ""), relation.target, relation.kind)
                )
        elif tag == "definedName" and "localSheetId" not in attributes:
            path.append(attributes.get("name", ""))
        elif tag == "workbookPr":
            self.date1904 = attributes.get("date1904") in ("1", "true")
        elif tag == "calcPr":
            full_on_load = attributes.get("fullCalcOnLoad") in ("1", "true")
            self.calculated = not (full_on_load and attributes.get("calcId") == LIBRARY_CALC_ID)

    def target(self, name: str) -> tuple[SheetEntry, Area] | None:
        """Return the sheet and cells of a workbook-level name.

        Returns None if the name is missing or broken, or is not a plain range.
        """
        text = self._lower.get(name.lower())
        references = parse_reference(text or "")
        sheet = self._by_name.get(references[0].lower()) if references else None
        return None if references is None or sheet is None else (sheet, references[1])

    def recalculating(self) -> bytes | None:
        """Return the part with ``fullCalcOnLoad`` set, so that Excel calculates every formula
        again.

        Returns None if it is set already.
        """
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
        new_tag = markup.with_attributes(tag, {"fullCalcOnLoad": "1"})
        return markup.splice(self.data, [(start, end, new_tag + self.data[tag_end:end])])


def _main_part(package: PartReader) -> str:
    if CONTENTS not in package:
        raise WorkbookError(f"{package.what} is no Excel workbook: it has no list of contents.")
    candidates = [
        item.target for item in relations(package, "").values() if item.kind == "officeDocument"
    ]
    if not candidates or candidates[0] not in package:
        raise WorkbookError(f"{package.what} is no Excel workbook: it has no workbook inside.")
    if not candidates[0].lower().endswith(".xml"):
        raise WorkbookError(
            f"{package.what} is a binary workbook (.xlsb). Save it as .xlsm in Excel, then try"
            " again."
        )
    return candidates[0]


def content_type(package: PartReader, part: str) -> str:
    """Return the content type of a part."""
    types = {"override": "", "default": ""}
    extension = part.rsplit(".", 1)[-1].lower()

    def start(tag: str, attributes: dict[str, str], _offset: int) -> None:
        if tag.endswith("Override") and normalised(attributes.get("PartName", "")) == normalised(
            part
        ):
            types["override"] = attributes.get("ContentType", "")
        elif tag.endswith("Default") and attributes.get("Extension", "").lower() == extension:
            types["default"] = attributes.get("ContentType", "")

    markup.parse(package.read(CONTENTS), CONTENTS, start=start)
    return types["override"] or types["default"]


def tables_of(package: PartReader, sheet: SheetEntry) -> list[TablePart]:
    """Read the tables of one sheet."""
    if sheet.kind != "worksheet":
        return []
    parts = [
        item.target for item in relations(package, sheet.part).values() if item.kind == "table"
    ]
    return [read_table(package.read(part), part, sheet) for part in parts]


def read_table(data: bytes, part: str, sheet: SheetEntry) -> TablePart:
    """Read a table part."""
    head: dict[str, str] = {}
    columns: list[TableColumn] = []
    texts: list[str] = []

    def start(name: str, attributes: dict[str, str], _offset: int) -> None:
        tag = markup.local(name)
        if tag == "table" and not head:
            head.update(attributes)
        elif tag == "tableColumn":
            columns.append(TableColumn(markup.plain_text(attributes.get("name", ""))))
        texts.clear()

    def end(name: str, _offset: int) -> None:
        if markup.local(name) == "calculatedColumnFormula" and columns:
            columns[-1] = TableColumn(columns[-1].name, "".join(texts))

    markup.parse(markup.as_utf8(data), part, start=start, end=end, text=texts.append)
    try:
        area = Area.of(head.get("ref", ""))
        totals = int(head.get("totalsRowCount", "0")) > 0
    except ValueError:
        raise WorkbookError(
            f"The table in {part} does not say where it is. Open the workbook in Excel and save it."
        ) from None
    name = head.get("displayName") or head.get("name", "")
    if len(columns) != area.right - area.left + 1:
        raise WorkbookError(
            f"The table {name} has {len(columns)} columns but covers {area}. Open and save it in"
            " Excel."
        )
    return TablePart(
        name,
        part,
        sheet,
        area,
        header=head.get("headerRowCount", "1") != "0",
        totals=totals,
        columns=tuple(columns),
        waiting=head.get("insertRow") in ("1", "true"),
    )


def resized(data: bytes, part: str, table: TablePart, bottom: int) -> bytes:
    """Return a table part whose body ends at row `bottom`; its filter and sort areas change with
    it.
    """
    plain = markup.as_utf8(data)
    edits: list[tuple[int, int, bytes]] = []
    area, body = table.area, table.body
    whole = Area(area.top, area.left, bottom + int(table.totals), area.right)
    filtered = Area(area.top, area.left, bottom, area.right)

    def start(name: str, attributes: dict[str, str], offset: int) -> None:
        tag = markup.local(name)
        changes: dict[str, str | None] = {}
        if tag == "table":
            changes = {"ref": str(whole), "insertRow": None, "insertRowShift": None}
        elif tag == "autoFilter":
            changes = {"ref": str(filtered)}
        elif tag in ("sortState", "sortCondition") and "ref" in attributes:
            sorted_area = Area.of(attributes["ref"])
            if sorted_area.bottom == body.bottom:
                changes = {
                    "ref": str(Area(sorted_area.top, sorted_area.left, bottom, sorted_area.right))
                }
        if changes:
            end = markup.tag_end(plain, offset)
            edits.append((offset, end, markup.with_attributes(plain[offset:end], changes)))

    markup.parse(plain, part, start=start)
    return markup.splice(plain, edits)


def without_part(package: PartReader, part: str, owner: str) -> dict[str, bytes]:
    """Return the list of contents, and the relations of `owner`, without a part, by normalised
    name.
    """
    folder, name = posixpath.split(owner)
    rels = posixpath.join(folder, "_rels", name + ".rels")

    def is_override(attributes: dict[str, str]) -> bool:
        return normalised(attributes.get("PartName", "")) == normalised(part)

    def is_relation(attributes: dict[str, str]) -> bool:
        return attributes.get("TargetMode") != "External" and normalised(
            _target(folder, attributes)
        ) == normalised(part)

    return {
        normalised(CONTENTS): _without(package, CONTENTS, "Override", is_override),
        normalised(rels): _without(package, rels, "Relationship", is_relation),
    }


def _without(
    package: PartReader, part: str, tag: str, unwanted: Callable[[dict[str, str]], bool]
) -> bytes:
    """Return a part without the elements with this name for which `unwanted` is true."""
    plain = markup.as_utf8(package.read(part))
    edits: list[tuple[int, int, bytes]] = []
    opened: list[int] = []

    def start(name: str, attributes: dict[str, str], offset: int) -> None:
        if name.rpartition(markup.SEPARATOR)[2] == tag and unwanted(attributes):
            opened.append(offset)

    def end(name: str, offset: int) -> None:
        if name.rpartition(markup.SEPARATOR)[2] == tag and opened:
            element = opened.pop()
            edits.append((element, markup.element_end(plain, element, offset), b""))

    markup.parse(plain, part, start=start, end=end)
    return markup.splice(plain, edits)
