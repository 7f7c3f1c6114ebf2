"""Why a line differs from what it was: one part for each cause, in the order in which the causes
are applied.

The parts of a line lead from what it was to what it is without a gap: the second begins where the
first ends. A part is there only where its cause makes a difference.
"""

from __future__ import annotations

from enum import Enum

from xlperf.frozen import NamedTuple


class Cause(Enum):
    """What makes a figure, a colour or a position another, in the order of application.

    A person's decision that ends comes first of all, one that begins comes last: in between stand
    the colours by the rules.
    """

    VERSION = "version of xlperf"
    SETTING = "setting"
    DEFINITION = "definition"
    REVISED = "revised data"
    LATE = "late data"
    """Figures of the earlier period, or before it, that were not there then."""
    RETURN = "return of a partner"
    NEW = "new data"
    """The period moved: months came in, others fell out."""
    UNREADABLE = "cells that cannot be read"
    DECISION = "decision of a person"
    NOT_RECORDED = "cause not recorded"
    """What it was made from is not known, so that no cause can be named."""


class LineStanding(NamedTuple):
    """A line at one point on the way from what it was to what it is."""

    colour: str
    position: str
    baseline: float | None
    latest: float | None


class ChangePart(NamedTuple):
    """What one cause makes of a line."""

    cause: Cause
    detail: str
    """What is another, in words: the months, the setting, the column. Empty: nothing to add."""
    before: LineStanding
    after: LineStanding

    @property
    def turns(self) -> bool:
        """Whether the colour is another after it."""
        return self.before.colour != self.after.colour


class PartnerCause(NamedTuple):
    """A cause without a part of its own: it changes nothing when it is applied, but without it the
    line would not be what it is.
    """

    cause: Cause
    detail: str
