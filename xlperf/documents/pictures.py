"""Charts of the report as pictures, for Word: drawn as those of the PDF are.

The same chart gives the same bytes on every computer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.documents.chart_marks import marks
from xlperf.documents.typesetting import png_pages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlperf.assessment.charts import Chart

DPI = 220
"""Dots an inch: what Word keeps of a picture when it saves one for print."""


def pictures(charts: Sequence[tuple[Chart, int]]) -> list[bytes]:
    """Draw charts, each as wide as so many millimetres: the bytes of PNG files."""
    if not charts:
        return []
    return png_pages(
        "pictures", {"charts": [(marks(chart), width) for chart, width in charts]}, DPI
    )
