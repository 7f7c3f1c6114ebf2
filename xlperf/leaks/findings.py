"""What a check is given and what it finds: the expected content, and the leaks."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from xlperf.leaks import personal
from xlperf.leaks.kinds import LeakKind

if TYPE_CHECKING:
    from collections.abc import Iterable

SHOWN, LONGEST_PLACE = 60, 200
"""Characters of what was found, and of its place, that the output shows."""
LONGEST_TEXT = 32_767
"""Characters of a text looked through: as many as a cell holds (Excel specifications)."""
MOST_ALIKE = 25
"""Leaks of one kind in a file that are kept one by one; the others are counted."""
LONGEST_SPAN = 150
"""Most words of an expected text looked for in a paragraph; longer ones must be all of it."""
SHORTEST_PIECE = 16
"""Characters from which a line of a page may be a piece of a text whose words the page spaced in
its own way.
"""
DIGITS = 12
"""Significant digits in which two numbers are the same."""
PATH = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z]:(?:\\{1,2}|/)(?![/\\\s])[^\s\"'<>|]+"
    r"|(?<!\\)\\\\[\w.$-]+\\[\w.$-]+"
    r"|\bfile:/[^\s\"'<>]*"
    r"|(?<![\w.:/~-])/(?:Users|home|root|mnt|Volumes|private|tmp)/[^\s\"'<>]+",
    re.IGNORECASE,
)
INSIDE_HOSTS = re.compile(
    r"\.(?:local|internal|intranet|lan|corp|home|sharepoint\.com|pnn\.police\.uk)$"
    r"|^\[?(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*::?[0-9a-f:]+)\]?$",
    re.IGNORECASE,
)
"""Hosts that only a network inside an office or its file store answers to, and bare numbers."""
BREAKS = re.compile("[\N{SOFT HYPHEN}\N{WORD JOINER}]")
EDGES = "\"'“”‘’()[]{}<>.,;:!?…·•–—-/|*●♦■▲▼►"


class TextMatch(Enum):
    """How a text is compared with the expected content."""

    WHOLE = "whole"
    """A cell, a title, a property: it must be an expected text."""
    PARAGRAPH = "paragraph"
    """It must be put together from expected texts."""
    LINE = "line"
    """A line as a page shows it, cut anywhere: part of an expected text, or words of them."""


@dataclass(frozen=True, slots=True)
class Leak:
    """One thing that must not leave.

    `where`: part, sheet and cell, paragraph, page or header. `found`: shortened, personal data
    masked. `count`: places it stands for.
    """

    kind: LeakKind
    where: str
    found: str
    count: int = 1


@dataclass(frozen=True)
class Expected:
    """What a document may hold.

    Parameters
    ----------
    texts : frozenset of str or None
        Every text a reader may meet: cells, titles, paragraphs or the pieces they are made of,
        alternative texts. Space is not compared. None: content is not compared.
    numbers : frozenset of float
        Every number that may stand in a cell or a chart, dates as serial numbers; compared to 12
        digits. Not compared when `texts` is None.
    allowed : frozenset of str
        What would look like a leak but is meant to be seen: e-mail addresses or their domains
        (``@office.example``), telephone numbers, postcodes, authors and other properties, hosts of
        links. Case and spaces are not compared.
    recipients : frozenset of str or None
        Addresses a mail may go to. None: recipients are not judged.
    """

    texts: frozenset[str] | None = None
    numbers: frozenset[float] = frozenset()
    allowed: frozenset[str] = frozenset()
    recipients: frozenset[str] | None = None
    form: str = ""
    """What the makers of these documents write, as `xlperf.leaks.forms` reads it: parts, elements,
    attributes. Empty: any file, which is looked through for what should not be in it.
    """

    @cached_property
    def _wholes(self) -> frozenset[str]:
        return frozenset(map(collapsed, self.texts or ()))

    @cached_property
    def _spans(self) -> frozenset[tuple[str, ...]]:
        return frozenset(tuple(words(text)) for text in self.texts or ())

    @cached_property
    def _words(self) -> frozenset[str]:
        whole = {word for span in self._spans for word in span}
        return frozenset(whole.union(*(word.split("-") for word in whole)))  # a line may end there

    @cached_property
    def _numbers(self) -> frozenset[str]:
        return frozenset(number_key(number) for number in self.numbers)

    @cached_property
    def _allowed(self) -> frozenset[str]:
        return frozenset(personal.plain(text) for text in self.allowed)

    def holds(self, text: str, form: TextMatch) -> bool:
        """Whether a text belongs to the expected content; blank text always does."""
        whole = collapsed(text)
        if self.texts is None or not whole or whole in self._wholes:
            return True
        if form is TextMatch.WHOLE:
            return False
        text_words = words(text)
        if form is TextMatch.PARAGRAPH:
            return self._composed(text_words)
        squeezed = whole.replace(" ", "")
        return all(word in self._words for word in text_words) or (
            len(squeezed) >= SHORTEST_PIECE
            and any(squeezed in other.replace(" ", "") for other in self._wholes)
        )

    def _composed(self, text_words: list[str]) -> bool:
        """Whether words are expected texts one after the other."""
        reached = [True] + [False] * len(text_words)
        for start in range(len(text_words)):
            if reached[start]:
                for end in range(start + 1, min(len(text_words), start + LONGEST_SPAN) + 1):
                    reached[end] = reached[end] or tuple(text_words[start:end]) in self._spans
        return reached[-1]

    def holds_number(self, number: float) -> bool:
        """Whether a number belongs to the expected content."""
        return self.texts is None or number_key(number) in self._numbers

    def allows(self, piece: str) -> bool:
        """Whether personal data or a property may be seen; a domain allows all its addresses."""
        whole = personal.plain(piece)
        domain = whole.rpartition("@")[2]
        return whole in self._allowed or ("@" in whole and (f"@{domain}" in self._allowed))


def collapsed(text: str) -> str:
    """A text as it is compared: compatible forms made one, single spaces, no marks of breaks."""
    return " ".join(BREAKS.sub("", unicodedata.normalize("NFKC", text)).split())


def words(text: str) -> list[str]:
    """Words of a text as they are compared: without the punctuation around them."""
    return [word for word in (part.strip(EDGES) for part in collapsed(text).split()) if word]


def number_key(number: float) -> str:
    """A number as it is compared; the zeros are one."""
    return f"{number:.{DIGITS}g}" if number else "0"


def as_number(text: str) -> float | None:
    """Read a finite number; None for anything else."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def printable(text: str, most: int = SHOWN) -> str:
    """What was found as the output shows it: on one line, personal data masked, shortened."""
    flat = personal.masked(
        " ".join("".join(c if c.isprintable() else " " for c in text[: 20 * most]).split())
    )
    return flat if len(flat) <= most else f"{flat[: most - 1]}…"


