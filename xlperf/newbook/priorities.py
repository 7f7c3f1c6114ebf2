"""Where the tiles of the priorities stand on a dashboard."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ABREAST = 3
"""Tiles in a row."""
LONGEST_BADGE = 8
"""Letters that the corner of a tile can hold."""
NUMBERED = re.compile(r"([A-Za-z]+)(\d\w*)")
"""A code of letters and a number, such as P12 or P14A."""


def bands(priorities: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Rows of tiles, left to right, for priorities in the order of the plan.

    Where one is left over it is alone in the second row, and the key has room beside it.
    """
    alone = len(priorities) > ABREAST and len(priorities) % ABREAST == 1
    head = [tuple(priorities[:ABREAST]), tuple(priorities[ABREAST : ABREAST + 1])] if alone else []
    start = ABREAST + 1 if alone else 0
    rest = range(start, len(priorities), ABREAST)
    return (*head, *(tuple(priorities[at : at + ABREAST]) for at in rest))


def badges(priorities: Sequence[str]) -> dict[str, str]:
    """What stands in the corner of each tile: the number alone where all codes have the same
    letters before it, else the code, cut where it is longer than the corner.
    """
    matches = {code: NUMBERED.fullmatch(code) for code in priorities}
    letters = {match.group(1) if match else "" for match in matches.values()}
    short = len(letters) == 1
    return {
        code: match.group(2)
        if match is not None and short
        else code
        if len(code) <= LONGEST_BADGE
        else f"{code[: LONGEST_BADGE - 1].rstrip()}…"
        for code, match in matches.items()
    }
