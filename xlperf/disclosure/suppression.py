"""What must not leave the building is taken out here, before anything is made for the panel.

`disclosable` gives tables, lines and what charts may show; everything in the pack is made from its
result, and from nothing else. Which figures are withheld is decided in `withholding`, and
`redaction` takes them out. No file, no Excel, no
clock: the same workbook gives the same result.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from xlperf.disclosure.counts_shown import ShownFigure, threshold_of
from xlperf.disclosure.issues import Issue, IssueLine, never_shown
from xlperf.disclosure.lines_shown import line_without_rows, public_lines
from xlperf.disclosure.redaction import public_tables, without_rows
from xlperf.disclosure.texts import Secrets, clean_line, clean_texts
from xlperf.disclosure.withholding import decide, round_to
from xlperf.tables.lines import measures_by_line
from xlperf.tables.records import SUPPRESS_ALL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlperf.assessment.evidence import Assessment
    from xlperf.config import Settings
    from xlperf.tables.data import Tables

PRIMARY = "primary: it is below the threshold of the measure, or tells a count that is"
UNKNOWN = "primary: without its n it cannot be said whether it tells a count below the threshold"
UNREADABLE = (
    "primary: the threshold of the measure cannot be read, so nothing of it is shown; see Checks"
)
SECONDARY = "secondary: with it a count below the threshold could be worked out"
DERIVED = "derived: it rests on a figure that is withheld"
ROUNDED = "derived: it was made from counts that are shown rounded"
TYPED = (
    "derived: it writes a number that is withheld, or is below the threshold and so could be; say"
    " it without the number"
)
UNCONFIRMED = (
    "text: it is about measures with withheld figures, and nobody has confirmed that it gives"
    " nothing away; read it, then publish with --texts-read-by NAME"
)
CONFIRMED = "text on withheld figures, read and confirmed"


@dataclass(frozen=True, slots=True)
class Withheld:
    """One thing that is not shown. For the office alone: it says where small counts are."""

    measure: str
    what: str
    why: str

    def __str__(self) -> str:
        """Write it: ``SP17_absent, total of the year to 30 September 2014: primary: …``."""
        return f"{self.measure}, {self.what}: {self.why}"


@dataclass(frozen=True, slots=True)
class Disclosable:
    """All that the pack may be made from."""

    tables: Tables
    lines: tuple[Assessment, ...]
    withheld: tuple[Withheld, ...]
    data_note: str
    """The setting of this name: said of the data as a whole."""
    issue: Issue = field(repr=False)
    """What is shown and withheld, for the ledger of the office alone."""
    already_out: tuple[str, ...] = ()
    """Small counts that earlier issues have shown, or left too few values to: nothing that is
    withheld now can help.
    """
    unsaid: frozenset[str] = frozenset()
    """Measures of which something is withheld, or rows of History are not repeated: nothing is
    said of their revisions and of their record.
    """
    confirmed: tuple[str, ...] = ()
    """Texts that are shown because a person has confirmed them."""


def disclosable(
    tables: Tables,
    lines: Sequence[Assessment],
    settings: Settings,
    ledger: Sequence[Issue] = (),
    *,
    texts_confirmed: bool = False,
) -> Disclosable:
    """Take out what must not be seen outside the office.

    Parameters
    ----------
    tables, lines, settings
        A workbook as read and judged; `lines` are `assess(tables, settings)`.
    ledger
        Earlier issues, in the order in which they left.
    texts_confirmed
        A person has read the texts on measures with withheld figures, and says that they give
        nothing away: they are shown, unless they write a number that is withheld.

    Returns
    -------
    Disclosable
        Where nothing is small, `lines` and all figures up to the period end as they were given.

    Notes
    -----
    A count below the threshold of its measure (`Measure.suppress_below`) is withheld, 0 included,
    and so is every figure with which it could be calculated, by someone who has kept every earlier
    issue of the ledger (see `xlperf.disclosure.withholding`). Amounts of money are no counts. A
    threshold that cannot be read withholds everything of its measure.
    """
    decision = decide(tables, settings, ledger)
    public = public_tables(tables, settings, decision, ledger)
    secrets = Secrets.of(
        tables,
        (*decision.cells, *never_shown([*ledger, decision.issue])),
        decision.offered,
        confirmed=texts_confirmed,
    )
    unclean = (
        tuple(lines)
        if public == tables
        else public_lines(lines, tables, public, settings, decision)
    )
    clean_lines = tuple(line_without_rows(clean_line(line, secrets)) for line in unclean)
    read = clean_texts(public, replace(secrets, confirmed=True))
    unread = clean_texts(public, replace(secrets, confirmed=False))
    clean = without_rows(read if texts_confirmed else unread)
    note = secrets.clean_general(settings.data_note)
    withheld = [
        *(_of_cell(cell) for cell in decision.cells),
        *_of_lines(lines, clean_lines, settings),
        *_dropped(tables, read, TYPED),
        *([] if texts_confirmed else _dropped(read, unread, UNCONFIRMED)),
        *([Withheld("Settings", "data_note", TYPED)] if note != settings.data_note else []),
    ]
    return Disclosable(
        clean,
        clean_lines,
        tuple(dict.fromkeys(withheld)),
        note,
        replace(decision.issue, lines=tuple(map(IssueLine.of, clean_lines))),
        decision.already_out,
        _unsaid(tables, public, withheld),
        tuple(map(str, _dropped(read, unread, CONFIRMED))) if texts_confirmed else (),
    )


def _unsaid(tables: Tables, public: Tables, withheld: Sequence[Withheld]) -> frozenset[str]:
    names = measures_by_line(tables.measures)
    blank = {
        names[past.line.lower()]
        for past, shown in zip(tables.history, public.history, strict=True)
        if past != shown and past.line.lower() in names
    }
    return frozenset(blank | {item.measure for item in withheld})


def _of_cell(cell: ShownFigure) -> Withheld:
    if not cell.primary:
        why = SECONDARY
    elif cell.threshold >= SUPPRESS_ALL:
        why = UNREADABLE
    else:
        why = PRIMARY if cell.judged else UNKNOWN
    return Withheld(cell.measure, cell.what, why)


def _of_lines(
    before: Sequence[Assessment], after: Sequence[Assessment], settings: Settings
) -> list[Withheld]:
    withheld = []
    for line, public_line in zip(before, after, strict=True):
        if public_line.reason != line.reason:
            coarse = round_to(settings) > 1 and threshold_of(line.measure)
            what = f"colour of {line.line} and what it was made of"
            withheld.append(Withheld(line.measure.name, what, ROUNDED if coarse else DERIVED))
    return withheld


def _dropped(tables: Tables, clean: Tables, why: str) -> list[Withheld]:
    """Name the texts that other tables do not have."""
    return [
        Withheld(name, what, why)
        for (name, what, text), (_, _, left) in zip(_texts(tables), _texts(clean), strict=True)
        if text != left
    ]


TypedText: TypeAlias = tuple[str, str, str]
"""A text that people typed: on what, which, and what it says."""


def _of(subject: str, whose: str, item: object, *names: str) -> Iterator[TypedText]:
    return ((subject, f"{name} of {whose}", getattr(item, name)) for name in names)


def _texts(tables: Tables) -> list[TypedText]:
    """Texts that people typed."""
    texts: list[TypedText] = []
    for measure in tables.measures:
        whose = measure.name, "the measure", measure
        texts += _of(*whose, "caveat", "label", "unit", "source", "owner")
    for name, owed in tables.returns.items():
        texts += _of(name, "the return", owed, "remark", "owner", "board")
    for given in tables.contributions:
        whose_part = given.measure, "a partner's contribution", given
        texts += _of(*whose_part, "rule", "context", "partner", "board")
    for name, breaks in tables.breaks.items():
        texts += [(name, "note on a change of recording", item.note) for item in breaks]
    return [*texts, *_texts_of_plan(tables)]


def _texts_of_plan(tables: Tables) -> Iterator[TypedText]:
    for override in tables.overrides:
        yield from _of(override.line, "the override", override, "reason")
        yield override.line, "name of the override", override.who
    for priority in tables.priorities:
        yield from _of(priority.code, "the priority", priority, "title", "owner", "board", "text")
    for comment in tables.comments:
        yield comment.priority, f"comment of the {comment.role or 'office'}", comment.text
        yield comment.priority, "label of a comment", comment.about
    for standing in tables.report_texts:
        yield from _of("Report texts", "the report", standing, "heading", "text")
    for action in tables.actions:
        yield from _of(action.priority, "an action", action, "text", "owner")
