"""Workbooks that openpyxl has opened. What it read once is copied out of memory the next time, in a
sixth of the time.
"""

from __future__ import annotations

import copyreg
import pickle
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
from openpyxl.worksheet.dimensions import DimensionHolder
from openpyxl.worksheet.table import TableList

Source = Path | str | bytes | BytesIO


def openpyxl_book(source: Source, **options: bool) -> Any:
    """As `openpyxl.load_workbook`, a workbook that the caller may change."""
    if isinstance(source, BytesIO):
        source = source.getvalue()
    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    book = pickle.loads(_read(data, tuple(options.items())))  # noqa: S301 - made by this process
    if options.get("keep_vba"):
        book.vba_archive = ZipFile(BytesIO(data))
    return book


@lru_cache(maxsize=16)
def _read(data: bytes, options: tuple[tuple[str, bool], ...]) -> bytes:
    """A workbook of openpyxl in bytes, without the package that it keeps with its macros."""
    book = openpyxl.load_workbook(BytesIO(data), **dict(options))
    if book.vba_archive is not None:
        book.vba_archive.close()
        book.vba_archive = None
    return pickle.dumps(book, pickle.HIGHEST_PROTOCOL)


def _parts(mapping: Any) -> tuple[Any, ...]:
    """What a dictionary of openpyxl is copied from. By Python's own rule one loses its defaults and
    what it belongs to, and the tables of a sheet, whose `items` gives addresses, become texts.
    """
    state = dict(vars(mapping))
    if isinstance(mapping, DimensionHolder):
        state["default_factory"] = mapping.default_factory
    kind = type(mapping)
    return kind.__new__, (kind,), state, None, iter(dict.items(mapping)), _set


def _set(mapping: Any, state: dict[str, Any]) -> None:
    for name, value in state.items():
        setattr(mapping, name, value)


for _kind in (DimensionHolder, TableList):
    copyreg.pickle(_kind, _parts)
