"""Why a line has its colour, with its numbers: first for a panel, then for analysts.

Every sentence is derived from the reason code and the evidence, never read back from text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.assessment.among_many import alone
from xlperf.frozen import NamedTuple
from xlperf.tiles.analyst_sentences import analyst_sentences
from xlperf.tiles.caveat_sentences import panel_caveats
from xlperf.tiles.chance_sentences import among_many, together_in_short
from xlperf.tiles.panel_sentences import panel_sentences, without_colour
from xlperf.tiles.wording import WITHOUT_FIGURES, sentence_of

if TYPE_CHECKING:
    from xlperf.assessment.evidence import Assessment
    from xlperf.config import Settings

FOR_ANALYSTS = "For analysts"
"""Heading of the second part, wherever it is shown."""


class Explanation(NamedTuple):
    """The two parts of an explanation."""

    summary: str
    """Colour, figure, comparison, target, and what changes its reading; an override first."""
    analysts: str
    """Tests, chances and what was expected; empty where nothing was tested."""


def explain(line: Assessment, settings: Settings) -> Explanation:
    """Say in sentences why the line has its colour."""
    owed = line.reason in WITHOUT_FIGURES and line.figures.latest is not None
    by_itself = alone(line)
    known = without_colour(line) if owed else panel_sentences(by_itself, settings)
    parts = (f"{line.rag}: {known}", together_in_short(line), panel_caveats(line))
    said = " ".join(filter(None, parts))
    if line.override:
        reason = sentence_of(line.override.reason)
        decided = f"Shown {line.override.colour} by decision of {line.override.who}: {reason}"
        said = f"{decided} Without it the colour is {said}"
    tested = "" if owed else analyst_sentences(by_itself, settings)
    return Explanation(said, " ".join(filter(None, (tested, among_many(line)))))
