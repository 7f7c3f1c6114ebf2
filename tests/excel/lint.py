"""Faults that make Excel repair a workbook and that a schema validator does not see.

Each check is a function from the opened parts to sentences; `faults` runs them all.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from xlperf.excel.areas import Area, split_address

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
T = "{http://schemas.openxmlformats.org/package/2006/content-types}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
NEWER = (
    "LET",
    "LAMBDA",
    "SORT",
    "SORTBY",
    "FILTER",
    "UNIQUE",
    "SEQUENCE",
    "XLOOKUP",
    "XMATCH",
    "TEXTJOIN",
    "CONCAT",
    "IFS",
    "SWITCH",
    "MAXIFS",
    "MINIFS",
    "RANDARRAY",
    "VSTACK",
    "HSTACK",
    "TAKE",
    "DROP",
    "CHOOSECOLS",
    "CHOOSEROWS",
    "TOCOL",
    "TOROW",
    "TEXTSPLIT",
    "TEXTBEFORE",
    "TEXTAFTER",
    "IFNA",
    "STDEV.S",
    "NORM.S.INV",
    "T.INV.2T",
)
NEWER_CALL = re.compile(r"(?<![\w.])(" + "|".join(re.escape(name) for name in NEWER) + r")\(")
QUOTED = re.compile(r'"(?:[^"]|"")*"')
SHEET_REFERENCE = re.compile(r"(?:'((?:[^']|'')+)'|(?<![\w.\]'!#])([A-Za-z_][\w.]*))!")
COUNTED = (
    "fonts",
    "fills",
    "borders",
    "cellXfs",
    "cellStyleXfs",
    "cellStyles",
    "dxfs",
    "numFmts",
    "mergeCells",
    "tableParts",
    "dataValidations",
    "tableColumns",
)
LONGEST_LIST = 255
MAIN = {".xlsx": "spreadsheetml.sheet.main", ".xlsm": "sheet.macroEnabled.main"}


class _Parts:
    """The parts of a package, XML taken apart."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with zipfile.ZipFile(path) as package:
            self.names = package.namelist()
            self.data = {name: package.read(name) for name in self.names}
        self.xml: dict[str, ET.Element] = {}
        self.broken: list[str] = []
        for name, data in self.data.items():
            if name.endswith((".xml", ".rels")):
                try:
                    self.xml[name] = ET.fromstring(data)
                except ET.ParseError as error:
                    self.broken.append(f"{name}: {error}")

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Id -> (kind, target part; empty when external)."""
        folder, name = posixpath.split(part)
        rels = self.xml.get(posixpath.join(folder, "_rels", name + ".rels"))
        found = {}
        for item in rels if rels is not None else ():
            target = unquote(item.get("Target", ""))
            target = (
                target.lstrip("/")
                if target.startswith("/")
                else posixpath.normpath(posixpath.join(folder, target))
            )
            kind = item.get("Type", "").rsplit("/", 1)[-1]
            found[item.get("Id", "")] = (
                kind,
                "" if item.get("TargetMode") == "External" else target,
            )
        return found

    @property
    def main(self) -> str:
        return next(
            (target for kind, target in self.relations("").values() if kind == "officeDocument"), ""
        )

    def sheets(self) -> Iterator[tuple[str, str, ET.Element]]:
        """Name, part and content of each worksheet."""
        relations = self.relations(self.main)
        for sheet in self.xml[self.main].iter(M + "sheet"):
            kind, part = relations.get(sheet.get(R + "id", ""), ("", ""))
            if kind == "worksheet" and part in self.xml:
                yield sheet.get("name", ""), part, self.xml[part]

    def first(self, kind: str) -> ET.Element | None:
        part = next(
            (target for what, target in self.relations(self.main).values() if what == kind), ""
        )
        return self.xml.get(part)


def faults(path: Path) -> list[str]:
    """Sentences about a workbook's faults; empty when none is found."""
    parts = _Parts(path)
    found = [
        f"{name} is in the zip {count} times"
        for name, count in Counter(parts.names).items()
        if count > 1
    ]
    found += parts.broken
    if found or parts.main not in parts.xml:
        return found or ["there is no main part"]
    for check in (
        _contents,
        _dangling,
        _workbook,
        _names,
        _counts,
        _styles,
        _tables,
        _chain,
        _charts,
    ):
        found += check(parts)
    for name, part, sheet in parts.sheets():
        found += [
            f"{name}: {fault}"
            for fault in (*_cells(parts, sheet), *_formulas(sheet), *_ranges(sheet))
        ]
        found += [] if part in parts.names else [f"{part} is missing"]
    return found


