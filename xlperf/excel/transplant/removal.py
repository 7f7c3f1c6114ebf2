"""Sheets taken out of a closed workbook, with every part that only they lead to.

Formats stay: those that no cell has do no harm.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlperf.errors import LayoutError
from xlperf.excel import markup
from xlperf.excel.package import normalised
from xlperf.excel.parts import CONTENTS
from xlperf.excel.transplant.donor import table_names
from xlperf.excel.transplant.renaming import FORMULAS, LOCATION, PIVOT_NAME, PIVOT_SOURCE, refers

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from xlperf.excel.transplant.host import Host

DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.drawing+xml"
ANCHOR = re.compile(rb"<((?:[^\s/>:]+:)?(?:two|one)CellAnchor)\b.*?</\1\s*>", re.DOTALL)
SHAPE_NAME = re.compile(rb"<(?:[^\s/>:]+:)?cNvPr\b[^>]*?\sname\s*=\s*[\"']([^\"']*)")
CHART = re.compile(rb"<(?:[^\s/>:]+:)?chart\b[^>]*?:id\s*=\s*[\"']([^\"']*)")
CHAIN_ENTRY = re.compile(rb"<(?:[^\s/>:]+:)?c\b[^>]*?\si\s*=\s*[\"'](\d+)")


def remove_sheets(host: Host, sheets: Iterable[str]) -> None:
    """Take sheets out of a workbook. Raises `LayoutError` if no other sheet would be seen."""
    gone = [name for name in host.sheet_names if name.lower() in {item.lower() for item in sheets}]
    left = [item for item in host.lists.sheets if item.name not in gone]
    if not any(item.attributes.get("state", "visible") == "visible" for item in left):
        raise LayoutError(
            f"{host.what} would have no sheet left that is seen. Add one, then try again; nothing"
            " was written."
        )
    parts = {name: host.sheet_part(name) for name in gone}
    only = reachable(host, parts.values()) - reachable(
        host, [host.sheet_part(item.name) for item in left if has_part(host, item.name)]
    )
    _drop_chain(host, gone)
    for name, part in parts.items():
        host.lists.remove_sheet(name)
        host.edit.unlist(part, host.workbook.part)
    for part in sorted(only):
        if normalised(part) not in {normalised(item) for item in parts.values()}:
            _undeclare(host, part)
        host.edit.remove(part)


def remove_charts(host: Host, charts: Collection[str]) -> None:
    """Take charts out of every sheet, by name, with their parts."""
    for drawing in sorted(host.edit.declared(DRAWING_TYPE)) if charts else ():
        data = markup.as_utf8(host.edit.read(drawing))
        gone = [anchor for anchor in ANCHOR.finditer(data) if _shape_name(anchor[0]) in charts]
        links = host.edit.relations(drawing)
        parts = [links[link.decode()].target for item in gone for link in CHART.findall(item[0])]
        if not parts:
            continue
        host.edit.write(drawing, markup.splice(data, [(*item.span(), b"") for item in gone]))
        for part in parts:
            inner = reachable(host, [part])
            host.edit.unlist(part, drawing)
            for other in sorted(inner):
                _undeclare(host, other)
                host.edit.remove(other)


def _shape_name(anchor: bytes) -> str | None:
    match = SHAPE_NAME.search(anchor)
    return match and markup.unescaped(match[1].decode("utf-8", "replace"))


def has_part(host: Host, name: str) -> bool:
    """Whether the part of a sheet is there."""
    try:
        return host.sheet_part(name) in host.edit
    except (KeyError, StopIteration):
        return False


def reachable(host: Host, parts: Iterable[str]) -> set[str]:
    """Parts that some lead to, with themselves."""
    reachable: set[str] = set()
    todo = list(parts)
    while todo:
        part = todo.pop()
        if part in reachable or part not in host.edit:
            continue
        reachable.add(part)
        todo += [item.target for item in host.edit.relations(part).values()]
    return reachable


def _undeclare(host: Host, part: str) -> None:
    pattern = re.compile(
        rb"<(?:[^\s/>:]+:)?Override\b[^>]*PartName\s*=\s*[\"']/?"
        + re.escape(part.encode())
        + rb"[\"'][^>]*/>",
        re.IGNORECASE,
    )
    host.edit.write(CONTENTS, pattern.sub(b"", host.edit.read(CONTENTS)))


def _drop_chain(host: Host, gone: list[str]) -> None:
    """Drop the calculation chain if it names a sheet that goes: Excel makes another."""
    numbers = {host.lists.sheets[host.lists.position(name)].attributes["sheetId"] for name in gone}
    for item in host.workbook.relations.values():
        if item.kind != "calcChain" or item.target not in host.edit:
            continue
        named = {match.decode() for match in CHAIN_ENTRY.findall(host.edit.read(item.target))}
        if named & numbers:
            host.edit.unlist(item.target, host.workbook.part)
            host.edit.remove(item.target)


def uses(host: Host, sheets: Iterable[str], names: Iterable[str]) -> Iterator[str]:
    """Other sheets, and names of the workbook, that use some sheets, their tables or some names:
    they would show an error without them.
    """
    gone = {name.lower() for name in sheets}
    parts = [host.sheet_part(name) for name in host.sheet_names if name.lower() in gone]
    inner = reachable(host, parts)
    words = {name.lower() for name in names} | table_names(host.edit.read(part) for part in inner)
    for name in host.sheet_names:
        if name.lower() in gone or not has_part(host, name):
            continue
        for part in reachable(host, [host.sheet_part(name)]) - inner:
            data = markup.as_utf8(host.edit.read(part)) if part.lower().endswith(".xml") else b""
            if _uses(data, gone, words):
                yield name
                break
    for item in host.lists.names:
        position = item.sheet_position
        of_ours = position is not None and host.lists.sheets[position].name.lower() in gone
        if not of_ours and item.name.lower() not in words and refers(item.text, gone, words):
            yield f"the name {item.name}"


def _uses(data: bytes, sheets: Iterable[str], words: Iterable[str]) -> bool:
    """Whether a formula, a link or a pivot table of a part uses sheets or names."""
    texts = [match[3] for match in FORMULAS.finditer(data)]
    texts += [match[2] for match in LOCATION.finditer(data)]
    texts += [match[1] for match in PIVOT_NAME.finditer(data)]
    named = {markup.unescaped(match[2].decode()).lower() for match in PIVOT_SOURCE.finditer(data)}
    return not named.isdisjoint(sheets) or any(
        refers(markup.unescaped(text.decode()), sheets, words) for text in texts
    )
