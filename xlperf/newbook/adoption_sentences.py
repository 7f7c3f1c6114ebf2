"""What an adoption does, did, or took back, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.message_texts import first_few

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from xlperf.excel.port import MarkedCell
    from xlperf.excel.transplant.adoption import Released
    from xlperf.newbook.adopting import Adoption

CHANGED = (
    "Changed of yours: the lists of sheets and names, and the styles, to which formats are added."
    " Every other part of the file keeps its bytes."
)
NEXT = (
    "Next: give Settings, Priorities, Measures and your figures; type a marker such as"
    " [[SP12_offences.latest]] into a cell of your dashboard; save and close it. Then:"
)
REWRITTEN = (
    "Another program has saved the file since it was adopted: all else is as that program wrote it."
    " Formats that no cell has do no harm."
)
MOST_CELLS = 12


def adoption_sentences(planned: Adoption, marked: Sequence[MarkedCell], file: Path) -> list[str]:
    """Say what was added, and what to do next."""
    return [
        f"{file.name} has {len(planned.new.sheets)} sheets more, at its end: {_sheets(planned)}.",
        *_other_names(planned),
        CHANGED,
        _markers(marked),
        NEXT,
        f"python -m xlperf refresh {file}",
    ]


def preview_sentences(
    planned: Adoption, marked: Sequence[MarkedCell], changed: Sequence[str], file: Path
) -> list[str]:
    """Say what would be added, connected and changed."""
    return [
        f"{file.name} would get {len(planned.new.sheets)} sheets, at its end: {_sheets(planned)}.",
        f"It would get the names {', '.join(planned.new.names)}.",
        *_other_names(planned),
        CHANGED,
        f"Parts that would change: {', '.join(changed)}.",
        _markers(marked),
        "This was a preview: nothing was written.",
    ]


def release_sentences(result: Released) -> list[str]:
    """Say what was taken out, and what could not be put back."""
    texts = ["The sheets and names of xlperf are out of the workbook."]
    if result.cells:
        texts.append(f"Cells with their markers again: {first_few(result.cells, MOST_CELLS)}.")
    if result.restyled:
        cells = first_few(result.restyled, MOST_CELLS)
        texts.append(f"They keep the colour of the last refresh: take it out of {cells}.")
    if not result.remembered:
        texts.append(REWRITTEN)
    elif result.left:
        texts.append(f"Not as before it was adopted: {first_few(result.left, MOST_CELLS)}.")
    else:
        texts.append("Every part of the file is what it was.")
    return texts


def _sheets(planned: Adoption) -> str:
    return ", ".join(sheet.name for sheet in planned.new.sheets)


def _other_names(planned: Adoption) -> list[str]:
    if not planned.renamed:
        return []
    pairs = ", ".join(f"{old} is '{new}'" for old, new in planned.renamed.items())
    return [f"Since you have sheets of those names: {pairs}."]


def _markers(marked: Sequence[MarkedCell]) -> str:
    if not marked:
        return "No cell holds a marker yet."
    cells = first_few([f"{cell.sheet}!{cell.address} {cell.text}" for cell in marked], MOST_CELLS)
    return f"Cells with markers, which the next refresh connects: {cells}."
