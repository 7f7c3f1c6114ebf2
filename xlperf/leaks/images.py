"""Pictures: everything in a PNG or JPEG file that is not needed to draw it.

Allowed chunks and segments are listed; others are leaks: where and when a photograph was taken, by
whom, with what, what it showed before it was cropped, and bytes after its end.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlperf.leaks.kinds import LeakKind

if TYPE_CHECKING:
    from xlperf.leaks.findings import Inspection

PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
PNG_CHUNKS = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD",
     b"pHYs", b"cICP", b"iCCP")
)  # fmt: skip
"""Chunks that say how to draw (PNG specification, third edition, section 11)."""
APP0, APP1, APP2, APP13, APP14, APP15, COMMENT = 0xE0, 0xE1, 0xE2, 0xED, 0xEE, 0xEF, 0xFE
WRITER = re.compile(rb"Software\0[\0]*(?:Matplotlib version[\w., :/+-]*|LibreOffice[\w./ -]*)")
"""What a program says of itself in a picture: it names nobody."""
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9
ALONE = frozenset((0x01, *range(0xD0, 0xD9)))
"""Markers without a length (ITU-T T.81, B.1.1.3)."""
JFIF_HEADER = 14
"""Bytes of a JFIF segment without a thumbnail (JFIF 1.02)."""


def is_image(data: bytes) -> bool:
    """Whether bytes are those of a PNG or JPEG file."""
    return data.startswith((PNG, JPEG))


def inspect_image(data: bytes, where: str, seen: Inspection) -> None:
    """Report what a picture holds beside itself."""
    if not is_image(data):
        seen.add(LeakKind.UNREADABLE, where, "a picture that is neither PNG nor JPEG")
        return
    end = (_png if data.startswith(PNG) else _jpeg)(data, where, seen)
    if end is None or end > len(data):
        seen.add(LeakKind.UNREADABLE, where, "a picture that is cut short")
    elif end < len(data):
        seen.add(LeakKind.IMAGE_METADATA, where, f"{len(data) - end:,} bytes after its end")


def _png(data: bytes, where: str, seen: Inspection) -> int | None:
    """Look at the chunks; gives the end of the picture."""
    place = len(PNG)
    while place + 12 <= len(data):
        length = int.from_bytes(data[place : place + 4])
        kind, content = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        place += 12 + length
        if kind not in PNG_CHUNKS and not (kind == b"tEXt" and WRITER.fullmatch(content)):
            _metadata(where, kind.decode("latin-1"), content, seen)
        if kind == b"IEND":
            return place
    return None


def _jpeg(data: bytes, where: str, seen: Inspection) -> int | None:
    """Look at the segments; gives the end of the picture."""
    place = 2
    while place + 2 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == END_OF_IMAGE:
            return place + 2
        if marker == 0xFF or marker in ALONE:
            place += 1 + (marker != 0xFF)
            continue
        length = int.from_bytes(data[place + 2 : place + 4])
        _segment(marker, data[place + 4 : place + 2 + length], where, seen)
        place += 2 + length
        if marker == START_OF_SCAN:  # compressed data, in which 0xFF comes before 0 or a restart
            found = re.compile(rb"\xff[^\x00\xd0-\xd7]", re.DOTALL).search(data, place)
            place = len(data) if found is None else found.start()
    return None


def _segment(marker: int, content: bytes, where: str, seen: Inspection) -> None:
    harmless = (
        (marker == APP0 and content.startswith(b"JFIF\0") and len(content) <= JFIF_HEADER)
        or (marker == APP2 and content.startswith(b"ICC_PROFILE\0"))
        or (marker == APP14 and content.startswith(b"Adobe"))
    )
    if marker == APP1 and content.startswith(b"Exif\0\0"):
        found = "Exif data, which may say when, where and with what it was taken"
        seen.add(LeakKind.IMAGE_METADATA, where, found)
    elif (APP0 <= marker <= APP15 or marker == COMMENT) and not harmless:
        names = {APP0: "a thumbnail", APP1: "XMP data", APP13: "IPTC data", COMMENT: "a remark"}
        _metadata(where, names.get(marker, f"segment {marker:02X}"), content, seen)


def _metadata(where: str, name: str, content: bytes, seen: Inspection) -> None:
    text = content.replace(b"\0", b" ").decode("utf-8", "replace")
    seen.add(LeakKind.IMAGE_METADATA, where, f"{name}: {text}")
    seen.path(where, text)
