"""Exception commentary drafted by rule: sentences for people to accept, edit or reject.

Rules of this module. Every sentence has a test (or a plain lack of data) behind it and names what
was compared with what. No adjective goes beyond the test, no cause is given, and a record is one
"in the series", whose start is named. Numbers are rounded as on the tiles. A line without figures
never gets a sentence with figures, whatever is known of its measure elsewhere: what was withheld
stays withheld.

How often each rule speaks when nothing has changed is in `xlperf.tiles.false_alarms`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.assessment.rag import Rag, Reason
from xlperf.periods import month_name
from xlperf.tables.measure_kinds import LineKind
from xlperf.tiles.draft_rules import Draft, DraftRule, draft_of, on_one_line
from xlperf.tiles.drafts_of_lines import drafts_of_line
from xlperf.tiles.drafts_of_months import drafts_of_months

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from xlperf.assessment.basis import Basis
    from xlperf.assessment.evidence import Assessment
    from xlperf.config import Settings
    from xlperf.tables.data import Tables


MISSING = {
    Reason.NOT_RECEIVED: (DraftRule.NOT_RECEIVED, "Not received"),
    Reason.NOT_SEEN: (DraftRule.NOT_SEEN, "Not yet seen by its board"),
    Reason.NOT_AVAILABLE: (DraftRule.NOT_AVAILABLE, "Not available"),
    Reason.NO_DATA: (DraftRule.NO_DATA, "No figure"),
}
"""Reasons for a figure that should be there and is not, in words. What is in development is only
listed.
"""


def drafts(lines: Sequence[Assessment], basis: Basis) -> tuple[Draft, ...]:
    """Draft the exceptions of a period, in the order of the lines.

    The same assessments and basis give the same drafts.
    """
    tables, settings = basis.tables, basis.settings
    found = [draft for line in lines for draft in drafts_of_line(line, tables, settings)]
    found += drafts_of_months(lines, basis)
    found += _not_there(lines, tables, settings)
    order = {
        priority: place
        for place, priority in enumerate(dict.fromkeys(line.measure.priority for line in lines))
    }
    places = {line.line: place for place, line in enumerate(lines)}
    kinds = {rule: place for place, rule in enumerate(DraftRule)}

    def place_of(draft: Draft) -> tuple[int, int, int]:
        place = places.get(draft.line, len(places))
        return order[draft.priority], place, kinds[draft.rule]

    return tuple(sorted(found, key=place_of))


def _not_there(lines: Iterable[Assessment], tables: Tables, settings: Settings) -> Iterator[Draft]:
    """One sentence a priority and reason; a missing month has its own. None has a figure."""
    period = f"the twelve months to {month_name(settings.latest.last)}"
    grouped: dict[tuple[str, Reason, str], list[str]] = {}
    for line in lines:
        if line.kind in (LineKind.POSITION, LineKind.SPC):
            continue
        if line.reason in (Reason.INSUFFICIENT_DATA, Reason.MONTH_LOST) and line.rag is Rag.NA:
            text = f"not judged for {period}. {line.missing}"
            yield draft_of(line, DraftRule.INSUFFICIENT_DATA, period, text)
        elif line.reason in MISSING:
            partner = tables.returns.get(line.measure.name)
            known = ", ".join(filter(None, (partner.owner, partner.when_due))) if partner else ""
            grouped.setdefault((line.measure.priority, line.reason, known), []).append(line.label)
    by_key: dict[tuple[str, Reason], list[str]] = {}
    for (priority, reason, known), labels in grouped.items():
        by_key.setdefault((priority, reason), []).append(
            "; ".join(labels) + (f" ({known})" if known else "")
        )
    for (priority, reason), texts in by_key.items():
        rule, words = MISSING[reason]
        text = on_one_line(f"{words} for {period}: {'; '.join(texts)}.")
        yield Draft(priority, priority, rule, period, text)