def _contents(parts: _Parts) -> Iterator[str]:
    types = parts.xml["[Content_Types].xml"]
    defaults = {item.get("Extension", "").lower() for item in types.iter(T + "Default")}
    overrides = {
        item.get("PartName", "").lstrip("/"): item.get("ContentType", "")
        for item in types.iter(T + "Override")
    }
    for name in parts.names:
        if (
            name not in overrides
            and name.rsplit(".", 1)[-1].lower() not in defaults
            and name != "[Content_Types].xml"
        ):
            yield f"{name} has no content type"
    yield from (
        f"content type of a missing part {name}" for name in overrides if name not in parts.data
    )
    wanted = MAIN.get(parts.path.suffix.lower())
    if wanted is not None and wanted not in overrides.get(parts.main, ""):
        yield f"{parts.path.name}: the main content type is {overrides.get(parts.main)}"


def _dangling(parts: _Parts) -> Iterator[str]:
    for name, root in parts.xml.items():
        if name.endswith(".rels"):
            folder, own = posixpath.split(name)
            owner = posixpath.join(posixpath.dirname(folder), own.removesuffix(".rels"))
            for _, target in parts.relations(owner).values():
                if target and target not in parts.data:
                    yield f"{name}: relation to a missing part {target}"
            continue
        known = parts.relations(name)
        for element in root.iter():
            for key, value in element.attrib.items():
                if key.startswith(R) and value not in known:
                    yield (
                        f"{name}: {element.tag.rpartition('}')[2]} names the relation {value},"
                        " which is missing"
                    )


def _workbook(parts: _Parts) -> Iterator[str]:
    names = [sheet.get("name", "") for sheet in parts.xml[parts.main].iter(M + "sheet")]
    yield from (
        f"two sheets named {n}" for n, count in Counter(map(str.lower, names)).items() if count > 1
    )
    yield from (f"sheet name of {len(n)} characters: {n}" for n in names if not 0 < len(n) <= 31)


def _names(parts: _Parts) -> Iterator[str]:
    sheets = {sheet.get("name", "").lower() for sheet in parts.xml[parts.main].iter(M + "sheet")}
    seen: set[tuple[str, str | None]] = set()
    for name in parts.xml[parts.main].iter(M + "definedName"):
        key = (name.get("name", "").lower(), name.get("localSheetId"))
        if key in seen:
            yield f"two defined names {name.get('name')}"
        seen.add(key)
        for sheet in _sheets_named(name.text or ""):
            if sheet.lower() not in sheets:
                yield f"defined name {name.get('name')} points to a missing sheet {sheet}"


def _sheets_named(formula: str) -> Iterator[str]:
    for quoted, plain in SHEET_REFERENCE.findall(QUOTED.sub("", formula)):
        name = quoted.replace("''", "'") or plain
        if "[" not in name:
            yield from name.split(":")


def _counts(parts: _Parts) -> Iterator[str]:
    for name, root in parts.xml.items():
        for element in root.iter():
            tag = element.tag.rpartition("}")[2]
            if (
                element.tag.startswith(M)
                and tag in COUNTED
                and int(element.get("count", len(element))) != len(element)
            ):
                yield f"{name}: {tag} says {element.get('count')} and has {len(element)}"
    texts = parts.first("sharedStrings")
    if texts is not None and int(texts.get("uniqueCount", len(texts))) != len(texts):
        yield f"shared strings say {texts.get('uniqueCount')} and are {len(texts)}"


