"""A workbook of somebody else that takes our sheets, gets cells connected, and can be had back.

What is changed of theirs is kept in a part of its own: the lists and the styles as they were, and
each connected cell as it was. Programs that write the whole workbook anew (Excel, LibreOffice)
leave that part out. Then sheets, names and markers are taken out one by one, and formats that no
cell has stay behind.
"""

from __future__ import annotations

import json
import re
import zlib
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, TypedDict

from xlperf.errors import LayoutError
from xlperf.excel import markup
from xlperf.excel.areas import address, parse_reference, quoted_sheet, split_address
from xlperf.excel.package import Package
from xlperf.excel.parts import CONTENTS
from xlperf.excel.sheet import CellContent, WorksheetPart
from xlperf.excel.transplant.host import Host, put_into
from xlperf.excel.transplant.package_edit import rels_of
from xlperf.excel.transplant.removal import has_part, reachable, remove_sheets, uses
from xlperf.excel.transplant.style_merge import StyleLists
from xlperf.excel.transplant.workbook_lists import WorkbookLists
from xlperf.frozen import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlperf.excel.new_sheets import NewSheets
    from xlperf.excel.port import MarkedCell

MEMORY, MEMORY_TYPE = "xlperf/adopted.json", "application/json"
"""Part that keeps what was there before, and its content type."""
COLOURED = "_rag"
"""End of the names of cells that a refresh colours."""
FORMAT_NUMBER = re.compile(rb"\s(s|style|\w*[dD]xfId)\s*=\s*[\"'](\d{1,9})[\"']")
"""Attribute of a cell, row, column, rule or table that holds the number of a format."""


class _Memory(TypedDict):
    parts: dict[str, str]
    """Content of the lists and the styles, packed, by part."""
    cells: dict[str, dict[str, str]]
    """Bytes of connected cells, packed, by part and address."""
    sums: dict[str, int]
    """Checksum of each part."""


class Released(NamedTuple):
    """A workbook without our sheets."""

    data: bytes
    cells: tuple[str, ...]
    """Cells that hold their markers again, as Sheet!C4."""
    restyled: tuple[str, ...]
    """Those of them that keep a colour of ours, since it is not known what they looked like."""
    left: tuple[str, ...]
    """Parts that are not as they were before it was adopted."""
    remembered: bool
    """Whether it is known what the parts were; another program may have left that out."""


def adopted(data: bytes, what: str, new: NewSheets) -> bytes:
    """Return a workbook with our sheets, which remembers what it was."""
    host = Host(data, what)
    parts = [CONTENTS, host.workbook.part, rels_of(host.workbook.part), host.styles.part]
    chain = [item.target for item in host.workbook.relations.values() if item.kind == "calcChain"]
    before = {part: host.edit.read(part) for part in (*parts, *chain) if part in host.edit}
    put_into(host, new)
    memory: _Memory = {
        "parts": {part: _packed(content) for part, content in before.items()},
        "cells": {},
        "sums": _sums(host.edit.package),
    }
    host.edit.write(MEMORY, json.dumps(memory).encode())
    host.edit.declare(MEMORY, MEMORY_TYPE)
    return host.to_bytes()


def connected(
    data: bytes, what: str, cells: Mapping[str, MarkedCell], gone: Iterable[str]
) -> bytes:
    """Return a workbook in which cells have names, and which remembers the cells. Cells whose names
    are among `gone` are forgotten.
    """
    host = Host(data, what)
    memory = _memory(host)
    for name, former in _by_sheet(host, gone).items():
        for place in former:
            memory["cells"].get(host.sheet_part(name), {}).pop(address(*place), None)
    host.lists.remove_names(list(gone))
    by_sheet: dict[str, list[str]] = {}
    for name, cell in cells.items():
        host.lists.set_name(name, f"{quoted_sheet(cell.sheet)}!{_absolute(cell.address)}")
        by_sheet.setdefault(cell.sheet, []).append(cell.address)
    for name, addresses in by_sheet.items():
        part = host.sheet_part(name)
        sheet = WorksheetPart(host.edit.read(part), part)
        for at in addresses:
            scanned = sheet.cell(*split_address(at))
            if scanned is not None:
                raw = sheet.data[scanned.start : scanned.end]
                memory["cells"].setdefault(part, {})[at] = _packed(raw)
    if MEMORY in host.edit:
        host.edit.write(MEMORY, json.dumps(memory).encode())
    return host.to_bytes()


