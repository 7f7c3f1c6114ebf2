"""The shared strings of a workbook: each text, what of it cannot be seen, and which of them no cell
uses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlperf.excel import markup
from xlperf.leaks.kinds import LeakKind
from xlperf.leaks.looks import unseen
from xlperf.leaks.package_parts import tree

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.etree.ElementTree import Element

    from xlperf.leaks.findings import Inspection
    from xlperf.leaks.looks import Looks
    from xlperf.leaks.package_parts import Parts


@dataclass(frozen=True, slots=True)
class Text:
    """Text of a cell: what is shown, reading aids that are not, and runs with a colour and size of
    their own.
    """

    text: str
    aids: str = ""
    runs: tuple[tuple[str, str, float], ...] = ()
    """Text, colour and size in points."""

    def unseen(self, fill: str) -> str:
        """Text of the runs that cannot be seen on a background."""
        return " ".join(
            text for text, colour, size in self.runs if text.strip() and unseen(colour, fill, size)
        )


@dataclass
class Strings:
    """The shared strings, with those that were used."""

    part: str = ""
    texts: Sequence[Text] = ()
    used_indexes: set[int] = field(default_factory=set)

    @classmethod
    def read(cls, parts: Parts, main: str, looks: Looks) -> Strings:
        """Read the shared strings of a workbook; none when it has none."""
        for part in parts.targets(main, "sharedStrings"):
            root = tree(parts.read(part), part)
            return cls(part, [text_of(item, looks) for item in root.iter("si")])
        return cls()

    def take(self, index: int) -> Text:
        """Give a text and note that a cell uses it."""
        self.used_indexes.add(index)
        return self.texts[index] if 0 <= index < len(self.texts) else Text("")

    def orphans(self, seen: Inspection) -> None:
        """Report texts that no cell uses."""
        for index, text in enumerate(self.texts):
            if index not in self.used_indexes and text.text.strip():
                seen.add(LeakKind.ORPHAN_STRING, self.part, text.text)
                seen.private(self.part, text.text)


def text_of(item: Element, looks: Looks) -> Text:
    """Text of a shared or inline string."""
    pieces = [child.text or "" for child in item if child.tag == "t"]
    runs = []
    for run in item.iter("r"):
        content = "".join(child.text or "" for child in run if child.tag == "t")
        pieces.append(content)
        properties = run.find("rPr")
        if properties is not None:
            runs.append((content, *looks.font(properties)))
    aids = "".join(child.text or "" for aid in item.iter("rPh") for child in aid)
    return Text(markup.plain_text("".join(pieces)), markup.plain_text(aids), tuple(runs))
