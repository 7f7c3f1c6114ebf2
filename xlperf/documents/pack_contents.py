"""What the panel pack holds, as plain values: every document of the pack is made from this and from nothing else.

Rules. It is made from assessments from which small numbers are gone already (`xlperf.disclosure.suppression`), with the
words of the tiles, so that no document can say other than the dashboard. A text of the workbook stays a text. The one
hand-written part is the comments; they stand under the role of who wrote them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xlperf.addin.guide import LINES, POSITIONS, RULES, TRENDS
from xlperf.addin.priorities import DASHBOARD, GRID, TITLES
from xlperf.assess.caveats import Revised
from xlperf.assess.evidence import Form, LineKind, Position
from xlperf.assess.rag import Rag
from xlperf.excel.port import Link, Scalar
from xlperf.periods import day_name, month_short
from xlperf.tables import schema
from xlperf.tables.lines import TITLE_CELLS
from xlperf.tables.problems import Code
from xlperf.tables.tables import Direction, Kind
from xlperf.tiles import layout
from xlperf.tiles.caveats import caveat_sentence, caveats_text
from xlperf.tiles.changes import GONE, NEW, Change, Changes, changes_among, overruled
from xlperf.tiles.distance import to_next_colour
from xlperf.tiles.figures import figure, place, rounded
from xlperf.tiles.readings import reading
from xlperf.tiles.series import GroupSeries, MonthlySeries, series_of
from xlperf.tiles.wording import STATUS, WITHHELD, data_as_at, explain, status
from xlperf.tiles.written import series_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from xlperf.assess.evidence import Assessment
    from xlperf.config import Settings
    from xlperf.tables.tables import Measure, PartnerReturn
    from xlperf.tiles.assessed import Assessed

NOTES, EXPLAINED = "Notes and definitions", "RAG explained"
KINDS = {
    Kind.OFFENCES: "offences recorded, by month",
    Kind.SURVEY: "survey",
    Kind.TOTAL: "count of a period",
    Kind.RATE: "share of cases",
    Kind.COHORT: "offences of a group of people",
    Kind.AMOUNT: "amount, £ million",
    Kind.RATING: "star ratings",
    Kind.TEXT: "words",
    Kind.FAMILIES: "families with a reduction",
}
BETTER = {Direction.DOWN: "when it falls", Direction.UP: "when it rises", Direction.NONE: "neither way"}
COLOURS = frozenset(map(str, Rag))
CHECKS_CELL = "dash_checks"
"""Cell at the head of the dashboard that counts the checks raised."""
SIGNS = (
    ("▲ ▼ ►", "Where the trends lead: up, down or level."),
    ("“1 of 4”", "How many of the four trends reach the target."),
    ("n", "Number of people who answered a survey."),
    ("[p]", "Provisional: some of the figures may still change."),
    ("[r]", "Revised since it was last published."),
    (WITHHELD, "Too few to be shown: a figure that could tell about a person, or lead to one that could."),
    ("*", "A colour decided by a person, who is named in the notes, and not by the rule."),
    ("NA", "No colour: data missing or not comparable, or words and amounts."),
)
READINGS = (
    "The panel report names a methodology whose formulas are not public. How each rule was read stands below, with "
    "whether it is printed in the report or the office's choice."
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A plain table, as a sheet of the panel workbook or an appendix of the report."""

    name: str
    purpose: str
    titles: tuple[str, ...]
    rows: tuple[tuple[Scalar, ...], ...]
    widths: tuple[int, ...]
    """Of the columns, in characters."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a tile, as printed."""

    line: str
    label: str
    kind: LineKind
    baseline: str
    latest: str
    change: str
    outlook: str
    status: str
    """A shape and a word: ● Green."""
    rag: Rag
    worked_out: Rag
    decided: str
    """Label with the two colours, who decided and why, where a person overruled the one worked out; else empty."""
    why: str
    """The sentence of Workings."""
    caveats: str


