"""Assessments to edits of the dashboard: which cell of which line gets what."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from xlperf.assessment.caveats import (
    Annualised,
    CountedDifferently,
    LastYear,
    Note,
    Provisional,
    Proxy,
    Remark,
    Revised,
    Stale,
)
from xlperf.assessment.evidence import Position
from xlperf.assessment.evidence_parts import text_of
from xlperf.assessment.rag import Rag, Reason
from xlperf.excel.port import Scalar, SetFill, SetValue
from xlperf.periods import day_name, month_name, month_of
from xlperf.tables.lines import (
    CHANCE_CELL,
    FIELDS,
    KEY_CELLS,
    MISSING_CELLS,
    NOTE_CELLS,
    RECORD_CELLS,
    TITLE_CELLS,
    cell_name,
    line_of_status,
)
from xlperf.tables.measure_kinds import Comparison, FigureForm, LineKind
from xlperf.tiles.caveat_sentences import matters, panel_caveat
from xlperf.tiles.counting import checks_text
from xlperf.tiles.dashboard_sentences import chance_in_full
from xlperf.tiles.figures import percent_change, place_range, rounded, signed
from xlperf.tiles.headings import fill_headings, heading_names
from xlperf.tiles.wording import (
    SHORT_REASONS,
    STATUS,
    WITHOUT_FIGURES,
    arrow,
    capital,
    older_month,
    position_text,
    sentence_of,
    status,
    trends_text,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from xlperf.assessment.caveats import Caveat
    from xlperf.assessment.evidence import Assessment
    from xlperf.config import Settings
    from xlperf.excel.port import CellState, Edit
    from xlperf.tables.data import Tables
    from xlperf.tables.problems import Problem

BLACK, WHITE = "#000000", "#FFFFFF"
NOTED = (Annualised, CountedDifferently, LastYear, Note, Proxy, Revised, Stale)
NOTED_REMARKS = (Remark.WORSE_NOW, Remark.CHOSEN_FOR_OFFENDING)
"""Caveats that stand among the notes of the dashboard."""
MISSING_REASONS = (
    Reason.NOT_RECEIVED,
    Reason.NOT_SEEN,
    Reason.NOT_AVAILABLE,
    Reason.IN_DEVELOPMENT,
    Reason.NO_DATA,
)

COMPARISON_MARKS = {
    Comparison.YEAR_TO_DATE: "YTD",
    Comparison.QUARTER: "quarter",
    Comparison.TARGET: "v target",
}
"""What stands beside a change that is not the one from the baseline year."""


def _noted(caveat: Caveat) -> bool:
    """Whether a caveat is among the notes of the dashboard; all are in Workings."""
    return caveat in NOTED_REMARKS or isinstance(caveat, NOTED) or matters(caveat)


def fill_of(rag: Rag, settings: Settings) -> str:
    """Fill of a colour, from the settings."""
    return {
        Rag.RED: settings.fill_red,
        Rag.AMBER: settings.fill_amber,
        Rag.GREEN: settings.fill_green,
        Rag.NA: settings.fill_na,
    }[rag]


def font_on(fill: str) -> str:
    """Black or white, whichever has the higher contrast on a fill (WCAG 2.1 relative luminance)."""
    channels = [int(fill[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return BLACK if (luminance + 0.05) ** 2 > 1.05 * 0.05 else WHITE


def is_dark(fill: str) -> bool:
    """Whether white stands on a fill."""
    return font_on(fill) == WHITE


def fields(line: Assessment) -> dict[str, Scalar]:
    """Values of a line's cells by field; a field the line has no use for is absent."""
    figures = line.figures
    match line.kind:
        case LineKind.POSITION:
            likely = place_range(line.evidence.place) if isinstance(line.evidence, Position) else ""
            short = SHORT_REASONS.get(line.reason, "") if line.rag is Rag.NA else ""
            return {
                "latest": position_text(line),
                "change": short or (f"likely {likely}" if likely else ""),
            }
        case LineKind.SPC:
            return {"latest": _block_change(line)}
        case LineKind.TEXT:
            return {"latest": text_of(line.evidence) or _missing_words(line)}
        case LineKind.AMOUNT:
            mark = _last_known(line) or " ".join(_marks(line))
            return {"latest": _value(line, figures.latest)} | ({"change": mark} if mark else {})
        case LineKind.FAMILIES:
            of = f"of {figures.n_latest:,}" if figures.n_latest else _short(line)
            latest = figures.latest
            percent = unknown(line) if latest is None else f"{rounded(100 * float(latest))}%"
            return {
                "baseline": text_of(line.evidence) or _value(line, figures.baseline),
                "latest": percent,
                "change": _last_known(line) or " ".join((of, *_marks(line))),
            }
        case LineKind.OFFENCES | LineKind.TOTAL | LineKind.SURVEY | LineKind.RATING:
            return {
                "baseline": _value(line, figures.baseline),
                "latest": _value(line, figures.latest),
                "change": " ".join(part for part in (_change(line), *_marks(line)) if part),
                "outlook": _outlook(line),
            }
        case _:
            assert_never(line.kind)


