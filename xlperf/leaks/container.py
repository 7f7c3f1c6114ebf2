"""The zip file around an Office document: bytes that belong to none of its parts.

Extra fields, comments and gaps are invisible to the program that opens the file and survive nowhere
but in its bytes.
"""

from __future__ import annotations

import struct
import zipfile
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING

from xlperf.errors import WorkbookError
from xlperf.excel.package import DESCRIPTOR, LOCAL
from xlperf.leaks.kinds import LeakKind

if TYPE_CHECKING:
    from xlperf.leaks.findings import Inspection

ZIP64, PADDING = 0x0001, 0xA220
"""Extra fields that a package may have: sizes above 4 GiB, and room to grow (ECMA-376 part 2, annex
C) if empty.
"""


def inspect_container(data: bytes, seen: Inspection) -> None:
    """Report what the zip file holds beside its parts; `WorkbookError` when it cannot be read as
    one.
    """
    try:
        package = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OverflowError):
        raise WorkbookError("The file is damaged or cut short: it cannot be opened.") from None
    _leftover(package.comment, "comment of the zip file", seen)
    place = 0
    for member in sorted(package.infolist(), key=lambda member: member.header_offset):
        _leftover(member.comment, f"comment of {member.filename}", seen)
        _extras(member.extra, member.filename, seen)
        _gap(data, place, member.header_offset, f"bytes before {member.filename}", seen)
        place = _end(data, member, seen)
    _gap(data, place, package.start_dir, "bytes before the list of parts", seen)
    end = data.rfind(b"PK\x05\x06") + 22 + len(package.comment)
    _leftover(data[end:], "bytes after the end of the zip file", seen)


def _gap(data: bytes, start: int, end: int, where: str, seen: Inspection) -> None:
    """Report bytes between parts; where the end is before the start, parts overlap."""
    _leftover(data[min(start, end) : max(start, end)], where, seen)


def _leftover(content: bytes, where: str, seen: Inspection) -> None:
    if content:
        found = f"{len(content):,} bytes: {content[:1000].decode('utf-8', 'replace')}"
        seen.add(LeakKind.LEFTOVER, where, found)


def _extras(extra: bytes, name: str, seen: Inspection) -> None:
    while extra:
        kind, size = struct.unpack_from("<2H", extra.ljust(4, b"\0"))
        content, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind != ZIP64 and (kind != PADDING or content[4:].strip(b"\0")):
            _leftover(content or b"?", f"extra field 0x{kind:04X} of {name}", seen)


def _end(data: bytes, member: zipfile.ZipInfo, seen: Inspection) -> int:
    """Offset after a part's bytes, its local header compared with the list of parts on the way."""
    header = data[member.header_offset : member.header_offset + LOCAL.size]
    if len(header) < LOCAL.size or header[:4] != b"PK\x03\x04":
        raise WorkbookError(f"The file is damaged: its part {member.filename} cannot be found.")
    name_length, extra_length = map(int, LOCAL.unpack(header)[-2:])
    start = member.header_offset + LOCAL.size
    name, begin = data[start : start + name_length], start + name_length + extra_length
    encoding = "utf-8" if member.flag_bits & 0x800 else "cp437"
    if name != member.orig_filename.encode(encoding, "replace"):
        _leftover(name or b"?", f"second name of {member.filename}", seen)
    _extras(data[start + name_length : begin], member.filename, seen)
    end = begin + member.compress_size
    sizes = (member.CRC, member.compress_size, member.file_size)
    for form in ("<3L", "<L2Q") if member.flag_bits & DESCRIPTOR else ():
        with suppress(struct.error):
            descriptor = struct.pack(form, *sizes)
            for mark in (b"PK\x07\x08", b""):
                if data.startswith(mark + descriptor, end):
                    return end + len(mark + descriptor)
    return end
