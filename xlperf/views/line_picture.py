"""Lines with what they unfold to, as a picture: laid out by Typst, as a pack's documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlperf.assessment.judgement_charts import judgement_chart
from xlperf.documents.typesetting import png_pages
from xlperf.scenarios.lines_by_words import titled
from xlperf.tiles.chart_sentences import chart_sentence
from xlperf.tiles.layout import is_dark
from xlperf.tiles.wording import status
from xlperf.views.elements import picture
from xlperf.views.line_texts import line_questions
from xlperf.views.svg_charts import drawing, has_figures, title_of
from xlperf.views.view_contents import FOR_THE_OFFICE, ViewContents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlperf.assessment.evidence import Assessment
    from xlperf.tiles.assessed import Assessed
    from xlperf.views.view_contents import ViewSource

DOTS_AN_INCH = 200
"""Of a picture as wide as a sheet of A4: sharp on a wall, and small enough for a mail."""


def lines_picture(lines: Sequence[Assessment], assessed: Assessed, source: ViewSource) -> bytes:
    """Give the bytes of a PNG file, as high as needed; raises `PackError` where that fails."""
    view = ViewContents.of(assessed, source)
    printed = view.printed
    data = {
        "marking": "  ·  ".join(filter(None, (printed.marking, printed.note))),
        "warning": FOR_THE_OFFICE,
        "title": printed.title,
        "period": " · ".join(filter(None, (printed.period, printed.force))),
        "made": view.made,
        "lines": [_line(line, view) for line in lines],
    }
    return png_pages("explanation", data, DOTS_AN_INCH)[0]


def _line(line: Assessment, view: ViewContents) -> dict[str, Any]:
    chart = judgement_chart(line, view.basis)
    shown = chart if chart and has_figures(chart) else None
    fill = view.printed.fills[line.shown]
    return {
        "head": f"{line.measure.priority}  {titled(line, view.assessed.tables)}",
        "chip": {"text": status(line), "fill": fill, "dark": is_dark(fill)},
        "questions": line_questions(line, view),
        "drawing": picture(drawing(shown, "chart")) if shown else None,
        "caption": f"{title_of(shown)}. {chart_sentence(shown)}" if shown else "",
    }
