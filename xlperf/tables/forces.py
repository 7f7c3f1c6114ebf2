"""Names of police forces, compared as people write them: Kent, KENT, Kent Police and The Kent
Constabulary are one.

Only words that every force may have in its name are passed over, at the beginning and at the end,
so that no two forces become one: West Sussex is not Sussex, and the City of London is not London.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from xlperf.excel.port import normalised

if TYPE_CHECKING:
    from collections.abc import Iterable

COMMON = frozenset({"police", "constabulary", "service", "force", "the", "heddlu"})
"""Words that the names of many forces share; heddlu is Welsh for police."""

RENAMED = {
    "hampshire and isle of wight": "hampshire",
    "hampshire and the isle of wight": "hampshire",
}
"""Names that a force took later, by the words of the earlier one, which published figures keep."""


@cache
def force_key(name: str) -> str:
    """Reduce the name of a force to the words that only it has: kent, avon and somerset, city of
    london.

    A name of common words alone is kept whole.
    """
    text = normalised(name).replace("&", " and ")
    last, comma, first = text.rpartition(",")
    text = f"{first} {last}" if comma else text  # London, City of
    words = re.sub(r"\W+", " ", re.sub(r"['\u2019.]", "", text)).split()
    rest = words[:]
    while rest and rest[0] in COMMON:
        rest.pop(0)
    while rest and rest[-1] in COMMON:
        rest.pop()
    if len(rest) < len(words) and rest[:1] == ["of"]:  # Police Service of ...
        rest.pop(0)
    key = " ".join(rest or words)
    return RENAMED.get(key, key)


def same_force(one: str, other: str) -> bool:
    """Whether two names are of one force; a blank name is of none."""
    return bool(one.strip()) and force_key(one) == force_key(other)


def spelt(name: str, forces: Iterable[str]) -> str:
    """Spell the name of a force as a list of forces has it; as given when it is not in the list."""
    return next((force for force in forces if same_force(force, name)), name)
