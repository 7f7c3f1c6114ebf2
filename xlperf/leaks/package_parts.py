"""The parts of an Office document: an allow-list of what a pack needs, everything else a leak by
its name.

Elements and attributes are known by their local names: what matters here is what is in a part, and
a stricter reading of namespaces would only find less. Attributes of the relationships' namespace
keep an ``r:`` before their name.
"""

from __future__ import annotations

import posixpath
import re
from collections import deque
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote
from xml.etree.ElementTree import Element, TreeBuilder

from xlperf.errors import WorkbookError
from xlperf.excel import markup
from xlperf.excel.package import Package, normalised
from xlperf.excel.parts import CONTENTS
from xlperf.leaks.images import inspect_image
from xlperf.leaks.kinds import LeakKind

if TYPE_CHECKING:
    from xlperf.leaks.findings import Inspection

RELATION_NAMESPACES = (
    markup.RELATIONS + markup.SEPARATOR,
    "http://purl.oclc.org/ooxml/officeDocument/relationships" + markup.SEPARATOR,
)
DOCUMENT = "application/vnd.openxmlformats-officedocument."
OFFICE = "application/vnd.ms-office."
COMMON_PARTS = {
    r"docprops/core\.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    r"docprops/app\.xml": DOCUMENT + "extended-properties+xml",
    r"(?:xl|word)/theme/theme\d*\.xml": DOCUMENT + "theme+xml",
    r"(?:xl|word)/charts/chart\d*\.xml": DOCUMENT + "drawingml.chart+xml",
    r"(?:xl|word)/charts/style\d*\.xml": OFFICE + "chartstyle+xml",
    r"(?:xl|word)/charts/colors\d*\.xml": OFFICE + "chartcolorstyle+xml",
    r"(?:xl|word)/media/[^/]+\.png": "image/png",
    r"(?:xl|word)/media/[^/]+\.jpe?g": "image/jpeg",
}
WORKBOOK_PARTS = COMMON_PARTS | {
    r"xl/workbook\.xml": DOCUMENT + "spreadsheetml.sheet.main+xml",
    r"xl/styles\.xml": DOCUMENT + "spreadsheetml.styles+xml",
    r"xl/sharedstrings\.xml": DOCUMENT + "spreadsheetml.sharedStrings+xml",
    r"xl/worksheets/sheet\d+\.xml": DOCUMENT + "spreadsheetml.worksheet+xml",
    r"xl/chartsheets/sheet\d+\.xml": DOCUMENT + "spreadsheetml.chartsheet+xml",
    r"xl/tables/table\d+\.xml": DOCUMENT + "spreadsheetml.table+xml",
    r"xl/drawings/drawing\d+\.xml": DOCUMENT + "drawing+xml",
}
DOCUMENT_PARTS = COMMON_PARTS | {
    r"word/document\.xml": DOCUMENT + "wordprocessingml.document.main+xml",
    r"word/styles\.xml": DOCUMENT + "wordprocessingml.styles+xml",
    r"word/styleswitheffects\.xml": "application/vnd.ms-word.stylesWithEffects+xml",
    r"word/settings\.xml": DOCUMENT + "wordprocessingml.settings+xml",
    r"word/websettings\.xml": DOCUMENT + "wordprocessingml.webSettings+xml",
    r"word/fonttable\.xml": DOCUMENT + "wordprocessingml.fontTable+xml",
    r"word/numbering\.xml": DOCUMENT + "wordprocessingml.numbering+xml",
    r"word/footnotes\.xml": DOCUMENT + "wordprocessingml.footnotes+xml",
    r"word/endnotes\.xml": DOCUMENT + "wordprocessingml.endnotes+xml",
    r"word/header\d*\.xml": DOCUMENT + "wordprocessingml.header+xml",
    r"word/footer\d*\.xml": DOCUMENT + "wordprocessingml.footer+xml",
}
"""Parts a pack may have: pattern of the name in lower case, and the content type it must be
declared with.
"""
REMARK = re.compile(rb"<!--.*?-->|<\?.*?\?>", re.DOTALL)
"""A comment or a processing instruction."""
RELATIONS_PART = re.compile(r"(?:.*/)?_rels/[^/]*\.rels")
NAMED_PARTS = (
    (re.compile(r"vba|macrosheets|xlmacro|\.bin\b(?<=attachedtoolbars\.bin)"), LeakKind.MACRO),
    (re.compile(r"activex|ctrlprops"), LeakKind.ACTIVEX),
    (re.compile(r"embeddings|afchunk|/oleobject"), LeakKind.EMBEDDED),
    (re.compile(r"externallink"), LeakKind.EXTERNAL_LINK),
    (
        re.compile(r"xl/connections|querytable|/queries|customdata|webextension"),
        LeakKind.CONNECTION,
    ),
    (re.compile(r"xl/model"), LeakKind.DATA_MODEL),
    (re.compile(r"pivot"), LeakKind.PIVOT_CACHE),
    (re.compile(r"slicer|timeline"), LeakKind.SLICER_CACHE),
    (re.compile(r"customxml"), LeakKind.CUSTOM_XML),
    (re.compile(r"comment|persons?/|people|vmldrawing"), LeakKind.COMMENT),
    (re.compile(r"printersettings"), LeakKind.PRINTER),
    (re.compile(r"thumbnail"), LeakKind.THUMBNAIL),
    (re.compile(r"_xmlsignatures|digitalsignature|\.psdsxs|\.sigs"), LeakKind.SIGNATURE),
    (re.compile(r"docprops/custom|labelinfo|docmetadata"), LeakKind.PROPERTY),
    (re.compile(r"revisions?/|revisionheaders|usernames|ink/"), LeakKind.TRACKED_CHANGE),
    (re.compile(r"mailmerge|recipientdata"), LeakKind.DOCUMENT_VARIABLE),
    (re.compile(r"calcchain"), LeakKind.FORMULA),
)
"""What parts outside the list are, by a word of their names; the first that fits."""
KNOWN_EXTENSIONS = {
    "{05C60535-1F16-4FD2-B633-F4F36F0B64E0}": "sparklines, drawn from cells",
    "{78C0D931-6437-407D-A8EE-F0AAD7539E65}": "conditional formats",
    "{B025F937-C7B1-47D3-B67F-A62EFF666E3E}": "identifier of a data bar",
    "{CCE6A557-97BC-4B89-ADB6-D9C93CAAB3DF}": "data validations that refer to other sheets",
    "{504A1905-F514-4F6F-8877-14C23A59335A}": "alternative text of a table",
    "{EB79DEF2-80B8-43E5-95BD-54CBDDF9020C}": "styles of slicers",
    "{9260A510-F301-46A8-8635-F512D64BE5F5}": "styles of timelines",
    "{140A7094-0E35-4892-8432-C4D2E57EDEB5}": "reference base of charts",
    "{B58B0392-4F1F-4190-BB64-5DF3571DCE5F}": "features of the calculation",
    "{7626C862-2A13-11E5-B345-FEFF819CDC9F}": "LibreOffice's way of writing references",
    "{C183D7F6-B498-43B3-948B-1728B52AA6E4}": "mark of a decorative object",
    "{FF2B5EF4-FFF2-40B4-BE49-F238E27FC236}": "identifier of a drawing object",
    "{28A0092B-C50C-407E-A947-70E740481C1C}": "resolution of a picture",
    "{C3380CC4-5D6E-409C-BE32-E72D297353CC}": "identifier of a series",
    "{56B9EC1D-385E-4148-901F-78D8002777C0}": "display of blank cells in a chart",
    "{6F2FDCE9-48DA-4B69-8628-5D25D57E5C99}": "colour of negative bars",
    "{CE6537A1-D6FC-4F65-9D91-7224C49458BB}": "layout of data labels",
    "{9D8B030D-6E8A-4147-A177-3AD203B41FA5}": "identifier of a table's column",
    "{0D108BD9-81ED-4DB2-BD59-A6C34878D82A}": "identifier of a table's row",
    "{05A4C25C-085E-4340-85A3-A5531E510DB2}": "family of a theme",
}
"""Extensions that hold no content of their own ([MS-XLSX] 2.2.4, [MS-ODRAWXML] 2.1 and 2.24,
ISO/IEC 29500).
"""
TARGETS_OF_READERS = ("hyperlink",)


