"""The front door: a folder of files and a workbook -> a plan; then, if wanted, it is carried out.

Every file that is accepted is kept, byte for byte, in a folder beside the workbook, before the
workbook says that it came. A second run over the same files changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.errors import UsageError, WorkbookError
from xlperf.excel import paths, saving
from xlperf.excel.saving import BACKUP
from xlperf.frozen import NamedTuple
from xlperf.returns.figure_rows import figure_edits
from xlperf.returns.form_places import MARK_BEGINNING, MARK_COLUMN, MARK_ROW, SHEET
from xlperf.returns.received_file import MOST_BYTES, cell_text
from xlperf.returns.replies import replies_of
from xlperf.returns.return_names import NAME_OF_FORM, file_name_of
from xlperf.tables import schema
from xlperf.tables.row_edits import table_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from xlperf.excel.port import ApplyResult, Edit, Workbook
    from xlperf.periods import Period
    from xlperf.returns.collect_plan import CollectPlan
    from xlperf.returns.contributions import Cells
    from xlperf.returns.replies import ReplyName
    from xlperf.returns.return_versions import CameReturn
    from xlperf.tables.rows import DataRow

MOST_FILES = 2_000
"""Most files of a folder: a hundred partners send twenty versions."""
LEFT_BY_PROGRAMS = ("~$", ".", "Thumbs.db", "desktop.ini")
"""How names of files begin that Excel and the systems leave in a folder."""


class CollectDone(NamedTuple):
    """What was done."""

    applied: ApplyResult | None
    """None: there was nothing to write into the workbook."""
    backup: Path | None
    kept: tuple[Path, ...]
    """Copies that are new."""
    replies: tuple[Path, ...]
    """Answers that are new, or other than before."""
    folder: Path
    """Where both are."""


def files_in(places: Iterable[Path], workbook: Path | None = None) -> Iterator[tuple[str, bytes]]:
    """Names and contents of files, and of the files in folders (not in those below them), by name;
    without the workbook that lies there, and its copies.

    Of a file that is far too large for a return only the beginning is read. Raises `UsageError` or
    `WorkbookError` for a place that is not there or cannot be read.
    """
    for path in _paths(places, workbook):
        try:
            with path.open("rb") as stream:
                data = stream.read(MOST_BYTES + 1)
        except OSError as error:
            raise paths.unreadable(path, error) from None
        yield "".join(sign if sign.isprintable() else "\ufffd" for sign in path.name), data


def is_return(path: Path) -> bool:
    """Whether a file has the name or the mark of a form of ours, harmless or not.

    Raises `WorkbookError` or `UsageError` for one that cannot be read.
    """
    if NAME_OF_FORM.fullmatch(path.name):
        return True
    if not path.name.lower().endswith((".xlsx", ".xlsm")):
        return False
    ((name, data),) = files_in([path])
    return cell_text(name, data, SHEET, MARK_ROW, MARK_COLUMN).startswith(MARK_BEGINNING)


def left_by_programs(name: str) -> bool:
    """Whether a file is one that Excel or the system leaves in a folder."""
    return name.startswith(LEFT_BY_PROGRAMS)


def folders_below(places: Iterable[Path]) -> list[str]:
    """Names of the folders in folders, whose files are not read."""
    return [
        path.name
        for place in places
        if place.is_dir()
        for path in sorted(place.iterdir())
        if path.is_dir() and not left_by_programs(path.name)
    ]


def is_workbook_itself(path: Path, workbook: Path) -> bool:
    """Whether a file is the dashboard, or a copy that was kept of one."""
    return BACKUP in path.name or (
        path.name == workbook.name and path.resolve() == workbook.resolve()
    )


def _paths(places: Iterable[Path], workbook: Path | None) -> list[Path]:
    every: list[Path] = []
    for place in places:
        if place.is_dir():
            every += sorted(
                path
                for path in place.iterdir()
                if path.is_file()
                and not left_by_programs(path.name)
                and not (workbook and is_workbook_itself(path, workbook))
            )
        elif place.is_file():
            every.append(place)
        else:
            raise UsageError(f"There is no file or folder {place}.")
    if len(every) > MOST_FILES:
        raise UsageError(f"There are {len(every):,} files; {MOST_FILES:,} at most are collected.")
    return every


def folder_of(workbook: Path, quarter: Period) -> Path:
    """Folder of the returns of a quarter, beside the workbook."""
    year, month = divmod(quarter.last, 12)
    return workbook.parent / f"{workbook.stem} returns" / f"{year}-{month + 1:02d}"


def carry_out(book: Workbook, plan: CollectPlan, workbook: Path) -> CollectDone:
    """Keep the files, write the workbook and save it, and write the replies.

    Raises `LayoutError` where a cell cannot be written: then nothing is, and no copy stays.
    """
    folder = folder_of(workbook, plan.quarter)
    applied = apply_collection(book, plan, folder)
    kept = keep_files(plan, folder)
    backup = None if applied is None else book.save()
    return CollectDone(applied, backup, kept, write_replies(plan, folder), folder)


def apply_collection(book: Workbook, plan: CollectPlan, folder: Path) -> ApplyResult | None:
    """Put what was collected into an open workbook, without saving it; None where nothing is new.

    Raises `WorkbookError` where a cell cannot be written; then nothing is changed.
    """
    edits = collect_edits(plan, folder)
    for edit in edits:
        if (reason := book.refusal(edit)) is not None:
            raise WorkbookError(f"{reason} Nothing was collected.")
    return book.apply(edits) if edits else None


def keep_files(plan: CollectPlan, folder: Path) -> tuple[Path, ...]:
    """Keep the files that are new, before the workbook says that they came; gives those copies."""
    return tuple(path for came in plan.new if (path := _keep(came, folder)) is not None)


def write_replies(plan: CollectPlan, folder: Path) -> tuple[Path, ...]:
    """Write the drafts of answers; gives those that are new, or other than before."""
    return tuple(path for name, text in replies_of(plan) if (path := _reply(folder, name, text)))


def collect_edits(plan: CollectPlan, folder: Path) -> list[Edit]:
    """Edits of a plan; none where the workbook holds it all."""
    edits = figure_edits(plan.figures, plan.grids, plan.today)
    received = [_received_cells(came, plan, folder) for came in plan.new]
    if received:
        edits.append(table_rows(plan.grids[schema.RECEIVED.name], schema.RECEIVED, {}, received))
    changed: dict[int, Cells] = {}
    added: list[Cells] = []
    for key, cells in plan.contributions.items():
        row = plan.records.contributions.get(key)
        if row is None:
            added.append(cells)
        elif different := _different(row, cells):
            changed[row.index] = different
    if changed or added:
        grid = plan.grids[schema.CONTRIBUTIONS.name]
        edits.append(table_rows(grid, schema.CONTRIBUTIONS, changed, added))
    if plan.states:
        grid = plan.grids[schema.RETURNS.name]
        edits.append(table_rows(grid, schema.RETURNS, plan.states, ()))
    return edits


def _different(row: DataRow, cells: Cells) -> Cells:
    return {
        title: value
        for title, value in cells.items()
        if title in row.frame.places and row.state(title) != value
    }


def _received_cells(came: CameReturn, plan: CollectPlan, folder: Path) -> Cells:
    assert came.head is not None  # noqa: S101 - an accepted return has a head
    return {
        "Received": plan.today,
        "Partner": came.head.partner,
        "Quarter end": came.head.quarter_end,
        "Version": came.version,
        "File": came.file,
        "SHA-256": came.digest,
        "Kept as": "/".join((*folder.parts[-2:], _copy_name(came))),
        "Completed by": came.head.role,
    }


# Files beside the workbook.


def _copy_name(came: CameReturn) -> str:
    assert came.head is not None  # noqa: S101 - an accepted return has a head
    return f"{file_name_of(came.head.partner)} v{came.version} {came.digest[:8]}.xlsx"


def _keep(came: CameReturn, folder: Path) -> Path | None:
    """Keep the file of a return; None where it is kept already."""
    return _written(folder / _copy_name(came), came.data)


def _reply(folder: Path, name: ReplyName, text: str) -> Path | None:
    file = f"Reply to {file_name_of(name.to)} {name.ending}.txt"
    return _written(folder / "replies" / file, text.encode())


def _written(path: Path, data: bytes) -> Path | None:
    """Write a file where it is not there, or is another one; None where it is there."""
    try:
        if path.is_file() and path.read_bytes() == data:
            return None
        path.parent.mkdir(parents=True, exist_ok=True)
        saving.replace_file(path, data)
    except OSError as error:
        raise WorkbookError(
            f"{path} could not be written ({error.strerror or error}). The workbook was not changed"
            " by what comes after it; collect again."
        ) from None
    return path
