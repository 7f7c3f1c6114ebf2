"""Document properties of an Office file: what may stand there is listed, and who made it must be
allowed by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.leaks.kinds import LeakKind

if TYPE_CHECKING:
    from xlperf.leaks.findings import Inspection
    from xlperf.leaks.package_parts import Parts

CORE, APP = "docProps/core.xml", "docProps/app.xml"
PLAIN = frozenset(("created", "modified", "revision", "language", "version", "lastPrinted"))
"""Core properties that name nobody."""
READ = frozenset(("title", "subject", "keywords", "description", "category", "contentStatus"))
"""Core properties a reader may look at: texts like any other."""
STATISTICS = frozenset(
    (
        "Application", "AppVersion", "DocSecurity", "ScaleCrop", "SharedDoc", "LinksUpToDate",
        "HyperlinksChanged", "HeadingPairs", "TitlesOfParts", "TotalTime", "Pages", "Words",
        "Characters", "CharactersWithSpaces", "Lines", "Paragraphs", "Slides", "Notes",
        "HiddenSlides", "MMClips", "PresentationFormat",
    )
)  # fmt: skip
"""Extended properties that count, or name a program (ISO/IEC 29500-1, 22.2)."""
TEMPLATES = ("", "normal", "normal.dotm", "normal.dotx", "normal.dot")


def inspect_properties(
    parts: Parts, seen: Inspection, titles: frozenset[str] = frozenset()
) -> None:
    """Report properties that are not on the list; `titles` are names of sheets and ranges that are
    there to be seen.
    """
    if CORE in parts.package:
        for element in parts.tree(CORE):
            _core(element.tag, "".join(element.itertext()).strip(), seen)
    if APP in parts.package:
        root = parts.tree(APP)
        for element in root:
            _extended(element.tag, "".join(element.itertext()).strip(), seen)
        for vector in root.iter("TitlesOfParts"):
            for text in vector.itertext():
                if text.strip() and text not in titles:
                    seen.add(LeakKind.PROPERTY, f"{APP}, TitlesOfParts", text, blocks=bool(titles))
                    seen.private(f"{APP}, TitlesOfParts", text)


def _core(name: str, text: str, seen: Inspection) -> None:
    where = f"{CORE}, {name}"
    if name in READ:
        seen.text(where, text)
    elif text and name not in PLAIN and not seen.expected.allows(text):
        seen.add(LeakKind.PROPERTY, where, text)


def _extended(name: str, text: str, seen: Inspection) -> None:
    where = f"{APP}, {name}"
    if name in STATISTICS or not text or seen.expected.allows(text):
        return
    if name != "Template" or text.lower() not in TEMPLATES:
        seen.add(LeakKind.PROPERTY, where, text)
        seen.path(where, text)
