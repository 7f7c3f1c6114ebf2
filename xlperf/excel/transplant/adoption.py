"""A workbook of somebody else that takes our sheets, gets cells connected, and can be had back.

What is changed of theirs is kept in a part of its own: the lists and the styles as they were, and
each connected cell as it was. Programs that write the whole workbook anew (Excel, LibreOffice)
leave that part out. Then sheets, names and markers are taken out one by one, and formats that no
cell has stay behind.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, NamedTuple

from xlperf.errors import LayoutError
from xlperf.excel import markup
from xlperf.excel.areas import address, parse_reference, quoted_sheet, split_address
from xlperf.excel.parts import CONTENTS
from xlperf.excel.sheet import CellContent, WorksheetPart
from xlperf.excel.transplant.host import Host, put_into
from xlperf.excel.transplant.package_edit import rels_of
from xlperf.excel.transplant.removal import remove_sheets, uses
from xlperf.excel.transplant.style_merge import StyleLists
from xlperf.excel.transplant.workbook_lists import WorkbookLists

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlperf.excel.new_sheets import NewSheets
    from xlperf.excel.port import MarkedCell

MEMORY, MEMORY_TYPE = "xlperf/adopted.json", "application/json"
"""Part that keeps what was there before, and its content type."""


class Released(NamedTuple):
    """A workbook without our sheets."""

    data: bytes
    cells: tuple[str, ...]
    """Cells that hold their markers again, as Sheet!C4."""
    left: tuple[str, ...]
    """Parts that are not as they were before: styles, after another program saved the file."""


def adopted(data: bytes, what: str, new: NewSheets) -> bytes:
    """Return a workbook with our sheets, which remembers what it was."""
    host = Host(data, what)
    parts = [CONTENTS, host.workbook.part, rels_of(host.workbook.part), host.styles.part]
    chain = [item.target for item in host.workbook.relations.values() if item.kind == "calcChain"]
    before = {part: host.edit.read(part) for part in (*parts, *chain) if part in host.edit}
    put_into(host, new)
    memory = {"parts": {part: _packed(content) for part, content in before.items()}, "cells": {}}
    host.edit.write(MEMORY, json.dumps(memory).encode())
    host.edit.declare(MEMORY, MEMORY_TYPE)
    return host.to_bytes()


def connected(data: bytes, what: str, cells: Mapping[str, MarkedCell]) -> bytes:
    """Return a workbook in which cells have names, and which remembers the cells."""
    host = Host(data, what)
    memory = json.loads(host.edit.read(MEMORY)) if MEMORY in host.edit else None
    for name, cell in cells.items():
        host.lists.set_name(name, f"{quoted_sheet(cell.sheet)}!{_absolute(cell.address)}")
        if memory is not None:
            part = host.sheet_part(cell.sheet)
            sheet = WorksheetPart(host.edit.read(part), part)
            scanned = sheet.cell(*split_address(cell.address))
            if scanned is not None:
                raw = sheet.data[scanned.start : scanned.end]
                memory["cells"].setdefault(part, {})[cell.address] = _packed(raw)
    if memory is not None:
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
    users = list(uses(host, ours))
    if users:
        raise LayoutError(
            f"Formulas or charts on {', '.join(users)} use sheets of xlperf, and would show #REF!"
            " without them. Point them elsewhere, save, then try again; nothing was written."
        )
    memory = (
        json.loads(host.edit.read(MEMORY)) if MEMORY in host.edit else {"parts": {}, "cells": {}}
    )
    theirs = _names_before(host, memory["parts"])
    own = {name: text for name, text in markers.items() if name.lower() not in theirs}
    cells = _put_back_cells(host, memory["cells"], ours, own)
    remove_sheets(host, ours)
    host.lists.remove_names([name for name in names if name.lower() not in theirs])
    if MEMORY in host.edit:
        host.edit.write(CONTENTS, _without_memory(host.edit.read(CONTENTS)))
        host.edit.remove(MEMORY)
    host.write_lists()
    left = _put_back_parts(host, {part: _unpacked(text) for part, text in memory["parts"].items()})
    return Released(host.edit.to_bytes(), tuple(cells), tuple(left))


def _names_before(host: Host, parts: Mapping[str, str]) -> set[str]:
    """Names that the workbook had before, in lower case; none where that is not known."""
    part = host.workbook.part
    if part not in parts:
        return set()
    return {item.name.lower() for item in WorkbookLists(_unpacked(parts[part]), part).names}


def _put_back_cells(
    host: Host, memory: Mapping[str, Mapping[str, str]], ours: list[str], markers: Mapping[str, str]
) -> list[str]:
    """Give connected cells what they held: their bytes, or else the marker as a text."""
    by_sheet: dict[str, dict[tuple[int, int], str]] = {}
    for item in host.lists.names:
        target = parse_reference(item.text)
        if item.name in markers and target is not None and target[0] not in ours:
            area = target[1]
            by_sheet.setdefault(target[0], {})[area.top, area.left] = markers[item.name]
    cells = []
    for sheet, texts in by_sheet.items():
        if host.lists.position(sheet) < 0:
            continue
        part = host.sheet_part(sheet)
        scanned = WorksheetPart(host.edit.read(part), part)
        edits: list[tuple[int, int, bytes]] = []
        written: dict[tuple[int, int], CellContent] = {}
        for (row, column), text in texts.items():
            at, cell = address(row, column), scanned.cell(row, column)
            raw = memory.get(part, {}).get(at)
            cells.append(f"{sheet}!{at}")
            if cell is not None and raw is not None:
                edits.append((cell.start, cell.end, _unpacked(raw)))
            else:
                inner = f"<is><t>{markup.cell_text(text)}</t></is>".encode()
                style = scanned.style_at(row, column)
                written[row, column] = CellContent(inner, "inlineStr", style)
        data = markup.splice(scanned.data, edits)
        host.edit.write(part, WorksheetPart(data, part).edited(written, ()) if written else data)
    return cells


def _put_back_parts(host: Host, before: Mapping[str, bytes]) -> list[str]:
    """Give the lists and the styles their bytes, where nobody else changed them since."""
    left = []
    for part, content in before.items():
        now = host.edit.read(part) if part in host.edit else b""
        if now == content:
            continue
        if _same(host, part, now, content):
            host.edit.restore(part, content)
        else:
            left.append(part)
    return left


def _same(host: Host, part: str, now: bytes, before: bytes) -> bool:
    """Whether a part differs from what it was by nothing that somebody else put there."""
    if part == host.workbook.part:
        lists = WorkbookLists(now, part), WorkbookLists(before, part)
        sheets, names = (
            [[item.raw for item in getattr(each, kind)] for each in lists]
            for kind in ("sheets", "names")
        )
        return sheets[0] == sheets[1] and names[0] == names[1]
    if part == host.styles.part:
        new, old = StyleLists(now, part), StyleLists(before, part)
        return all(
            new.lists[name].items[: len(content.items)] == content.items
            for name, content in old.lists.items()
        )
    if part == CONTENTS or part.endswith(".rels"):
        return _entries(now) <= _entries(before)
    return not now  # the calculation chain, which a refresh drops


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
