"""What is wrong in a return: where, what was found, what its sender can do, and what follows."""

from __future__ import annotations

from enum import StrEnum

from xlperf.frozen import NamedTuple


class FaultWeight(StrEnum):
    """What follows from a fault."""

    FILE = "the file is not taken"
    MEASURE = "the measure is not taken"
    NOTE = "to know"


class ReturnFault(NamedTuple):
    """One fault, at one cell or of the whole file."""

    weight: FaultWeight
    cell: str
    """Address on the sheet of the form; empty: the whole file."""
    found: str
    """A sentence."""
    remedy: str
    """What its sender can do, as a sentence; empty for what needs nothing."""
    measure: str = ""


class CellFault(NamedTuple):
    """What is wrong with the content of one cell, and what to do."""

    found: str
    remedy: str
