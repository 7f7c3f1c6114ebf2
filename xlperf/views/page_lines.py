"""The lines of a priority on a page: a table, and below each line what it unfolds to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.assessment.judgement_charts import judgement_chart
from xlperf.assessment.rag import Rag
from xlperf.documents.dashboard_pdf import tile_headings
from xlperf.tables.measure_kinds import LINES
from xlperf.terminal import TO_ANOTHER_COLOUR, details
from xlperf.tiles.chart_sentences import chart_sentence
from xlperf.tiles.explanations import FOR_ANALYSTS
from xlperf.tiles.wording import COLOUR_WORDS
from xlperf.views.elements import bullets, element
from xlperf.views.line_texts import line_questions
from xlperf.views.svg_charts import drawing, has_figures, title_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from xml.etree.ElementTree import Element

    from xlperf.assessment.evidence import Assessment
    from xlperf.assessment.judgement_charts import JudgementChart
    from xlperf.documents.pack_values import Section, TileRow
    from xlperf.views.line_texts import LineQuestion
    from xlperf.views.view_contents import ViewContents

ALL_FIGURES = 6
"""Columns of a table of which a narrow page leaves some to what a line unfolds to."""
LOOKS = {
    ALL_FIGURES: ("line", "figure extra", "figure latest", "figure extra", "extra", "status"),
    3: ("line", "words", "status"),
    2: ("line", "figure latest"),
}
"""Classes of columns, by their number."""


def chip(rag: Rag, text: str) -> Element:
    """Write a status on its colour: always a shape and a word."""
    return element("span", text, class_=f"chip {rag.lower()}")


def lines_table(
    section: Section, view: ViewContents, wanted: Collection[str], name: str, *, is_open: bool
) -> Element:
    """Write the lines that are wanted. `name`: identity of the heading of the table."""
    titles = tile_headings(section)
    rows: list[Element] = []
    for row in section.rows:
        if row.line in wanted:
            more = _folded(row, titles, view, is_open=is_open)
            rows.append(_figures(row, len(titles)))
            rows.append(element("tr", element("td", more, colspan=len(titles)), class_="more"))
    heads = [
        element("th", title, scope="col", class_=look)
        for title, look in zip(titles, LOOKS[len(titles)], strict=True)
    ]
    head, body = element("thead", element("tr", *heads)), element("tbody", *rows)
    return element("table", head, body, aria_labelledby=name)


def _cells(row: TileRow, columns: int) -> tuple[str, ...]:
    every = (row.baseline, row.latest, row.change, row.outlook)
    return every if columns == ALL_FIGURES else (row.latest,)


def _figures(row: TileRow, columns: int) -> Element:
    looks = LOOKS[columns][1:]
    cells = [
        element("td", text, class_=look)
        for text, look in zip(_cells(row, columns), looks, strict=False)
    ]
    if columns > 2:
        judged = "rag" in LINES[row.kind].fields
        cells.append(element("td", chip(row.rag, row.status) if judged else None, class_=looks[-1]))
    return element("tr", element("th", row.label, scope="row"), *cells)


def _folded(row: TileRow, titles: Sequence[str], view: ViewContents, *, is_open: bool) -> Element:
    line = view.line(row.line)
    asked = f"Why {COLOUR_WORDS[line.shown]}? "
    asked += "What changed" if line.shown is Rag.NA else "How far from another colour, what changed"
    return element(
        "details",
        element("summary", asked, element("span", f": {line.label}", class_="unseen")),
        _unfolded(row, titles, line, view),
        open="" if is_open else None,
        class_="printed" if _matters(line, view) else None,
    )


def _matters(line: Assessment, view: ViewContents) -> bool:
    """Whether a line is printed unfolded, whoever has unfolded what."""
    return line.shown is Rag.RED or line.overruled or view.turned(line.line)


def _unfolded(row: TileRow, titles: Sequence[str], line: Assessment, view: ViewContents) -> Element:
    name = view.identities[line.line]
    first, *others = line_questions(line, view)
    chart = judgement_chart(line, view.basis)
    return element(
        "div",
        element("div", *_left_out(row, titles), *_answered(first), class_="why"),
        _chart(chart, f"{name}-chart") if chart and has_figures(chart) else None,
        element("div", *(part for item in others for part in _answered(item)),
                _for_analysts(line, view), class_="rest"),
        id=name,
        class_="unfolded",
    )  # fmt: skip


def _chart(chart: JudgementChart, name: str) -> Element:
    """Write a chart and, below it, what it shows: its description has the same words."""
    title = element("strong", f"{title_of(chart)}. ")
    words = element("figcaption", title, chart_sentence(chart), aria_hidden="true")
    return element("figure", drawing(chart, name), words, class_="chart")


def _left_out(row: TileRow, titles: Sequence[str]) -> Iterator[Element]:
    """Write the figures that the table of a narrow page has no room for."""
    if row.baseline:
        named = zip(titles[1:], _cells(row, len(titles)), strict=False)
        said = [f"{title} {text}" for title, text in named if text]
        yield element("p", " · ".join(said), class_="narrow")


def _answered(question: LineQuestion) -> Iterator[Element]:
    yield element("h3", question.title)
    for answer in question.answers:
        yield element("p", answer.text, class_="small" if answer.small else None)
        yield from bullets(answer.items)


def _for_analysts(line: Assessment, view: ViewContents) -> Element:
    pairs = [
        element(name, text)
        for title, said in details(line, view.assessed).items()
        if title != TO_ANOTHER_COLOUR
        for name, text in (("dt", title), ("dd", said))
    ]
    beside = element("span", f": {line.label}", class_="unseen")
    return element("details", element("summary", FOR_ANALYSTS, beside), element("dl", *pairs))
