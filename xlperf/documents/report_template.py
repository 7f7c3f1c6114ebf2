"""The Word template of the report: `report.docx` beside this module; `templates/report.docx` is the
same file.

It is changed in Word. An office may restyle it too, and give its own to
`xlperf.documents.word_writer.word_report`. It gives styles, page sizes, headers and footers; the
report is put in the place of the paragraph ``{{ report }}``. Other tags, anywhere, are filled with
the texts of `tag_values`; they are names, and nothing is calculated in them. Text is British
English.
"""

from __future__ import annotations

import re
import zipfile
from importlib import resources
from io import BytesIO
from typing import TYPE_CHECKING, Any

from xlperf.errors import PackError
from xlperf.periods import day_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlperf.documents.report_blocks import Report

FIXED_DATE = (1980, 1, 1, 0, 0, 0)
"""Of every part of a package: the same parts give the same bytes; a zip file's first day."""
PLACE = "{{ report }}"
TAG = re.compile(r"\{\{\s*(\w+)\s*\}\}|\{[{%].*?(?:[}%]\}|$)")
"""A name in double braces; or what looks like a tag and is none."""


def template() -> bytes:
    """Give the bytes of the template, a .docx."""
    return resources.files("xlperf.documents").joinpath("report.docx").read_bytes()


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Pack parts, in their order, into a package whose bytes depend on them alone."""
    memory = BytesIO()
    with zipfile.ZipFile(memory, "w") as package:
        for name, data in parts.items():
            member = zipfile.ZipInfo(name, FIXED_DATE)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 0
            package.writestr(member, data)
    return memory.getvalue()


def tag_values(report: Report) -> dict[str, str]:
    """Texts of the tags of a template, by name."""
    return {
        "title": report.title,
        "period": report.period,
        "office": report.office,
        "force": report.force,
        "marking": report.marking,
        "note": report.note,
        "and_note": f"  ·  {report.note}" if report.note else "",
        "prepared": day_name(report.prepared),
    }


def report_place(document: Any, name: str) -> Any:
    """Give the paragraph that the report is put in the place of; raises `PackError` where there is
    none, or more than one.
    """
    from docx.oxml.ns import qn

    places = [
        paragraph
        for paragraph in document.element.body.iterchildren(qn("w:p"))
        if _words(paragraph).strip() == PLACE
    ]
    if len(places) != 1:
        raise PackError(
            f"{name} has {len(places) or 'no'} paragraph{'s' * (len(places) > 1)} {PLACE}, and the"
            " report is put in the place of one. Write it alone into one paragraph of the page, not"
            " into a table, or begin with the template that comes with the program."
        )
    return places[0]


def fill_tags(document: Any, report: Report, name: str) -> None:
    """Put the texts of a report in the place of the tags; raises `PackError` for a tag that is no
    name of a text.
    """
    from docx.oxml.ns import qn

    values = tag_values(report)
    for root in _roots(document):
        for paragraph in list(root.iter(qn("w:p"))):
            if _words(paragraph).strip() != PLACE:
                _fill(paragraph, values, name)


def _roots(document: Any) -> Iterator[Any]:
    """The page itself, and every header and footer."""
    yield document.element.body
    for relation in document.part.rels.values():
        if relation.reltype.endswith(("/header", "/footer")) and not relation.is_external:
            yield relation.target_part.element


def _words(paragraph: Any) -> str:
    return "".join(text.text or "" for text in _texts(paragraph))


def _texts(paragraph: Any) -> list[Any]:
    from docx.oxml.ns import qn

    return list(paragraph.iter(qn("w:t")))


def _fill(paragraph: Any, values: Mapping[str, str], name: str) -> None:
    """Fill the tags of a paragraph, from the last on; Word may have split one over several runs."""
    for tag in reversed(list(TAG.finditer(_words(paragraph)))):
        if tag.group(1) not in values:
            raise PackError(
                f"{name} has the tag {tag.group()}, which is no name of a text. The names are"
                f" {', '.join(values)}; headings, tables and charts of the report need no tags."
                " Correct the tag, or begin with the template that comes with the program."
            )
        _replace(paragraph, tag.span(), values[tag.group(1)])


def _replace(paragraph: Any, span: tuple[int, int], value: str) -> None:
    """Put a text in the place of some letters of a paragraph, in the run that the first is of."""
    start, end = span
    at, rest = 0, value
    for text in _texts(paragraph):
        said = text.text or ""
        first, last = max(start - at, 0), min(end - at, len(said))
        at += len(said)
        if first < last:
            _set_text(text, said[:first] + rest + said[last:])
            rest = ""


def _set_text(text: Any, said: str) -> None:
    """Set a text of a run, with its line breaks as Word has them."""
    from xlperf.documents.word_markup import run, word_elements

    (filled,) = word_elements(run(said))
    for piece in list(filled):
        text.addprevious(piece)
    text.getparent().remove(text)
