"""What a layout did, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.message_texts import first_few

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlperf.newbook.laying_out import LaidOut

NOTHING = "The tiles are those of the plan: nothing was added, drawn or deleted."
MOST_NAMED = 8
"""Lines or cells that a sentence names."""


def layout_sentences(result: LaidOut) -> list[str]:
    """Say what was added, deleted and kept."""
    texts = list(result.doubts)
    if not result.has_changes:
        return texts or [NOTHING]
    lines = [line for of_priority in result.added.values() for line in of_priority]
    if result.sheets:
        texts.append(f"New {_counted(result.sheets, 'sheet')}: {', '.join(result.sheets)}.")
    for code, of_priority in result.added.items():
        texts.append(f"Added to {code}: {first_few(of_priority, MOST_NAMED)}.")
    if result.sheets and not lines:
        texts.append("Every line had its tile before.")
    if result.kept_as:
        new_names = ", ".join(f"{old} is now '{new}'" for old, new in result.kept_as.items())
        texts.append(
            f"Kept: {new_names}. A refresh no longer writes into them; delete them when you like."
        )
    if result.gone:
        gone = first_few(result.gone, MOST_NAMED)
        texts.append(f"Deleted: the names of the cells of {gone}, which no measure has.")
    if result.gone and not result.kept_as:
        texts.append(
            "Their rows are still there and show NA: delete them, or use --redraw. Their charts on"
            " the sheet Charts are deleted."
        )
    if result.elsewhere:
        cells = first_few(result.elsewhere, MOST_NAMED)
        texts.append(f"No longer filled, since the new dashboard has their names: {cells}.")
    return texts


def _counted(items: Sequence[str], what: str) -> str:
    return what if len(items) == 1 else f"{what}s"
