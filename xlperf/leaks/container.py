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


def inspect_container(data: bytes, seen: Inspection) -> None:
    """Report what the zip file holds beside its parts; `WorkbookError` when it is unreadable."""
    try:
        package = zipfile.ZipFile(BytesIO(data))
        for where, content in _besides(data, package):
            if content:
                text = content[:1000].decode("utf-8", "replace")
                seen.add(LeakKind.LEFTOVER, where, f"{len(content):,} bytes: {text}")
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OverflowError):
        raise WorkbookError("The file is damaged or cut short: it cannot be opened.") from None


def _besides(data: bytes, package: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """Give what belongs to no part: where it is, and the bytes, which may be none."""
    members, place = sorted(package.infolist(), key=lambda member: member.header_offset), 0
    for member in members:
        part, offset = member.filename, member.header_offset
        yield f"bytes before {part}", data[place:offset] or b"?" * (place - offset)
        if not data.startswith(b"PK\x03\x04", offset):
            raise zipfile.BadZipFile
        name_length, extra_length = map(int, LOCAL.unpack_from(data, offset)[-2:])
        start = offset + LOCAL.size + name_length
        name, extra = data[offset + LOCAL.size : start], data[start : start + extra_length]
        encoding = "utf-8" if member.flag_bits & 0x800 else "cp437"
        same = name == member.orig_filename.encode(encoding, "replace")
        yield f"second name of {part}", b"" if same else name or b"?"
        yield f"comment of {part}", member.comment
        for field, content in (*_extras(extra), *_extras(member.extra)):
            yield f"extra field 0x{field:04X} of {part}", content
        place = start + extra_length + member.compress_size
        place += _descriptor(data, place, member) if member.flag_bits & DESCRIPTOR else 0
    start = package.start_dir
    yield "bytes before the list of parts", data[place:start] or b"?" * (place - start)
    yield "comment of the zip file", package.comment
    end = data.rfind(b"PK\x05\x06") + 22 + len(package.comment)
    yield "bytes after the end of the zip file", data[end:]


def _extras(extra: bytes) -> Iterator[tuple[int, bytes]]:
    while extra:
        kind, size = struct.unpack_from("<2H", extra.ljust(4, b"\0"))
        content, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind != ZIP64 and (kind != PADDING or content[4:].strip(b"\0")):
            yield kind, content or b"?"


def _descriptor(data: bytes, place: int, member: zipfile.ZipInfo) -> int:
    """Length of the sizes that follow a part, of 4 or of 8 bytes (APPNOTE 6.3, section 4.3.9)."""
    for form in ("<4s3L", "<4sL2Q"):
        whole = struct.pack(form, b"PK\x07\x08", member.CRC, member.compress_size, member.file_size)
        for descriptor in (whole, whole[4:]):
            if data.startswith(descriptor, place):
                return len(descriptor)
    return 0
