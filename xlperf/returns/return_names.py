"""Names of the files of returns: forms, copies and answers."""

from __future__ import annotations

import re
from hashlib import sha256

from xlperf.excel.port import normalised

ODD = re.compile(r"[^\w .,'()&-]+")
LONGEST_NAME = 60
NAME_OF_FORM = re.compile(r"Return [0-9]{4}-[0-9]{2} (.+)[.]xls[xm]", re.IGNORECASE)
"""Name of a file that `returns new` makes; its group begins with the name of the partner."""


def file_name_of(text: str) -> str:
    """A text as a part of a file name, on every system; one that is shortened ends with a
    fingerprint, so that two that begin alike stay two.
    """
    name = " ".join(ODD.sub(" ", text).split()).strip(" .")
    if len(name) > LONGEST_NAME:
        mark = fingerprint_of(text)
        name = f"{name[: LONGEST_NAME - len(mark) - 1].strip(' .')} {mark}"
    return name or "partner"


def fingerprint_of(text: str) -> str:
    """A few letters that differ for two texts, whatever their case."""
    return sha256(normalised(text).encode()).hexdigest()[:6]
