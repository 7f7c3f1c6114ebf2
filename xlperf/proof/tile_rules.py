"""A document against the tiles of a dashboard: figures, changes, colours, positions, months, and
the period.

A sentence is compared with the lines of the priority it names, or of the heading it stands under.
Figures and changes are found as in comments (`xlperf.tiles.quoted`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlperf.assessment.basis import Basis
from xlperf.assessment.evidence import Position
from xlperf.assessment.rag import Rag
from xlperf.excel.port import normalised
from xlperf.frozen import NamedTuple
from xlperf.periods import month_name
from xlperf.proof.proof_findings import (
    ANY_CASE,
    COUNT,
    ProofFinding,
    ProofRule,
    is_rough,
    quoted_sentence,
    whole_number,
)
from xlperf.proof.time_rules import MONTH_YEAR, PERIOD_END, month_in, period_end
from xlperf.tiles.figures import ordinal, place
from xlperf.tiles.quoted import LEAST_COUNT, NEAR, Unit, names_another_time, said_otherwise
from xlperf.tiles.quoted_changes import OF_ANOTHER_TIME, WORD, stem, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xlperf.assessment.evidence import Assessment
    from xlperf.proof.passages import Passage, ProofText
    from xlperf.tiles.assessed import Assessed

NUMBERED = re.compile(r"\s*\d{1,2}\.?\s+\S")
"""A heading of the first level: those of sections (9.3) stay within it."""
PRIORITY_NUMBER = re.compile(r"\bpriority\s+(\d{1,2})\b", ANY_CASE)
SHORTEST_TITLE = 12
"""Characters from which the title of a priority within a text is no chance."""
COLOUR = re.compile(
    r"\b(?:(?:is|are|remains?|stays?|rated|assessed|coloured|graded|shown)\s+"
    r"(?:now\s+|still\s+|currently\s+|again\s+|as\s+)*(red|amber|green)"
    r"|(red|amber|green)\s+(?:assessment|rating|status))\b"
    r"(?!\s+(?:if|when|where|above|below|means))",
    ANY_CASE,
)
NOT_SO = re.compile(
    r"\b(?:not|no longer|never|would|could|if|unless|until|was|were|from|above|below"
    r"|means|opposite)\b",
    ANY_CASE,
)
RANKED = re.compile(
    r"\b(?:ranked|ranks|rank|position(?:ed)?|placed|place)\s+"
    r"(?:is\s+|now\s+|at\s+|in\s+|as\s+)*(\d{1,2})(?:st|nd|rd|th)\b"
    r"(?!\s*=?\s+(?:out\s+)?of\b|\s+to\b)"
    r"|\b(\d{1,2})(?:st|nd|rd|th)\s+(?:in|among|within)\s+(?:its|our|the|their)\s+"
    r"(?:most\s+similar|group|MSG|family|peers?)",
    ANY_CASE,
)
IN_A_MONTH = re.compile(rf"{COUNT}(?:\s+[^\W\d]+){{0,3}}\s+(?:in|during)\s+{MONTH_YEAR}", ANY_CASE)
REMEDY = "Correct it; if it speaks of something else, name that, with its date."


class DocumentSection(NamedTuple):
    """A passage and the lines of the priority it is about."""

    passage: Passage
    lines: Sequence[Assessment]


def tile_findings(text: ProofText, assessed: Assessed) -> Iterator[ProofFinding]:
    """Find what a document says otherwise than the tiles."""
    yield from _of_period(text, assessed)
    basis = Basis(assessed.tables, assessed.settings)
    for passage, default in _sections(text, assessed):
        for sentence in passage.sentences:
            lines = _named(sentence, assessed) or default
            if not lines:
                continue
            for wrong in dict.fromkeys(_of_sentence(sentence, lines, basis)):
                yield ProofFinding(
                    ProofRule.TILE, passage.where, quoted_sentence(sentence), wrong, REMEDY
                )


def _of_sentence(sentence: str, lines: Sequence[Assessment], basis: Basis) -> Iterator[str]:
    for found in said_otherwise(sentence, lines, basis):
        yield f"The text says {found.written}, but {found.where} is {found.printed}."
    yield from _months(sentence, lines, basis)
    if names_another_time(sentence, basis.settings) or re.search(OF_ANOTHER_TIME, sentence):
        return
    yield from _colours(sentence, lines)
    yield from _places(sentence, lines)


# What a passage is about.


def _sections(text: ProofText, assessed: Assessed) -> Iterator[DocumentSection]:
    """Give each passage with the lines of the heading it is under; none without a priority."""
    lines: Sequence[Assessment] = ()
    level = 1
    for passage in text.passages:
        if passage.heading and text.headed:
            named = _named(passage.text, assessed) or _numbered(passage.text, assessed)
            if named:
                lines, level = named, passage.level or 1
            elif (passage.level or level + 1) <= level or NUMBERED.match(passage.text):
                lines = ()
        yield DocumentSection(passage, lines)


def _by_priority(assessed: Assessed) -> Mapping[str, list[Assessment]]:
    found: dict[str, list[Assessment]] = {}
    for line in assessed.lines:
        found.setdefault(line.measure.priority, []).append(line)
    return found


def _named(text: str, assessed: Assessed) -> list[Assessment]:
    """Lines of the priority that a text names by code or title; none where it names several."""
    named = [
        lines
        for code, lines in _by_priority(assessed).items()
        if re.search(rf"(?<!\w){re.escape(code)}(?!\w)", text)
        or _has_title(text, assessed.tables.priority(code).title)
    ]
    return named[0] if len(named) == 1 else []


def _has_title(text: str, title: str) -> bool:
    return len(title) >= SHORTEST_TITLE and normalised(title) in normalised(" ".join(text.split()))


def _numbered(text: str, assessed: Assessed) -> list[Assessment]:
    """Lines of the priorities that have the number of a heading, such as SP14A and SP14B of
    "Strategic Priority 14".
    """
    match = PRIORITY_NUMBER.search(text)
    if match is None:
        return []
    return [
        line
        for code, lines in _by_priority(assessed).items()
        if re.findall(r"\d+", code) == [match[1]]
        for line in lines
    ]


def _about(sentence: str, lines: Sequence[Assessment]) -> list[Assessment]:
    """Lines whose measure a sentence names; all where it names none."""
    spoken = {stem(word) for word in re.findall(WORD, sentence)}
    counts = [len(words_of(line.measure) & spoken) for line in lines]
    most = max(counts, default=0)
    return [line for line, count in zip(lines, counts, strict=True) if count == most]


# What it says.


def _of_period(text: ProofText, assessed: Assessed) -> Iterator[ProofFinding]:
    end, own = period_end(text), assessed.settings.latest.last
    if end is None or end == own:
        return
    for passage in text.passages:
        match = PERIOD_END.search(" ".join(passage.text.split()))
        if match and month_in(match[1], match[2]) == end:
            yield ProofFinding(
                ProofRule.TILE,
                passage.where,
                quoted_sentence(match[0]),
                f"The document is of the period to {month_name(end)}, the dashboard of that to"
                f" {month_name(own)}.",
                "Check it against the dashboard of its period (--period), or correct the date.",
            )
            return


def _colours(sentence: str, lines: Sequence[Assessment]) -> Iterator[str]:
    for match in COLOUR.finditer(sentence):
        said = Rag((match[1] or match[2]).upper())
        about = _about(sentence, [line for line in lines if line.shown is not Rag.NA])
        if NOT_SO.search(sentence) or not about or any(line.shown is said for line in about):
            continue
        line = about[0]
        yield (
            f"The text says {said.value.lower()}, but ‘{line.label}’ ({line.line}) is"
            f" {line.shown.value.lower()}."
        )


def _places(sentence: str, lines: Sequence[Assessment]) -> Iterator[str]:
    positions = [
        (line, line.evidence.place)
        for line in _about(
            sentence, [item for item in lines if isinstance(item.evidence, Position)]
        )
        if isinstance(line.evidence, Position)
    ]
    for match in RANKED.finditer(sentence):
        rank = int(match[1] or match[2])
        if positions and all(at.rank != rank for _, at in positions):
            line, at = positions[0]
            yield f"The text says {ordinal(rank)}, but the position of {line.line} is {place(at)}."


def _months(sentence: str, lines: Sequence[Assessment], basis: Basis) -> Iterator[str]:
    """Compare the count of a month with the data, where it is near or its digits swapped."""
    for match in IN_A_MONTH.finditer(sentence):
        month, said = month_in(match[2], match[3]), whole_number(match[1])
        counts = {
            line.measure.label: int(item.count)
            for line in lines
            if (item := basis.case(line.measure.name).series.by_month.get(month)) is not None
        }
        if said < LEAST_COUNT or said in counts.values() or is_rough(sentence[: match.start()]):
            continue
        for label, count in counts.items():
            near = abs(said - count) <= NEAR[Unit.COUNT] * count
            if near or sorted(str(said)) == sorted(str(count)):
                yield f"The text says {said:,}, but ‘{label}’ in {month_name(month)} is {count:,}."
                break
