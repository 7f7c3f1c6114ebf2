"""The workbook that takes sheets: what it has, and why it must be left alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlperf.errors import LayoutError
from xlperf.excel import markup
from xlperf.excel.package import Package
from xlperf.excel.parts import CONTENTS, WorkbookPart, relations
from xlperf.excel.transplant.donor import Donor, next_table_id, taken_names
from xlperf.excel.transplant.package_edit import PackageEdit
from xlperf.excel.transplant.style_merge import StyleLists, StyleMerge
from xlperf.excel.transplant.workbook_lists import WorkbookLists

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xlperf.excel.transplant.style_merge import FormatNumbers

WORKSHEET = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
LOCKED = re.compile(rb"workbookProtection\b[^>]*\blockStructure\s*=\s*[\"'](?:1|true)")
SELECTED = re.compile(rb"\stabSelected\s*=\s*[\"'](?:1|true)[\"']")
SHEET_VIEW = re.compile(rb"<(?:[^\s/>:]+:)?sheetView\b")


class Host:
    """A closed workbook while sheets are added, renamed, moved and removed."""

    def __init__(self, data: bytes, what: str) -> None:
        """Open the bytes of a workbook; `what` is its name in messages.

        Raises `WorkbookError` or `LayoutError` for a workbook that cannot take sheets safely.
        """
        package = Package(data, what)
        self.what = what
        self.edit = PackageEdit(package)
        self.workbook = WorkbookPart(package)
        self.date1904 = self.workbook.date1904
        self._refuse(package)
        self.lists = WorkbookLists(self.workbook.data, self.workbook.part)
        self._styles_part = self._part_of("styles")
        self.styles = StyleLists(package.read(self._styles_part), self._styles_part)

    def _refuse(self, package: Package) -> None:
        if LOCKED.search(self.workbook.data):
            raise LayoutError(
                f"The structure of {self.what} is protected, so it takes no sheets. Take the"
                " protection off (Review, Protect Workbook), save, then try again; nothing was"
                " written."
            )
        names = package.by_name
        links = relations(package, "").values()
        if any(name.startswith("_xmlsignatures/") for name in names) or any(
            "digital-signature" in item.uri for item in links
        ):
            raise LayoutError(
                f"{self.what} carries a digital signature, which new sheets would void. Remove it"
                " (File, Info, View Signatures), or work on a copy; nothing was written."
            )
        if any("/revisions/" in name for name in names):
            raise LayoutError(
                f"{self.what} is shared and keeps a log of changes, so it takes no sheets. Stop"
                " sharing it (Review, Unshare Workbook), save, then try again; nothing was written."
            )
        if CONTENTS not in package:
            raise LayoutError(f"{self.what} has no list of contents. Open and save it in Excel.")

    def _part_of(self, kind: str) -> str:
        for item in self.workbook.relations.values():
            if item.kind == kind and item.target in self.edit:
                return item.target
        raise LayoutError(
            f"{self.what} has no {kind}, so it takes no sheets. Open it in Excel, save it, then"
            " try again; nothing was written."
        )

    # -- reading
    # ----------------------------------------------------------------------------------------------

    @property
    def sheet_names(self) -> list[str]:
        """Names of all sheets, in order."""
        return [item.name for item in self.lists.sheets]

    def sheet_part(self, name: str) -> str:
        """Part of a sheet."""
        item = self.lists.sheets[self.lists.position(name)]
        identifier = next(
            value
            for key, value in item.attributes.items()
            if key in (f"{markup.RELATIONS}{markup.SEPARATOR}id", "r:id")
            or (key.endswith(":id") and key != "xml:id")
        )
        return self.edit.relations(self.workbook.part)[identifier].target

    def names_taken(self) -> set[str]:
        """Names of tables, and defined names of every scope, in lower case: they share one
        space.
        """
        return taken_names(self.edit) | {item.name.lower() for item in self.lists.names}

    # -- editing
    # ----------------------------------------------------------------------------------------------

    def add(
        self, donor: Donor, sheets: Iterable[str], positions: Mapping[str, int] | None = None
    ) -> None:
        """Add sheets of a donor under the names they have there, which no sheet of the host has.

        `positions`: where each goes, counted from 0; a sheet that is not in it goes to the end.
        """
        numbers = self._merged(donor)
        wanted = {name.lower() for name in sheets}
        for sheet in donor.sheets():
            if sheet.name.lower() not in wanted:
                continue
            if self.lists.position(sheet.name) >= 0:
                raise ValueError(f"the host has a sheet {sheet.name}")
            part = donor.plant(sheet, self.edit, numbers)
            relation = self.edit.relate(self.workbook.part, WORKSHEET, part)
            self.lists.add_sheet(sheet.name, relation, (positions or {}).get(sheet.name))
            for name, reference in sheet.own_names.items():
                self.lists.set_name(name, reference, sheet.name)

    def _merged(self, donor: Donor) -> FormatNumbers:
        return StyleMerge(self.styles, donor.styles()).merge()

    def select(self, name: str) -> None:
        """Make a sheet the only selected one, if it is the active one now; else nothing is
        selected anew.

        Two selected sheets open as a group: what is typed into one goes into both.
        """
        for sheet in self.sheet_names:
            part = self.sheet_part(sheet)
            data = markup.as_utf8(self.edit.read(part))
            head = data[: max(data.find(b"<sheetData"), 4096)]
            plain = SELECTED.sub(b"", head)
            if sheet == name:
                plain = SHEET_VIEW.sub(lambda match: match[0] + b' tabSelected="1"', plain, count=1)
            if plain != head:
                self.edit.write(part, plain + data[len(head) :])

    def to_bytes(self) -> bytes:
        """Return the bytes of the workbook with all edits."""
        self.edit.write(self._styles_part, self.styles.edited())
        self.edit.write(self.workbook.part, self.lists.edited())
        return self.edit.to_bytes()


def transplanted(
    data: bytes, what: str, donor: bytes, sheets: Sequence[str], names: Mapping[str, str]
) -> bytes:
    """Return a workbook with sheets of a donor at its end, and with names of the workbook."""
    host = Host(data, what)
    host.add(Donor(donor), sheets)
    for name, reference in names.items():
        host.lists.set_name(name, reference)
    return host.to_bytes()


__all__ = ("Host", "next_table_id", "transplanted")
