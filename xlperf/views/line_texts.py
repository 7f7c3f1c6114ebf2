"""What a line unfolds to, in words: why it has its colour, how far it is from another, what would
turn it, what changed. Pages and pictures print the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlperf.scenarios.level_sentences import assumptions, lever_texts
from xlperf.scenarios.line_levels import line_levels
from xlperf.tiles.change_sentences import change_text, movement
from xlperf.tiles.distance import to_next_colour
from xlperf.tiles.explanations import explain
from xlperf.tiles.wording import COLOUR_WORDS, capital, sentence_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlperf.assessment.evidence import Assessment
    from xlperf.tiles.changes import Changes
    from xlperf.views.view_contents import ViewContents

HOW_FAR = "How far is it from another colour today?"
WHAT_TURNS = "What would turn it?"
WHAT_CHANGED = "What changed?"
NOTHING = "no other colour, position or figure"
NOT_COMPARED = "Nothing earlier is recorded that it could be compared with."


@dataclass(frozen=True, slots=True)
class Answer:
    """A paragraph of an answer, and a list below it; `small`: what it assumes."""

    text: str
    items: tuple[str, ...] = ()
    small: bool = False


@dataclass(frozen=True, slots=True)
class LineQuestion:
    """A question about a line, and its answers."""

    title: str
    answers: tuple[Answer, ...]


def line_questions(line: Assessment, view: ViewContents) -> tuple[LineQuestion, ...]:
    """Give the questions that have an answer, the first of them why."""
    why = Answer(explain(line, view.assessed.settings).summary)
    every = (
        (f"Why {COLOUR_WORDS[line.shown]}?", (why,)),
        (HOW_FAR, tuple(_distance(line, view))),
        (WHAT_TURNS, tuple(_levels(line, view))),
        (WHAT_CHANGED, tuple(_changed(line, view.source.compared))),
    )
    return tuple(LineQuestion(title, answers) for title, answers in every if answers)


def with_arrows(text: str) -> str:
    """Write the arrows of a terminal as a page shows them."""
    return text.replace(" -> ", " → ")


def _distance(line: Assessment, view: ViewContents) -> Iterator[Answer]:
    if said := to_next_colour(line, view.assessed.settings):
        yield Answer(sentence_of(capital(said)))


def _levels(line: Assessment, view: ViewContents) -> Iterator[Answer]:
    settings = view.assessed.settings
    found = line_levels(view.basis, view.assessed.lines, line)
    if not found.levels:
        return
    for text in lever_texts(found, settings):
        items = tuple(f"{capital(part)}." for part in text.parts)
        yield Answer(f"{text.head}:" if items else text.head, items)
    if assumed := assumptions(found, settings):
        yield Answer(f"Assumed: {assumed}", small=True)


def _changed(line: Assessment, compared: tuple[Changes, ...]) -> Iterator[Answer]:
    if not compared:
        yield Answer(NOT_COMPARED)
    for changes in compared:
        every = (*changes.changes, *changes.figures)
        change = next((item for item in every if item.line == line.line), None)
        said = NOTHING if change is None else movement(change)
        details = () if change is None else change_text(change).details
        yield Answer(
            with_arrows(f"{capital(changes.times)}: {said}."), tuple(map(with_arrows, details))
        )
