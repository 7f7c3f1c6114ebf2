"""The sheets of a donor, as parts of the host: other names of parts, other numbers of formats and
tables, texts in the cells themselves.

A donor is a workbook as XlsxWriter writes it, so patterns of its bytes are enough here. What would
bring parts that a workbook has once (dynamic arrays, macros) is no part of a donor.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from xlperf.errors import LayoutError
from xlperf.excel import markup
from xlperf.excel.package import Package
from xlperf.excel.parts import content_type, relations
from xlperf.excel.transplant.package_edit import NewRelation, rels_of
from xlperf.excel.transplant.style_merge import FormatNumbers, StyleLists, shifted, without_theme
from xlperf.excel.transplant.workbook_lists import WorkbookLists
from xlperf.frozen import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from xlperf.excel.transplant.package_edit import PackageEdit

STRING_ITEM = re.compile(rb"<si>(.*?)</si>", re.DOTALL)
CELL = re.compile(rb"<c ([^>]*?)(/?)>(?:<v>([^<]*)</v>)?")
STYLE = re.compile(rb'\bs="(\d+)"')
SELECTED = re.compile(rb' tabSelected="\w+"')
CODE_NAME = re.compile(rb' codeName="[^"]*"')
DIFFERENTIAL = ("dxfId", "headerRowDxfId", "dataDxfId", "totalsRowDxfId", "headerRowBorderDxfId")
TABLE_ID = re.compile(rb'(<table\b[^>]*?\sid=")(\d+)(?=")')
TABLE_NUMBER = re.compile(rb"<(?:[^\s/>:]+:)?table\b[^>]*?\sid\s*=\s*[\"'](\d+)")
TABLE_NAME = re.compile(rb"displayName\s*=\s*[\"']([^\"']+)")
TABLE_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.table+xml"
GLOBAL_KINDS = ("sheetMetadata", "vbaProject", "comments", "vmlDrawing", "ctrlProp", "control")
"""Relations that a donor must not have."""


class DonorSheet(NamedTuple):
    """A sheet of the donor: its name, its part, and its own names, such as its print area."""

    name: str
    part: str
    own_names: Mapping[str, str]


class Donor:
    """A workbook whose sheets are put into another."""

    def __init__(self, data: bytes) -> None:
        self.package = Package(data, "the new sheets")
        links = relations(self.package, "")
        self.workbook = next(
            item.target for item in links.values() if item.kind == "officeDocument"
        )
        self._links = relations(self.package, self.workbook)
        self.lists = WorkbookLists(self.package.read(self.workbook), self.workbook)
        self._texts = self._shared_texts()

    def styles(self) -> StyleLists:
        """Read its styles."""
        part = self._part_of("styles")
        return StyleLists(self.package.read(part), part)

    def _part_of(self, kind: str) -> str:
        return next(item.target for item in self._links.values() if item.kind == kind)

    def _shared_texts(self) -> list[bytes]:
        if not any(item.kind == "sharedStrings" for item in self._links.values()):
            return []
        return STRING_ITEM.findall(self.package.read(self._part_of("sharedStrings")))

    def sheets(self) -> Iterator[DonorSheet]:
        """Its sheets in order."""
        for position, item in enumerate(self.lists.sheets):
            relation = item.attributes[f"{markup.RELATIONS}{markup.SEPARATOR}id"]
            own = {
                name.name: name.text for name in self.lists.names if name.sheet_position == position
            }
            yield DonorSheet(item.name, self._links[relation].target, own)

    def plant(self, sheet: DonorSheet, host: PackageEdit, numbers: FormatNumbers) -> str:
        """Add the parts of a sheet to a host; return the name of the sheet's part there."""
        names: dict[str, str] = {}
        return self._plant(sheet.part, host, numbers, names)

    def _plant(
        self, part: str, host: PackageEdit, numbers: FormatNumbers, names: dict[str, str]
    ) -> str:
        """Add a part and all that it leads to."""
        if part in names:
            return names[part]
        name = names[part] = host.new_name(part)
        kind = content_type(self.package, part)
        host.write(name, self._content(part, kind, host, numbers))
        host.declare(name, kind)
        entries = [
            self._relation(part, attributes, host, numbers, names)
            for attributes in self._raw_relations(part)
        ]
        if entries:
            host.write_relations(name, entries)
        return name

    def _raw_relations(self, part: str) -> list[dict[str, str]]:
        rels = rels_of(part)
        entries: list[dict[str, str]] = []

        def start(tag: str, attributes: dict[str, str], _offset: int) -> None:
            if tag.endswith("Relationship"):
                entries.append(attributes)

        if rels in self.package:
            markup.parse(self.package.read(rels), rels, start=start)
        return entries

    def _relation(
        self,
        part: str,
        attributes: dict[str, str],
        host: PackageEdit,
        numbers: FormatNumbers,
        names: dict[str, str],
    ) -> NewRelation:
        uri, target = attributes["Type"], attributes["Target"]
        identifier = attributes["Id"]
        kind = uri.rsplit("/", 1)[-1]
        if kind in GLOBAL_KINDS:
            raise LayoutError(f"A new sheet has a part ({kind}) that cannot be moved.")
        if attributes.get("TargetMode") == "External":
            return NewRelation(identifier, uri, target, external=True)
        if target.startswith("#"):  # a place in the workbook, not a part
            return NewRelation(identifier, uri, target)
        inner = posixpath.normpath(posixpath.join(posixpath.dirname(part), target)).lstrip("/")
        return NewRelation(identifier, uri, "/" + self._plant(inner, host, numbers, names))

    def _content(self, part: str, kind: str, host: PackageEdit, numbers: FormatNumbers) -> bytes:
        data = self.package.read(part)
        if kind.endswith("worksheet+xml"):
            data = self._sheet(data, numbers)
        if kind.endswith("table+xml"):
            data = TABLE_ID.sub(lambda match: match[1] + b"%d" % next_table_id(host), data)
        if kind.endswith(("worksheet+xml", "table+xml")):
            for attribute in DIFFERENTIAL:
                data = shifted(data, attribute, numbers.differential)
        return data

    def _sheet(self, data: bytes, numbers: FormatNumbers) -> bytes:
        data = CODE_NAME.sub(b"", SELECTED.sub(b"", data))
        head, opening, rest = data.partition(b"<sheetData")
        body, closing, tail = rest.partition(b"</sheetData>")
        head = shifted(head, "style", numbers.cells)
        body = shifted(CELL.sub(self._cell, body), "s", numbers.cells)
        return head + opening + body + closing + tail

    def _cell(self, match: re.Match[bytes]) -> bytes:
        """Give a cell a format of its own, where it has none, and its text in place of a number.

        The number of a format that is there is mapped with those of rows.
        """
        attributes, empty, value = match.groups()
        if STYLE.search(attributes) is None:  # marked for the mapping that follows
            attributes += b' s="0"'
        if b't="s"' not in attributes or value is None:
            content = b"" if value is None else b"<v>%s</v>" % value
            return b"<c %s%s>%s" % (attributes, empty, content)
        text = without_theme(self._texts[int(value)])
        attributes = attributes.replace(b't="s"', b't="inlineStr"')
        return b"<c %s><is>%s</is>" % (attributes, text)


def next_table_id(host: PackageEdit) -> int:
    """Return the number above those of all tables of a package."""
    heads = (TABLE_NUMBER.search(data) for data in _tables(host))
    return max((int(head[1]) for head in heads if head), default=0) + 1


def taken_names(host: PackageEdit) -> set[str]:
    """Names of all tables of a package, in lower case."""
    return table_names(_tables(host))


def table_names(parts: Iterable[bytes]) -> set[str]:
    """Names of the tables among some parts, in lower case."""
    heads = (TABLE_NAME.search(data) for data in parts)
    return {markup.unescaped(head[1].decode("utf-8", "replace")).lower() for head in heads if head}


def _tables(host: PackageEdit) -> Iterator[bytes]:
    """Content of every table of a package, wherever it is: of parts of that content type, and of
    those in a folder of tables.
    """
    declared = host.declared(TABLE_TYPE)
    for name in dict.fromkeys(host.names()):
        listed = name in declared or ("/tables/" in name and name.endswith(".xml"))
        if listed and name in host:
            yield markup.as_utf8(host.read(name))
