"""Where the tiles of the priorities stand on a dashboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ABREAST = 3
"""Tiles in a row."""
LONGEST_BADGE = 8
"""Letters that the corner of a tile can hold."""


def bands(priorities: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Rows of tiles, left to right, for priorities in the order of the plan."""
    starts = range(0, len(priorities), ABREAST)
    return tuple(tuple(priorities[at : at + ABREAST]) for at in starts)


def badge(code: str) -> str:
    """What stands in the corner of a tile: its code, cut where it is longer than the corner."""
    return code if len(code) <= LONGEST_BADGE else f"{code[: LONGEST_BADGE - 1].rstrip()}…"
