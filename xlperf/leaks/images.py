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
PLAIN = re.compile(
    rb"(?:IHDR|PLTE|IDAT|IEND|tRNS|gAMA|cHRM|sRGB|sBIT|bKGD|pHYs|cICP|iCCP):"
    rb"|tEXt:Software\0\0?(?:Matplotlib version[\w., :/+-]*|LibreOffice[\w./ -]*)$"
    rb"|[\x01-\xdf]:|\xe0:JFIF\0.{0,9}$|\xe2:ICC_PROFILE\0|\xee:Adobe",
    re.DOTALL,
)
"""Chunks (PNG specification, third edition, section 11) and segments (ITU-T T.81, table B.1; JFIF
1.02 without a thumbnail) that say how to draw, and what a program says of itself.
"""
EXIF = "Exif or XMP data, which may say when, where and with what"
NAMES = {b"\xe0": "a thumbnail", b"\xe1": EXIF, b"\xed": "IPTC data", b"\xfe": "a remark"}
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9
IN_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7]", re.DOTALL)
"""What ends compressed data, in which 0xFF comes before 0 or a restart."""
ALONE = (0x01, *range(0xD0, 0xD8))
"""Markers without a length (ITU-T T.81, B.1.1.3)."""


def is_image(data: bytes) -> bool:
    """Whether bytes are those of a PNG or JPEG file."""
    return data.startswith((PNG, JPEG))


def inspect_image(data: bytes, where: str, seen: Inspection) -> None:
    """Report what a picture holds beside itself."""
    pieces = list[tuple[bytes, bytes]]()
    if not is_image(data):
        seen.add(LeakKind.UNREADABLE, where, "a picture that is neither PNG nor JPEG")
        return
    try:
        end = _png(data, pieces) if data.startswith(PNG) else _jpeg(data, pieces)
    except IndexError:
        seen.add(LeakKind.UNREADABLE, where, "a picture that is cut short")
        return
    for name, content in pieces:
        if PLAIN.match(name + b":" + content) is None:
            text = content.replace(b"\0", b" ").decode("utf-8", "replace")
            called = NAMES.get(name, name.decode("latin-1"))
            seen.add(LeakKind.IMAGE_METADATA, where, f"{called}: {text}")
            seen.path(where, text)
    if end < len(data):
        seen.add(LeakKind.IMAGE_METADATA, where, f"{len(data) - end:,} bytes after its end")


def _png(data: bytes, pieces: list[tuple[bytes, bytes]]) -> int:
    """Take the chunks apart; gives the end of the picture, `IndexError` where it has none."""
    place, name = len(PNG), b""
    while name != b"IEND":
        length = int.from_bytes(data[place : place + 4])
        name, content = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        pieces.append((name, content))
        place += 12 + length
        data[place - 1]
    return place


def _jpeg(data: bytes, pieces: list[tuple[bytes, bytes]]) -> int:
    """Take the segments apart, as `_png`."""
    place = 2
    while (marker := data[place + 1]) != END_OF_IMAGE:
        if data[place] != 0xFF:
            raise IndexError
        if marker == 0xFF or marker in ALONE:
            place += 1 + (marker != 0xFF)
            continue
        length = int.from_bytes(data[place + 2 : place + 4])
        pieces.append((bytes([marker]), data[place + 4 : place + 2 + length]))
        place += 2 + length
        if marker == START_OF_SCAN:
            found = IN_SCAN.search(data, place)
            place = len(data) if found is None else found.start()
    return place + 2
