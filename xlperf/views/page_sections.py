"""What stands on the page: what is red and what changed, the priorities, their lines, the key."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from xlperf.assessment.rag import Rag
from xlperf.documents.pack_values import priority_heading
from xlperf.newbook.key_texts import KEY_SIGNS, KEY_TEXTS
from xlperf.scenarios.level_sentences import CHECKED
from xlperf.tables.lines import cell_name
from xlperf.tiles.change_sentences import HEADINGS, movement, name_of
from xlperf.tiles.changes import ColourTurn
from xlperf.tiles.counting import checks_text
from xlperf.tiles.dashboard_sentences import chance_in_short
from xlperf.tiles.explanations import explain
from xlperf.tiles.wording import COLOUR_WORDS, STATUS, status
from xlperf.views.elements import bullets, element, paragraphs
from xlperf.views.line_texts import with_arrows
from xlperf.views.page_lines import chip, lines_table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from xml.etree.ElementTree import Element

    from xlperf.assessment.evidence import Assessment
    from xlperf.documents.pack_values import Section
    from xlperf.tiles.changes import ColourChange
    from xlperf.views.view_contents import ViewContents

COLOURS = (Rag.RED, Rag.AMBER, Rag.GREEN, Rag.NA)
"""In the order in which they are counted."""
MOST_LISTED = 8
"""Items of a list that are seen before the rest is unfolded."""
ASIDE = "to or from no colour, new or gone, or another position and the same colour"
"""Says of changes that they are neither better nor worse."""


def navigation(view: ViewContents) -> Element:
    """List the priorities, each with how many of its lines have which colour."""
    items = []
    for place, section in enumerate(view.printed.sections, 1):
        counts = Counter(row.rag for row in section.rows)
        chips = [
            chip(rag, f"{STATUS[rag][0]} {counts[rag]} {COLOUR_WORDS[rag]}")
            for rag in COLOURS
            if counts[rag]
        ]
        items.append(
            element("li", element("a", section.heading, href=f"#priority-{place}"), *chips)
        )
    title = element("h2", "Priorities", id="priorities")
    return element("nav", title, element("ul", *items), aria_labelledby="priorities")


# -- what stands first


def first_section(view: ViewContents) -> Element:
    """Say what is red and why, what changed, what is overruled and overdue."""
    assessed, told = view.assessed, view.printed.summary
    red = [line for line in assessed.lines if line.shown is Rag.RED]
    parts = [
        element("h2", "At a glance", id="first"),
        element("p", view.printed.counts, class_="counts"),
        *paragraphs([chance_in_short(assessed.lines, assessed.settings), _stale(view)]),
        element("h3", "Red, and why"),
        *_listed([_named(line, view) for line in red]),
        *([] if red else paragraphs(told.red)),
        *_what_changed(view),
        element("h3", "Overruled and overdue"),
        *paragraphs([told.quiet]),
        *bullets(f"Overruled: {text}" for text in told.overruled),
        *bullets(f"Overdue: {text}" for text in told.overdue),
        *paragraphs([f"{checks_text(assessed.problems)}: see the sheet Checks."]),
    ]
    return element("section", *parts, class_="first", aria_labelledby="first")


def _named(line: Assessment, view: ViewContents) -> Element:
    """Name a line, with a link to it, and say why it has its colour."""
    priority = line.measure.priority
    heading = priority_heading(priority, view.assessed.tables.priority(priority).heading)
    link = element("a", f"{heading}: {line.label}", href=f"#{view.identities[line.line]}")
    return element("span", link, f". {explain(line, view.assessed.settings).summary}")


def _stale(view: ViewContents) -> str:
    """Say that tiles of the workbook are of an earlier state, where they are."""
    shown = ((line, view.assessed.cells.get(cell_name(line.line, "rag")))
             for line in view.assessed.lines)  # fmt: skip
    old = sum(cell is not None and cell.value != status(line) for line, cell in shown)
    lines = "1 tile" if old == 1 else f"{old} tiles"
    return f"In the workbook {lines} did not show this status yet: refresh it." if old else ""


def _what_changed(view: ViewContents) -> Iterator[Element]:
    """List what changed which way; last, and folded, what is neither worse nor better."""
    yield element("h3", "What changed")
    for changes in view.source.compared:
        yield from paragraphs([str(changes), changes.unknown])
        for turn in sorted(ColourTurn, key=lambda turn: turn is ColourTurn.OTHER):
            if items := [_moved(item, view) for item in changes.changes if item.turn is turn]:
                folded = turn is ColourTurn.OTHER
                yield _group(HEADINGS[turn], items, folded=folded)
    yield from paragraphs(view.source.not_compared)


def _group(heading: str, items: list[Element], *, folded: bool) -> Element:
    if folded:
        summary = element("summary", f"{heading}, {len(items)}: {ASIDE}")
        return element("details", summary, *bullets(items))
    return element("div", element("h4", heading), *_listed(items))


def _moved(change: ColourChange, view: ViewContents) -> Element:
    name, identity = name_of(change), view.identities.get(change.line)
    link = element("a", name, href=f"#{identity}") if identity else name
    return element("span", link, with_arrows(f": {movement(change)}."))


def _listed(items: list[Element]) -> Iterator[Element]:
    """List items, the first of them in sight."""
    yield from bullets(items[:MOST_LISTED])
    if rest := items[MOST_LISTED:]:
        yield element("details", element("summary", f"{len(rest)} more"), *bullets(rest))


# -- priorities and lines


def priority_section(
    section: Section, view: ViewContents, wanted: Collection[str], *, is_open: bool = False
) -> Element:
    """Write a priority: what the plan says of it, the lines that are wanted, and notes."""
    name = f"priority-{view.printed.sections.index(section) + 1}"
    return element(
        "section",
        element("h2", section.heading, id=name),
        *paragraphs(section.about, class_="small"),
        lines_table(section, view, wanted, name, is_open=is_open),
        *_said(section),
        aria_labelledby=name,
    )


def _said(section: Section) -> Iterator[Element]:
    """Write comments, actions and remarks, where there are any."""
    said = [f"{item.role}: {item.text}" if item.role else item.text for item in section.comments]
    parts = {"Comments": said, "Actions": section.actions, "To bear in mind": section.remarks}
    for title, texts in parts.items():
        if texts:
            yield element("h3", title)
            yield from bullets(texts)


# -- what stands last


def last_sections(view: ViewContents) -> Iterator[Element]:
    """Write what is missing, and what the colours and signs mean."""
    if view.printed.missing:
        yield _section_of(
            "missing", "Not received, not available or in development",
            bullets(view.printed.missing),
        )  # fmt: skip
    key = [
        element("span", chip(rag, STATUS[rag]), f" {words.format(reasons='The page')}")
        for block in KEY_TEXTS
        for rag, words in block
    ]
    signs = paragraphs([*KEY_SIGNS, CHECKED])
    yield _section_of("key", "Key: what the colours and signs mean", [*bullets(key), *signs])


def _section_of(name: str, title: str, parts: Iterable[Element]) -> Element:
    return element("section", element("h2", title, id=name), *parts, aria_labelledby=name)
