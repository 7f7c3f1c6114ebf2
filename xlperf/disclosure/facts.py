"""What a reader knows of whole counts, and what must stay unknown.

An *atom* is one unknown whole number, 0 or more: a month of a measure in one version, the satisfied
of a survey, a count of another force. A *fact* bounds a sum of atoms with whole coefficients. An
exact figure has equal bounds, a rounded one those of all counts that print alike, a sum of measures
is a fact 0 <= whole - parts <= 0. A figure that is withheld is no fact. More facts can only shrink
what is possible, and their order does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

Atom: TypeAlias = Any
"""Names one unknown count: any value that can be hashed and compared with the others."""
Form: TypeAlias = tuple[tuple[Atom, int], ...]
"""A sum of atoms with whole coefficients; an atom that is named twice counts twice."""

VALUES = 5
"""Values that a withheld small count must keep: with the usual threshold of five, all below it.
This project's choice.
"""


@dataclass(frozen=True, slots=True)
class Fact:
    """low <= sum of coefficient x atom <= high; `high` None: no upper bound."""

    form: Form
    low: int
    high: int | None
    source: object = field(default=None, compare=False)
    """Names the figure, for messages alone."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure that may be shown or withheld; where it is shown, a reader knows its facts."""

    key: Hashable
    facts: tuple[Fact, ...]
    cost: int
    """Of withholding it, 1 or more; must not depend on values, or the choice reveals them."""
    withheld_before: bool = False
    """An earlier issue withheld it, so it stays withheld."""


@dataclass(frozen=True, slots=True)
class Protected:
    """A small count that must keep `VALUES` possible values."""

    key: Hashable
    form: Form
    threshold: int
    """The highest it was ever withheld under."""


def value_of(form: Form, counts: Mapping[Atom, int]) -> int:
    """Value of a sum for some counts; raises KeyError where one of them is missing."""
    return sum(coefficient * counts[atom] for atom, coefficient in form)


def holds(fact: Fact, counts: Mapping[Atom, int]) -> bool:
    """Whether a fact is true of some counts."""
    value = value_of(fact.form, counts)
    return fact.low <= value and (fact.high is None or value <= fact.high)


def kinds(small: Iterable[Protected], other: Iterable[Protected]) -> tuple[Fact, ...]:
    """Give what a reader knows who knows which counts are small: those are below their threshold,
    the others are not.

    Both hold whatever is withheld besides, since a count that is shown is not below it either.
    """
    return (
        *(Fact(item.form, 0, item.threshold - 1, item.key) for item in small),
        *(Fact(item.form, item.threshold, None, item.key) for item in other),
    )
