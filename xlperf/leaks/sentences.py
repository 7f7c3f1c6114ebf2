"""What the leak check prints: what it found in each file, by kind, with some places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.message_texts import number_of, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlperf.leaks.findings import Leak
    from xlperf.leaks.kinds import LeakKind

MOST_PLACES = 4
"""Places of a kind that are shown one by one; ``--json`` gives more."""
BLIND = (
    "It cannot tell a name from another word, read text in pictures, or know what a figure gives"
    " away beside another."
)
"""What every output says of the limits of the check."""


def leaks_output(name: str, leaks: Sequence[Leak]) -> str:
    """Say what was found in one file."""
    if not leaks:
        return f"{name}: nothing found that blocks it. {BLIND}"
    groups: dict[LeakKind, list[Leak]] = {}
    for leak in leaks:
        groups.setdefault(leak.kind, []).append(leak)
    places = sum(leak.count for leak in leaks)
    total = f"{number_of(len(groups), 'kind')} of leak in {number_of(places, 'place')}"
    text = [f"{name}: DO NOT SEND. {total}."]
    for kind, group in groups.items():
        text += ["", *_group(kind, group)]
    return "\n".join(text)


def _group(kind: LeakKind, group: Sequence[Leak]) -> list[str]:
    """Title, places and remedy of one kind."""
    number = sum(leak.count for leak in group)
    shown = [f"{leak.where}: {leak.found}".removesuffix(": ") for leak in group if leak.count == 1]
    lines = [
        f"  {kind.called} ({number:,})",
        *(wrapped(text, 4, hanging=3) for text in shown[:MOST_PLACES]),
    ]
    if number > min(len(shown), MOST_PLACES):
        lines.append(f"    … and {number - min(len(shown), MOST_PLACES):,} more")
    return [*lines, wrapped(f"-> {kind.remedy}", 4, hanging=3)]