def _value(line: Assessment, value: float | Decimal | None) -> Scalar:
    if value is None:
        return unknown(line)
    number = float(value)
    return int(number) if number.is_integer() and abs(number) >= 1 else number


def _short(line: Assessment) -> str:
    return SHORT_REASONS.get(line.reason, "") or "NA"


def _missing_words(line: Assessment) -> str:
    """What is known of words that are missing: In development: who owes them, until when."""
    short = _short(line)
    return f"{capital(short)}: {line.missing}" if line.missing else short


def _block_change(line: Assessment) -> str:
    change = line.figures.change_percent
    return _short(line) if change is None else percent_change(change)


def _last_known(line: Assessment) -> str:
    """Mark of a figure that stands in for one that has not come: Jun ’14, not received; empty for
    any other.
    """
    owed = line.reason in WITHOUT_FIGURES and line.figures.latest is not None
    return ", ".join(part for part in (older_month(line), _short(line)) if part) if owed else ""


def _change(line: Assessment) -> str:
    figures, form = line.figures, line.evidence.form
    if mark := _last_known(line):
        return mark
    if figures.baseline is not None and figures.latest is not None:
        difference = float(figures.latest) - float(figures.baseline)
        if form is FigureForm.SHARE:
            return signed(100 * difference, 1, " pts")
        if form is FigureForm.SCORE:
            return signed(difference, 1, "")
        if figures.change_percent is not None:
            return percent_change(figures.change_percent)
    if line.rag is Rag.NA or line.reason is Reason.SMALL_N:
        return SHORT_REASONS.get(line.reason, "")
    return ""


def _marks(line: Assessment) -> list[str]:
    """What a change is from, where not the baseline year; month of an older figure; marks of
    official statistics: [p] provisional, [r] revised since the last issue.
    """
    marks = {Provisional: "[p]", Revised: "[r]"}
    figures = line.figures
    change = line.kind is line.measure.main_line and None not in (figures.baseline, figures.latest)
    compared = COMPARISON_MARKS.get(line.measure.compared, "") if change else ""
    older = older_month(line) if not _last_known(line) else ""
    return [
        *([compared] if compared else []),
        *([f"({older})"] if older else []),
        *(marks[type(caveat)] for caveat in line.caveats if type(caveat) in marks),
    ]


def _outlook(line: Assessment) -> str:
    if line.evidence.form in (FigureForm.SHARE, FigureForm.SCORE):
        return f"n {line.figures.n_latest:,}" if line.figures.n_latest else ""
    text = trends_text(line)
    return f"{arrow(line)} {text}" if text else ""


def lay_out(
    lines: Sequence[Assessment],
    tables: Tables,
    settings: Settings,
    problems: Sequence[Problem],
    cells: Mapping[str, CellState],
) -> list[Edit]:
    """Make the edits of the dashboard, for those of its cells that exist and may be written."""
    wanted, shown = face(lines, tables, settings, problems, rest_in="the Workings sheet")
    for gone in not_assessed(cells, lines):
        wanted |= {
            cell_name(gone, field): STATUS[Rag.NA] if field == "rag" else "" for field in FIELDS
        }
        shown[cell_name(gone, "rag")] = Rag.NA
    edits: list[Edit] = []
    for name, value in wanted.items():
        state = cells.get(name)
        if state is None or state.refusal:
            continue
        edits.append(SetValue(name, None if value == "" else value))
        if name in shown:
            edits.append(_coloured(name, shown[name], settings))
    edits += fill_headings(lines, cells)
    for colour, name in KEY_CELLS.items():
        chip = cells.get(name)
        if chip is not None and not chip.refusal:
            edits.append(_coloured(name, Rag(colour), settings))
    return edits


def face(
    lines: Sequence[Assessment],
    tables: Tables,
    settings: Settings,
    problems: Sequence[Problem],
    *,
    rest_in: str,
) -> tuple[dict[str, Scalar], dict[str, Rag]]:
    """Give the value of each named cell of a dashboard, and the colour of each status cell.

    `rest_in` says where the notes stand that have no cell of their own.
    """
    wanted: dict[str, Scalar] = {}
    shown: dict[str, Rag] = {}
    for line in lines:
        every = dict.fromkeys(FIELDS, "") | fields(line) | {"rag": status(line)}
        for field, value in every.items():
            wanted[cell_name(line.line, field)] = value
        shown[cell_name(line.line, "rag")] = line.shown
    wanted |= head(lines, tables, settings, problems)
    wanted |= _listed(NOTE_CELLS, notes(lines, tables), rest_in)
    wanted |= _listed(MISSING_CELLS, missing(lines, tables), rest_in)
    return wanted, shown


def _coloured(name: str, rag: Rag, settings: Settings) -> SetFill:
    fill = fill_of(rag, settings)
    return SetFill(name, fill, font_on(fill))


