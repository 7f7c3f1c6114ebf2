"""The Word template of the report: `report.docx` beside this module; `templates/report.docx` is the
same file.

It is changed in Word. An office may restyle it too, and give its own to
`xlperf.documents.panel_report.report`. What stands in {{ }} and {% %} is filled in by docxtpl (its
tags for rows, cells and paragraphs are ``{%tr``, ``{%tc`` and ``{%p``); the names are those that
`xlperf.documents.panel_report.values` gives. Text is British English, every table has a header row
that is repeated and a description, and nothing is spaced by empty paragraphs.
"""

from __future__ import annotations

import zipfile
from importlib import resources
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FIXED_DATE = (1980, 1, 1, 0, 0, 0)
"""Of every part of the package, so that the same parts give the same bytes; the first a zip file
can hold.
"""
CONTENTS_MARK = "contents_list"
"""Name of the value whose paragraph becomes the list of contents."""
LANGUAGE = "en-GB"


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