def released(
    data: bytes, what: str, sheets: Iterable[str], names: Iterable[str], markers: Mapping[str, str]
) -> Released:
    """Return a workbook without our sheets and names, in which connected cells hold their markers.

    `markers`: by the name of the cell. Raises `LayoutError` if other sheets use ours.
    """
    host = Host(data, what)
    ours = list(sheets)
    memory = _memory(host)
    theirs = _names_before(host, memory["parts"])
    gone = [name for name in names if name.lower() not in theirs]
    users = list(uses(host, ours, gone))
    if users:
        raise LayoutError(
            f"{', '.join(users)}: formulas, charts or links there use sheets, tables or names of"
            " xlperf, and would show #REF! or #NAME? without them. Point them elsewhere, save, then"
            " try again; nothing was written."
        )
    own = {name: text for name, text in markers.items() if name.lower() not in theirs}
    cells, restyled = _put_back_cells(host, memory["cells"], ours, own)
    remove_sheets(host, ours)
    host.lists.remove_names(gone)
    if MEMORY in host.edit:
        host.edit.write(CONTENTS, _without_memory(host.edit.read(CONTENTS)))
        host.edit.remove(MEMORY)
    host.write_lists()
    _put_back_parts(host, {part: _unpacked(text) for part, text in memory["parts"].items()})
    result = host.edit.to_bytes()
    left = _differing(memory["sums"], _sums(Package(result, what)))
    return Released(result, tuple(cells), tuple(restyled), left, bool(memory["parts"]))


def _memory(host: Host) -> _Memory:
    """What a workbook remembers; nothing where another program left that out."""
    if MEMORY not in host.edit:
        return {"parts": {}, "cells": {}, "sums": {}}
    memory: _Memory = json.loads(host.edit.read(MEMORY))
    return memory


def _sums(package: Package) -> dict[str, int]:
    """Checksum of each part, by its name as the package writes it."""
    return {member.filename: member.CRC for member in package.by_name.values()}


def _differing(before: Mapping[str, int], after: Mapping[str, int]) -> tuple[str, ...]:
    """Parts that are others than before; none where that is not known."""
    names = sorted({*before, *after}) if before else ()
    return tuple(name for name in names if before.get(name) != after.get(name))


def _names_before(host: Host, parts: Mapping[str, str]) -> set[str]:
    """Names of the workbook that it had before, in lower case; none where that is not known."""
    part = host.workbook.part
    if part not in parts:
        return set()
    names = WorkbookLists(_unpacked(parts[part]), part).names
    return {item.name.lower() for item in names if item.sheet_position is None}


def _by_sheet(host: Host, names: Iterable[str]) -> dict[str, dict[tuple[int, int], str]]:
    """Names of cells, by sheet and then row and column."""
    wanted = {name.lower() for name in names}
    by_sheet: dict[str, dict[tuple[int, int], str]] = {}
    for item in host.lists.names:
        target = parse_reference(item.text)
        is_ours = item.name.lower() in wanted and item.sheet_position is None
        if is_ours and target is not None and host.lists.position(target[0]) >= 0:
            sheet = host.lists.sheets[host.lists.position(target[0])].name
            by_sheet.setdefault(sheet, {})[target[1].top, target[1].left] = item.name
    return by_sheet