def not_assessed(names: Iterable[str], lines: Iterable[Assessment]) -> list[str]:
    """Lines that have a status cell, by its name, but no assessment: their measure is gone,
    renamed, or has a fault.

    What they showed was of another time, so they are shown as NA, without figures.
    """
    known = {line.line.lower() for line in lines}
    found = filter(None, map(line_of_status, names))
    return [line for line in found if line.lower() not in known]


def cell_names(lines: Sequence[Assessment], names: Iterable[str] = ()) -> list[str]:
    """Every name of a cell that `lay_out` may write, in a workbook with these names."""
    known = [line.line for line in lines] + not_assessed(names, lines)
    tiles = [cell_name(line, field) for line in known for field in FIELDS]
    return [
        *tiles,
        *heading_names(lines),
        *TITLE_CELLS,
        CHANCE_CELL,
        *NOTE_CELLS,
        *MISSING_CELLS,
        *KEY_CELLS.values(),
        *RECORD_CELLS,
    ]


def head(
    lines: Sequence[Assessment], tables: Tables, settings: Settings, problems: Sequence[Problem]
) -> dict[str, Scalar]:
    """Texts at the head of the dashboard, and of Workings."""
    counts, overruled = colour_counts(lines), sum(line.overruled for line in lines)
    basis = [
        settings.office,
        f"Baseline: financial year {settings.baseline_name}",
        f"Projection: twelve months to {month_name(settings.target)}",
        _group(lines, tables),
        settings.marking,
        settings.data_note,
    ]
    named = (Rag.RED, Rag.AMBER, Rag.GREEN)
    colours = [*(f"{counts[rag]} {rag.lower()}" for rag in named), f"{counts[Rag.NA]} NA"]
    by_person = [f"{overruled} overruled by a person"] if overruled else []
    return {
        "dash_title": "  ·  ".join(filter(None, (settings.dashboard_title, settings.own_force))),
        "dash_period": f"Twelve months to {month_name(month_of(settings.period_end))}",
        "dash_basis": "  ·  ".join(text for text in basis if text),
        "dash_counts": "  ·  ".join([*colours, *by_person]),
        "dash_checks": checks_text(problems),
        CHANCE_CELL: chance_in_full(lines, settings),
    }


def _group(lines: Sequence[Assessment], tables: Tables) -> str:
    """Say how many forces positions are among; empty where there is no position, or no group."""
    if not tables.group or all(line.kind is not LineKind.POSITION for line in lines):
        return ""
    return f"Position: among {len(tables.group)} most similar forces, 1st is best"


def colour_counts(lines: Iterable[Assessment]) -> dict[Rag, int]:
    """How many lines are shown in each colour."""
    counts = dict.fromkeys(Rag, 0)
    for line in lines:
        counts[line.shown] += 1
    return counts


def _listed(names: Sequence[str], texts: Sequence[str], rest_in: str) -> dict[str, Scalar]:
    """One text a cell, the rest blank; what does not fit is counted in the last."""
    kept = list(texts)
    if len(kept) > len(names):
        kept = [*kept[: len(names) - 1], f"… and {len(texts) - len(names) + 1} more in {rest_in}."]
    return dict(zip(names, [*kept, *[""] * (len(names) - len(kept))], strict=True))


def notes(lines: Sequence[Assessment], tables: Tables) -> list[str]:
    """Notes in the order of the priorities: comments first, then what to bear in mind about the
    figures.

    That a figure is provisional is told by its mark on the tile.
    """
    texts: dict[str, list[str]] = {line.measure.priority: [] for line in lines}
    for comment in tables.comments:
        role = f" ({comment.role})" if comment.role else ""
        texts.setdefault(comment.priority, []).append(f"{comment.printed}{role}")
    for priority, said in texts.items():
        of_priority = [line for line in lines if line.measure.priority == priority]
        said += [text for text in remarks(of_priority) if text not in said]
    return [f"{priority}  {' '.join(said)}" for priority, said in texts.items() if said]


def remarks(lines: Iterable[Assessment]) -> list[str]:
    """What to bear in mind about the figures of lines, each once; and who overruled a colour."""
    said: list[str] = []
    for line in lines:
        for caveat in filter(_noted, line.caveats):
            sentence = panel_caveat(caveat, line.rag)
            if sentence and sentence not in said:
                said.append(sentence)
        if line.override:
            reason = sentence_of(line.override.reason)
            said.append(f"* {line.override.who}: {reason} (Until {day_name(line.override.until)}.)")
    return said


def missing(lines: Sequence[Assessment], tables: Tables) -> list[str]:
    """Data not received, not available or in development: what, of which priorities, and what is
    known of it.
    """
    grouped: dict[tuple[str, str], list[str]] = {}
    for line in lines:
        if line.reason not in MISSING_REASONS or line.kind in (LineKind.POSITION, LineKind.SPC):
            continue
        partner = tables.returns.get(line.measure.name)
        known = (partner.owner, partner.when_due) if partner else ()
        detail = ", ".join(filter(None, (SHORT_REASONS[line.reason], *known)))
        grouped.setdefault((line.label, detail), []).append(line.measure.priority)
    return [
        f"{', '.join(priorities)}  {label}: {detail}"
        for (label, detail), priorities in grouped.items()
    ]
