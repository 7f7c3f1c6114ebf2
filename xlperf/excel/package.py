"""The zip container of a workbook. It is read with many checks; members that do not change are
copied unchanged.

Rules. A member that is not replaced keeps its compressed bytes, its order, its date and its
attributes. Names compare without case and with backslashes as slashes, as in Office. Possible
attacks (bombs, encryption, duplicate members) are refused before anything is unpacked. The same
members and replacements give the same bytes: no clock is used.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO
from itertools import chain
from typing import TYPE_CHECKING, Protocol

from xlperf.errors import WorkbookError
from xlperf.frozen import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

MOST_MEMBERS = 20_000
MOST_BYTES = 1 << 30
"""Maximum uncompressed size of a whole workbook: 1 GiB. A million rows of ten columns take about
0.5 GiB.
"""
MOST_RATIO = 400
"""Maximum compression ratio of a member above 10 MB. Sheets reach about 40, a zip bomb 1,000."""
RATIO_FROM = 10_000_000
MOST_TOTAL_RATIO = 200
"""Maximum compression ratio of a whole workbook above 100 MB."""
TOTAL_RATIO_FROM = 100_000_000
LEVEL = 4
"""Compression level of changed parts: a few per cent larger than with the usual 6, in half the
time.
"""
COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED, DESCRIPTOR = 0x1, 0x8
LOCAL = struct.Struct("<4s5H3L2H")
CENTRAL = struct.Struct("<4s6H3L5H2L")
END = struct.Struct("<4s4H2LH")
READABLE_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Package:
    """The members of a zip file, by normalised name."""

    def __init__(self, data: bytes, what: str) -> None:
        """Open the bytes of a file; `what` is its name in messages."""
        self.data, self.what = data, what
        if not data:
            raise WorkbookError(f"{what} is empty (0 bytes). Restore it from a backup.")
        if data.startswith(COMPOUND_FILE):
            raise WorkbookError(
                f"{what} is protected by a password, or in the old .xls format. Take the password"
                " off (File, Info, Protect Workbook), or save it as .xlsm, then try again."
            )
        if data.count(b"PK\x01\x02") > MOST_MEMBERS:  # before each of them takes memory
            raise WorkbookError(
                f"{what} has more than {MOST_MEMBERS:,} parts, which no workbook has. It was not"
                " opened: check where it came from."
            )
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OverflowError):
            kind = "is damaged or cut short" if data.startswith(b"PK") else "is no Excel workbook"
            raise WorkbookError(
                f"{what} {kind}: it cannot be opened. Restore it from a backup."
            ) from None
        members = self._zip.infolist()
        names = [normalised(member.filename) for member in members]
        self._check(members, names)
        self.by_name = dict(zip(names, members, strict=True))

    def _check(self, members: Sequence[zipfile.ZipInfo], names: Sequence[str]) -> None:
        if len(names) != len(set(names)):
            raise WorkbookError(
                f"{self.what} holds a part twice, so it is not safe to edit. Open and save it in"
                " Excel."
            )
        total = sum(member.file_size for member in members)
        if len(names) > MOST_MEMBERS or total > MOST_BYTES:
            raise WorkbookError(
                f"{self.what} unpacks to {total / 1e6:,.0f} MB in {len(names):,} parts, more than"
                f" is safe to open ({MOST_BYTES / 1e6:,.0f} MB in {MOST_MEMBERS:,}). Check where it"
                " came from."
            )
        if total > TOTAL_RATIO_FROM and total / len(self.data) > MOST_TOTAL_RATIO:
            raise WorkbookError(
                f"{self.what} unpacks to {total / len(self.data):,.0f} times its size, which no"
                " workbook does. It was not opened: check where it came from."
            )
        self._check_places(members)
        for member in members:
            if member.flag_bits & ENCRYPTED:
                raise WorkbookError(
                    f"{self.what} is encrypted. Take the password off, then try again."
                )
            if member.compress_type not in READABLE_METHODS:
                raise WorkbookError(
                    f"{self.what} is packed in a way Excel does not use. Open and save it in Excel."
                )
            packed = max(1, member.compress_size)
            if member.file_size > RATIO_FROM and member.file_size / packed > MOST_RATIO:
                raise WorkbookError(
                    f"{self.what} holds a part that unpacks to {member.file_size / packed:,.0f}"
                    " times its size, which no workbook does. It was not opened: check where it"
                    " came from."
                )

    def _check_places(self, members: Sequence[zipfile.ZipInfo]) -> None:
        """Refuse members that share bytes of the file: one small member could become many large
        parts.
        """
        end = 0
        for member in sorted(members, key=lambda member: member.header_offset):
            if member.header_offset < end:
                raise WorkbookError(
                    f"{self.what} holds parts that overlap, so it is not safe to open."
                )
            end = member.header_offset + LOCAL.size + member.compress_size

    def __contains__(self, name: str) -> bool:
        return normalised(name) in self.by_name

    def size(self, name: str) -> int:
        """Return the uncompressed size of a part in bytes, as declared in the file."""
        member = self.by_name.get(normalised(name))
        return 0 if member is None else member.file_size

    def read(self, name: str) -> bytes:
        """Unpack one part. Raises `WorkbookError` if its size or checksum is not as declared."""
        member = self.by_name.get(normalised(name))
        if member is None:
            raise WorkbookError(
                f"{self.what} is damaged: its part {name} is missing. Restore it from a backup."
            )
        raw, size = self._raw(member), member.file_size
        try:
            content = raw if member.compress_type == zipfile.ZIP_STORED else _inflate(raw, size)
        except zlib.error:
            content = b""
        if len(content) != size or zlib.crc32(content) != member.CRC:
            raise WorkbookError(f"{self.what} is damaged: its part {name} cannot be unpacked.")
        return content

    def write(
        self,
        replacements: Mapping[str, bytes],
        removed: Collection[str] = (),
        added: Mapping[str, bytes] | None = None,
    ) -> bytes:
        """Return the bytes of the package with some parts replaced or removed (by
        normalised name), and with new parts `added` at the end, by the name they get.
        """
        members = {name: member for name, member in self.by_name.items() if name not in removed}
        contents = (
            (
                PackedPart(member.compress_type, member.CRC, member.file_size, self._raw(member))
                if (new := replacements.get(name)) is None
                else PackedPart.of(new)
            )
            for name, member in members.items()
        )
        new_members = (
            (zipfile.ZipInfo(name), PackedPart.of(data)) for name, data in (added or {}).items()
        )
        return _archive(
            chain(zip(members.values(), contents, strict=True), new_members), self._zip.comment
        )

    def _raw(self, member: zipfile.ZipInfo) -> bytes:
        """Return the compressed bytes of a member as they are in the file."""
        header = self.data[member.header_offset : member.header_offset + LOCAL.size]
        if len(header) < LOCAL.size or header[:4] != b"PK\x03\x04":
            raise WorkbookError(
                f"{self.what} is damaged: its part {member.filename} cannot be found."
            )
        name_length, extra_length = LOCAL.unpack(header)[-2:]
        start = member.header_offset + LOCAL.size + name_length + extra_length
        raw = self.data[start : start + member.compress_size]
        if len(raw) != member.compress_size:
            raise WorkbookError(
                f"{self.what} is cut short: its part {member.filename} is not whole."
            )
        return raw


class PartReader(Protocol):
    """Whatever has the parts of a package: the package itself, or one that is being edited."""

    what: str
    """Its name in messages."""

    def __contains__(self, name: str) -> bool: ...

    def read(self, name: str) -> bytes:
        """Return the content of a part."""


class PackedPart(NamedTuple):
    """Compressed content of a member, with the checksum and size of its uncompressed content."""

    method: int
    crc: int
    size: int
    content: bytes

    @classmethod
    def of(cls, data: bytes) -> PackedPart:
        """Compress bytes."""
        engine = zlib.compressobj(LEVEL, zlib.DEFLATED, -15)
        return cls(
            zipfile.ZIP_DEFLATED,
            zlib.crc32(data),
            len(data),
            engine.compress(data) + engine.flush(),
        )


def _archive(members: Iterable[tuple[zipfile.ZipInfo, PackedPart]], comment: bytes) -> bytes:
    out, directory, number = BytesIO(), BytesIO(), 0
    for member, packed in members:
        _write_member(out, directory, member, packed)
        number += 1
    start, length = out.tell(), directory.tell()
    out.write(directory.getvalue())
    out.write(END.pack(b"PK\x05\x06", 0, 0, number, number, length, start, len(comment)) + comment)
    return out.getvalue()


def _write_member(
    out: BytesIO, directory: BytesIO, member: zipfile.ZipInfo, packed: PackedPart
) -> None:
    flags = member.flag_bits & ~DESCRIPTOR
    original_name = member.orig_filename
    name = original_name.encode("utf-8" if flags & 0x800 or original_name.isascii() else "cp437")
    year, month, day, hour, minute, second = member.date_time
    stamp = (
        hour << 11 | minute << 5 | second // 2,
        (max(year, 1980) - 1980) << 9 | month << 5 | day,
    )
    version = 20  # deflate; zip64 is not needed below 4 GiB
    offset, sums = out.tell(), (packed.crc, len(packed.content), packed.size)
    out.write(
        LOCAL.pack(b"PK\x03\x04", version, flags, packed.method, *stamp, *sums, len(name), 0) + name
    )
    out.write(packed.content)
    made_by = member.create_version | member.create_system << 8
    head = (
        b"PK\x01\x02",
        made_by,
        version,
        flags,
        packed.method,
        *stamp,
        *sums,
        len(name),
        0,
        len(member.comment),
        0,
    )
    directory.write(
        CENTRAL.pack(*head, member.internal_attr, member.external_attr, offset)
        + name
        + member.comment
    )


def _inflate(raw: bytes, size: int) -> bytes:
    """Unpack bytes, at most one byte more than the declared size."""
    return zlib.decompressobj(-15).decompress(raw, size + 1)


def normalised(name: str) -> str:
    """Return the name of a part in the form in which Office compares names."""
    return name.replace("\\", "/").lstrip("/").lower()
