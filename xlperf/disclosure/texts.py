"""Texts that people typed: dropped where they write a number that is withheld or could be, and, of
a measure with withheld figures, until a person has confirmed them.

A reader may know a text from elsewhere, so that a text dropped for a small count would tell it.
So every number below the threshold counts, whatever is withheld, and a name is not dropped for a
value at all.

What is said of one measure is searched for numbers in digits, in words, as roman numerals
and as percentages of its totals, and for those of its priority in digits. Names (label, unit,
source, owner) are searched for numbers in digits and in words of counting; those that are not small
are shown once they are confirmed. What is said of everything is searched for every number, in
digits and in large words; in any words until it is confirmed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from xlperf.assessment.caveats import Note, PartsCountDifferently
from xlperf.assessment.evidence import Assessment, Families, Unjudged, Words
from xlperf.assessment.rag import Reason
from xlperf.disclosure.counts_shown import Sort, series_of, threshold_of
from xlperf.disclosure.written_numbers import (
    NumberRange,
    NumberWords,
    numbers_in,
    percentages_in,
    rounded_numbers_in,
)
from xlperf.excel.port import normalised
from xlperf.tables.comments import ALL_PRIORITIES
from xlperf.tables.lines import measures_by_line
from xlperf.tables.measure_kinds import LineKind
from xlperf.tables.records import SUPPRESS_ALL
from xlperf.tiles.wording import WITHHELD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from _typeshed import DataclassInstance

    from xlperf.assessment.caveats import Caveat
    from xlperf.disclosure.counts_shown import ShownFigure
    from xlperf.disclosure.issues import IssueFigure
    from xlperf.tables.data import (
        Action,
        Comment,
        Measure,
        Override,
        PlanPriority,
        ReportText,
        Tables,
    )

Record = TypeVar("Record", bound="DataclassInstance")


def revealing_numbers(cell: ShownFigure | IssueFigure) -> set[float]:
    """Numbers that would reveal a cell: its counts, all of them together, and the percentages they
    are of that.
    """
    values = [count.value for count in cell.counts]
    whole = sum(values)
    shares = [100 * value / whole for value in values] if len(values) > 1 and whole else []
    rounded = {round(share, decimals) for share in shares for decimals in (0, 1)}
    return {float(value) for value in (*values, whole)} | rounded


def revealing_percentages(
    cell: ShownFigure | IssueFigure, others: Iterable[ShownFigure]
) -> set[float]:
    """Percentages that would reveal a cell: what its counts are of totals of its measure, and the
    change from one to the other, without their signs.
    """
    wholes = {
        count.value
        for other in others
        for count in other.counts
        if other.sort is not Sort.MONTH and count.value
    }
    shares = [100 * count.value / whole for count in cell.counts for whole in wholes]
    shares += [abs(share - 100) for share in shares]
    return {round(share, decimals) for share in shares for decimals in (0, 1)}


@dataclass(frozen=True, slots=True)
class Secrets:
    """Numbers that no text may write, by measure; a silent measure may have no text at all."""

    numbers: Mapping[str, frozenset[float]]
    silent: frozenset[str]
    beside: Mapping[str, frozenset[str]]
    """Measures of the same priority, by measure: what is said of one may be about another."""
    percentages: Mapping[str, frozenset[float]]
    confirmed: bool
    """A person has read the texts, and says that they give nothing away."""
    named: Mapping[str, re.Pattern[str]]
    """How a text names a measure with withheld figures, in the form of `normalised`."""
    below: Mapping[str, int]
    """Highest threshold of a measure with withheld figures, as far as one can be read; of one
    without, that of the others.
    """

    @classmethod
    def of(
        cls,
        tables: Tables,
        cells: Sequence[ShownFigure | IssueFigure],
        offered: Iterable[ShownFigure] = (),
        *,
        confirmed: bool = False,
    ) -> Secrets:
        """Gather the numbers that reveal withheld cells, those of earlier issues too; `offered`:
        all cells of this one, shown or not.
        """
        spelling = {series_of(measure.name): measure.name for measure in tables.measures}
        numbers: dict[str, set[float]] = {}
        below: dict[str, int] = {}
        percentages: dict[str, set[float]] = {}
        of_measure: dict[str, list[ShownFigure]] = {}
        for cell in offered:
            of_measure.setdefault(cell.measure, []).append(cell)
        for hidden in cells:
            name = spelling.get(series_of(hidden.measure), hidden.measure)
            numbers.setdefault(name, set()).update(revealing_numbers(hidden))
            shares = revealing_percentages(hidden, of_measure.get(name, ()))
            percentages.setdefault(name, set()).update(shares)
            if hidden.threshold < SUPPRESS_ALL:
                below[name] = max(hidden.threshold, below.get(name, 0))
        highest = max(below.values(), default=0)
        silent = {
            measure.name for measure in tables.measures if threshold_of(measure) >= SUPPRESS_ALL
        }
        together: dict[str, set[str]] = {}
        for measure in tables.measures:
            together.setdefault(normalised(measure.priority), set()).add(measure.name)
        beside = {
            measure.name: frozenset(together[normalised(measure.priority)])
            for measure in tables.measures
        }
        withheld = [measure for measure in tables.measures if measure.name in numbers]
        return cls(
            {name: frozenset(values) for name, values in numbers.items()},
            frozenset(silent),
            beside,
            {name: frozenset(values) for name, values in percentages.items()},
            confirmed,
            {measure.name: _names_of(measure, tables) for measure in withheld},
            {name: below.get(name) or highest for name in numbers},
        )

    def small(
        self, text: str, measures: Iterable[str], words: NumberWords | None = NumberWords.ANY
    ) -> bool:
        """Whether a text writes a number below the threshold of one of some measures with withheld
        figures, whether it is withheld or not; without `words`, in digits only.
        """
        limit = max((self.below.get(name, 0) for name in measures), default=0)
        if not text or not limit:
            return False
        whole = (NumberRange(one, one) for one in numbers_in(text, words) if one.is_integer())
        numbers = (*whole, *rounded_numbers_in(text, words))
        return any(written.least < limit for written in numbers)

    def reveals(
        self, text: str, measures: Iterable[str], words: NumberWords | None = NumberWords.SURE
    ) -> bool:
        """Whether a text writes a number that is withheld of one of some measures, or one that is
        small; without `words`, in digits only.
        """
        names = [name for name in measures if name in self.numbers]
        if not text or not names:
            return False
        if self.small(text, names, None if words is NumberWords.LARGE else words):
            return True
        limit = max(self.below[name] for name in names)
        secret = {number for name in names for number in self.numbers[name] if number >= limit}
        shares = frozenset().union(*(self.percentages.get(name, frozenset()) for name in names))
        return (
            not secret.isdisjoint(numbers_in(text, words))
            or not shares.isdisjoint(percentages_in(text))
            or any(
                written.least <= number <= written.greatest
                for written in rounded_numbers_in(text, words)
                for number in secret
            )
        )

    def unread(self, text: str, measures: Iterable[str]) -> bool:
        """Whether something of these is withheld, or the text writes a number in digits that could
        be withheld of others, and nobody has confirmed the texts.
        """
        return not self.confirmed and (
            any(name in self.numbers for name in measures) or self.reveals(text, self.numbers, None)
        )

    def named_in(self, text: str) -> set[str]:
        """Measures with withheld figures that a text names, or whose priority it names."""
        whole = normalised(text)
        return {measure for measure, names in self.named.items() if names.search(whole)}

    def clean(self, text: str, measure: str) -> str:
        """Give a text on one measure, or what stands for it."""
        beside = self.beside.get(measure, frozenset())
        drop = measure in self.silent or self.reveals(text, beside, None)
        return WITHHELD if text and drop else self.clean_of_priority(text, [measure])

    def clean_of_priority(self, text: str, measures: Iterable[str]) -> str:
        """Give a text on some measures, or what stands for it."""
        about = {*measures, *self.named_in(text)}
        return (
            WITHHELD if text and (self.unread(text, about) or self.reveals(text, about)) else text
        )

    def clean_about(self, text: str, measures: Sequence[str]) -> str:
        """Give a text on the measures of a priority, on everything where it has none."""
        return self.clean_of_priority(text, measures) if measures else self.clean_general(text)

    def clean_name(self, text: str, measures: Iterable[str]) -> str:
        """Give a name that some measures have, such as a label, or what stands for it: it writes a
        small number, or another, and nobody has confirmed the texts. What is withheld plays no
        part.
        """
        names = [name for name in measures if name in self.numbers]
        drop = self.small(text, names, NumberWords.COUNTING) or (
            bool(names) and not self.confirmed and numbers_in(text, NumberWords.COUNTING)
        )
        return WITHHELD if drop else text

    def clean_general(self, text: str) -> str:
        """Give a text on everything, or what stands for it."""
        drop = self.reveals(text, self.numbers, NumberWords.LARGE) or (
            not self.confirmed and self.small(text, self.numbers)
        )
        return WITHHELD if drop else self.clean_of_priority(text, ())


def _names_of(measure: Measure, tables: Tables) -> re.Pattern[str]:
    """Pattern of what a text may call a measure: its name, its label, and those of its priority."""
    plan = tables.priority(measure.priority)
    names = {normalised(name) for name in (measure.name, measure.label, plan.code, plan.title)}
    return re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in names if name))


def clean_texts(tables: Tables, secrets: Secrets) -> Tables:
    """Drop texts that people typed where they write a number that is withheld."""
    of_priority: dict[str, list[str]] = {}
    for measure in tables.measures:
        of_priority.setdefault(normalised(measure.priority), []).append(measure.name)
    lines = measures_by_line(tables.measures)

    def measures_of(priority: str) -> Sequence[str]:
        return of_priority.get(normalised(priority), ())

    return replace(
        tables,
        measures=tuple(clean_measure(measure, secrets) for measure in tables.measures),
        returns={
            name: _cleaned(item, name, secrets, ["remark"], ["owner", "board"])
            for name, item in tables.returns.items()
        },
        contributions=tuple(
            _cleaned(item, item.measure, secrets, ["rule", "context"], ["partner", "board"])
            for item in tables.contributions
        ),
        breaks={
            name: tuple(_cleaned(item, name, secrets, ["note"]) for item in items)
            for name, items in tables.breaks.items()
        },
        overrides=tuple(
            _clean_override(item, lines.get(item.line.lower(), ""), secrets)
            for item in tables.overrides
        ),
        priorities=tuple(
            _clean_priority(item, measures_of(item.code), secrets) for item in tables.priorities
        ),
        comments=tuple(
            _clean_comment(item, measures_of(item.priority), secrets) for item in tables.comments
        ),
        report_texts=tuple(_clean_standing(item, secrets) for item in tables.report_texts),
        actions=tuple(
            _clean_action(item, measures_of(item.priority), secrets) for item in tables.actions
        ),
    )


def _clean_standing(item: ReportText, secrets: Secrets) -> ReportText:
    heading, text = secrets.clean_general(item.heading), secrets.clean_general(item.text)
    return replace(item, heading=heading, text=text)


def _clean_comment(comment: Comment, measures: Sequence[str], secrets: Secrets) -> Comment:
    """Drop the text of a comment and the label before it, each where it must be."""
    of_all = comment.priority == ALL_PRIORITIES
    return replace(
        comment,
        text=secrets.clean_general(comment.text)
        if of_all
        else secrets.clean_of_priority(comment.text, measures),
        about=secrets.clean_name(comment.about, secrets.numbers if of_all else measures),
    )


def _clean_action(action: Action, measures: Sequence[str], secrets: Secrets) -> Action:
    """Drop an action where it writes a number that is withheld of one of its priority's measures;
    of any measure, where it is of none.
    """
    text, owner = secrets.clean_about(action.text, measures), secrets.clean_general(action.owner)
    return replace(action, text=text, owner=owner)


def _clean_priority(
    priority: PlanPriority, measures: Sequence[str], secrets: Secrets
) -> PlanPriority:
    """Drop the names and the text of a priority where they write a number that is or could be
    withheld of one of its measures; of any measure, where it has none.
    """

    def clean(text: str) -> str:
        return secrets.clean_name(text, measures) if measures else secrets.clean_general(text)

    return replace(
        priority,
        title=clean(priority.title),
        owner=clean(priority.owner),
        board=clean(priority.board),
        text=secrets.clean_about(priority.text, measures),
    )


def clean_measure(measure: Measure, secrets: Secrets) -> Measure:
    """Drop the caveat and the names of a measure where they must be."""
    names = ["label", "unit", "source", "owner"]
    return _cleaned(measure, measure.name, secrets, ["caveat"], names)


def _clean_override(override: Override, measure: str, secrets: Secrets) -> Override:
    return _cleaned(override, measure, secrets, ["reason"], ["who"])


def _cleaned(
    item: Record, measure: str, secrets: Secrets, texts: Sequence[str], names: Sequence[str] = ()
) -> Record:
    """Drop texts and names of a record on one measure where they must be."""
    said = {field: secrets.clean(getattr(item, field), measure) for field in texts}
    called = {field: secrets.clean_name(getattr(item, field), [measure]) for field in names}
    return replace(item, **said, **called)


def _clean_caveat(caveat: Caveat, measure: str, secrets: Secrets) -> Caveat:
    """Do the same for what people typed of a caveat: a note, the parts of a survey."""
    match caveat:
        case Note(text):
            return Note(secrets.clean(text, measure))
        case PartsCountDifferently(ways):
            return PartsCountDifferently(
                tuple(
                    (secrets.clean_name(part, [measure]), secrets.clean(way, measure))
                    for part, way in ways
                )
            )
        case _:
            return caveat


def clean_line(line: Assessment, secrets: Secrets) -> Assessment:
    """Do the same for a line: its names, its caveat, what its return says, an override."""
    name = line.measure.name
    caveats = tuple(_clean_caveat(caveat, name, secrets) for caveat in line.caveats)
    override = None if line.override is None else _clean_override(line.override, name, secrets)
    evidence = line.evidence
    if isinstance(evidence, (Families, Words, Unjudged)):
        evidence = replace(evidence, text=secrets.clean(evidence.text, name))
    ours = line.reason is Reason.SUPPRESSED
    by_people = line.kind not in (LineKind.POSITION, LineKind.SPC)
    return replace(
        line,
        measure=clean_measure(line.measure, secrets),
        label=secrets.clean_name(line.label, [name]) if by_people else line.label,
        caveats=caveats,
        override=override,
        evidence=evidence,
        missing=line.missing if ours else secrets.clean(line.missing, name),
    )
