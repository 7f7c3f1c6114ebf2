"""The workbook that takes sheets: what it has, and why it must be left alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlperf import outcome
from xlperf.errors import LayoutError
from xlperf.excel import markup
from xlperf.excel.package import Package
from xlperf.excel.parts import CONTENTS, WorkbookPart, relations
from xlperf.excel.transplant.donor import Donor, taken_names
from xlperf.excel.transplant.package_edit import PackageEdit
from xlperf.excel.transplant.removal import remove_charts
from xlperf.excel.transplant.renaming import FORMULAS, rename_sheet, spans_sheets
from xlperf.excel.transplant.style_merge import StyleLists, StyleMerge
from xlperf.excel.transplant.workbook_lists import WorkbookLists

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlperf.excel.new_sheets import NewSheets

WORKSHEET = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
LOCKED = re.compile(rb"workbookProtection\b[^>]*\blockStructure\s*=\s*[\"'](?:1|true)")
SELECTED = re.compile(rb"\stabSelected\s*=\s*[\"'](?:1|true)[\"']")
SIGNATURE = "vbaprojectsignature.bin"
"""End of the name of the part with the signature of macros."""
SEVERAL = re.compile(rb":[^<>]{1,80}!")
"""What looks like a reference to several sheets."""
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
        styles = self._part_of("styles")
        self.styles = StyleLists(package.read(styles), styles)

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
        numbers = StyleMerge(self.styles, donor.styles()).merge()
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

    def counts_over_sheets(self) -> bool:
        """Whether a formula counts over several sheets, so that their order has a meaning."""
        texts = [item.text for item in self.lists.names]
        for name in self.edit.package.by_name:
            if "/worksheets/" in f"/{name}" and name.endswith(".xml"):
                data = self.edit.read(name)
                if SEVERAL.search(data):
                    texts += [match[3].decode() for match in FORMULAS.finditer(data)]
        return any(spans_sheets(text) for text in texts)

    def activate(self, name: str) -> None:
        """Make a sheet the active one, and the only selected one.

        Two selected sheets open as a group: what is typed into one goes into both.
        """
        self.lists.active = name
        for sheet in self.sheet_names:
            part = self.sheet_part(sheet)
            data = markup.as_utf8(self.edit.read(part))
            head = data[: max(data.find(b"<sheetData"), 4096)]
            plain = SELECTED.sub(b"", head)
            if sheet == name:
                plain = SHEET_VIEW.sub(lambda match: match[0] + b' tabSelected="1"', plain, count=1)
            if plain != head:
                self.edit.write(part, plain + data[len(head) :])

    def write_lists(self) -> None:
        """Write the lists of the workbook and the styles into their parts."""
        self.edit.write(self.styles.part, self.styles.edited())
        self.edit.write(self.workbook.part, self.lists.edited())

    def to_bytes(self) -> bytes:
        """Return the bytes of the workbook with all edits."""
        self.write_lists()
        return self.edit.to_bytes()


def with_sheets(data: bytes, what: str, new: NewSheets) -> bytes:
    """Return a workbook with new sheets in their places, and names that point at them.

    Where a formula counts over several sheets (``Jan:Dec!A1``) the order of sheets stays, and new
    ones go to the end.
    """
    host = Host(data, what)
    put_into(host, new)
    return host.to_bytes()


def put_into(host: Host, new: NewSheets) -> None:
    """Put new sheets into a host; see `with_sheets`."""
    if new.sheets and any(name.endswith(SIGNATURE) for name in host.edit.package.by_name):
        outcome.current().notes.append(
            f"The macros of {host.what} are signed. Excel may drop the signature when it saves the"
            " workbook with its new sheets: sign them again then."
        )
    donor = Donor(new.donor) if new.sheets else None
    may_move = bool(new.sheets) and not host.counts_over_sheets()
    for old, kept in new.kept_as.items():
        rename_sheet(host, old, kept)
    for sheet in new.sheets:
        before = new.kept_as.get(sheet.replaces or "")
        place = None
        if before is not None and may_move:
            place = host.lists.position(before)
        elif sheet.after is not None and may_move:
            place = host.lists.position(sheet.after) + 1
        if donor is not None:
            host.add(donor, [sheet.name], {} if place is None else {sheet.name: place})
    for kept in new.kept_as.values() if may_move else ():
        host.lists.move_sheet(kept, len(host.lists.sheets) - 1)
    host.lists.remove_names(new.gone)
    remove_charts(host, new.charts_gone)
    for name, reference in new.names.items():
        host.lists.set_name(name, reference)
    if new.sheets and new.kept_as:
        host.activate(new.sheets[0].name)