def _styles(parts: _Parts) -> Iterator[str]:
    styles = parts.first("styles")
    if styles is None:
        return
    size = {
        tag: len(styles.find(M + tag) or ())
        for tag in ("fonts", "fills", "borders", "cellXfs", "dxfs")
    }
    for number, xf in enumerate(styles.findall(f"{M}cellXfs/{M}xf")):
        for key, tag in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders")):
            if int(xf.get(key, "0")) >= size[tag]:
                yield f"format {number}: {key} {xf.get(key)} of {size[tag]}"
    for name, _, sheet in parts.sheets():
        for cell in sheet.iter(M + "c"):
            if int(cell.get("s", "0")) >= size["cellXfs"]:
                yield f"{name}!{cell.get('r')}: format {cell.get('s')} of {size['cellXfs']}"
        for rule in sheet.iter(M + "cfRule"):
            if int(rule.get("dxfId", "0")) >= max(1, size["dxfs"]):
                yield f"{name}: conditional format with dxf {rule.get('dxfId')} of {size['dxfs']}"


def _cells(parts: _Parts, sheet: ET.Element) -> Iterator[str]:
    texts = parts.first("sharedStrings")
    known = len(texts) if texts is not None else 0
    last_row = 0
    for row in sheet.iter(M + "row"):
        number = int(row.get("r", last_row + 1))
        if number <= last_row:
            yield f"row {number} after row {last_row}"
        last_row, last_column = number, 0
        for cell in row.iter(M + "c"):
            try:
                at, column = split_address(cell.get("r", ""))
            except ValueError:
                yield f"cell reference '{cell.get('r')}'"
                continue
            if at != number or column <= last_column:
                yield f"cell {cell.get('r')} out of order in row {number}"
            last_column = column
            yield from _content(cell, known)


def _content(cell: ET.Element, texts: int) -> Iterator[str]:
    kind, value, where = cell.get("t", "n"), cell.findtext(M + "v"), cell.get("r")
    if kind == "s" and not (value or "").isdigit():
        yield f"{where}: shared string '{value}'"
    elif kind == "s" and int(value or 0) >= texts:
        yield f"{where}: shared string {value} of {texts}"
    elif kind == "n" and value and not re.fullmatch(r"-?\d+(\.\d*)?([eE][-+]?\d+)?", value):
        yield f"{where}: number cell with '{value}'"
    elif kind == "b" and value not in ("0", "1"):
        yield f"{where}: boolean cell with '{value}'"
    elif kind == "e" and not (value or "").startswith("#"):
        yield f"{where}: error cell with '{value}'"
    elif kind == "d":
        yield f"{where}: a date as text, which the transitional form has not"
    shown = "".join(text.text or "" for text in cell.iter(M + "t"))
    if len(shown.encode("utf-16-le")) // 2 > 32_767:
        yield f"{where}: {len(shown)} characters"


def _formulas(sheet: ET.Element) -> Iterator[str]:
    for tag in ("f", "formula", "formula1", "formula2"):
        for element in sheet.iter(M + tag):
            formula = element.text or ""
            plain = QUOTED.sub("", formula)
            if plain.count("(") != plain.count(")") or plain.rstrip().endswith(
                ("(", ",", "+", "*", "/", "&")
            ):
                yield f"formula that does not end: ={formula}"
            if "[@" in plain:
                yield f"formula with [@, which is not the file's form: ={formula}"
            yield from (f"={formula}: {name} needs _xlfn." for name in NEWER_CALL.findall(plain))


def _ranges(sheet: ET.Element) -> Iterator[str]:
    merged = [Area.of(item.get("ref", "")) for item in sheet.iter(M + "mergeCell")]
    for place, area in enumerate(merged):
        yield from (
            f"merged {area} overlaps {other}" for other in merged[:place] if area.overlaps(other)
        )
    last = 0
    for column in sheet.iter(M + "col"):
        if int(column.get("min", "0")) <= last:
            yield f"columns overlap at {column.get('min')}"
        last = int(column.get("max", "0"))
    for validation in sheet.iter(M + "dataValidation"):
        entries = validation.findtext(M + "formula1") or ""
        if entries.startswith('"') and len(entries) - 2 > LONGEST_LIST:
            yield f"validation list of {len(entries) - 2} characters"


