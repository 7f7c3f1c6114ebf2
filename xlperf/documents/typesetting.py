"""Pages laid out by Typst: its Python package, which needs no other program.

What is to be written goes to Typst as data, as JSON, and the .typ files beside this module lay it
out; a text is never read as markup. PDFs are PDF/UA-1 and PDF/A-2a at once: Typst refuses what
would not be. Fonts are those of the folder `fonts`, whatever the computer has. The same data gives
the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime, time
from enum import Enum
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from xlperf.documents.glyphs import pdf_text
from xlperf.errors import PackError
from xlperf.newbook.look import BLACK, GREY, INK, LINE, MIST, NAVY, OTHERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlperf.documents.pack_values import PackContents
    from xlperf.documents.report_blocks import Report

STANDARDS = ("ua-1", "a-2a")
"""PDF/UA-1 (ISO 14289-1), for those who cannot see it, and PDF/A-2a (ISO 19005-2), for archives."""
COLOURS = {
    "ink": INK, "navy": NAVY, "mist": MIST, "line": LINE, "grey": GREY, "others": OTHERS,
    "black": BLACK,
}  # fmt: skip
PAGE_WORDS = "Page ", " of "
"""Before the number of a page, and before that of the last."""


def pdf_pages(
    layout: str, subject: str, described: PackContents | Report, data: Mapping[str, Any]
) -> bytes:
    """Give the bytes of a PDF.

    Parameters
    ----------
    layout
        Name of the .typ file.
    subject
        What the document is, for its properties.
    described
        Gives its title, its author (the office), what stands on each page, and its date.
    data
        What the layout writes besides.

    Raises
    ------
    PackError
        Typst cannot make it: the sentence has its reason. The PDF was not made.
    """
    day = described.prepared
    head = {
        "title": f"{described.title}: {described.period}",
        "office": described.office,
        "subject": subject,
        "marking": described.marking,
        "beside_marking": f"  ·  {described.note}" if described.note else "",
        "page_words": PAGE_WORDS,
        "day": {"year": day.year, "month": day.month, "day": day.day},
    }
    moment = datetime.combine(day, time(), UTC)
    how = {"pdf_standards": list(STANDARDS), "timestamp": moment}
    return bytes(_compiled(f"The PDF of the {subject.lower()}", layout, {**head, **data}, how))


def png_pages(layout: str, data: Mapping[str, Any], dots_an_inch: int) -> list[bytes]:
    """Give each page as the bytes of a PNG file."""
    made = _compiled("A picture", layout, data, {"format": "png", "ppi": dots_an_inch})
    return [made] if isinstance(made, bytes) else list(made)


def _compiled(what: str, layout: str, data: Mapping[str, Any], how: Mapping[str, Any]) -> Any:
    import typst

    folder = resources.files("xlperf.documents").joinpath("typst")
    source = "\n".join(
        folder.joinpath(f"{name}.typ").read_text(encoding="utf-8")
        for name in ("look", "charts", layout)
    )
    inputs = {"data": json.dumps(_as_json({"look": COLOURS, **data}))}
    try:
        return _compiler().compile(
            source.encode(), **{"format": "pdf", "sys_inputs": inputs, **how}
        )
    except typst.TypstError as error:
        raise PackError(f"{what} was not made: {error.message}.") from error


@cache
def _compiler() -> Any:
    """Typst with the fonts of this package and no others."""
    import typst

    with resources.as_file(resources.files("xlperf.documents").joinpath("fonts")) as folder:
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)]
        )
    return typst.Compiler(font_paths=fonts)


def _as_json(value: Any) -> Any:
    """Give a value as JSON has it, with every text as the fonts can show it."""
    if is_dataclass(value) and not isinstance(value, type):
        return _as_json(asdict(value))
    if isinstance(value, dict):
        return {key: _as_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return list(map(_as_json, value))
    if isinstance(value, Enum):
        return value.value
    return pdf_text(value) if isinstance(value, str) else value