@dataclass
class Inspection:
    """The check of one file at work: what is expected, what was found so far."""

    expected: Expected
    prefix: str = ""
    """What comes before each place: the name of the attachment that is looked into."""
    _found: dict[LeakKind, dict[tuple[str, str], None]] = field(default_factory=dict)

    def inside(self, prefix: str) -> Inspection:
        """Give an inspection of something inside this file, with the same findings."""
        return replace(self, prefix=f"{self.prefix}{prefix}, ")

    def add(self, kind: LeakKind, where: str, found: str = "") -> None:
        """Take in a leak; the same one again changes nothing."""
        place = f"{self.prefix}{printable(where, LONGEST_PLACE)}"
        self._found.setdefault(kind, {})[place, printable(found)] = None

    def leaks(self) -> tuple[Leak, ...]:
        """Give what was found, by kind; beyond the first of a kind, a count."""
        all_leaks = []
        for kind, found in self._found.items():
            all_leaks += [Leak(kind, *one) for one in list(found)[:MOST_ALIKE]]
            if (more := len(found) - MOST_ALIKE) > 0:
                all_leaks.append(Leak(kind, "the file", f"and {more:,} more", more))
        return tuple(all_leaks)

    def text(self, where: str, text: str, form: TextMatch = TextMatch.WHOLE) -> None:
        """Look at a text a reader may meet: personal data, paths, and whether it is expected."""
        if self._is_long(where, text) or not text or text.isspace():
            return
        self.private(where, text)
        if not self.expected.holds(text, form):
            self.add(LeakKind.UNEXPECTED, where, text)

    def number(self, where: str, text: str) -> None:
        """Look at a number as a file writes it."""
        number = as_number(text)
        if number is None:
            self.text(where, text)
            return
        if not self.expected.holds_number(number):
            self.add(LeakKind.UNEXPECTED, where, text)
        if number.is_integer() and abs(number) >= 1e9:
            self.private(where, str(int(number)))

    def value(self, where: str, text: str) -> None:
        """Look at a number or text, whichever it is; a number may be expected as a text."""
        if self.expected.texts is None or not self.expected.holds(text, TextMatch.WHOLE):
            self.number(where, text)

    def private(self, where: str, text: str) -> None:
        """Look for personal data and paths only."""
        if not self._is_long(where, text):
            self._personal(where, personal.found_in(text))
            self.path(where, text)

    def aside(self, where: str, text: str) -> None:
        """Look at a text no reader sees, such as an attribute: paths and e-mail addresses only."""
        if "@" in text:
            self._personal(where, personal.addresses_in(text))
        if "/" in text or "\\" in text:
            self.path(where, text)

    def _personal(self, where: str, pieces: Iterable[tuple[str, str]]) -> None:
        for what, piece in pieces:
            if not self.expected.allows(piece):
                self.add(LeakKind.PERSONAL, where, f"{what}: {personal.cover(piece)}")

    def _is_long(self, where: str, text: str) -> bool:
        """Report a text that is too long to be looked through."""
        if len(text) > LONGEST_TEXT:
            fault = f"a text of {len(text):,} characters; {LONGEST_TEXT:,} are looked through"
            self.add(LeakKind.UNREADABLE, where, fault)
        return len(text) > LONGEST_TEXT

    def path(self, where: str, text: str) -> None:
        """Look for paths of a computer or network."""
        for match in PATH.finditer(text if "%" not in text else unquote(text)):
            self.add(LeakKind.PATH, where, match.group())

    def link(self, where: str, target: str) -> None:
        """Look at a link a reader may follow: it must lead to the web or an allowed address."""
        self.private(where, unquote(target))
        try:
            parts = urlsplit(target.strip())
            host, scheme = parts.hostname or "", parts.scheme.lower()
        except ValueError:
            self.add(LeakKind.LINK, where, target)
            return
        if not target.strip() or target.startswith("#") or scheme in ("mailto", "tel"):
            return
        allowed = self.expected.allows(host)
        inside = "." not in host or INSIDE_HOSTS.search(host) or parts.username
        if scheme not in ("http", "https") or (inside and not allowed):
            self.add(LeakKind.LINK, where, target)
        elif not allowed and not self.expected.holds(target, TextMatch.WHOLE):
            self.add(LeakKind.UNEXPECTED, where, target)