def _tables(parts: _Parts) -> Iterator[str]:
    texts = parts.first("sharedStrings")
    shared = [
        "".join(t.text or "" for t in item.iter(M + "t"))
        for item in (texts if texts is not None else ())
    ]
    names: Counter[str] = Counter()
    ids: Counter[str] = Counter()
    for sheet_name, part, sheet in parts.sheets():
        cells = {cell.get("r"): cell for cell in sheet.iter(M + "c")}
        areas: list[Area] = []
        for kind, target in parts.relations(part).values():
            if kind != "table" or target not in parts.xml:
                continue
            table = parts.xml[target]
            name = table.get("displayName", "")
            names[name.lower()] += 1
            ids[table.get("id", "")] += 1
            yield from (f"{sheet_name}, {name}: {fault}" for fault in _table(table, cells, shared))
            area = Area.of(table.get("ref", ""))
            yield from (
                f"{sheet_name}: table {name} overlaps another"
                for other in areas
                if area.overlaps(other)
            )
            areas.append(area)
    yield from (f"two tables named {name}" for name, count in names.items() if count > 1)
    yield from (f"two tables of id {number}" for number, count in ids.items() if count > 1)


def _table(
    table: ET.Element, cells: dict[str | None, ET.Element], shared: list[str]
) -> Iterator[str]:
    area = Area.of(table.get("ref", ""))
    columns = [column.get("name", "") for column in table.iter(M + "tableColumn")]
    yield from (
        f"two columns {n}" for n, count in Counter(map(str.lower, columns)).items() if count > 1
    )
    if len(columns) != area.right - area.left + 1:
        yield f"covers {area} but has {len(columns)} columns"
        return
    header, totals = table.get("headerRowCount", "1") != "0", int(table.get("totalsRowCount", "0"))
    if area.bottom - area.top + 1 - int(header) - totals < 1:
        yield f"{area} leaves no data row"
    filtered = table.find(M + "autoFilter")
    expected = Area(area.top, area.left, area.bottom - totals, area.right)
    if filtered is not None and Area.of(filtered.get("ref", "")) != expected:
        yield f"filter {filtered.get('ref')} of {area}"
    for offset, name in enumerate(columns if header else ()):
        cell = cells.get(str(Area(area.top, area.left + offset, area.top, area.left + offset)))
        text = _shown(cell, shared)
        if text != re.sub("_x([0-9A-F]{4})_", lambda match: chr(int(match.group(1), 16)), name):
            yield f"column '{name}' has the header '{text}'"


def _shown(cell: ET.Element | None, shared: list[str]) -> str | None:
    if cell is None:
        return None
    if cell.get("t") == "s":
        return shared[int(cell.findtext(M + "v") or 0)]
    if cell.get("t") == "inlineStr":
        return "".join(t.text or "" for t in cell.iter(M + "t"))
    return cell.findtext(M + "v")


def _chain(parts: _Parts) -> Iterator[str]:
    chain = parts.first("calcChain")
    if chain is None:
        return
    relations = parts.relations(parts.main)
    by_id = {
        s.get("sheetId"): relations.get(s.get(R + "id", ""), ("", ""))[1]
        for s in parts.xml[parts.main].iter(M + "sheet")
    }
    formulas = {
        part: {cell.get("r") for cell in sheet.iter(M + "c") if cell.find(M + "f") is not None}
        for _, part, sheet in parts.sheets()
    }
    sheet_id: str | None = None
    for cell in chain:
        sheet_id = cell.get("i", sheet_id)
        if cell.get("r") not in formulas.get(by_id.get(sheet_id, ""), set()):
            yield f"calculation chain: {cell.get('r')} of sheet {sheet_id} holds no formula"
    if not len(chain):
        yield "the calculation chain is empty"


def _charts(parts: _Parts) -> Iterator[str]:
    sheets = {sheet.get("name", "").lower() for sheet in parts.xml[parts.main].iter(M + "sheet")}
    for name, root in parts.xml.items():
        for formula in root.iter(C + "f"):
            for sheet in _sheets_named(formula.text or ""):
                if sheet.lower() not in sheets:
                    yield f"{name}: points to a missing sheet {sheet}"
