"""A compound file: streams in storages, as Office keeps a VBA project. Read by olefile, written
here.

Source: [MS-CFB], Compound File Binary File Format, version 3 (sectors of 512 bytes); section
numbers below are its own. Written whole from a mapping of paths to bytes; the same mapping gives
the same bytes: no clock, no random class ids. The layout is: header, allocation table, directory,
allocation table of small streams, small streams, large streams. (olefile can only replace a stream
by one of the same size, so it cannot write a new file.)
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  #: 2.2
SECTOR, SMALL = 512, 64  #: 2.2: sector shift 9, mini sector shift 6
CUTOFF = 4096  #: 2.2, mini stream cutoff size: shorter streams lie in the mini stream
PER_TABLE = SECTOR // 4  #: 2.3: entries of a sector of the allocation table
IN_HEADER = 109  #: 2.5: places of table sectors that the header holds
FREE, END_OF_CHAIN, TABLE_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD  #: 2.1
NO_ENTRY = 0xFFFFFFFF  #: 2.6.1: no sibling or child
STORAGE, STREAM, ROOT = 1, 2, 5  #: 2.6.1, object type
RED, BLACK = 0, 1  #: 2.6.1, colour flag
LONGEST_NAME = 31  #: 2.6.1: 32 characters of UTF-16 with the closing zero
ROOT_NAME = "Root Entry"  #: 2.6.2
HEADER = struct.Struct("<8s16s6H10I")
ENTRY = struct.Struct("<64sHBBIII16sI8s8sIQ")


@dataclass(slots=True)
class _Entry:
    """An object of the directory, linked to others by their number."""

    name: str
    kind: int
    content: bytes = b""
    children: list[_Entry] = field(default_factory=list)
    number: int = 0
    colour: int = BLACK
    left: int = NO_ENTRY
    right: int = NO_ENTRY
    child: int = NO_ENTRY
    start: int = 0
    size: int = 0


def streams_of(data: bytes) -> dict[str, bytes]:
    """Give the streams of a compound file by their paths, ``storage/stream`` or ``stream``.

    Raises OSError, and others that olefile comes to, for what is no compound file or a damaged one.
    """
    import olefile

    with olefile.OleFileIO(io.BytesIO(data)) as file:
        return {"/".join(path): file.openstream(path).read() for path in file.listdir()}


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """Give the bytes of a compound file with these streams; a path is ``storage/stream`` or
    ``stream``.
    """
    root = _Entry(ROOT_NAME, ROOT)
    entries = [root]
    storages: dict[str, _Entry] = {"": root}
    for path, content in streams.items():
        folder, _, name = path.rpartition("/")
        if folder not in storages:
            storages[folder] = _Entry(folder, STORAGE)
            root.children.append(storages[folder])
            entries.append(storages[folder])
        stream = _Entry(name, STREAM, content, size=len(content))
        storages[folder].children.append(stream)
        entries.append(stream)
    for number, entry in enumerate(entries):
        entry.number = number
        if not 0 < len(entry.name) <= LONGEST_NAME or set(entry.name) & set("/\\:!"):
            raise ValueError(f"'{entry.name}' cannot name a stream")
    for entry in storages.values():
        entry.child = _tree(sorted(entry.children, key=_order))
    return _laid_out(entries)


def _order(entry: _Entry) -> tuple[int, bytes]:
    """2.6.4: a shorter name is less; names of one length compare by their upper-case UTF-16 code
    units.
    """
    return len(entry.name.encode("utf-16-le")), entry.name.upper().encode("utf-16-be")


def _tree(ordered: Sequence[_Entry]) -> int:
    """Link siblings to a red-black tree (2.6.4) and give the number of its root.

    Halving keeps every path equally long but for the lowest level. That level is red unless it is
    full, all else is black, so each path has the same number of black nodes and no red node has a
    red child.
    """
    full = (len(ordered) + 1).bit_length() - 1

    def linked(low: int, high: int, depth: int) -> int:
        if low >= high:
            return NO_ENTRY
        middle = (low + high) // 2
        entry = ordered[middle]
        entry.colour = RED if depth >= full else BLACK
        entry.left, entry.right = (
            linked(low, middle, depth + 1),
            linked(middle + 1, high, depth + 1),
        )
        return entry.number

    return linked(0, len(ordered), 0)


def _laid_out(entries: Sequence[_Entry]) -> bytes:
    """Give every stream its place, then write header, tables, directory and streams."""
    small = [entry for entry in entries if entry.kind == STREAM and 0 < entry.size < CUTOFF]
    large = [entry for entry in entries if entry.kind == STREAM and entry.size >= CUTOFF]
    mini_table: list[int] = []
    for entry in small:
        entry.start = _chained(mini_table, -(-entry.size // SMALL))
    for entry in entries:
        if entry.kind == STREAM and not entry.size:
            entry.start = END_OF_CHAIN
    mini_stream = b"".join(_padded(entry.content, SMALL) for entry in small)
    mini_bytes = _table(mini_table)
    sizes = [
        len(_directory(entries)) // SECTOR,
        len(mini_bytes) // SECTOR,
        -(-len(mini_stream) // SECTOR),
        *(-(-entry.size // SECTOR) for entry in large),
    ]
    tables = 1
    while tables * PER_TABLE < tables + sum(sizes):
        tables += 1
    if tables > IN_HEADER:
        raise ValueError(
            f"{sum(sizes) * SECTOR:,} bytes are more than a table of {IN_HEADER} sectors can place"
        )
    table = [TABLE_SECTOR] * tables
    starts = [_chained(table, size) for size in sizes]
    entries[0].start, entries[0].size = starts[2], len(mini_stream)
    for entry, start in zip(large, starts[3:], strict=True):
        entry.start = start
    header = HEADER.pack(
        SIGNATURE,
        bytes(16),  # class id: zeros
        0x003E,  # minor version
        0x0003,  # major version
        0xFFFE,  # little-endian
        9,  # sector shift
        6,  # mini sector shift
        0,  # reserved, with the next four bytes
        0,
        0,  # number of directory sectors: not given in version 3
        tables,
        starts[0],
        0,  # transaction signature
        CUTOFF,
        starts[1],
        sizes[1],
        END_OF_CHAIN,  # no further sectors that list table sectors
        0,
    )
    listed = struct.pack(f"<{IN_HEADER}I", *range(tables), *[FREE] * (IN_HEADER - tables))
    body = (_directory(entries), mini_bytes, mini_stream, *(entry.content for entry in large))
    return header + listed + _table(table) + b"".join(_padded(part, SECTOR) for part in body)


def _chained(table: list[int], sectors: int) -> int:
    """Append a chain of consecutive sectors to a table; gives the first, or the end mark of an
    empty chain.
    """
    if not sectors:
        return END_OF_CHAIN
    first = len(table)
    table.extend(range(first + 1, first + sectors))
    table.append(END_OF_CHAIN)
    return first


def _table(numbers: Sequence[int]) -> bytes:
    filled = [*numbers, *[FREE] * (-len(numbers) % PER_TABLE)]
    return struct.pack(f"<{len(filled)}I", *filled)


def _padded(content: bytes, size: int) -> bytes:
    return content + bytes(-len(content) % size)


def _directory(entries: Iterable[_Entry]) -> bytes:
    """2.6.1 and 2.6.3: entries of 128 bytes; those not used have no name and no siblings."""
    packed = [
        ENTRY.pack(
            entry.name.encode("utf-16-le"),
            2 * len(entry.name) + 2,
            entry.kind,
            entry.colour,
            entry.left,
            entry.right,
            entry.child,
            bytes(16),
            0,
            bytes(8),
            bytes(8),
            entry.start,
            entry.size,
        )
        for entry in entries
    ]
    unused = ENTRY.pack(
        b"", 0, 0, 0, NO_ENTRY, NO_ENTRY, NO_ENTRY, bytes(16), 0, bytes(8), bytes(8), 0, 0
    )
    return b"".join([*packed, *[unused] * (-len(packed) % (SECTOR // ENTRY.size))])
