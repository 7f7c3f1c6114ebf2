"""What of a file is not used: counted by reason, so that nothing is lost without a word."""

from __future__ import annotations

from collections import Counter

from xlperf.frozen import NamedTuple


class LeftOut(NamedTuple):
    """Figures that are not used for one reason."""

    number: int
    reason: str
    """A clause: what they are, such as ``of labels that mean nothing here``."""
    advice: str
    """What to do; empty: nothing need be done."""
    examples: tuple[str, ...]
    """What they are of, or where they are, most frequent first."""


class LeftOutCollection:
    """Collects figures that are not used."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], Counter[str]] = {}

    def add(self, reason: str, example: str = "", advice: str = "", number: int = 1) -> None:
        """Count one figure, or `number` of them."""
        self._counts.setdefault((reason, advice), Counter())[example] += number

    @property
    def number(self) -> int:
        """How many figures are not used."""
        return sum(counts.total() for counts in self._counts.values())

    def items(self) -> list[LeftOut]:
        """Reasons: those with something to do first, then by number."""
        items = []
        for (reason, advice), counts in self._counts.items():
            examples = tuple(example for example, _ in counts.most_common() if example)
            items.append(LeftOut(counts.total(), reason, advice, examples))
        return sorted(items, key=lambda item: (not item.advice, -item.number))
