"""The plain sheets of the panel workbook: cover, notes, measures, changes, revisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from xlperf.assessment.caveats import Revised
from xlperf.assessment.evidence import Position
from xlperf.assessment.rag import Rag
from xlperf.documents.pack_figures import figures_table
from xlperf.documents.pack_summary import CHANGES
from xlperf.documents.pack_values import (
    CONTRIBUTED,
    EXPLAINED,
    NOTES,
    RECORD,
    PackContents,
    PrintedTable,
)
from xlperf.newbook.guide import LINES, POSITIONS, RULES, TRENDS
from xlperf.periods import day_name
from xlperf.tables import schema
from xlperf.tables.data import Direction
from xlperf.tables.measure_kinds import KINDS, TARGET, Comparison
from xlperf.tables.measure_kinds import LINES as LINES_OF_TILES
from xlperf.tables.problems import Code
from xlperf.tiles.caveat_sentences import analyst_caveats, caveat_sentence
from xlperf.tiles.changes import (
    Changes,
    ColourChange,
    Issue,
    change_between,
    changes_among,
    overruled,
)
from xlperf.tiles.dashboard_sentences import chance_in_full
from xlperf.tiles.distance import to_next_colour
from xlperf.tiles.explanations import FOR_ANALYSTS, explain
from xlperf.tiles.figures import place
from xlperf.tiles.readings import reading
from xlperf.tiles.record_sentences import of_pack
from xlperf.tiles.wording import STATUS, WITHHELD, data_as_at, status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from xlperf.assessment.evidence import Assessment
    from xlperf.config import Settings
    from xlperf.excel.port import Scalar
    from xlperf.tables.data import Measure, PartnerReturn, PastLine
    from xlperf.tiles.assessed import Assessed

BETTER = {
    Direction.DOWN: "when it falls",
    Direction.UP: "when it rises",
    Direction.NONE: "neither way",
}
COLOURS = frozenset(map(str, Rag))
SIGNS = (
    ("▲ ▼ ►", "Where the trends lead: up, down or level. ▲▼: they disagree, as many up as down."),
    ("“1 of 4”", "How many of the four trends reach the target."),
    ("n", "Number of people who answered a survey."),
    ("[p]", "Provisional: some of the figures may still change."),
    ("[r]", "Revised since it was last published."),
    (
        WITHHELD,
        "Too few to be shown: a figure that could tell about a person, or lead to one that could.",
    ),
    ("*", "A colour decided by a person, who is named in the notes, and not by the rule."),
    ("NA", "No colour: data missing or not comparable, or words and amounts."),
)
READINGS = (
    "The panel report names a methodology whose formulas are not public. How each rule was read"
    " stands below, with whether it is printed in the report or the office's choice."
)


def sheets(
    pack: PackContents, assessed: Assessed, changes: Changes, withheld: frozenset[str]
) -> tuple[PrintedTable, ...]:
    """Make the plain sheets of a pack, in order; `changes`: since the issue before, `withheld`:
    measures of which no revision is mentioned.
    """
    tables = (
        figures_table(assessed),
        _notes(pack, assessed, withheld),
        _measures(assessed),
        _explained(assessed),
        _changes(assessed, changes),
        _not_received(assessed),
        _revisions(assessed, withheld),
        *_contributed(assessed),
        _chart_data(pack),
    )
    cover = _cover(pack)
    listed = (
        (cover.name, cover.purpose),
        ("Contents", "This list."),
        ("Dashboard", "Every priority on one page: figures, change, position and colour."),
        ("Charts", "Control charts of monthly counts, and the group of most similar forces."),
        *((table.name, table.purpose) for table in tables),
    )
    contents_table = _table(
        "Contents", "The sheets of this workbook.", {"Sheet": 28, "What it holds": 90}, listed
    )
    return (cover, contents_table, *tables)


def _table(
    name: str, purpose: str, columns: Mapping[str, int], rows: Iterable[tuple[Scalar, ...]]
) -> PrintedTable:
    """Make a sheet; `columns`: titles, with their widths in characters."""
    return PrintedTable(name, purpose, tuple(columns), tuple(rows), tuple(columns.values()))


def _cover(pack: PackContents) -> PrintedTable:
    rows = [
        ("Title", pack.title),
        ("Period", pack.period),
        ("Published by", pack.office),
        ("Force", pack.force),
        ("Prepared", day_name(pack.prepared)),
        ("Protective marking", pack.marking),
        ("Colours", pack.counts),
        ("Basis", pack.basis),
        ("Note", pack.note),
    ]
    return _table(
        "Cover",
        "What this is, of when, and by whom.",
        {"Item": 24, "Text": 100},
        (row for row in rows if row[1]),
    )


def _notes(pack: PackContents, assessed: Assessed, withheld: frozenset[str]) -> PrintedTable:
    rows: list[tuple[Scalar, ...]] = [("Priorities", text) for text in pack.notes]
    measures = {measure.name for measure in assessed.tables.measures} & withheld
    rows += [(RECORD, text) for text in of_pack(assessed.record, measures)]
    rows += [("Sign", f"{sign}  {text}") for sign, text in SIGNS]
    rows += [("Rule", f"{name}: {text}") for name, text in RULES]
    chance = chance_in_full(assessed.lines, assessed.settings)
    rows += [("Method", text) for text in (READINGS, LINES, TRENDS, POSITIONS, chance)]
    readings: dict[str, list[str]] = {}
    for line in assessed.lines:
        if text := reading(line.evidence, assessed.settings):
            readings.setdefault(text, []).append(line.measure.priority)
    rows += [
        ("Reading", f"{text} ({', '.join(dict.fromkeys(priorities))})")
        for text, priorities in readings.items()
    ]
    purpose = "Notes by priority, signs, and how each colour is reached."
    return _table(NOTES, purpose, {"Subject": 14, "Text": 120}, rows)


def _compared_with(measure: Measure, settings: Settings) -> str:
    """What the figure of a measure is compared with; empty for one that is only shown."""
    if "baseline" not in LINES_OF_TILES[measure.main_line].fields:
        return ""
    match measure.compared:
        case Comparison.BASELINE:
            return f"the baseline year {settings.baseline_name}"
        case Comparison.YEAR_TO_DATE:
            return "the same months of the year before"
        case Comparison.QUARTER:
            return "the same quarter a year before"
        case Comparison.TARGET:
            target = measure.target
            return "its target" if target is None else f"its target, {target:,g}"
        case _:
            assert_never(measure.compared)


def _measures(assessed: Assessed) -> PrintedTable:
    columns = {
        "Priority": 9, "Measure": 30, "What it is": 26, "Better": 15, "Compared with": 24,
        "Target change %": 10, "Unit": 18, "Compared with the group on": 28, "Source": 40,
        "Owner": 30,
    }  # fmt: skip
    rows = [
        (
            measure.priority,
            measure.label,
            KINDS[measure.kind].words,
            BETTER[measure.direction],
            _compared_with(measure, assessed.settings),
            measure.target_change if TARGET in KINDS[measure.kind].columns else None,
            measure.unit,
            measure.msg_measure
            + (" (a near measure)" if measure.msg_measure and measure.proxy else ""),
            measure.source,
            measure.owner,
        )
        for measure in assessed.tables.measures
    ]
    purpose = "What each line measures, and where it comes from."
    return _table("Measures", purpose, columns, rows)


def _explained(assessed: Assessed) -> PrintedTable:
    settings = assessed.settings
    columns = {
        "Priority": 8, "Line": 28, "Status": 11, "Why": 70, "Data as at": 15, FOR_ANALYSTS: 60,
        "To another colour": 34, "Bear in mind": 50,
    }  # fmt: skip
    rows = [
        (
            line.measure.priority,
            line.label,
            status(line),
            said.summary,
            data_as_at(line),
            said.analysts,
            to_next_colour(line, settings),
            analyst_caveats(line),
        )
        for line in assessed.lines
        for said in [explain(line, settings)]
    ]
    return _table(EXPLAINED, "Why each line has its colour, or none.", columns, rows)


def changes_since(assessed: Assessed) -> Changes:
    """Compare what may be shown of the period before with what may be shown now."""
    end = assessed.settings.period_end
    earlier = max(
        (past.period_end for past in assessed.tables.history if past.period_end < end), default=None
    )
    if earlier is None:
        return Changes(None, end, len(assessed.lines), ())
    before = {past.line: past for past in assessed.tables.history if past.period_end == earlier}
    after = {line.line: line for line in assessed.lines}
    held = {item.line.lower(): item for item in assessed.tables.overrides if item.until >= earlier}

    def was(past: PastLine) -> Issue:
        colour = str(past.colour)
        decided = overruled(colour, past.worked_out, held.get(past.line.lower()))
        return Issue(colour, past.position, "", past.latest, decided)

    def now(line: Assessment) -> Issue:
        position = place(line.evidence.place) if isinstance(line.evidence, Position) else ""
        calculated = str(line.rag) if line.overruled else ""
        return Issue(str(line.shown), position, str(line.reason), None, calculated)

    changes = []
    for name in dict.fromkeys([*after, *before]):
        past, line = before.get(name), after.get(name)
        changes.append(
            change_between(name, was(past) if past else None, now(line) if line else None)
        )
    return changes_among(changes, earlier, end, len(after))


def _changes(assessed: Assessed, changes: Changes) -> PrintedTable:
    lines = {line.line: line for line in assessed.lines}
    columns = {
        "Priority": 9, "Line": 34, "Before": 12, "Now": 12, "Position before": 16,
        "Position now": 16, "Turn": 20, "Worked out": 16,
    }  # fmt: skip
    rows = []
    for change in changes.changes:
        line = lines.get(change.line)
        named = ("", change.line) if line is None else (line.measure.priority, line.label)
        colours = (_status(change.before), _status(change.after))
        positions = (change.position_before, change.position_after)
        rows.append((*named, *colours, *positions, change.turn.value, _worked_out(change)))
    purpose = (
        "There is no earlier period to compare with." if changes.earlier is None else str(changes)
    )
    return _table(CHANGES, purpose, columns, rows)


def _worked_out(change: ColourChange) -> str:
    """Colour calculated beside one that a person decided: now, or before."""
    if change.worked_out_after:
        return _status(change.worked_out_after)
    return f"{_status(change.worked_out_before)} before" if change.worked_out_before else ""


def _status(colour: str) -> str:
    """Write a colour as a tile does; `NEW`, `GONE` and what was typed into History as they are."""
    return STATUS[Rag(colour)] if colour in COLOURS else colour


def _not_received(assessed: Assessed) -> PrintedTable:
    columns = {
        "Priority": 9, "Measure": 30, "State": 16, "Owner": 34, "Due": 14, "Received": 14,
        "Board": 26, "Seen by the board": 16, "Remark": 60,
    }  # fmt: skip
    rows = []
    for measure in assessed.tables.measures:
        owed: PartnerReturn | None = assessed.tables.returns.get(measure.name)
        if owed is None or owed.status == "received":
            continue
        state = (owed.status or "not received") + (", overdue" if owed.overdue else "")
        days = (owed.due, owed.received, owed.board, owed.seen)
        rows.append((measure.priority, measure.label, state, owed.owner, *days, owed.remark))
    purpose = "Returns of partners that have not come, and why."
    return _table("Data not received", purpose, columns, rows)


def _contributed(assessed: Assessed) -> Iterator[PrintedTable]:
    """What partners say, where one says something."""
    names = {item.name: (item.priority, item.label) for item in assessed.tables.measures}
    rows = tuple(
        (*names[item.measure], item.partner, item.context, item.rule, item.status, item.seen)
        for item in assessed.tables.contributions
    )
    if rows:
        columns = {
            "Priority": 9, "Measure": 30, "Partner": 26, "What they say": 70, "How they count": 34,
            "Status": 14, "Seen by the board": 14,
        }  # fmt: skip
        purpose = "What partners say of the quarter, in their words."
        yield _table(CONTRIBUTED, purpose, columns, rows)


def _revisions(assessed: Assessed, withheld: frozenset[str]) -> PrintedTable:
    by_name = {measure.name: measure for measure in assessed.tables.measures}
    rows = [
        (line.measure.priority, line.label, caveat_sentence(caveat))
        for line in assessed.lines
        for caveat in line.caveats
        if isinstance(caveat, Revised)
    ]
    rows += [
        (by_name[problem.measure].priority, by_name[problem.measure].label, problem.found)
        for problem in assessed.problems
        if problem.code is Code.REVISED
        and problem.measure in by_name
        and problem.measure not in withheld
    ]
    purpose = "Figures that are others now than when they were last published."
    columns = {"Priority": 9, "Line": 34, "What changed": 100}
    return _table("Revisions", purpose, columns, dict.fromkeys(rows))


def _chart_data(pack: PackContents) -> PrintedTable:
    titles = tuple(title for title in schema.SERIES.titles if title != schema.CHART_TITLE)
    rows = tuple(tuple(row[title] for title in titles) for row in pack.series)
    widths = (22, 14, *(10,) * schema.SERIES_LENGTH)
    return PrintedTable(
        schema.SERIES.sheet, "The figures that the charts show.", titles, rows, widths
    )
