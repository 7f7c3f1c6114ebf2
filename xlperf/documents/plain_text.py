"""Texts as documents can hold them."""

from __future__ import annotations

import re

from xlperf.excel.markup import NOT_XML

NO_TEXT = "\ufffd"
"""Stands for a character that XML cannot hold."""
LANGUAGE = "en-GB"
"""Of every document of the pack."""


def plain(text: str) -> str:
    """Give a text as XML can hold it; line breaks are kept."""
    return NOT_XML.sub(NO_TEXT, re.sub("\r\n|\r|\v", "\n", text))
