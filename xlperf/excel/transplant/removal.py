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
from xlperf.excel.transplant.renaming import FORMULAS, mentions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xlperf.excel.transplant.host import Host

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
    only = _reachable(host, parts.values()) - _reachable(
        host, [host.sheet_part(item.name) for item in left if _has_part(host, item.name)]
    )
    _drop_chain(host, gone)
    for name, part in parts.items():
        host.lists.remove_sheet(name)
        host.edit.unlist(part, host.workbook.part)
    for part in sorted(only):
        if normalised(part) not in {normalised(item) for item in parts.values()}:
            _undeclare(host, part)
        host.edit.remove(part)


def _has_part(host: Host, name: str) -> bool:
    try:
        return host.sheet_part(name) in host.edit
    except (KeyError, StopIteration):
        return False


def _reachable(host: Host, parts: Iterable[str]) -> set[str]:
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


def uses(host: Host, sheets: Iterable[str]) -> Iterator[str]:
    """Other sheets whose formulas or charts use some sheets: they would show #REF! without them."""
    gone = set(sheets)
    parts = {name: host.sheet_part(name) for name in gone}
    inner = _reachable(host, parts.values())
    for name in host.sheet_names:
        if name in gone or not _has_part(host, name):
            continue
        for part in _reachable(host, [host.sheet_part(name)]) - inner:
            data = markup.as_utf8(host.edit.read(part)) if part.endswith(".xml") else b""
            texts = [match[3] for match in FORMULAS.finditer(data)]
            if any(mentions(text.decode(), sheet) for text in texts for sheet in gone):
                yield name
                break
