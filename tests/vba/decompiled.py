"""VBA as an independent program reads it: oletools."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # oletools uses names that pyparsing has renamed
    from oletools.olevba import VBA_Parser, decompress_stream


def sources(data: bytes) -> dict[str, str]:
    """Modules of a workbook or of a ``vbaProject.bin``: name with .bas or .cls -> source."""
    return {
        name: code for _, _, name, code in VBA_Parser("Dashboard.xlsm", data=data).extract_macros()
    }


def unpacked(container: bytes) -> bytes:
    """Content of a compressed container."""
    return bytes(decompress_stream(bytearray(container)))
