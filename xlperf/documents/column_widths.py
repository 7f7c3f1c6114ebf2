"""Widths of columns that hold their longest words, where the page has room for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST_UNBROKEN = 24
"""Letters of the longest word that a page does not break (as in look.typ)."""


def longest_word(texts: Iterable[str]) -> int:
    """Letters of the longest word of some texts, up to those that a page would break."""
    words = (word for text in texts for word in text.split())
    return min(max(map(len, words), default=0), LONGEST_UNBROKEN)


def fitted(widths: Sequence[float], needs: Sequence[float]) -> list[float]:
    """Give widths of the same sum in which each column has what it needs, taken from those that
    have more than they need; as far as these have it.
    """
    short = [max(need - width, 0.0) for width, need in zip(widths, needs, strict=True)]
    spare = [max(width - need, 0.0) for width, need in zip(widths, needs, strict=True)]
    moved = min(sum(short), sum(spare))
    if not moved:
        return list(widths)
    return [
        width + lacking * moved / sum(short) - more * moved / sum(spare)
        for width, lacking, more in zip(widths, short, spare, strict=True)
    ]
