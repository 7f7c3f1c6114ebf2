"""What lines would take to have each colour, as a command prints it: text, or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.message_texts import wrapped
from xlperf.scenarios.level_sentences import (
    CHECKED,
    analyst_sentence,
    assumptions,
    panel_sentences_of,
)
from xlperf.scenarios.lines_by_words import titled
from xlperf.tiles.explanations import FOR_ANALYSTS
from xlperf.tiles.wording import status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlperf.config import Settings
    from xlperf.scenarios.bands import Band
    from xlperf.scenarios.levers import Lever
    from xlperf.scenarios.line_levels import Levels, LineLevels
    from xlperf.tables.data import Tables


def levels_text(found: Sequence[LineLevels], settings: Settings, tables: Tables) -> str:
    """Write each line with its sentences, and what was done once at the end."""
    blocks = [_block(item, settings, tables) for item in found]
    if any(item.levels for item in found):
        blocks.append(wrapped(CHECKED, hanging=0))
    return "\n\n".join(blocks)


def _block(found: LineLevels, settings: Settings, tables: Tables) -> str:
    line = found.line
    head = f"{line.measure.priority}  {titled(line, tables)}  [{line.line}]   {status(line)}"
    said = [wrapped(text, 4) for text in panel_sentences_of(found, settings)]
    if assumed := assumptions(found, settings):
        said += [
            wrapped(f"Assumed: {assumed}", 4),
            f"    {FOR_ANALYSTS}",
            *(wrapped(analyst_sentence(levels), 6) for levels in found.levels),
        ]
    return "\n".join([head, *said])


def levels_json(found: LineLevels, settings: Settings) -> dict[str, object]:
    """Give a line, its levers, and the numbers of each colour."""
    line = found.line
    return {
        "line": line.line,
        "colour": str(line.rag),
        "shown": str(line.shown),
        "reason_code": str(line.reason),
        "sentences": panel_sentences_of(found, settings),
        "assumed": assumptions(found, settings),
        "levels": [_levels_json(levels) for levels in found.levels],
    }


def _levels_json(levels: Levels) -> dict[str, object]:
    lever = levels.lever
    period = lever.period
    return {
        "of": lever.quantity.name.lower(),
        "first_month": None if period is None else _month(period.first),
        "last_month": None if period is None else _month(period.last),
        "now": lever.now,
        "now_colour": str(levels.as_it_is.rag),
        "tried": [lever.least, lever.most],
        "bands": [_band_json(band, lever) for band in levels.bands],
    }


def _month(month: int) -> str:
    return f"{month // 12}-{month % 12 + 1:02d}"


def _band_json(band: Band, lever: Lever) -> dict[str, object]:
    """Give a band; the last number of one that reaches the largest tried is not known."""
    return {
        "colour": str(band.rag),
        "reason_codes": list(band.reasons),
        "least": band.first,
        "most": None if band.last == lever.most and lever.open_ended else band.last,
        "figures": [band.first * lever.unit, band.last * lever.unit],
    }
