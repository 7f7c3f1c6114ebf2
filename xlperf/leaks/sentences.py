"""What the leak check prints: for each file what it found, by kind, with the first places
of each.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlperf.leaks.findings import Leak
    from xlperf.leaks.kinds import LeakKind

WIDTH = 96
MOST_PLACES = 4
"""Places of a kind that are shown one by one; ``--json`` gives more."""
BLIND = (
    "It cannot tell a name from another word, read text in pictures, or know what a figure gives"
    " away beside another."
)
"""What every output says of the limits of the check."""


def leaks_output(name: str, leaks: Sequence[Leak]) -> str:
    """Say what was found in one file."""
    blocking = [leak for leak in leaks if leak.blocks]
    notes = [leak for leak in leaks if not leak.blocks]
    if not blocking:
        text = [f"{name}: nothing found that blocks it. {BLIND}"]
    else:
        kinds, places = len({leak.kind for leak in blocking}), sum(leak.count for leak in blocking)
        total = f"{kinds} {_plural(kinds, 'kind')} of leak in {places:,} {_plural(places, 'place')}"
        text = [f"{name}: DO NOT SEND. {total}."]
    for group in _by_kind(blocking):
        text += ["", *_group(group)]
    if notes:
        text += ["", "To know, not blocking:"]
        text += [line for group in _by_kind(notes) for line in _group(group)]
    return "\n".join(text)


def _plural(number: int, word: str) -> str:
    return word if number == 1 else f"{word}s"


def _by_kind(leaks: Sequence[Leak]) -> list[list[Leak]]:
    groups: dict[LeakKind, list[Leak]] = {}
    for leak in leaks:
        groups.setdefault(leak.kind, []).append(leak)
    return list(groups.values())


def _group(group: Sequence[Leak]) -> list[str]:
    """Title, places and remedy of one kind."""
    number = sum(leak.count for leak in group)
    lines = [f"  {group[0].title} ({number:,})"]
    printed = [leak for leak in group if leak.count == 1][:MOST_PLACES]
    lines += [
        _wrapped(f"{leak.where}: {leak.found}" if leak.found else leak.where, 4) for leak in printed
    ]
    if number > len(printed):
        lines.append(f"    … and {number - len(printed):,} more")
    return [*lines, _wrapped(f"-> {group[0].remedy}", 4)]


def _wrapped(text: str, indent: int) -> str:
    return textwrap.fill(
        text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * (indent + 3)
    )
