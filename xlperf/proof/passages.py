"""A document as the check sees it: passages of text, lines of numbers, tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlperf.frozen import NamedTuple
from xlperf.tiles.quoted import SENTENCE_END

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LONGEST_HEADING = 25
"""Words of a heading; what is longer is a paragraph without a full stop."""
NUMBER_ASKED = r"n\s?=\s?(\d[\d,]*)"
"""The n of a survey, as texts write it: (n = 65)."""
NOTES = re.compile(r"(?:end|foot)?notes\b", re.IGNORECASE)
"""What the list of notes at the end of a text is headed with."""
LONGEST_LIST = 40
"""Passages of a list of notes that are looked at."""
NOTE = re.compile(rf"(?<![\w(])([ivx]{{1,5}}|\d{{1,2}}|\*{{1,3}})[.:)]?\s+\(?{NUMBER_ASKED}\)?")
SUPERSCRIPTS = str.maketrans("¹²³⁴⁵⁶⁷⁸⁹⁰", "1234567890")
MARKED_PERCENT = re.compile(r"(?<=\d%)([ivx]{1,5}|\d{1,2}|[¹²³⁴⁵⁶⁷⁸⁹⁰]{1,2}|\*{1,3})(?![\w%])")
"""The mark of a note, right after a percentage."""
NEW_PASSAGE = re.compile(
    r"\s*(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?\s|[•▪◦·*-]\s|\|"
    r"|(?:end|foot)notes(?:\s*:?\s*$|\s+[ivx\d*]+[\s.)]))",
    re.IGNORECASE,
)
"""How a line begins that does not continue the one before: with a number, the mark of a list, or as
the heading of the notes.
"""


class Passage(NamedTuple):
    """A paragraph, a cell, or the lines of a page that belong together."""

    where: str
    text: str
    level: int | None = None
    """Level of the heading that its style makes it, 1 the highest; None: it has no such style."""

    @property
    def heading(self) -> bool:
        """Whether it is a heading: by its style, or since it is short and no sentence."""
        if self.level is not None:
            return True
        return len(self.text.split()) <= LONGEST_HEADING and not re.search(
            r"[.!?;,]\s*$|[.!?]\s+[A-Z]", re.sub(r"^\s*[\d.]+\s", "", self.text)
        )

    @property
    def sentences(self) -> Iterator[str]:
        """Its sentences."""
        for sentence in re.split(SENTENCE_END, " ".join(self.text.split())):
            if sentence:
                yield sentence


class TextCell(NamedTuple):
    """A cell of a table: its place, what it shows."""

    where: str
    text: str


@dataclass(frozen=True, slots=True)
class ProofText:
    """Everything of a document that is checked."""

    passages: tuple[Passage, ...]
    """In the order of the document."""
    lines: tuple[Passage, ...]
    """Numbers that stand beside each other: lines of a page, rows of a table."""
    tables: tuple[tuple[tuple[TextCell, ...], ...], ...] = ()
    """Tables by rows; a row may be short."""
    headed: bool = True
    """Whether passages follow each other, so that one stands under the heading before it."""
    unread: tuple[str, ...] = ()
    """Parts that could not be read, in sentences."""


def of_lines(lines: Sequence[Passage]) -> tuple[Passage, ...]:
    """Join lines of text to passages: each up to a blank line, or to a line that begins a new one.

    A blank line within a sentence, as pages give them, ends nothing.
    """
    joined: list[Passage] = []
    ended = True
    for line in lines:
        text = line.text.strip()
        if not text:
            ended = True
            continue
        continues = joined and not NEW_PASSAGE.match(line.text)
        if continues and ended:
            continues = text[0].islower() and not re.search(r"[.!?:;]$", joined[-1].text)
        if continues:
            joined[-1] = joined[-1]._replace(text=f"{joined[-1].text} {text}")
        else:
            joined.append(line._replace(text=text))
        ended = False
    return tuple(joined)


def with_notes(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """Put the n that a list of notes gives behind the percentages that refer to it.

    ``91.4%i`` and, under *Endnotes*, ``i (n=105)``: 91.4% (n=105). A mark with two notes is left
    alone.
    """
    notes: dict[str, set[str]] = {}
    for at, passage in enumerate(passages):
        if NOTES.match(passage.text):
            listed = " ".join(item.text for item in passages[at : at + LONGEST_LIST])
            for mark, n in NOTE.findall(listed):
                notes.setdefault(mark, set()).add(n)
    known = {mark: min(some) for mark, some in notes.items() if len(some) == 1}
    return tuple(
        item._replace(text=MARKED_PERCENT.sub(lambda match: _note(match, known), item.text))
        for item in passages
    )


def _note(match: re.Match[str], notes: Mapping[str, str]) -> str:
    n = notes.get(match[1].translate(SUPERSCRIPTS))
    return match[0] if n is None else f" (n={n})"
