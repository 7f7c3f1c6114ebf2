"""Sheets that were drawn elsewhere and go into a workbook, and what changes around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from xlperf.excel.port import Workbook
from xlperf.frozen import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class NewSheet(NamedTuple):
    """A sheet of the donor, and where it goes."""

    name: str
    """Its name in the donor, which it keeps."""
    replaces: str | None = None
    """Sheet whose place and name it takes: that one is kept at the end, see `NewSheets.kept_as`."""
    after: str | None = None
    """Sheet it follows; None: it takes a place, or goes to the end."""


class NewSheets(NamedTuple):
    """Everything that one redrawing does to the list of sheets and the names of a workbook."""

    donor: bytes
    """A workbook that holds the sheets."""
    sheets: tuple[NewSheet, ...]
    kept_as: Mapping[str, str]
    """New name of each sheet that is replaced."""
    names: Mapping[str, str]
    """Names of the workbook that are defined, or point elsewhere from now on: their references, as
    ``'Dashboard'!$B$3``.
    """
    gone: tuple[str, ...] = ()
    """Names of the workbook that are deleted."""
    charts_gone: frozenset[str] = frozenset()
    """Names of charts that are deleted, wherever they are."""


class SheetTaker(Workbook, Protocol):
    """A workbook that can take whole sheets."""

    def sheet_names(self) -> list[str]:
        """Return the names of all sheets, in order."""

    def name_text(self, name: str) -> str | None:
        """Return what a name of the workbook stands for, as written; None if there is no such
        name.
        """

    def put_sheets(self, new: NewSheets) -> None:
        """Put sheets in. Raises `WorkbookError` or `LayoutError` before anything changes, if the
        workbook must not take them.
        """