@dataclass(frozen=True, slots=True)
class InspectedRelation:
    """One relation of a part, external ones included."""

    id: str
    kind: str
    target: str
    external: bool


@dataclass
class Parts:
    """An Office document taken apart."""

    package: Package
    names: dict[str, str] = field(init=False)
    """Names as the file writes them, by normalised name."""
    _types: dict[str, str] = field(init=False, default_factory=dict)
    _defaults: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.names = {name: member.filename for name, member in self.package.by_name.items()}
        if CONTENTS not in self.package:
            raise WorkbookError("The file is no Office document: it has no list of contents.")

        def start(tag: str, attributes: dict[str, str], _offset: int) -> None:
            declared = attributes.get("ContentType", "")
            if tag.endswith("Override"):
                self._types[normalised(attributes.get("PartName", ""))] = declared
            elif tag.endswith("Default"):
                self._defaults[attributes.get("Extension", "").lower()] = declared

        markup.parse(self.read(CONTENTS), CONTENTS, start=start)

    def read(self, part: str) -> bytes:
        """Bytes of a part, XML as UTF-8."""
        return markup.as_utf8(self.package.read(part))

    def content_type(self, part: str) -> str:
        """Declared content type of a part; empty when there is none."""
        return self._types.get(normalised(part)) or self._defaults.get(
            part.rpartition(".")[2].lower(), ""
        )

    def relations(self, part: str) -> list[InspectedRelation]:
        """Relations of a part (of the whole package for ""), targets resolved to names of parts."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", name + ".rels")
        relations: list[InspectedRelation] = []
        if rels not in self.package:
            return relations

        def start(tag: str, attributes: dict[str, str], _offset: int) -> None:
            if not tag.endswith("Relationship"):
                return
            external = attributes.get("TargetMode", "Internal") == "External"
            target = attributes.get("Target", "")
            if not external:
                inside = unquote(target).replace("\\", "/")
                absolute = inside if inside.startswith("/") else posixpath.join(folder, inside)
                target = posixpath.normpath(absolute).lstrip("/")
            kind = attributes.get("Type", "").rpartition("/")[2]
            relations.append(InspectedRelation(attributes.get("Id", ""), kind, target, external))

        markup.parse(self.read(rels), rels, start=start)
        return relations

    def targets(self, part: str, kind: str) -> list[str]:
        """Parts that a part leads to by one kind of relation, if they are there."""
        found = (
            item.target for item in self.relations(part) if item.kind == kind and not item.external
        )
        return [target for target in found if target in self.package]

    def tree(self, part: str, *, without: str = "") -> Element:
        """Parse a part into elements by local name; the content of the elements named `without` is
        left out.
        """
        return tree(self.read(part), part, without=without)


@lru_cache(maxsize=4096)
def local(name: str) -> str:
    """Local name of ``uri name``; an ``r:`` before attributes that are relations."""
    if name.startswith(RELATION_NAMESPACES):
        return "r:" + name.rpartition(markup.SEPARATOR)[2]
    return name.rpartition(markup.SEPARATOR)[2]


def tree(data: bytes, part: str, *, without: str = "") -> Element:
    """Parse XML into elements by local name; document types are refused."""
    builder = TreeBuilder()
    skipped = 0

    def start(name: str, attributes: dict[str, str], _offset: int) -> None:
        nonlocal skipped
        tag = local(name)
        if skipped == 0:
            builder.start(tag, {local(key): value for key, value in reversed(attributes.items())})
        if tag == without or skipped:
            skipped += 1

    def end(name: str, _offset: int) -> None:
        nonlocal skipped
        skipped -= bool(skipped)
        if skipped == 0:
            builder.end(local(name))

    def text(content: str) -> None:
        if skipped == 0:
            builder.data(content)

    markup.parse(data, part, start=start, end=end, text=text)
    return builder.close()


def inspect_parts(parts: Parts, allowed: dict[str, str], seen: Inspection) -> None:
    """Report parts outside the list, links out of the package, and what any part may carry
    along.
    """
    patterns = [(re.compile(pattern), declared) for pattern, declared in allowed.items()]
    reached = _reached(parts)
    for name, part in parts.names.items():
        if name.endswith((".xml", ".rels")):
            _remarks(parts.read(part), part, seen)
        if name == normalised(CONTENTS):
            continue
        if RELATIONS_PART.fullmatch(name):
            _relations(parts, part, seen)
            continue
        expected = next(
            (declared for pattern, declared in patterns if pattern.fullmatch(name)), None
        )
        if expected is None:
            _unexpected(part, seen)
            continue
        declared = parts.content_type(part)
        if declared.lower() != expected.lower():
            macro = "macroenabled" in declared.lower()
            seen.add(
                LeakKind.MACRO if macro else LeakKind.UNEXPECTED_PART,
                part,
                f"declared as '{declared}'",
            )
        if name not in reached:
            seen.add(LeakKind.ORPHAN_PART, part, f"{parts.package.size(part):,} bytes")
        _content(parts, part, seen)


def _reached(parts: Parts) -> set[str]:
    """Parts that can be reached from the package by relations."""
    reached: set[str] = set()
    waiting = deque([""])
    while waiting:
        for relation in parts.relations(waiting.popleft()):
            name = normalised(relation.target)
            if not relation.external and name in parts.names and name not in reached:
                reached.add(name)
                waiting.append(parts.names[name])
    return reached


def _unexpected(part: str, seen: Inspection) -> None:
    name = part.lower()
    kind = next(
        (kind for pattern, kind in NAMED_PARTS if pattern.search(name)), LeakKind.UNEXPECTED_PART
    )
    seen.add(kind, part, f"the part {part}")


def _relations(parts: Parts, part: str, seen: Inspection) -> None:
    folder, name = posixpath.split(part)
    owner = posixpath.join(posixpath.dirname(folder), name[: -len(".rels")])
    if owner and normalised(owner) not in parts.names and name != ".rels":
        seen.add(LeakKind.ORPHAN_PART, part, f"there is no part {owner}")
    for relation in parts.relations(owner):
        if not relation.external:
            if normalised(relation.target) not in parts.names and relation.target.upper() != "NULL":
                seen.aside(part, relation.target)
            continue
        if relation.kind in TARGETS_OF_READERS:
            seen.link(owner, relation.target)
        else:
            seen.add(LeakKind.EXTERNAL_LINK, owner, f"{relation.kind}: {relation.target}")
            seen.path(owner, relation.target)


def _content(parts: Parts, part: str, seen: Inspection) -> None:
    """Look at what any part may carry along: metadata of pictures; extensions and paths in XML."""
    if not part.lower().endswith(".xml"):
        inspect_image(parts.package.read(part), part, seen)
        return

    def start(tag: str, attributes: dict[str, str], _offset: int) -> None:
        name = local(tag)
        if (
            name == "ext"
            and "uri" in attributes
            and attributes["uri"].upper() not in KNOWN_EXTENSIONS
        ):
            seen.add(LeakKind.EXTENSION, part, attributes["uri"])
        elif name == "absPath":
            seen.add(LeakKind.PATH, part, attributes.get("url", ""))
        for value in attributes.values():
            if not value.startswith("http://schemas."):
                seen.aside(part, value)

    texts: list[str] = []
    markup.parse(parts.read(part), part, start=start, text=texts.append)
    for text in texts:
        seen.aside(part, text)


def _remarks(data: bytes, part: str, seen: Inspection) -> None:
    for match in REMARK.finditer(data):
        if not match.group().startswith(b"<?xml "):
            text = match.group().decode("utf-8", "replace")
            seen.add(LeakKind.XML_LEFTOVER, part, text)
            seen.private(part, text)


def flag(element: Element | None, name: str, *, default: bool = False) -> bool:
    """Read an attribute that is true or false."""
    value = None if element is None else element.get(name)
    return default if value is None else value.lower() in ("1", "true", "on", "t")


def whole(text: str | None, default: int = 0) -> int:
    """Read a whole number; the default for anything else."""
    try:
        return int(text) if text is not None else default
    except ValueError:
        return default


def real(text: str | None, default: float = 0.0) -> float:
    """Read a number; the default for anything else."""
    try:
        return float(text) if text is not None else default
    except ValueError:
        return default
