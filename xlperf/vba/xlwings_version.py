"""Which version of xlwings a workbook's VBA project was made with: its stand-alone module says so.

``vbaProject.bin`` is a compound file, read by olefile; the source text of a module stands
compressed ([MS-OVBA] 2.4.1) at the end of its stream. Only reading, and only as much as this
question needs.
"""

from __future__ import annotations

import io
import re
import struct

FIRST_LITERALS = b"\x00Attribut"
"""How the text of every module begins when compressed: eight literal characters after a flag byte
of zeros.
"""
VERSION = re.compile(r'XLWINGS_VERSION As String = "([^"]+)"')
MOST = 1 << 24  #: bytes of source looked at in one module


def xlwings_version(project: bytes) -> str | None:
    """Version in the xlwings module of a VBA project; None: no such module, or not readable
    here.
    """
    try:
        texts = [
            source
            for stream in streams(project).values()
            if (source := source_of(stream)) is not None
        ]
    except Exception:  # noqa: BLE001 - olefile is not there, or raises whatever a damaged project leads it to
        return None
    return next((match.group(1) for text in texts if (match := VERSION.search(text))), None)


def streams(data: bytes) -> dict[str, bytes]:
    """Streams of a compound file, by the last part of their name. Raises OSError and others for
    what is none.
    """
    import olefile

    with olefile.OleFileIO(io.BytesIO(data)) as file:
        return {
            path[-1]: file.openstream(path).read()
            for path in file.listdir(streams=True, storages=False)
        }


def source_of(stream: bytes) -> str | None:
    """Source text of a module's stream; None when there is none in it."""
    literals = stream.find(FIRST_LITERALS)
    return (
        None
        if literals < 3
        else decompressed(stream[literals - 3 :]).decode("cp1252", errors="replace")
    )


def decompressed(container: bytes) -> bytes:
    """Unpack a compressed container: a byte 1, then chunks of up to 4,096 bytes."""
    if container[:1] != b"\x01":
        raise ValueError("no compressed container")
    out = bytearray()
    at = 1
    while at + 2 <= len(container) and len(out) < MOST:
        header = struct.unpack_from("<H", container, at)[0]
        end = min(len(container), at + (header & 0x0FFF) + 3)
        if (header >> 12) & 7 != 3:
            break
        if header & 0x8000:
            _unpack(container[at + 2 : end], out)
        else:
            out += container[at + 2 : end]
        at = end
    return bytes(out)


def _unpack(chunk: bytes, out: bytearray) -> None:
    """Unpack one chunk: groups of eight tokens after a flag byte, each a character or a copy of
    what came before.
    """
    start, at = len(out), 0
    while at < len(chunk):
        flags = chunk[at]
        at += 1
        for bit in range(8):
            if at >= len(chunk):
                return
            if not flags >> bit & 1:
                out.append(chunk[at])
                at += 1
                continue
            token = struct.unpack_from("<H", chunk, at)[0]
            at += 2
            bits = max(4, (len(out) - start - 1).bit_length())
            length = (token & (0xFFFF >> bits)) + 3
            offset = (token >> (16 - bits)) + 1
            if offset > len(out) - start:
                raise ValueError("a copy from before the chunk")
            for _ in range(length):
                out.append(out[-offset])
