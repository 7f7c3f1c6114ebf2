"""The zip file around an Office document: bytes that belong to none of its parts.

Extra fields, comments and gaps are invisible to the program that opens the file and survive nowhere
but in its bytes.
"""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

from xlperf.errors import WorkbookError
from xlperf.excel.package import DESCRIPTOR, LOCAL
from xlperf.leaks.kinds import LeakKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlperf.leaks.findings import Inspection

ZIP64, PADDING = 0x0001, 0xA220
"""Extra fields that a package may have: sizes above 4 GiB, and room to grow (ECMA-376 part 2, annex
C) if empty.
"""
FIELD = struct.Struct("<2H")
DESCRIPTORS = (12, 16, 20, 24)
"""Bytes of a data descriptor: with or without its mark, sizes of 4 or of 8 bytes (APPNOTE 6.3,
section 4.3.9).
"""
MARK = b"PK\x07\x08"


def inspect_container(data: bytes, seen: Inspection) -> None:
    """Report what the zip file holds beside its parts; `WorkbookError` when it cannot be read as
    one.
    """
    try:
        package = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OverflowError):
        raise WorkbookError("The file is damaged or cut short: it cannot be opened.") from None
    members = sorted(package.infolist(), key=lambda member: member.header_offset)
    if package.comment:
        seen.add(LeakKind.ZIP_LEFTOVER, "comment of the zip file", _text(package.comment))
    place = 0
    for member in members:
        _member(member, seen)
        if member.header_offset != place:
            _gap(
                data[place : member.header_offset],
                member.header_offset - place,
                f"before {member.filename}",
                seen,
            )
        place = _end(data, member, seen)
    directory, end = package.start_dir, data.rfind(b"PK\x05\x06")
    _gap(data[place:directory], directory - place, "before the list of parts", seen)
    after = end + 22 + len(package.comment)
    _gap(data[after:], len(data) - after, "after the end of the zip file", seen)


def _member(member: zipfile.ZipInfo, seen: Inspection) -> None:
    if member.comment:
        seen.add(LeakKind.ZIP_LEFTOVER, f"comment of {member.filename}", _text(member.comment))
    _extras(member.extra, member.filename, seen)


def _extras(extra: bytes, name: str, seen: Inspection) -> None:
    for kind, content in _fields(extra):
        if kind == ZIP64 or (kind == PADDING and not content[4:].strip(b"\0")):
            continue
        seen.add(LeakKind.ZIP_LEFTOVER, f"extra field 0x{kind:04X} of {name}", _text(content))


def _fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place + FIELD.size <= len(extra):
        kind, size = FIELD.unpack_from(extra, place)
        yield kind, extra[place + FIELD.size : place + FIELD.size + size]
        place += FIELD.size + size
    if place < len(extra):
        yield 0, extra[place:]


def _end(data: bytes, member: zipfile.ZipInfo, seen: Inspection) -> int:
    """Offset after a part's bytes, its local header compared with the list of parts on the way."""
    header = data[member.header_offset : member.header_offset + LOCAL.size]
    if len(header) < LOCAL.size or header[:4] != b"PK\x03\x04":
        raise WorkbookError(f"The file is damaged: its part {member.filename} cannot be found.")
    fields = LOCAL.unpack(header)
    name_length, extra_length = int(fields[-2]), int(fields[-1])
    start = member.header_offset + LOCAL.size
    name = data[start : start + name_length]
    if name != member.orig_filename.encode(
        "utf-8" if member.flag_bits & 0x800 else "cp437", "replace"
    ):
        seen.add(LeakKind.ZIP_LEFTOVER, f"second name of {member.filename}", _text(name))
    _extras(data[start + name_length : start + name_length + extra_length], member.filename, seen)
    end = start + name_length + extra_length + member.compress_size
    if member.flag_bits & DESCRIPTOR:
        end += _descriptor(data, end, member)
    return end


def _descriptor(data: bytes, end: int, member: zipfile.ZipInfo) -> int:
    """Length of the data descriptor that follows a part whose sizes were not known when it was
    begun.
    """
    crc = struct.pack("<L", member.CRC)
    for length in DESCRIPTORS:
        content = data[end : end + length]
        body = content.removeprefix(MARK)
        sizes = "<4x2L" if len(body) == 12 else "<4x2Q"
        if len(body) in (12, 20) and body[:4] == crc:
            packed, size = struct.unpack(sizes, body)
            if (packed, size) == (member.compress_size, member.file_size):
                return length
    return 0


def _gap(content: bytes, length: int, where: str, seen: Inspection) -> None:
    """Report bytes between parts; a negative length means that parts overlap."""
    if length:
        seen.add(
            LeakKind.ZIP_LEFTOVER, f"bytes {where}", f"{abs(length):,} bytes: {_text(content)}"
        )


def _text(content: bytes) -> str:
    return content[:1000].decode("utf-8", "replace")
