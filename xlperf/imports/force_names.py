"""Names of the police forces of England and Wales as publications spell them.

``forces.csv`` has for each force its code of the Office for National Statistics (ONS, "Police Force
Areas, England and Wales"), its name in the tables of the Home Office, and other spellings that
publications use. What all names share (Police, Constabulary, Heddlu, order of words) is left to
`xlperf.tables.forces.force_key`, so only what differs besides is listed.
"""

from __future__ import annotations

import csv
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from xlperf.frozen import NamedTuple
from xlperf.tables.forces import force_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NEAR = 0.74
"""Likeness from which a mistyped name is asked about; it is never used by itself, so it may be low.
"""


TRANSPORT = "British Transport Police"
"""The force without a territory."""


class KnownForce(NamedTuple):
    """One force: its code, its usual name and its other spellings."""

    code: str
    name: str
    others: tuple[str, ...]


@cache
def known_forces() -> tuple[KnownForce, ...]:
    """The forces of England and Wales, and the British Transport Police."""
    text = files(__package__).joinpath("forces.csv").read_text(encoding="utf-8")
    return tuple(
        KnownForce(row["Code"], row["Name"], tuple(filter(None, row["Also"].split(";"))))
        for row in csv.DictReader(text.splitlines())
    )


@cache
def territorial_forces() -> tuple[str, ...]:
    """Usual names of the 43 territorial police forces of England and Wales (Police Act 1996,
    schedule 1; the Metropolitan Police and the City of London Police).
    """
    return tuple(force.name for force in known_forces() if force.name != TRANSPORT)


@cache
def _names_by_key() -> Mapping[str, str]:
    return {
        force_key(spelling): force.name
        for force in known_forces()
        for spelling in (force.name, force.code, *force.others)
        if spelling
    }


@cache
def known_force(text: str) -> str:
    """Usual name of the force that a text names in any spelling, or by its code; empty: of none."""
    return _names_by_key().get(force_key(text), "")


def force_in_list(text: str, forces: Iterable[str]) -> str:
    """The force of a list that a text names, as the list spells it; empty: none of them."""
    own, usual = force_key(text), force_key(known_force(text))
    for force in forces:
        key = force_key(force)
        if key == own or (usual and usual in (key, force_key(known_force(force)))):
            return force
    return ""


@cache
def near_force(text: str) -> str:
    """Usual name of the force that a mistyped text may mean; empty: of none."""
    close = get_close_matches(force_key(text), _names_by_key(), n=1, cutoff=NEAR)
    return _names_by_key()[close[0]] if close else ""
