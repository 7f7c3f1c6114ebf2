"""A template of the report that comes from elsewhere: looked into before the libraries open it."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

from xlperf.errors import PackError, XlperfError
from xlperf.excel.package import Package

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_BYTES = 20_000_000
"""Bytes a template may unpack to; that of the program has 0.1 MB; libraries take ten times."""
LONGEST_REASON = 200
"""Characters of what a library says that are repeated."""


def read(file: Path, name: str) -> bytes:
    """Read a template; raises `PackError` for a file that is no package, or that would take much
    memory to unpack.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise PackError(
            f"The template {file} cannot be read: {error.strerror or error}. "
            "Give another, or none for the one that comes with the program."
        ) from None
    if not data.startswith(b"PK"):
        raise PackError(
            f"{name} is not a Word document (.docx). Save it in Word as Word Document, or give"
            " another."
        )
    package = Package(data, name)
    size = sum(map(package.size, package.by_name))
    if size > MOST_BYTES:
        raise PackError(
            f"{name} unpacks to {size / 1e6:,.0f} MB, and at most {MOST_BYTES / 1e6:.0f} MB are"
            " read. Make its pictures smaller (Picture Format, Compress Pictures), or give"
            " another."
        )
    return data


@contextmanager
def refusing(name: str, *, foreign: bool) -> Iterator[None]:
    """Say in a sentence what a library cannot do with a template from elsewhere (`foreign`).

    Whatever it raises: the libraries raise what an odd document leads them to.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)  # zipfile: a part that is written twice
            yield
    except XlperfError:
        raise
    except Exception as error:
        if not foreign:
            raise
        reason = " ".join(str(error).split())[:LONGEST_REASON]
        raise PackError(
            f"{name} is not a Word document (.docx) that can be filled ({type(error).__name__}:"
            f" {reason}). Save it in Word as Word Document, or give another."
        ) from None
