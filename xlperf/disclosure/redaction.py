"""Tables without what is withheld: gone, rounded, blanked; and without their sheets' rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from xlperf.assessment.rag import Rag, Reason
from xlperf.disclosure.counts_shown import (
    amount_key,
    families_key,
    family_counts,
    month_key,
    peer_key,
    peer_threshold,
    survey_key,
    threshold_of,
    total_key,
)
from xlperf.disclosure.issues import rounded_count
from xlperf.disclosure.withholding import round_to
from xlperf.periods import last_day
from xlperf.tables.lines import measures_by_line
from xlperf.tables.mixes import whole_results
from xlperf.tables.rows import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import date

    from xlperf.config import Settings
    from xlperf.disclosure.counts_shown import Key
    from xlperf.disclosure.issues import Issue
    from xlperf.disclosure.withholding import Decision
    from xlperf.tables.data import CouncilFamilies, PastLine, PeerFigure, SurveyResult, Tables

Record = TypeVar("Record")


def public_tables(
    tables: Tables, settings: Settings, decision: Decision, ledger: Sequence[Issue] = ()
) -> Tables:
    """Take out what is withheld, and of measures with a threshold what is later than the period;
    round the rest.
    """
    public = rounded_tables(_without(tables, settings, decision), settings)
    return replace(public, history=_history(tables, decision, ledger))


def _without(tables: Tables, settings: Settings, decision: Decision) -> Tables:
    gone = {cell.key for cell in decision.cells}
    groups = {name for name in tables.peers if peer_threshold(name, tables)}

    def not_withheld(
        records: Mapping[str, tuple[Record, ...]],
        key: Callable[[str, Record], Key],
        end: Callable[[Record], date],
        guarded: Collection[str] = decision.guarded,
    ) -> dict[str, tuple[Record, ...]]:
        return {
            name: tuple(
                item
                for item in items
                if key(name, item) not in gone
                and (name not in guarded or end(item) <= settings.period_end)
            )
            for name, items in records.items()
        }

    months = {name: tuple(of_measure.values()) for name, of_measure in tables.monthly.items()}
    months_kept = not_withheld(
        months, lambda name, item: month_key(name, item.month), lambda item: last_day(item.month)
    )
    return replace(
        tables,
        monthly={name: {item.month: item for item in items} for name, items in months_kept.items()},
        totals=not_withheld(
            tables.totals,
            lambda name, item: total_key(name, item.period),
            lambda item: last_day(item.period.last),
        ),
        surveys=not_withheld(
            tables.surveys,
            lambda name, item: survey_key(name, item.period_end),
            lambda item: item.period_end,
        ),
        families=not_withheld(tables.families, families_key, lambda item: item.period_end),
        peers=not_withheld(tables.peers, peer_key, lambda item: item.period_end, groups),
        amounts=not_withheld(
            tables.amounts, lambda name, _: amount_key(name), lambda _: settings.period_end
        ),
    )


def rounded_tables(tables: Tables, settings: Settings) -> Tables:
    """Round counts of measures that have a threshold. Shares are those of the rounded counts."""
    base = round_to(settings)
    if base == 1:
        return tables
    chosen = {measure.name for measure in tables.measures if threshold_of(measure)}
    groups = {name for name in tables.peers if peer_threshold(name, tables)}
    return replace(
        tables,
        monthly={
            name: {
                month: replace(item, count=rounded_count(round(item.count), base))
                for month, item in months.items()
            }
            if name in chosen
            else months
            for name, months in tables.monthly.items()
        },
        totals=_each(
            tables.totals, chosen, lambda item: replace(item, count=rounded_count(item.count, base))
        ),
        surveys=_each(tables.surveys, chosen, lambda item: _rounded_survey(item, base)),
        families=_each(tables.families, chosen, lambda item: _rounded_families(item, base)),
        peers=_each(tables.peers, groups, lambda item: _rounded_peer(item, base)),
    )


def _each(
    records: Mapping[str, tuple[Record, ...]],
    names: Iterable[str],
    change: Callable[[Record], Record | None],
) -> dict[str, tuple[Record, ...]]:
    chosen = set(names)
    return {
        name: tuple(new for item in items if (new := change(item)) is not None)
        if name in chosen
        else items
        for name, items in records.items()
    }


def _rounded_share(satisfied: int, n: int, base: int) -> tuple[int, int]:
    """Round those satisfied and those not; n is the sum of the two."""
    rounded = rounded_count(satisfied, base)
    return rounded, rounded + rounded_count(n - satisfied, base)


def _rounded_survey(result: SurveyResult, base: int) -> SurveyResult | None:
    if result.n is None:
        return None
    if result.parts:
        parts = [_rounded_survey(part, base) for part in result.parts]
        known = [part for part in parts if part is not None]
        return whole_results(known)[0] if len(known) == len(parts) else None
    if result.proportion is None:
        return replace(result, n=rounded_count(result.n, base))
    satisfied, n = _rounded_share(round(result.proportion * result.n), result.n, base)
    return replace(result, n=n, successes=satisfied, percent=None) if n else None


def _rounded_families(row: CouncilFamilies, base: int) -> CouncilFamilies:
    counts = {name: rounded_count(value, base) for name, value in family_counts(row).items()}
    return replace(
        row,
        engaged=sum(counts.values()),
        asb_only=counts["asb"],
        offending_only=counts["offending"],
        both=counts["both"],
    )


def _rounded_peer(figure: PeerFigure, base: int) -> PeerFigure | None:
    if figure.count is not None and figure.denominator:
        count = rounded_count(figure.count, base)
        return replace(figure, count=count, rate=count / figure.denominator)
    if figure.n is None:
        return None
    satisfied, n = _rounded_share(round(figure.rate * figure.n), figure.n, base)
    return replace(figure, rate=satisfied / n, n=n) if n else None


def _history(tables: Tables, decision: Decision, ledger: Sequence[Issue]) -> tuple[PastLine, ...]:
    """Keep the rows of lines that no threshold concerns, and of the others what an earlier issue
    has shown, as the ledger has it.

    A line that no measure has any more has no threshold to be judged by, so its rows are blank too.
    """
    names = measures_by_line(tables.measures)
    issued = {(issue.period_end, line.line): line for issue in ledger for line in issue.lines}

    def shown(past: PastLine) -> bool:
        measure = names.get(past.line.lower())
        if measure is None or measure in decision.guarded:
            line = issued.get((past.period_end, past.line))
            return line is not None and line.says(past)
        return True

    return tuple(past if shown(past) else _blank(past) for past in tables.history)


def _blank(past: PastLine) -> PastLine:
    return replace(
        past,
        baseline=None,
        latest=None,
        colour=Rag.NA,
        reason=Reason.SUPPRESSED,
        position="",
        trends="",
        worked_out="",
        kept=None,
    )


def without_rows(tables: Tables) -> Tables:
    """Take the rows of the sheets out of every record: they lead to all cells of their sheet."""

    def bare(item: Any) -> Any:
        return replace(item, row=NOWHERE)

    def all_bare(records: Mapping[str, tuple[Any, ...]]) -> dict[str, tuple[Any, ...]]:
        return {name: tuple(bare(item) for item in items) for name, items in records.items()}

    def bare_survey(item: SurveyResult) -> SurveyResult:
        return replace(item, row=NOWHERE, parts=tuple(map(bare_survey, item.parts)))

    return replace(
        tables,
        measures=tuple(bare(item) for item in tables.measures),
        monthly={
            name: {month: bare(item) for month, item in months.items()}
            for name, months in tables.monthly.items()
        },
        surveys={name: tuple(map(bare_survey, items)) for name, items in tables.surveys.items()},
        totals=all_bare(tables.totals),
        peers=all_bare(tables.peers),
        amounts=all_bare(tables.amounts),
        families=all_bare(tables.families),
        breaks=all_bare(tables.breaks),
        returns={name: bare(item) for name, item in tables.returns.items()},
        overrides=tuple(bare(item) for item in tables.overrides),
        comments=tuple(bare(item) for item in tables.comments),
        history=tuple(bare(item) for item in tables.history),
        forces=tuple(bare(item) for item in tables.forces),
    )
