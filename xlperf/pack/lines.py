"""Lines as they may be shown.

A line stays as it is only where it comes out the same from the tables without what is withheld: then it tells nothing
that is not shown anyway. Every other line loses its colour and all numbers but its two figures, which it keeps where
they are shown figures themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from xlperf.assess.assessing import assess
from xlperf.assess.evidence import Assessment, Caveat, Evidence, LineKind
from xlperf.assess.rag import Rag, Reason
from xlperf.pack.cells import threshold_of, year_key
from xlperf.pack.redaction import rounded_tables
from xlperf.pack.withholding import round_to, rounded_count
from xlperf.tables.records import SUPPRESS_ALL
from xlperf.tables.rows import NOWHERE
from xlperf.tables.tables import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlperf.config import Settings
    from xlperf.pack.cells import Key
    from xlperf.pack.withholding import Decision
    from xlperf.periods import Period
    from xlperf.tables.tables import Tables

FACTS = (
    Caveat.NOTE,
    Caveat.PROXY,
    Caveat.STALE,
    Caveat.PROVISIONAL,
    Caveat.ANNUALISED,
    Caveat.LAST_YEAR,
    Caveat.REVISED,
)
"""What may be said of the figures of a line that is not judged."""
UNJUDGED = "Some of the counts behind it are too few to show, so it is not judged here."


def public_lines(
    lines: Sequence[Assessment], tables: Tables, public: Tables, settings: Settings, decision: Decision
) -> tuple[Assessment, ...]:
    """Give every line as it may be shown."""
    again = {line.line: line for line in assess(public, settings)}
    base = round_to(settings)
    rounded = {line.line: line for line in assess(rounded_tables(tables, settings), settings)} if base > 1 else {}
    gone = {cell.key for cell in decision.cells}
    shown = []
    for line in lines:
        made, coarse = again.get(line.line), rounded.get(line.line, line)
        if made is not None and _stays(line, coarse, made, base):
            shown.append(replace(coarse, caveats=tuple(item for item in coarse.caveats if item in made.caveats)))
        else:
            shown.append(_unjudged(coarse, made, _totals_shown(line, settings, gone, base)))
    return tuple(shown)


def _stays(line: Assessment, coarse: Assessment, made: Assessment, base: int) -> bool:
    """Whether a line may be shown: it is made of what is shown, and rounding does not change what it says.

    Statistics of rounded months would say little of the months, so lines of monthly counts are not made from them.
    """
    if threshold_of(line.measure) >= SUPPRESS_ALL:
        return False
    if base > 1 and threshold_of(line.measure) and line.measure.kind is Kind.OFFENCES:
        return False
    same_colour = (coarse.rag, coarse.reason) == (line.rag, line.reason)
    return same_colour and replace(made, caveats=()) == replace(coarse, caveats=())


@dataclass(frozen=True, slots=True)
class _Two:
    """The two figures of a line, where they are shown."""

    baseline: float | None = None
    latest: float | None = None


def _totals_shown(line: Assessment, settings: Settings, gone: set[Key], base: int) -> _Two:
    """Totals of monthly counts that a line keeps: months cannot be summed again when one is withheld."""
    if line.kind is not LineKind.OFFENCES or threshold_of(line.measure) >= SUPPRESS_ALL:
        return _Two()

    def kept(value: Any, period: Period) -> float | None:
        if value is None or year_key(line.measure.name, period) in gone:
            return None
        return float(rounded_count(round(value), base) if threshold_of(line.measure) else value)

    return _Two(kept(line.evidence.baseline, settings.baseline), kept(line.evidence.latest, settings.latest))


def _unjudged(line: Assessment, made: Assessment | None, totals: _Two) -> Assessment:
    """Make a line without colour: its two figures where they are shown ones, and nothing that was made of them."""
    evidence, known = line.evidence, made.evidence if made is not None else Evidence()
    counted = line.kind is LineKind.OFFENCES
    of_months = line.kind is LineKind.SPC
    same_base = known.baseline == evidence.baseline and known.baseline_name == evidence.baseline_name
    same_latest = known.latest == evidence.latest and known.period == evidence.period
    said = made.caveats if made is not None else ()
    return replace(
        line,
        rag=Rag.NA,
        reason=Reason.SUPPRESSED,
        override=None,
        caveats=tuple(item for item in line.caveats if item in said and item[0] in FACTS),
        evidence=Evidence(
            form=evidence.form,
            period=evidence.period,
            baseline_name=evidence.baseline_name,
            baseline=totals.baseline if counted else evidence.baseline if same_base and not of_months else None,
            latest=totals.latest if counted else evidence.latest if same_latest and not of_months else None,
            text=evidence.text,
            as_at=evidence.as_at,
            missing=UNJUDGED,
        ),
    )


def line_without_rows(line: Assessment) -> Assessment:
    """Do the same for a line."""
    override = None if line.override is None else replace(line.override, row=NOWHERE)
    return replace(line, measure=replace(line.measure, row=NOWHERE), override=override)
