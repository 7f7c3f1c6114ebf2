"""Findings counted by what they do to this period, and put together where they are alike: so that
people read them all.

`counted` and `checks_text` are for the dashboard, the terminal, the log and machines alike.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from xlperf.frozen import NamedTuple
from xlperf.tables.problems import Code, Effect, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xlperf.assessment.evidence import Assessment
    from xlperf.tables.problems import Problem

MOST_LINES = 5
"""Lines named in the effect of a finding; the others are counted."""
LEAST_FOLDED = 4
"""Findings that differ in their numbers alone are told together from this many."""
KINDS = {
    Effect.COLOUR: "change_colour",
    Effect.DOUBT: "look_at",
    Effect.SHOWN: "look_at",
    Effect.LATER: "other_periods",
    Effect.INFORMATION: "notes",
}
"""Kind that an effect is counted as."""
SETTLED = "settled"
WORDS = {
    "change_colour": ("that changes a colour", "that change a colour"),
    "look_at": ("to look at", "to look at"),
    "other_periods": ("about other periods", "about other periods"),
    "notes": ("note", "notes"),
}
EFFECTS = {
    Effect.COLOUR: "Changes the colour of",
    Effect.DOUBT: "Colour in doubt",
    Effect.SHOWN: "No colour rests on it",
    Effect.LATER: "About other periods",
    Effect.INFORMATION: "For information",
}


def kind_of(problem: Problem) -> str:
    """Kind that a finding is counted as."""
    return SETTLED if problem.settled is not None else KINDS[problem.effect or Effect.DOUBT]


def counted(problems: Iterable[Problem]) -> dict[str, int]:
    """Count findings by kind: all of them, 0 too."""
    counts = dict.fromkeys((*WORDS, SETTLED), 0)
    for problem in problems:
        counts[kind_of(problem)] += 1
    return counts


def checks_text(problems: Iterable[Problem]) -> str:
    """Count the findings in words: "Checks: 1 that changes a colour, 5 to look at, 6 notes (25 more
    settled)".
    """
    counts = counted(problems)
    parts = [
        f"{counts[kind]} {words[counts[kind] > 1]}" for kind, words in WORDS.items() if counts[kind]
    ]
    if not parts:
        return f"Checks: {counts[SETTLED]} settled" if counts[SETTLED] else "No checks raised"
    settled = f" ({counts[SETTLED]} more settled)" if counts[SETTLED] else ""
    return f"Checks: {', '.join(parts)}{settled}"


class LineName(NamedTuple):
    """What a reader knows a line by: SP12, Number of offences."""

    priority: str
    label: str


NO_NAMES: Mapping[str, LineName] = MappingProxyType({})


def line_names(lines: Iterable[Assessment]) -> dict[str, LineName]:
    """Give lines the names that readers know."""
    return {line.line: LineName(line.measure.priority, line.label) for line in lines}


def effect_text(problems: Sequence[Problem], names: Mapping[str, LineName] = NO_NAMES) -> str:
    """What findings of one effect do, and to which lines."""
    effect = problems[0].effect or Effect.DOUBT
    lines = [line for problem in problems for line in problem.lines]
    if not lines:
        unknown = {Effect.COLOUR: "Changes a colour", Effect.DOUBT: "Colours in doubt"}
        return unknown.get(effect, EFFECTS[effect])
    return f"{EFFECTS[effect]}: {listed(lines, names)}"


def listed(lines: Iterable[str], names: Mapping[str, LineName] = NO_NAMES) -> str:
    """Write lines, each once, those of one label together: SP11, SP12 Number of offences; one
    without a name by its code. The last of many are counted.
    """
    each = list(dict.fromkeys(lines))
    labels: dict[str, list[str]] = {}
    for line in each[:MOST_LINES]:
        name = names.get(line, LineName("", line))
        labels.setdefault(name.label, []).append(name.priority)
    texts = (
        f"{', '.join(priorities)} {label}".lstrip(" ,") for label, priorities in labels.items()
    )
    more = f" and {len(each) - MOST_LINES} more" if len(each) > MOST_LINES else ""
    return f"{', '.join(texts)}{more}"


class AlikeFindings(NamedTuple):
    """Findings told together, in order: equal ones, or ones alike that differ in numbers."""

    problems: tuple[Problem, ...]

    @property
    def first(self) -> Problem:
        """The finding that stands for all."""
        return self.problems[0]

    @property
    def equal(self) -> bool:
        """Whether all say the same."""
        return len({problem.found for problem in self.problems}) == 1

    @property
    def must_be_shown(self) -> bool:
        """Whether it is never left out: what changes a colour, overrides, awaited returns."""
        return self.first.effect is Effect.COLOUR or self.first.standing


def grouped(problems: Iterable[Problem]) -> list[AlikeFindings]:
    """Put findings together that are equal, or alike and many; settled ones are left out. Standing
    ones come first.

    In the order of the first of each. Alike are findings of one code, severity, effect and remedy.
    """
    open_ones = [problem for problem in problems if problem.settled is None]
    ordered = [problem for problem in open_ones if problem.standing] + [
        p for p in open_ones if not p.standing
    ]
    kinds: dict[tuple[Effect | None, Severity, Code, str], dict[str, list[Problem]]] = {}
    for problem in ordered:
        key = problem.effect, problem.severity, problem.code, problem.remedy
        kinds.setdefault(key, {}).setdefault(problem.found, []).append(problem)
    groups = []
    for texts in kinds.values():
        alike = [problem for same in texts.values() for problem in same]
        apart = [alike] if len(texts) >= LEAST_FOLDED else list(texts.values())
        groups += [AlikeFindings(tuple(some)) for some in apart]
    return groups


def rows_of_checks(problems: Iterable[Problem]) -> list[AlikeFindings]:
    """Put together what the sheet Checks says once, in the order of the first of each: equal ones
    that change nothing, and those that were settled for one reason.

    Colours by hand stay apart: the next refresh looks for each of them.
    """
    rows: dict[object, list[Problem]] = {}
    for place, problem in enumerate(problems):
        about: object = place
        if problem.code is not Code.COLOUR_TYPED_OVER and (item := problem.settled) is not None:
            about = problem.code, item.role, item.reason
        elif problem.effect is Effect.INFORMATION:
            about = problem.code, problem.severity, problem.found, problem.remedy
        rows.setdefault(about, []).append(problem)
    return [AlikeFindings(tuple(alike)) for alike in rows.values()]


def places(problems: Sequence[Problem], most: int | None = None) -> str:
    """Write where findings are, the sheet once for cells in a row: Surveys!E5, E9, Peers!F3."""
    wanted = list(dict.fromkeys((problem.sheet, problem.cell) for problem in problems))
    shown = wanted if most is None else wanted[:most]
    texts, before = [], ""
    for sheet, cell in shown:
        texts.append((cell if sheet == before else f"{sheet}!{cell}") if cell else sheet)
        before = sheet
    more = len(wanted) - len(shown)
    return ", ".join(texts) + (f" and {more} more" if more else "")