def _put_back_cells(
    host: Host, memory: Mapping[str, Mapping[str, str]], ours: list[str], markers: Mapping[str, str]
) -> tuple[list[str], list[str]]:
    """Give connected cells what they held: their bytes, or else the marker as a text.

    Returns the cells, and those that keep a colour of ours.
    """
    named = _by_sheet(host, markers)
    cells: list[str] = []
    restyled: list[str] = []
    for sheet in [name for name in host.sheet_names if name not in ours]:
        part = host.sheet_part(sheet) if has_part(host, sheet) else ""
        remembered = {split_address(at): raw for at, raw in memory.get(part, {}).items()}
        names = named.get(sheet, {})
        if not (remembered or names):
            continue
        texts = {at: markers[name] for at, name in names.items() if at not in remembered}
        scanned = WorksheetPart(host.edit.read(part), part)
        host.edit.write(part, _with_cells(scanned, remembered, texts))
        cells += [f"{sheet}!{address(*at)}" for at in sorted({*remembered, *texts})]
        restyled += [
            f"{sheet}!{address(*at)}" for at in sorted(texts) if names[at].endswith(COLOURED)
        ]
    return cells, restyled


def _with_cells(
    sheet: WorksheetPart,
    remembered: Mapping[tuple[int, int], str],
    texts: Mapping[tuple[int, int], str],
) -> bytes:
    """Return a sheet in which cells have their former bytes, or hold texts."""
    edits: list[tuple[int, int, bytes]] = []
    for at, raw in remembered.items():
        cell = sheet.cell(*at)
        if cell is not None:
            edits.append((cell.start, cell.end, _unpacked(raw)))
    data = markup.splice(sheet.data, edits)
    written = {
        at: CellContent(
            f"<is><t>{markup.cell_text(text)}</t></is>".encode(), "inlineStr", sheet.style_at(*at)
        )
        for at, text in texts.items()
    }
    return WorksheetPart(data, sheet.part).edited(written, ()) if written else data


def _put_back_parts(host: Host, before: Mapping[str, bytes]) -> None:
    """Give the lists and the styles their bytes, where nobody else changed them since."""
    for part, content in before.items():
        now = host.edit.read(part) if part in host.edit else b""
        if now != content and _same(host, part, now, content):
            host.edit.restore(part, content)


def _same(host: Host, part: str, now: bytes, before: bytes) -> bool:
    """Whether a part differs from what it was by nothing that somebody else put there."""
    if part == host.workbook.part:
        after, former = WorkbookLists(now, part), WorkbookLists(before, part)
        return (
            [item.raw for item in after.sheets] == [item.raw for item in former.sheets]
            and [item.raw for item in after.names] == [item.raw for item in former.names]
            and after.rest() == former.rest()
        )
    if part == host.styles.part:
        new, old = StyleLists(now, part), StyleLists(before, part)
        return _formats_suffice(host, old) and all(
            new.lists[name].items[: len(content.items)] == content.items
            for name, content in old.lists.items()
        )
    if part == CONTENTS or part.endswith(".rels"):
        return _entries(now) <= _entries(before)
    return not now  # the calculation chain, which a refresh drops


def _formats_suffice(host: Host, styles: StyleLists) -> bool:
    """Whether every format that a sheet or table uses is among these: a number above them would
    make Excel repair the workbook.
    """
    lists = styles.lists
    most = {True: len(lists["dxfs"].items), False: max(1, len(lists["cellXfs"].items))}
    sheets = [host.sheet_part(name) for name in host.sheet_names if has_part(host, name)]
    used = (
        match
        for part in reachable(host, sheets)
        if part.lower().endswith(".xml")
        for match in FORMAT_NUMBER.finditer(markup.as_utf8(host.edit.read(part)))
    )
    return all(int(match[2]) < most[match[1].lower().endswith(b"dxfid")] for match in used)


def _entries(data: bytes) -> set[tuple[tuple[str, str], ...]]:
    entries = set()

    def start(_tag: str, attributes: dict[str, str], _offset: int) -> None:
        entries.add(tuple(sorted(attributes.items())))

    markup.parse(data, "a list", start=start)
    return entries


def _without_memory(contents: bytes) -> bytes:
    at = contents.index(f'PartName="/{MEMORY}"'.encode())
    start, end = contents.rindex(b"<", 0, at), contents.index(b">", at) + 1
    return contents[:start] + contents[end:]


def _absolute(at: str) -> str:
    letters = at.rstrip("0123456789")
    return f"${letters}${at[len(letters) :]}"


def _packed(content: bytes) -> str:
    return b64encode(zlib.compress(content)).decode()


def _unpacked(text: str) -> bytes:
    return zlib.decompress(b64decode(text))