@dataclass(frozen=True, slots=True)
class MonthsChart:
    """Control chart of the latest months: one number a month, None where there is none; lines of one value each."""

    title: str
    alt: str
    """What it shows, in words, for those who cannot see it."""
    months: tuple[str, ...]
    counts: tuple[float | None, ...]
    centre: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class GroupChart:
    """Bars of the forces of the group, best first."""

    title: str
    alt: str
    unit: str
    forces: tuple[str, ...]
    values: tuple[float | None, ...]
    own: tuple[bool, ...]
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class Comment:
    """A text of a person, and the role it was written in: force or commissioner; may be empty."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """One strategic priority."""

    priority: str
    title: str
    rows: tuple[Row, ...]
    comments: tuple[Comment, ...]
    charts: tuple[MonthsChart | GroupChart, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything in the pack."""

    title: str
    period: str
    """Twelve months to September 2014."""
    period_end: date
    basis: str
    counts: str
    """3 red · 29 amber · …"""
    office: str
    force: str
    marking: str
    note: str
    """Shown at the head, such as that the data is illustrative; may be empty."""
    prepared: date
    cells: Mapping[str, Scalar]
    """Values of the named cells of the dashboard."""
    colours: Mapping[str, Rag]
    """Colours of its status cells, by name."""
    fills: Mapping[Rag, str]
    key: tuple[tuple[str, Rag], ...]
    """Words of a status, and its colour."""
    priorities: tuple[tuple[str, ...], ...]
    """Rows of tiles, left to right."""
    measures: tuple[Measure, ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    """By priority, all of them."""
    missing: tuple[str, ...]
    """Data not received, all of it."""
    sheets: tuple[Sheet, ...]
    series: tuple[Mapping[str, Scalar], ...]
    """Rows of the Series table: what charts of the workbook show."""
    group: int
    """Forces in the group."""

    def sheet(self, name: str) -> Sheet:
        """Give a sheet by its name."""
        return next(sheet for sheet in self.sheets if sheet.name == name)


def contents(assessed: Assessed, *, prepared: date, withheld: frozenset[str] = frozenset()) -> Contents:
    """Gather what the pack holds.

    Parameters
    ----------
    assessed
        Its tables and lines are those that may be shown.
    prepared
        Day printed on the cover.
    withheld
        Measures of which something is not shown: nothing is said of their revisions.
    """
    settings, lines, tables = assessed.settings, assessed.lines, assessed.tables
    cells, colours = layout.face(lines, tables, settings, assessed.problems, rest_in=f"the sheet {NOTES}")
    cells[CHECKS_CELL] = f"Prepared {day_name(prepared)}"  # doubts about the data are the office's business
    shown = series_of(lines, tables, settings)
    rows = tuple(
        {title: str(value) if isinstance(value, Link) else value for title, value in row.items()}
        for row in series_rows(shown)
    )
    head = {name: str(cells[name]) for name in TITLE_CELLS}
    found = _changes_since(assessed)
    used = list(dict.fromkeys(measure.priority for measure in tables.measures))
    grid = tuple(band for band in (tuple(name for name in band if name in used) for band in GRID) if band)
    others = [name for name in used if name not in TITLES]
    grid += tuple(tuple(others[at : at + 3]) for at in range(0, len(others), 3))
    notes, missing = tuple(layout.notes(lines, tables)), tuple(layout.missing(lines, tables))
    made = Contents(
        DASHBOARD,
        head["dash_period"],
        settings.period_end,
        head["dash_basis"],
        head["dash_counts"],
        settings.office,
        settings.own_force,
        settings.marking,
        settings.data_note,
        prepared,
        cells,
        colours,
        {rag: layout.fill_of(rag, settings) for rag in Rag},
        tuple((STATUS[rag], rag) for rag in Rag),
        grid,
        tables.measures,
        tuple(_section(name, assessed, shown) for band in grid for name in band),
        notes,
        missing,
        (),
        rows,
        len(tables.group),
    )
    return replace(made, sheets=_sheets(made, assessed, found, withheld))


# -- sections of the report ------------------------------------------------------------------------------------------


def _section(priority: str, assessed: Assessed, series: Sequence[MonthlySeries | GroupSeries]) -> Section:
    lines = [line for line in assessed.lines if line.measure.priority == priority]
    comments = [item for item in assessed.tables.comments if item.priority == priority and item.text]
    months = {shown.measure: shown for shown in series if isinstance(shown, MonthlySeries)}
    groups = {shown.measure: shown for shown in series if isinstance(shown, GroupSeries)}
    charts: list[MonthsChart | GroupChart] = []
    for line in lines:
        if line.kind is LineKind.SPC:
            charts += _months_chart(line, months[line.measure.name])
        if line.kind is LineKind.POSITION:
            charts += _group_chart(line, groups[line.measure.name], assessed.settings)
    return Section(
        priority,
        TITLES.get(priority, priority),
        tuple(_row(line, assessed.settings) for line in lines),
        tuple(Comment(item.role, item.text) for item in comments),
        tuple(charts),
    )


def _row(line: Assessment, settings: Settings) -> Row:
    fields = layout.fields(line)
    return Row(
        line.line,
        line.label,
        line.kind,
        _printed(fields.get("baseline"), line.evidence.form),
        _printed(fields.get("latest"), line.evidence.form),
        str(fields.get("change") or ""),
        str(fields.get("outlook") or ""),
        status(line),
        line.shown,
        line.rag,
        _decided(line),
        explain(line, settings),
        caveats_text(line),
    )


def _decided(line: Assessment) -> str:
    if line.override is None or not line.overruled:
        return ""
    decision = f"worked out {line.rag}, shown {line.shown}, decided by {line.override.who}"
    return f"{line.label} ({decision}: {line.override.reason.strip()})"


def _printed(value: Scalar, form: Form) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return figure(value, form)
    return "" if value is None else str(value)


def _floats(values: Iterable[float | None]) -> tuple[float | None, ...]:
    return tuple(None if value is None else float(value) for value in values)


def _months_chart(line: Assessment, series: MonthlySeries) -> list[MonthsChart]:
    shown = [count for count in series.counts if count is not None]
    if not shown:
        return []
    months = tuple(map(month_short, series.months))
    title = f"{line.measure.priority}  {TITLES.get(line.measure.priority, line.measure.label)}: number a month"
    alt = (
        f"Line chart of {len(shown)} months, {months[0]} to {months[-1]}: from {rounded(min(shown))} to "
        f"{rounded(max(shown))} a month, {rounded(shown[-1])} in the last."
    )
    if series.centre is not None:
        ends = [
            f", {name} line {rounded(level, 1)}"
            for name, level in (("lower", series.lower), ("upper", series.upper))
            if level is not None
        ]
        alt += f" Mean of the first twelve {rounded(series.centre, 1)}{''.join(ends)}."
    levels = _floats((series.centre, series.lower, series.upper))
    return [MonthsChart(title, alt, months, _floats(series.counts), *levels)]


def _group_chart(line: Assessment, series: GroupSeries, settings: Settings) -> list[GroupChart]:
    forces = series.forces
    if not forces:
        return []
    unit = "per cent" if line.evidence.form is Form.SHARE else "per 1,000"
    title = f"{line.measure.priority}  {line.measure.msg_measure}: position in the group, {unit}"
    best, last = forces[0], forces[-1]
    told = layout.fields(line).get("latest") or "no position"
    alt = f"Bar chart of {len(forces)} forces, best first: {best} first, {last} last; {settings.own_force} {told}."
    levels = _floats((series.lower, series.upper))
    return [GroupChart(title, alt, unit, forces, _floats(series.values), series.own, *levels)]


# -- plain sheets ----------------------------------------------------------------------------------------------------


def _sheets(made: Contents, assessed: Assessed, found: Changes, withheld: frozenset[str]) -> tuple[Sheet, ...]:
    tables = (
        _notes(made, assessed),
        _measures(assessed),
        _explained(assessed),
        _changes(assessed, found),
        _not_received(assessed),
        _revisions(assessed, withheld),
        _chart_data(made),
    )
    cover = _cover(made)
    listed = (
        (cover.name, cover.purpose),
        ("Contents", "This list."),
        ("Dashboard", "Every priority on one page: figures, change, position and colour."),
        ("Charts", "Control charts of monthly counts, and the group of most similar forces."),
        *((table.name, table.purpose) for table in tables),
    )
    contents_table = Sheet("Contents", "The sheets of this workbook.", ("Sheet", "What it holds"), listed, (28, 90))
    return (cover, contents_table, *tables)


def _cover(made: Contents) -> Sheet:
    rows = [
        ("Title", made.title),
        ("Period", made.period),
        ("Published by", made.office),
        ("Force", made.force),
        ("Prepared", day_name(made.prepared)),
        ("Protective marking", made.marking),
        ("Colours", made.counts),
        ("Basis", made.basis),
        ("Note", made.note),
    ]
    return Sheet(
        "Cover",
        "What this is, of when, and by whom.",
        ("Item", "Text"),
        tuple(row for row in rows if row[1]),
        (24, 100),
    )


def _notes(made: Contents, assessed: Assessed) -> Sheet:
    rows: list[tuple[Scalar, ...]] = [("Priorities", text) for text in made.notes]
    rows += [("Sign", f"{sign}  {text}") for sign, text in SIGNS]
    rows += [("Rule", f"{name}: {text}") for name, text in RULES]
    rows += [("Method", text) for text in (READINGS, LINES, TRENDS, POSITIONS)]
    readings: dict[str, list[str]] = {}
    for line in assessed.lines:
        if text := reading(line.evidence, assessed.settings):
            readings.setdefault(text, []).append(line.measure.priority)
    rows += [("Reading", f"{text} ({', '.join(dict.fromkeys(used))})") for text, used in readings.items()]
    return Sheet(
        NOTES, "Notes by priority, signs, and how each colour is reached.", ("Subject", "Text"), tuple(rows), (14, 120)
    )


def _measures(assessed: Assessed) -> Sheet:
    titles = (
        "Priority", "Measure", "What it is", "Better", "Target change %", "Unit", "Compared with the group on",
        "Source", "Owner",
    )  # fmt: skip
    rows = [
        (
            measure.priority,
            measure.label,
            KINDS[measure.kind],
            BETTER[measure.direction],
            measure.target_change if measure.kind is Kind.OFFENCES else None,
            measure.unit,
            f"{measure.msg_measure}{' (a near measure)' if measure.proxy else ''}" if measure.msg_measure else "",
            measure.source,
            measure.owner,
        )
        for measure in assessed.tables.measures
    ]
    return Sheet(
        "Measures", "What each line measures, and where it comes from.", titles, tuple(rows),
        (9, 30, 26, 15, 10, 18, 28, 40, 30),
    )  # fmt: skip


def _explained(assessed: Assessed) -> Sheet:
    titles = ("Priority", "Line", "Status", "Why", "To another colour", "Bear in mind", "Data as at")
    rows = [
        (
            line.measure.priority,
            line.label,
            status(line),
            explain(line, assessed.settings),
            to_next_colour(line, assessed.settings),
            caveats_text(line),
            data_as_at(line),
        )
        for line in assessed.lines
    ]
    return Sheet(EXPLAINED, "Why each line has its colour, or none.", titles, tuple(rows), (8, 28, 11, 70, 34, 50, 15))


def _changes_since(assessed: Assessed) -> Changes:
    """Compare what may be shown of the period before with what may be shown now."""
    end = assessed.settings.period_end
    earlier = max((past.period_end for past in assessed.tables.history if past.period_end < end), default=None)
    if earlier is None:
        return Changes(None, end, len(assessed.lines), ())
    before = {past.line: past for past in assessed.tables.history if past.period_end == earlier}
    after = {line.line: line for line in assessed.lines}
    held = {item.line.lower(): item for item in assessed.tables.overrides if item.until >= earlier}
    found = []
    for name in dict.fromkeys([*after, *before]):
        past, line = before.get(name), after.get(name)
        found.append(
            Change(
                name,
                NEW if past is None else str(past.colour),
                GONE if line is None else str(line.shown),
                "" if past is None else past.position,
                place(line.evidence.place) if line is not None and isinstance(line.evidence, Position) else "",
                "" if line is None else str(line.reason),
                None,
                None,
                "" if past is None else overruled(str(past.colour), past.worked_out, held.get(name.lower())),
                str(line.rag) if line is not None and line.overruled else "",
            )
        )
    return changes_among(found, earlier, end, len(after))


def _changes(assessed: Assessed, found: Changes) -> Sheet:
    lines = {line.line: line for line in assessed.lines}
    titles = ("Priority", "Line", "Before", "Now", "Position before", "Position now", "Turn", "Worked out")
    rows = []
    for change in found.changes:
        line = lines.get(change.line)
        rows.append(
            (
                line.measure.priority if line is not None else "",
                line.label if line is not None else change.line,
                _status(change.before),
                _status(change.after),
                change.position_before,
                change.position_after,
                change.turn.value,
                _worked_out(change),
            )
        )
    purpose = "There is no earlier period to compare with." if found.earlier is None else str(found)
    return Sheet("Changes since last time", purpose, titles, tuple(rows), (9, 34, 12, 12, 16, 16, 20, 16))


def _worked_out(change: Change) -> str:
    """Colour worked out beside one that a person decided: now, or before."""
    if change.worked_out_after:
        return _status(change.worked_out_after)
    return f"{_status(change.worked_out_before)} before" if change.worked_out_before else ""


def _status(colour: str) -> str:
    """Write a colour as a tile does; `NEW`, `GONE` and what somebody typed into History as they are."""
    return STATUS[Rag(colour)] if colour in COLOURS else colour


def _not_received(assessed: Assessed) -> Sheet:
    titles = ("Priority", "Measure", "State", "Owner", "Due", "Received", "Board", "Seen by the board", "Remark")
    rows = []
    for measure in assessed.tables.measures:
        owed: PartnerReturn | None = assessed.tables.returns.get(measure.name)
        if owed is None or owed.status == "received":
            continue
        rows.append(
            (
                measure.priority,
                measure.label,
                (owed.status or "not received") + (", overdue" if owed.overdue else ""),
                owed.owner,
                owed.due,
                owed.received,
                owed.board,
                owed.seen,
                owed.remark,
            )
        )
    return Sheet(
        "Data not received", "Returns of partners that have not come, and why.", titles, tuple(rows),
        (9, 30, 16, 34, 14, 14, 26, 16, 60),
    )  # fmt: skip


def _revisions(assessed: Assessed, withheld: frozenset[str]) -> Sheet:
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
        if problem.code is Code.REVISED and problem.measure in by_name and problem.measure not in withheld
    ]
    return Sheet(
        "Revisions", "Figures that are others now than when they were last published.",
        ("Priority", "Line", "What changed"), tuple(dict.fromkeys(rows)), (9, 34, 100),
    )  # fmt: skip


def _chart_data(made: Contents) -> Sheet:
    titles = schema.SERIES.titles
    rows = tuple(tuple(row[title] for title in titles) for row in made.series)
    return Sheet(
        schema.SERIES.sheet, "The figures that the charts show.", titles, rows, (22, 14, *(10,) * schema.SERIES_LENGTH)
    )
