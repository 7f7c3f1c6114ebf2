"""Sentences with which every engine refuses an edit that cannot be made safely."""

from __future__ import annotations

from xlperf.errors import LayoutError


def no_header(table: str, sheet: str) -> LayoutError:
    """The table's columns cannot be told."""
    return LayoutError(
        f"The table {table} on the sheet '{sheet}' shows no header row, so its columns cannot be told. Switch it on "
        "(Table Design, Header Row)."
    )


def no_table(table: str) -> LayoutError:
    """The table to be written is not there."""
    return LayoutError(f"There is no table named {table}. Restore its sheet, or give the table its name again.")


def no_cell(name: str) -> LayoutError:
    """The name of a cell to be written is broken."""
    return LayoutError(f"The name {name} points to no single cell. Mend it (Formulas, Name Manager).")


def not_ours(sheet: str, cell: str, name: str, refusal: str) -> LayoutError:
    """A named cell holds what must not be written over."""
    return LayoutError(f"{sheet}!{cell} ({name}) {refusal}. Clear it, then refresh again.")
