"""The page for a browser: the dashboard with every line, or some lines alone.

One file that loads nothing and runs nothing: its policy allows only the style that is in it
(Content Security Policy Level 3, 6.7.3: a style may be named by its hash).
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING

from xlperf.assessment.rag import Rag
from xlperf.scenarios.level_sentences import CHECKED
from xlperf.tiles.layout import font_on
from xlperf.views.elements import document, element, style_sheet, style_text
from xlperf.views.page_sections import first_section, last_sections, navigation, priority_section
from xlperf.views.view_contents import FOR_THE_OFFICE, ViewContents

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.etree.ElementTree import Element

    from xlperf.assessment.evidence import Assessment
    from xlperf.tiles.assessed import Assessed
    from xlperf.views.view_contents import ViewSource

GENERATOR = "xlperf page"
"""How a page that was made before is known again."""
KNOWN_WITHIN = 2000
"""Bytes from the beginning in which that stands."""


def dashboard_page(assessed: Assessed, source: ViewSource) -> bytes:
    """Make the page of a whole dashboard."""
    view = ViewContents.of(assessed, source)
    sections = [priority_section(item, view, view.identities) for item in view.printed.sections]
    parts = [first_section(view), navigation(view), *sections, *last_sections(view)]
    return _written(view, view.printed.title, parts)


def lines_page(lines: Sequence[Assessment], assessed: Assessed, source: ViewSource) -> bytes:
    """Make the page of some lines, each unfolded."""
    view = ViewContents.of(assessed, source)
    wanted = {line.line for line in lines}
    sections = [
        priority_section(item, view, wanted, is_open=True)
        for item in view.printed.sections
        if any(row.line in wanted for row in item.rows)
    ]
    parts = [*sections, element("p", CHECKED, class_="small")]
    return _written(view, f"Why? {view.printed.title}", parts)


def is_page(data: bytes) -> bool:
    """Whether a file is a page that was made here, which may be made anew."""
    return GENERATOR.encode() in data[:KNOWN_WITHIN]


def _written(view: ViewContents, title: str, parts: Sequence[Element]) -> bytes:
    style = _style(view)
    hashed = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{hashed}'; base-uri 'none'; form-action 'none'"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="generator", content=GENERATOR),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="robots", content="noindex"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"{title}: {view.printed.period}"),
    )
    sheet = element("style")
    sheet.text = style  # not escaped by the writer; it holds no text of a person but as numbers
    head.append(sheet)
    body = element(
        "body",
        element("a", "To the content", href="#content", class_="skip"),
        _head(view, title),
        element("main", *parts, id="content"),
        _foot(view),
    )
    return document(element("html", head, body, lang="en-GB"))


def _style(view: ViewContents) -> str:
    fills = view.printed.fills
    colours = [
        f".{rag.lower()} {{ background: {fills[rag]}; color: {font_on(fills[rag])}; }}"
        for rag in Rag
    ]
    marking = style_text(view.printed.marking)
    margins = f"@page {{ @top-center {{ content: {marking}; font: bold 9pt sans-serif; }} }}"
    return "\n".join([*map(style_sheet, ("page", "chart")), *colours, margins, ""])


def _head(view: ViewContents, title: str) -> Element:
    printed = view.printed
    marking = "  ·  ".join(filter(None, (printed.marking, printed.note)))
    return element(
        "header",
        element("p", marking, class_="marking"),
        element("p", FOR_THE_OFFICE, class_="warning"),
        element("h1", title),
        element("p", printed.period, class_="period"),
        element("p", " · ".join(dict.fromkeys(filter(None, (printed.force, printed.office))))),
        element("p", printed.basis, class_="small"),
    )


def _foot(view: ViewContents) -> Element:
    marking = element("p", view.printed.marking, class_="marking")
    return element("footer", marking, element("p", view.made))
