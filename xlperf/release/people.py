"""Names of people who sign: which two are one person.

Letters of several alphabets look alike: a Cyrillic "а" and a Latin "a" cannot be told apart on a
screen. A name is therefore written in one alphabet, and all names of a sign-off in the same one
(after Unicode Technical Standard 39, Unicode Security Mechanisms, section 5.1, single scripts).
Within an alphabet two names are one person where they differ only in case, spaces, accents,
punctuation, or letters that many fonts draw alike (l, I and 1; O and 0).
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from xlperf.errors import PackError, UsageError
from xlperf.tables.coercion import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_NAME = 100
"""Letters of a person's name."""
ALIKE = str.maketrans({"I": "l", "1": "l", "|": "l", "0": "O"})
"""Letters that many fonts draw alike, each with the one that stands for them."""
SMALL_ALIKE = str.maketrans({"ı": "i", "ɩ": "i", "ɑ": "a", "ɡ": "g", "ſ": "s"})
"""Small Latin letters that look like one of the 26."""


def name_of(text: str) -> str:
    """Read a person's name: spaces made single; raises `UsageError` where it cannot be one."""
    name = " ".join(text.split())
    if not name or not name.isprintable() or len(name) > LONGEST_NAME:
        raise UsageError(
            f"{quoted(text)} cannot be a name. Give that of the person who signs, in at most"
            f" {LONGEST_NAME} letters."
        )
    scripts = alphabets(name)
    if not scripts:
        raise UsageError(f"{quoted(text)} has no letter. Give the name of the person who signs.")
    if len(scripts) > 1:
        raise UsageError(
            f"{quoted(text)} mixes letters of several alphabets ({', '.join(sorted(scripts))}),"
            " some of which look alike. Type the name again, in one alphabet."
        )
    return name


def alphabets(name: str) -> frozenset[str]:
    """Give the scripts of the letters of a name, as Unicode names them: Latin, Cyrillic."""
    letters = (letter for letter in unicodedata.normalize("NFKC", name) if letter.isalpha())
    return frozenset(unicodedata.name(letter, "other").split()[0].title() for letter in letters)


def same_person(one: str, other: str) -> bool:
    """Whether two names could be one person's: written alike but for what is easily missed."""
    return bool(_forms(one) & _forms(other))


def require_one_alphabet(names: Iterable[str]) -> None:
    """Refuse names of which letters of different alphabets could look alike; raises `PackError`."""
    scripts = sorted(frozenset().union(*map(alphabets, names)))
    if len(scripts) > 1:
        raise PackError(
            f"The names are written in several alphabets ({', '.join(scripts)}), so two that look"
            " alike could be one person's. Nothing was signed. Write all names in one alphabet."
        )


def _forms(name: str) -> frozenset[str]:
    """Give a name without case, spaces, accents and punctuation: as it is, and as it looks."""
    apart = unicodedata.normalize("NFKD", name)
    letters = "".join(letter for letter in apart if letter.isalnum() or letter == "|")
    return frozenset(
        text.casefold().translate(SMALL_ALIKE) for text in (letters, letters.translate(ALIKE))
    )
