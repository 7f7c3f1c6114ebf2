"""Elements of a page: every text goes through the writer of Python's own library, which escapes it,
so that no text of a person can become markup.
"""

from __future__ import annotations

import re
from importlib import resources
from typing import TYPE_CHECKING, TypeAlias
from xml.etree import ElementTree as ET

from xlperf.documents.plain_text import NO_TEXT, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    Content: TypeAlias = "ET.Element | str | None"

FONT = "svg { font-family: Carlito; font-size: 11px; }"
"""Of a picture that stands alone."""
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\x7f-\x9f]")
"""Characters that turn the direction of what follows them (Unicode Standard Annex 9), and controls:
they would show other texts in another order.
"""


def element(tag: str, /, *contents: Content, **attributes: object) -> ET.Element:
    """Make an element of texts and elements; None stands for nothing.

    An attribute without a value (None) is left out; ``class_`` and ``aria_label`` stand for
    ``class`` and ``aria-label``.
    """
    given = {
        key.rstrip("_").replace("_", "-"): shown_text(str(value))
        for key, value in attributes.items()
        if value is not None
    }
    made = ET.Element(tag, given)
    for item in contents:
        if isinstance(item, str):
            _add_text(made, shown_text(item))
        elif item is not None:
            made.append(item)
    return made


def _add_text(owner: ET.Element, text: str) -> None:
    if len(owner):
        owner[-1].tail = (owner[-1].tail or "") + text
    else:
        owner.text = (owner.text or "") + text


def shown_text(text: str) -> str:
    """Give a text with U+FFFD for each character that must not stand in a page."""
    return TURNING.sub(NO_TEXT, plain(text))


def style_text(text: str) -> str:
    """Give a text as a string of CSS, every sign of it by its number (CSS Syntax 3, 4.3.7)."""
    return '"' + "".join(
        sign if sign.isascii() and sign.isalnum() else f"\\{ord(sign):x} "
        for sign in shown_text(text)
    ) + '"'  # fmt: skip


def style_sheet(name: str) -> str:
    """Give a style of this package."""
    return resources.files("xlperf.views").joinpath(f"{name}.css").read_text(encoding="utf-8")


def paragraphs(texts: Iterable[str], **attributes: object) -> list[ET.Element]:
    """Make a paragraph of each text that is not blank."""
    return [element("p", text, **attributes) for text in texts if text.strip()]


def bullets(items: Iterable[Content]) -> list[ET.Element]:
    """Make a list; nothing of nothing."""
    made = [element("li", item) for item in items]
    return [element("ul", *made)] if made else []


def document(root: ET.Element) -> bytes:
    """Give the bytes of a page."""
    text = ET.tostring(root, encoding="unicode", method="html")
    return f"<!DOCTYPE html>\n{text}\n".encode()


def picture(drawing: ET.Element) -> str:
    """Give a drawing as a picture that stands alone, in the colours of a light page."""
    colours = dict(re.findall(r"--(\w+): (#\w+);", style_sheet("page").partition("@media")[0]))
    style = ET.Element("style")
    style.text = re.sub(
        r"var\(--(\w+)\)", lambda match: colours[match[1]], style_sheet("chart") + FONT
    )
    alone = ET.Element("svg", {**drawing.attrib, "xmlns": "http://www.w3.org/2000/svg"})
    alone.extend([style, *drawing])
    return ET.tostring(alone, encoding="unicode")
