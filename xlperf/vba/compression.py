"""Compression of text in a VBA project, both ways.

Source: [MS-OVBA], Office VBA File Format Structure, 2.4.1; section numbers below are its own.
"""

from __future__ import annotations

import struct

CHUNK = 4096  #: 2.4.1.1.3: bytes of source compressed together
LARGEST = 1 << 24  #: bytes that are unpacked of one container; a module of VBA has far fewer


def compressed(data: bytes) -> bytes:
    """Give the compressed container of 2.4.1.1: a byte 1, then chunks."""
    return b"\x01" + b"".join(_chunk(data[at : at + CHUNK]) for at in range(0, len(data), CHUNK))


def _chunk(data: bytes) -> bytes:
    """One chunk with its header: length - 3, signature 3, and whether tokens follow or the bytes as
    they are.
    """
    out = bytearray()
    at = 0
    while at < len(data):
        flags, tokens = 0, bytearray()
        for bit in range(8):
            if at >= len(data):
                break
            offset, length = _match(data, at)
            if length:
                tokens += struct.pack("<H", (offset - 1) << (16 - _bits(at)) | (length - 3))
                flags |= 1 << bit
                at += length
            else:
                tokens.append(data[at])
                at += 1
        out.append(flags)
        out += tokens
    if len(out) <= CHUNK:
        return struct.pack("<H", len(out) - 1 | 0x3000 | 0x8000) + bytes(out)
    if len(data) < CHUNK:
        raise ValueError(
            "a last chunk that does not shrink would have to be padded, which changes the source"
        )
    return struct.pack("<H", CHUNK - 1 | 0x3000) + data


def _bits(at: int) -> int:
    """Bits of a token that hold the offset, `at` bytes into the chunk (2.4.1.3.19.1)."""
    return max(4, (at - 1).bit_length())


def _match(data: bytes, at: int) -> tuple[int, int]:
    """Offset and length of the longest text before `at` that continues the chunk; (0, 0) when under
    three bytes.
    """
    longest = min(len(data) - at, (0xFFFF >> _bits(at)) + 3) if at else 0
    offset, length = 0, 2
    while length < longest:
        start = data.rfind(data[at : at + length + 1], 0, at + length)
        if start < 0:
            break
        offset, length = at - start, length + 1
        while length < longest and data[start + length] == data[at + length]:
            length += 1
    return (offset, length) if offset else (0, 0)


def decompressed(container: bytes) -> bytes:
    """Unpack a compressed container (2.4.1.1). Raises ValueError where there is none."""
    if container[:1] != b"\x01":
        raise ValueError("no compressed container")
    out = bytearray()
    at = 1
    while at + 2 <= len(container) and len(out) < LARGEST:
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
            bits = _bits(len(out) - start)
            length = (token & (0xFFFF >> bits)) + 3
            offset = (token >> (16 - bits)) + 1
            if offset > len(out) - start:
                raise ValueError("a copy from before the chunk")
            for _ in range(length):
                out.append(out[-offset])
