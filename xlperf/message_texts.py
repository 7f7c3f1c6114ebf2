"""What messages have in common: lists that say how many more there are, lines of one width."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 96
"""Characters of a line on a terminal."""


def number_of(number: int, noun: str) -> str:
    """Write how many there are: 1 file, 2 files."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def first_few(items: Sequence[str], most: int, mark: str = ", ") -> str:
    """Write the first items of a list, and how many more there are: a, b and 3 more."""
    more = f" and {len(items) - most:,} more" if len(items) > most else ""
    return mark.join(items[:most]) + more


def wrapped(text: str, indent: int = 0, hanging: int = 2, *, whole_words: bool = False) -> str:
    """Wrap a text to `WIDTH`: its first line `indent` characters in, the others `hanging` more.
    `whole_words`: no word is broken, at a hyphen neither.
    """
    from textwrap import fill

    return fill(
        text,
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hanging),
        break_on_hyphens=not whole_words,
        break_long_words=not whole_words,
    )


def below(items: Sequence[str], most: int) -> str:
    """Write the first items of a list below a sentence, and how many more there are."""
    more = [f"and {len(items) - most:,} more"] if len(items) > most else []
    return "".join(f"\n  {item}" for item in [*items[:most], *more])
