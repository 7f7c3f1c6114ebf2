"""The documents of a pack as publish makes them, with what they may hold."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from tests.shipped import SHIPPED
from xlperf.documents.dashboard_pdf import dashboard_pdf
from xlperf.documents.pack_contents import contents
from xlperf.documents.pack_figures import FIGURES, figures_csv
from xlperf.documents.panel_report import panel_report
from xlperf.documents.panel_workbook import panel_workbook
from xlperf.documents.report_pdf import report_pdf
from xlperf.documents.word_writer import word_report
from xlperf.excel.file import FileWorkbook
from xlperf.pipeline import assess_workbook
from xlperf.release.expected_content import expected_content, without_figures

if TYPE_CHECKING:
    from pathlib import Path

    from xlperf.documents.pack_values import PackContents
    from xlperf.leaks import Expected

PREPARED = date(2014, 12, 10)


class OwnDocuments(NamedTuple):
    """The documents of a workbook's pack."""

    workbook: bytes
    report: bytes
    figures: bytes
    dashboard_pdf: bytes
    report_pdf: bytes
    expected: Expected


@cache
def own_documents(source: Path = SHIPPED, template: Path | None = None) -> OwnDocuments:
    """Make the documents of a workbook."""
    of = contents(assess_workbook(FileWorkbook.open(source)), prepared=PREPARED)
    return documents_of(of, template)


def documents_of(of: PackContents, template: Path | None = None) -> OwnDocuments:
    """Make the documents of some contents."""
    bare = without_figures(of)
    blanks = (panel_workbook(bare), word_report(panel_report(bare), template))
    return OwnDocuments(
        panel_workbook(of),
        word_report(panel_report(of), template),
        figures_csv(of.sheet(FIGURES)),
        dashboard_pdf(of),
        report_pdf(panel_report(of)),
        expected_content(of, blanks),
    )
